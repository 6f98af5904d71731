"""Compare a whole claim with a record: a verdict for each claimed field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dancu.matching.names import compare_names
from dancu.matching.places import compare_addresses
from dancu.matching.values import (
    compare_codes,
    compare_dates,
    compare_relatives,
    compare_texts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dancu.domain.fields import FieldName
    from dancu.domain.outcomes import FieldVerdict, Overall
    from dancu.domain.people import Citizen
    from dancu.domain.queries import Claim

__all__ = ["compare_claim", "overall"]

_COMPARERS: Mapping[FieldName, Callable[[Any, Any], FieldVerdict]] = {
    "number": compare_texts,
    "old_number": compare_texts,
    "name": compare_names,
    "birth_date": compare_dates,
    "gender": compare_codes,
    "nationality": compare_codes,
    "ethnic_group": compare_codes,
    "religion": compare_codes,
    "blood_group": compare_codes,
    "marital_status": compare_codes,
    "birth_registration_place": compare_addresses,
    "origin": compare_addresses,
    "permanent_address": compare_addresses,
    "current_address": compare_addresses,
    "father": compare_relatives,
    "mother": compare_relatives,
    "spouse": compare_relatives,
    "representative": compare_relatives,
    "household_head": compare_relatives,
    "household_book": compare_texts,
}


def compare_claim(claim: Claim, citizen: Citizen, fields: Iterable[FieldName]) -> dict[FieldName, FieldVerdict]:
    """Compare some of the claimed fields with the record's."""
    return {name: _COMPARERS[name](getattr(claim, name), getattr(citizen, name)) for name in fields}


def overall(verdicts: Iterable[FieldVerdict]) -> Overall:
    """One word for all: ``mismatch`` where a field is, ``match`` where every field is, else ``undecided``.

    A field that matches with a notice matches. One that is only compatible, undecidable, not
    registered, not licensed or unavailable leaves the whole undecided: an officer looks.
    """
    words = {one.verdict for one in verdicts}
    if "mismatch" in words:
        return "mismatch"
    return "match" if words <= {"match", "match_with_notice"} else "undecided"
