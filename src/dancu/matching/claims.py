"""Compare a whole claim with a record: a verdict for each claimed field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dancu.matching.names import compare_names
from dancu.matching.values import (
    compare_addresses,
    compare_codes,
    compare_dates,
    compare_relatives,
    compare_texts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dancu.domain.fields import FieldName
    from dancu.domain.outcomes import FieldVerdict
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


def compare_claim(claim: Claim, citizen: Citizen) -> dict[FieldName, FieldVerdict]:
    """Compare each claimed field with the record's."""
    return {name: _COMPARERS[name](getattr(claim, name), getattr(citizen, name)) for name in claim.claimed}


def overall(verdicts: Iterable[FieldVerdict]) -> Literal["match", "review", "different"]:
    """One word for all: every field matches, one differs, or an officer must look."""
    words = {one.verdict for one in verdicts}
    if "different" in words:
        return "different"
    return "match" if words <= {"match", "match_with_notice"} else "review"
