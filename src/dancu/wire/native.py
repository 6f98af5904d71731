"""Our own gateway's JSON: questions as it takes them, answers and problems as it gives them (design.md §5).

::

    POST v1/lookup  {"subject": {...}, "fields": [...], "purpose": {...}}
    200             {"outcome": "found", "citizen": {...}, "findings": [...], ...}
    4xx, 5xx        application/problem+json {"type", "title", "status", "code", "retryable", "reference", "errors"}
"""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING, Any, cast

from dancu.domain.address_text import ParsedAddress
from dancu.domain.codes import Coded
from dancu.domain.fields import FIELDS
from dancu.domain.outcomes import Found
from dancu.domain.people import Citizen, Relative
from dancu.domain.places import Address
from dancu.domain.serial import from_json
from dancu.errors import CODES, DancuError, Unavailable, error_for
from dancu.wire.messages import WireReply, WireRequest
from dancu.wire.provider_codes import refusal, retry_after
from dancu.wire.services.spec import ServiceSpec

if TYPE_CHECKING:
    from dancu.domain.fields import FieldName
    from dancu.domain.queries import Claim
    from dancu.domain.serial import Outcome
    from dancu.privacy import Secret
    from dancu.wire.services.spec import Keys

__all__ = ["build_native", "is_problem", "native_services", "read_native"]

_PATHS = {
    "look_up": "v1/lookup",
    "confirm": "v1/confirm",
    "verify": "v1/verify",
    "relatives": "v1/relatives",
    "blood_group": "v1/blood-group",
}
_KEYS = ("SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh")
_PROBLEM = "gateway, HTTP "
_WORD = re.compile(r"[a-z_]{1,40}")
_HEADERS = (
    ("Content-Type", "application/json"),
    ("Accept", "application/json, application/problem+json"),
    ("Accept-Encoding", "identity"),
)


def native_services(url: str) -> dict[str, ServiceSpec]:
    """The services below a gateway's URL; each compares all three keys."""
    return {
        name: ServiceSpec(url + path, url + path, operation="", integration="", fields_sent=_KEYS)
        for name, path in _PATHS.items()
    }


def build_native(keys: Keys, *, fields: tuple[FieldName, ...] = (), claim: Claim | None = None) -> WireRequest:
    """A question in the gateway's own form; fields for a look-up, a claim for a verification."""
    subject, purpose = keys.subject, keys.purpose
    parts: dict[str, Any] = {
        "subject": {"number": subject.number, "name": subject.name, "birth_date": str(subject.birth_date)},
        "purpose": {
            "procedure": purpose.procedure,
            "unit": purpose.unit,
            "officer": _present(
                code=purpose.officer.code, account=purpose.officer.account, phone=purpose.officer.phone
            ),
            **_present(dossier=purpose.dossier, session=purpose.session, basis=purpose.basis),
        },
    }
    if fields:
        parts["fields"] = list(fields)
    if claim is not None:
        parts["claim"] = {name: _claimed(getattr(claim, name)) for name in claim.claimed}
    body = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    token = purpose.officer.token
    signed = () if token is None else (("Officer-Token", cast("Secret", token).reveal()),)
    return WireRequest(keys.spec.url, keys.spec.registered_url, (*_HEADERS, *signed), body)


def _present(**parts: str | None) -> dict[str, str]:
    return {name: text for name, text in parts.items() if text is not None}


def _claimed(value: object) -> Any:
    """A claimed value as text; an address or a relative as an object."""
    if isinstance(value, Coded):
        return value.label or value.code
    if isinstance(value, Address):
        return _present(
            province=value.province,
            district=value.district,
            commune=value.commune,
            detail=value.detail,
            country=value.country,
            as_of=None if value.as_of is None else value.as_of.isoformat(),
        )
    if isinstance(value, ParsedAddress):
        return _present(text=value.text, as_of=None if value.as_of is None else value.as_of.isoformat())
    if isinstance(value, Relative):
        return _present(name=value.name, number=value.number, old_number=value.old_number)
    return str(value)


def read_native(reply: WireReply, *, fields: tuple[FieldName, ...] = ()) -> Outcome:
    """The outcome a gateway answers with.

    Raises:
        DancuError: the gateway's own code, where it is one of ours.
        Unavailable: ``unknown_answer`` for another document, or fields nobody asked for.
    """
    if reply.status != 200:
        raise _problem(reply)
    outcome = from_json(reply.body)
    if isinstance(outcome, Citizen):
        raise Unavailable("unknown_answer", detail="no outcome of a gateway")
    if isinstance(outcome, Found) and outcome.citizen.asked != frozenset[str](fields):
        raise Unavailable("unknown_answer", detail="other fields than the ones asked for")
    return outcome


def is_problem(error: DancuError) -> bool:
    """Whether a gateway of ours raised this error and reported it to us."""
    return (error.detail or "").startswith(_PROBLEM)


def _problem(reply: WireReply) -> DancuError:
    parts: Any = None
    code = again = None
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        parts = json.loads(reply.body)
        code, again = parts["code"], parts.get("retryable")
    if code == "officer_refused":
        return error_for("officer_not_licensed", field="officer", detail=_word_of(parts, f"{_PROBLEM}{reply.status}"))
    if not isinstance(code, str) or code not in CODES or CODES[cast("Any", code)].status is None:
        return refusal(reply) or error_for("unknown_answer")
    return error_for(
        cast("Any", code),
        field=_refused_fields(parts) if code == "not_granted" else None,
        detail=f"{_PROBLEM}{reply.status}",
        retry_after=retry_after(reply),
        retryable=again if isinstance(again, bool) else None,
    )


def _word_of(problem: Any, place: str) -> str:
    """What stood against an officer, by the gateway's closed words."""
    word: object = ""
    with contextlib.suppress(ValueError, KeyError, TypeError, IndexError):
        word = problem["errors"][0]["message"]
    return f"{place}: {word}" if isinstance(word, str) and _WORD.fullmatch(word) else place


def _refused_fields(problem: Any) -> str | None:
    """The fields that are not granted, ``religion,father``; None where the question is refused for another reason."""
    said: list[Any] = []
    with contextlib.suppress(KeyError, TypeError):
        said = [one["message"] for one in problem["errors"]]
    return ",".join(name for name in FIELDS if name in said) or None
