"""The closed table of what a form may want to know about a person, and from which fields of the record it comes.

An attribute of a form reads ``role.attribute``, such as ``mother.birth_year``; a relative named in that person's own
record reads ``applicant.household_head.full_name``, and nothing of it is verified (design.md §3, `Relative`).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.domain.fields import FieldName

__all__ = ["ATTRIBUTES", "Attribute", "Kind"]

Kind = Literal["text", "date", "code", "address"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing to know.

    Attributes:
        field: the field of the record it comes from; None for what only a card tells.
        kind: what its value is, and so which formats fit.
        part: of a `Relative`: ``name``, ``number`` or ``relation``; None for the field itself.
        card: the part of `CardText` that says the same; None where a card does not.
        key: the key of `Subject` that says the same; None where no key does.
    """

    field: FieldName | None
    kind: Kind
    part: str | None = None
    card: str | None = None
    key: str | None = None


def _relative(field: FieldName, *, relation: bool = False) -> dict[str, Attribute]:
    parts = {
        f"{field}.full_name": Attribute(field, "text", "name"),
        f"{field}.id_number": Attribute(field, "text", "number"),
    }
    return parts | ({f"{field}.relation": Attribute(field, "code", "relation")} if relation else {})


ATTRIBUTES: Mapping[str, Attribute] = MappingProxyType(
    {
        "full_name": Attribute("name", "text", card="name", key="name"),
        "birth_date": Attribute("birth_date", "date", card="birth_date", key="birth_date"),
        "birth_year": Attribute("birth_date", "date", card="birth_date", key="birth_date"),
        "id_number": Attribute("number", "text", card="number", key="number"),
        "old_id_number": Attribute("old_number", "text", card="old_number"),
        "gender": Attribute("gender", "code", card="gender"),
        "nationality": Attribute("nationality", "code"),
        "ethnic_group": Attribute("ethnic_group", "code"),
        "religion": Attribute("religion", "code"),
        "marital_status": Attribute("marital_status", "code"),
        "birth_registration_place": Attribute("birth_registration_place", "address"),
        "origin": Attribute("origin", "address"),
        "permanent_address": Attribute("permanent_address", "address", card="address"),
        "current_address": Attribute("current_address", "address"),
        "household_book": Attribute("household_book", "text"),
        "card_issue_date": Attribute(None, "date", card="issued"),
        "card_issuer": Attribute(None, "text", card="issued"),
        **_relative("father"),
        **_relative("mother"),
        **_relative("spouse"),
        **_relative("household_head", relation=True),
    }
)
