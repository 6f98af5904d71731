"""What a form asks the register: once for each person, only for fields that the form uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from dancu.domain.card import CardText
from dancu.domain.fields import FIELDS
from dancu.domain.queries import Subject
from dancu.errors import InvalidInput
from dancu.privacy import masked_repr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.domain.dates import PartialDate
    from dancu.domain.fields import FieldName
    from dancu.prefill.forms import Form
    from dancu.prefill.record import Given, Reason, State

    Keys: TypeAlias = tuple[str, str, PartialDate]

__all__ = ["SERVICES", "Plan", "Query", "make_plan", "needed", "subject_of"]

SERVICES = ("look_up", "relatives")
"""The services that are asked, the first that answers a field first."""

_PARENTS: frozenset[FieldName] = frozenset({"father", "mother"})


@dataclass(frozen=True, slots=True, repr=False)
class Query:
    """One question: whom it is about, under which roles, and for which fields.

    Attributes:
        service: of `SERVICES`.
        subject: the three keys.
        roles: those that this person has in the form.
        fields: asked for, in the order of `dancu.domain.fields.FIELDS`.
    """

    service: str
    subject: Subject
    roles: tuple[str, ...]
    fields: tuple[FieldName, ...]

    def __repr__(self) -> str:
        return masked_repr(self, service=self.service, roles=self.roles, fields=self.fields)


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """Every question of one form.

    Attributes:
        queries: may all be put at once.
        unasked: by role and field, what is true of a field that nobody is asked for.
    """

    queries: tuple[Query, ...]
    unasked: Mapping[tuple[str, FieldName], tuple[State, Reason]]

    def __repr__(self) -> str:
        return masked_repr(self, queries=len(self.queries))


def subject_of(given: Given) -> Subject:
    """The keys of somebody who was typed, or whose card was read."""
    return given.subject() if isinstance(given, CardText) else given


def needed(form: Form, role: str) -> tuple[FieldName, ...]:
    """The fields of a person's record that a form uses."""
    used = {one.rule.field for one in form.fields if one.role == role and one.rule is not None}
    return tuple(name for name in FIELDS if name in used)


def make_plan(
    form: Form,
    people: Mapping[str, Given],
    offered: Mapping[str, frozenset[FieldName]],
    *,
    granted: frozenset[FieldName] | None = None,
) -> Plan:
    """Plan a form.

    Args:
        form: what is to be filled.
        people: who is known, by role; whoever stands under two roles is asked about once.
        offered: the fields that each service of `SERVICES` answers on this platform.
        granted: the fields that may be asked for; None for all.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``people.<role>``: a role that the form has not, or one that it
            cannot do without, or not the keys of a person.
    """
    _check(form, people)
    asked: dict[Keys, tuple[Subject, list[str], set[FieldName]]] = {}
    unasked: dict[tuple[str, FieldName], tuple[State, Reason]] = {}
    for role, given in people.items():
        if not form.roles[role].from_register:
            continue
        subject = subject_of(given)
        _first, roles, fields = asked.setdefault(_keys(subject), (subject, [], set()))
        roles.append(role)
        for name in needed(form, role):
            if granted is not None and name not in granted:
                unasked[role, name] = ("restricted", "not_granted")
            elif not any(_answers(service, name, offered) for service in SERVICES):
                unasked[role, name] = ("not_licensed", "no_such_service")
            else:
                fields.add(name)
    queries = [
        Query(service, subject, tuple(roles), part)
        for subject, roles, fields in asked.values()
        for service, part in _shared_out(fields, offered)
    ]
    return Plan(tuple(queries), unasked)


def _keys(subject: Subject) -> Keys:
    """By what two are one person; a card says a name in capitals."""
    return subject.number, subject.name.casefold(), subject.birth_date


def _answers(service: str, name: FieldName, offered: Mapping[str, frozenset[FieldName]]) -> bool:
    """Whether a service is one for this field; the one for relatives is asked about parents only."""
    return name in offered.get(service, ()) and (service != "relatives" or name in _PARENTS)


def _shared_out(
    fields: set[FieldName], offered: Mapping[str, frozenset[FieldName]]
) -> list[tuple[str, tuple[FieldName, ...]]]:
    """Each field to the first service that answers it."""
    left = set(fields)
    parts: list[tuple[str, tuple[FieldName, ...]]] = []
    for service in SERVICES:
        part = {name for name in left if _answers(service, name, offered)}
        left -= part
        if part:
            parts.append((service, tuple(name for name in FIELDS if name in part)))
    return parts


def _check(form: Form, people: Mapping[str, Given]) -> None:
    for role, given in people.items():
        if role not in form.roles:
            raise InvalidInput("invalid_subject", field="people", detail=f"the form has: {', '.join(form.roles)}")
        if not isinstance(cast("object", given), Subject | CardText):
            raise InvalidInput("invalid_subject", field=f"people.{role}", detail="a Subject, or the text of a card")
    for role, part in form.roles.items():
        if part.required and part.from_register and role not in people:
            raise InvalidInput("invalid_subject", field=f"people.{role}", detail="the form cannot do without")
