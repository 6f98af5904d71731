"""From answers to fields: what the register said, beside what a card says and what was typed or declared.

Of several that know a field the register comes first, then the card or the keys that were typed, then what the
citizen declared; what differs from the register says how. No value comes from anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from dancu.domain.card import CardText
from dancu.domain.codes import Coded
from dancu.domain.dates import PartialDate
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.domain.outcomes import Ambiguous, Found, NotMatched
from dancu.domain.people import Relative
from dancu.domain.places import Address
from dancu.errors import DancuError, InvalidInput
from dancu.matching.values import compare_codes
from dancu.matching.verdicts import verdict
from dancu.prefill.card_issuer import card_issuer
from dancu.prefill.record import FieldValue
from dancu.prefill.said import compare_said, read_said, to_precision
from dancu.privacy import PersonalText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dancu.domain.fields import FieldName
    from dancu.domain.outcomes import FieldVerdict
    from dancu.prefill.attributes import Attribute
    from dancu.prefill.forms import Form, FormField
    from dancu.prefill.plan import Plan, Query
    from dancu.prefill.record import Given, Known, Origin, Reason, State

__all__ = ["Answered", "assemble_fields", "check_declared"]

Answer: TypeAlias = "Found | NotMatched | Ambiguous | DancuError"
_STATES: Mapping[str, State] = {
    "not_granted": "restricted",
    "procedure_not_licensed": "not_licensed",
    "officer_not_licensed": "not_licensed",
}
_UNSURE = frozenset({"ambiguous", "vintage_unknown"})
_WHOLE_NUMBER = 12
_NOBODY_TO_ASK = frozenset({"not_in_register", "only_on_card"})


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the plan with what came of it."""

    query: Query
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Told:
    """The register's word about one field of one person."""

    state: State
    reason: Reason | None = None
    reference: str | None = None
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class _Own:
    """What else is known of a field: of the card or the keys, and what the citizen declared."""

    value: Known | None = None
    source: Origin | None = None
    declared: Known | None = None


def check_declared(form: Form, declared: Mapping[str, str]) -> None:
    """Refuse what is declared for no field of the form; the key is not repeated.

    Raises:
        InvalidInput: ``invalid_fields`` naming ``declared``.
    """
    if not declared.keys() <= {one.key for one in form.fields}:
        raise InvalidInput("invalid_fields", field="declared", detail="a key that the form has not")


def assemble_fields(
    form: Form,
    people: Mapping[str, Given],
    plan: Plan,
    answers: Iterable[Answered],
    declared: Mapping[str, str],
) -> dict[str, FieldValue]:
    """The fields of everybody who was given, in the form's order; of a role without a register also those not given."""
    told = {place: _Told(*word) for place, word in plan.unasked.items()}
    for one in answers:
        said = _said(one.answer)
        told |= {(role, name): said for role in one.query.roles for name in one.query.fields}
    return {
        one.key: _field(form, one, people.get(one.role), told, declared.get(one.key))
        for one in form.fields
        if one.role is not None and (one.role in people or not form.roles[one.role].from_register)
    }


def _said(answer: Answer) -> _Told:
    match answer:
        case Found(source=source):
            return _Told("stale" if source == "stale" else "filled", reference=answer.reference, found=answer)
        case NotMatched():
            return _Told("absent", "not_matched", answer.reference)
        case Ambiguous():
            return _Told("absent", "ambiguous", answer.reference)
        case InvalidInput():
            return _Told("not_licensed", "no_such_service", answer.reference)
        case DancuError(code=code):
            return _Told(_STATES.get(code, "unavailable"), code, answer.reference)


def _field(
    form: Form,
    one: FormField,
    given: Given | None,
    told: Mapping[tuple[str, FieldName], _Told],
    declared: str | None,
) -> FieldValue:
    role, rule = one.role, one.rule
    assert role is not None and rule is not None  # noqa: S101  # the caller picked fields with an attribute
    own = _own(one, rule, given, declared)
    if not form.roles[role].from_register:
        return _unanswered(one, _Told("absent", "not_in_register"), own)
    if rule.field is None:
        return _unanswered(one, _Told("not_licensed", "only_on_card"), own)
    said = told[role, rule.field]
    held = None if said.found is None else _held(one, rule, getattr(said.found.citizen, rule.field))
    if said.found is None or held is None:
        return _unanswered(one, said if said.found is None else replace(said, state="absent"), own)
    return _answered(one, rule, held, said, own)


