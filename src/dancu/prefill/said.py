"""What people say about a field of a form, as a value, and how that compares with what the register holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dancu.domain.address_text import parse_address
from dancu.domain.codes import Coded
from dancu.domain.dates import PartialDate, parse_typed_date
from dancu.domain.places import Address
from dancu.domain.queries import Claim
from dancu.errors import InvalidInput
from dancu.matching.names import compare_names
from dancu.matching.places import compare_addresses
from dancu.matching.values import compare_codes, compare_dates, compare_texts
from dancu.matching.verdicts import verdict
from dancu.privacy import PersonalText

if TYPE_CHECKING:
    from dancu.domain.outcomes import FieldVerdict
    from dancu.prefill.forms import FormField
    from dancu.prefill.record import Known

__all__ = ["compare_said", "read_said", "to_precision"]

_LONGEST = 500


def read_said(field: FormField, text: str) -> Known:
    """A text as the kind of value that the field has; an address stays as it is written.

    Raises:
        InvalidInput: ``invalid_fields`` naming the field's key: blank, too long, or a date that nobody can read.
    """
    said = text.strip()
    if not said or len(said) > _LONGEST:
        raise InvalidInput("invalid_fields", field=field.key, detail=f"1 to {_LONGEST} characters")
    rule = field.rule
    if rule is None or rule.kind in {"text", "address"}:
        return PersonalText(said)
    if rule.kind == "code":
        return _code(rule.field if rule.part is None else None, said)
    try:
        return to_precision(field, parse_typed_date(said))
    except InvalidInput as error:
        raise InvalidInput("invalid_fields", field=field.key, detail=error.detail) from None


def to_precision(field: FormField, date: PartialDate) -> PartialDate:
    """A birth date as the field wants it: of a year of birth the year alone."""
    return PartialDate(date.year) if (field.attribute or "").endswith(".birth_year") else date


def compare_said(field: FormField, said: Known, held: Known) -> FieldVerdict:
    """How what a card says, or somebody, compares with the register's value; the rule says why."""
    if isinstance(held, PartialDate):
        return compare_dates(said, held) if isinstance(said, PartialDate) else verdict("claim_says_nothing")
    if isinstance(held, Coded):
        return compare_codes(said if isinstance(said, Coded) else Coded("", str(said)), held)
    if isinstance(held, Address):
        return compare_addresses(said if isinstance(said, Address) else parse_address(str(said)), held)
    rule = field.rule
    is_name = rule is not None and (rule.field == "name" or rule.part == "name")
    return compare_names(str(said), held) if is_name else compare_texts(str(said), held)


def _code(field: str | None, said: str) -> Coded:
    if field is None:
        return Coded("", said)
    return cast("Coded", getattr(Claim(**{field: said}), field))
