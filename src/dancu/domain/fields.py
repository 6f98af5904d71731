"""The names of a citizen's fields, their class and how long a cache may keep them.

The same names stand in the SDK, in claims, in the gateway's JSON, in grants, in forms
and in the audit. Classes follow Decree 356/2025 art. 3 (basic) and art. 4 (sensitive).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from dancu.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["FIELDS", "FieldName", "FieldRule", "parse_fields"]

FieldName = Literal[
    "number",
    "old_number",
    "name",
    "birth_date",
    "gender",
    "nationality",
    "ethnic_group",
    "religion",
    "blood_group",
    "marital_status",
    "birth_registration_place",
    "origin",
    "permanent_address",
    "current_address",
    "father",
    "mother",
    "spouse",
    "representative",
    "household_head",
    "household_book",
]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What the law and the house say about one field.

    Attributes:
        sensitive: sensitive personal data; a grant must name it.
        cached_at_most: seconds; 0 means never.
    """

    sensitive: bool = False
    cached_at_most: int = 0


_DAY = 24 * 3600
_QUARTER = 15 * 60

FIELDS: Mapping[FieldName, FieldRule] = MappingProxyType(
    {
        "number": FieldRule(cached_at_most=_DAY),
        "old_number": FieldRule(cached_at_most=_DAY),
        "name": FieldRule(cached_at_most=_DAY),
        "birth_date": FieldRule(cached_at_most=_DAY),
        "gender": FieldRule(cached_at_most=_DAY),
        "nationality": FieldRule(cached_at_most=_DAY),
        "ethnic_group": FieldRule(sensitive=True, cached_at_most=_QUARTER),
        "religion": FieldRule(sensitive=True),
        "blood_group": FieldRule(sensitive=True),
        "marital_status": FieldRule(),
        "birth_registration_place": FieldRule(cached_at_most=_DAY),
        "origin": FieldRule(cached_at_most=_DAY),
        "permanent_address": FieldRule(cached_at_most=_QUARTER),
        "current_address": FieldRule(cached_at_most=_QUARTER),
        "father": FieldRule(cached_at_most=_QUARTER),
        "mother": FieldRule(cached_at_most=_QUARTER),
        "spouse": FieldRule(cached_at_most=_QUARTER),
        "representative": FieldRule(cached_at_most=_QUARTER),
        "household_head": FieldRule(cached_at_most=_QUARTER),
        "household_book": FieldRule(cached_at_most=_QUARTER),
    }
)


def parse_fields(fields: Iterable[str] | None) -> tuple[FieldName, ...]:
    """Check a list of field names; each is kept once, in the order of `FIELDS`.

    Raises:
        InvalidInput: ``invalid_fields``: none, one text instead of a list, empty, or an
            unknown name.
    """
    if fields is None or isinstance(fields, str):
        raise InvalidInput("invalid_fields", field="fields", detail="a list of field names")
    try:
        asked = set(fields)
    except TypeError:
        raise InvalidInput("invalid_fields", field="fields", detail="a list of field names") from None
    if not asked:
        raise InvalidInput("invalid_fields", field="fields", detail="empty")
    if not asked <= FIELDS.keys():
        raise InvalidInput("invalid_fields", field="fields", detail="unknown field name")
    return tuple(name for name in FIELDS if name in cast("set[FieldName]", asked))