def _own(one: FormField, rule: Attribute, given: Given | None, declared: str | None) -> _Own:
    value = _given(one, rule, given)
    said = None if declared is None else _readable(one, declared)
    if value is not None:
        return _Own(value, "card" if isinstance(given, CardText) else "typed", said)
    return _Own(said, None if said is None else "typed", said)


def _readable(one: FormField, declared: str) -> Known | None:
    """What a citizen wrote, however they wrote it: it is no key, and must not keep a form from coming."""
    try:
        return read_said(one, declared)
    except InvalidInput:
        return PersonalText(declared.strip()) if declared.strip() else None


def _given(one: FormField, rule: Attribute, given: Given | None) -> Known | None:
    """What the card says, or what was typed as a key."""
    name = rule.card if isinstance(given, CardText) else rule.key
    if given is None:
        return None
    if rule.field in {"number", "old_number"}:
        return _number(rule.field, given)
    value = None if name is None else getattr(given, name)
    if isinstance(value, PartialDate):
        return card_issuer(value) if rule.kind == "text" else to_precision(one, value)
    known: Known | None = value
    return known


def _number(field: FieldName, given: Given) -> Known | None:
    """The number of this kind; somebody with an old card has given an old number as key."""
    if field == "number":
        return given.number if isinstance(given.number, PersonNumber) else None
    if isinstance(given.number, OldPersonNumber):
        return given.number
    return given.old_number if isinstance(given, CardText) else None


def _unanswered(one: FormField, said: _Told, own: _Own) -> FieldValue:
    return FieldValue(
        key=one.key,
        state=said.state,
        value=own.value,
        source=own.source,
        as_of=said.found.as_of if said.found is not None and own.value is None else None,
        reason=said.reason,
        reference=said.reference,
        difference=None if own.declared is None else _undecided(said),
    )


def _undecided(said: _Told) -> FieldVerdict | None:
    """Why what was declared cannot be compared; None where there is no register to compare it with."""
    if said.reason in _NOBODY_TO_ASK:
        return None
    if said.state == "absent":
        return verdict("not_registered" if said.reason is None else "no_record_there")
    return verdict("unavailable" if said.state == "unavailable" else "not_licensed")


def _answered(one: FormField, rule: Attribute, held: Known, said: _Told, own: _Own) -> FieldValue:
    """The register's value, and how what else is known compares; an old answer verifies nothing."""
    value, choices = _today(held) if isinstance(held, Address) else (held, ())
    verified = rule.part is None and said.state == "filled"
    return FieldValue(
        key=one.key,
        state=said.state,
        value=value,
        source="register",
        as_of=None if said.found is None else said.found.as_of,
        verified=verified,
        lockable=verified and one.lock == "verified" and not choices,
        reason="split_commune" if choices else None,
        reference=said.reference,
        difference=_difference(one, own, held),
        choices=choices,
    )


def _held(one: FormField, rule: Attribute, value: Any) -> Known | None:
    """The register's value; None where it holds none, or says that it has no information."""
    if isinstance(value, Relative):
        return _of_relative(rule, value)
    if isinstance(value, PartialDate):
        return to_precision(one, value)
    if isinstance(value, Coded) and compare_codes(value, value).rule == "not_registered":
        return None
    known: Known | None = value if str(value or "").strip() else None
    return known


def _of_relative(rule: Attribute, relative: Relative) -> Known | None:
    """A part of it; a short run of digits that stands where a number should is none (wire.md §5 quirk 4)."""
    part: Known | None = getattr(relative, rule.part or "name")
    is_placeholder = rule.part == "number" and part is not None and len(str(part)) != _WHOLE_NUMBER
    return None if is_placeholder else part


def _today(address: Address) -> tuple[Address, tuple[Address, ...]]:
    """The address under the list of today; where that has several, the old one and all of them."""
    converted = address.converted()
    if converted.address is not None:
        return converted.address, ()
    return address, converted.candidates if converted.outcome in _UNSURE else ()


def _difference(one: FormField, own: _Own, held: Known) -> FieldVerdict | None:
    """How what was declared compares; else a card or typed key, where it is not the same."""
    if own.declared is not None:
        return compare_said(one, own.declared, held)
    if own.value is None:
        return None
    compared = compare_said(one, own.value, held)
    return None if compared.verdict == "match" else compared
