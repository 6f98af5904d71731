"""Questions and answers about invented people: what the OpenAPI document and the sandbox show."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

from dancu.domain.codes import gender
from dancu.domain.names import Name
from dancu.domain.outcomes import HINTS, Ambiguous, Confirmed, Found, NotMatched, Verified
from dancu.domain.people import Citizen
from dancu.domain.places import Address
from dancu.domain.queries import Claim
from dancu.domain.serial import to_json
from dancu.matching.claims import compare_claim, overall

if TYPE_CHECKING:
    from dancu.domain.serial import Outcome

__all__ = ["ANSWERS", "CLAIM", "FIELDS_ASKED", "FORM_ASKED", "LINK", "QUESTION"]

QUESTION: dict[str, Any] = {
    "subject": {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-02"},
    "purpose": {
        "procedure": "1.004194",
        "unit": "H15.42",
        "officer": {"code": "can.bo.mau"},
        "dossier": "H15.42-261122-0001",
    },
}
FIELDS_ASKED = ["name", "gender", "permanent_address"]
CLAIM: dict[str, Any] = {
    "name": "Nguyễn Thị Mẫu",
    "gender": "Nữ",
    "permanent_address": {"text": "Phường Tuy Hòa, tỉnh Đắk Lắk"},
}
FORM_ASKED: dict[str, Any] = {
    "procedure": "1.001193",
    "people": {"applicant": QUESTION["subject"]},
    "purpose": QUESTION["purpose"] | {"procedure": "1.001193"},
    "format": "json",
}
LINK: dict[str, Any] = {"purpose": QUESTION["purpose"] | {"session": "draft-1"}}
_REFERENCE = "01JD9ZK8Q00000000000000000"
_AS_OF = datetime.datetime(2026, 11, 22, 1, 2, 3, tzinfo=datetime.UTC)
_MAU = Citizen.of(
    {
        "name": Name("NGUYỄN THỊ MẪU"),
        "gender": gender("2"),
        "permanent_address": Address(province="66", commune="22015", detail="Số 1 đường Mẫu", as_of=_AS_OF.date()),
    }
)


def _verified() -> Verified:
    claim = Claim(name="Nguyễn Thị Mẫu", gender="Nữ", permanent_address="Phường Tuy Hòa, tỉnh Đắk Lắk")
    verdicts = compare_claim(claim, _MAU, claim.claimed)
    return Verified(overall(verdicts.values()), verdicts, reference=_REFERENCE, as_of=_AS_OF)


def _answers() -> dict[str, Outcome]:
    return {
        "found": Found(_MAU, reference=_REFERENCE, as_of=_AS_OF),
        "not_matched": NotMatched((HINTS["day_month_swapped"],), reference=_REFERENCE, as_of=_AS_OF),
        "ambiguous": Ambiguous(2, reference=_REFERENCE, as_of=_AS_OF),
        "confirmed": Confirmed(("number", "name", "birth_date"), reference=_REFERENCE, as_of=_AS_OF),
        "verified": _verified(),
    }


ANSWERS: dict[str, Any] = {word: json.loads(to_json(answer)) for word, answer in _answers().items()}
"""By outcome, as the one serialiser writes them."""
