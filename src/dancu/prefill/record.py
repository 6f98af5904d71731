"""What is known of a form's fields: from where, as of when, and an honest word for everything that is not.

::

    asked, and the register answered ──► has a value ──► filled, or stale where an old answer stood in
                                     └─► has none ─────► absent
    asked, and no answer was had ───────────────────────► unavailable (never absent, never a blank)
    refused: no grant ──────────────────────────────────► restricted
    refused: no licence; or no service answers it ──────► not_licensed
    in no register, as a newborn child ─────────────────► absent, and the reason says so

The state is the register's word. What a card or an officer gave stands beside it as a value whose ``source`` says
so and that is not verified: an outage leaves what was typed where it is, and marks it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from dancu.domain.codes import Coded
from dancu.domain.dates import PartialDate
from dancu.domain.places import Address
from dancu.privacy import PersonalText, masked_repr

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from dancu.domain.card import CardText
    from dancu.domain.outcomes import FieldVerdict, Note
    from dancu.domain.queries import Purpose, Subject
    from dancu.errors import Code, Unavailable
    from dancu.prefill.forms import Form

__all__ = [
    "STATES",
    "Circumstance",
    "Failure",
    "FieldValue",
    "Given",
    "Known",
    "Origin",
    "Reason",
    "Record",
    "State",
]

State = Literal["filled", "absent", "restricted", "not_licensed", "unavailable", "stale"]
STATES: tuple[State, ...] = ("filled", "absent", "restricted", "not_licensed", "unavailable", "stale")
Origin = Literal["register", "card", "typed"]
Known: TypeAlias = PersonalText | PartialDate | Coded | Address
"""A name and a number are `PersonalText`; a year of birth is a `PartialDate` of that precision."""
Given: TypeAlias = "Subject | CardText"
"""The three keys of somebody as they were typed, or what their card says."""
Circumstance = Literal[
    "not_matched", "ambiguous", "no_such_service", "not_in_register", "only_on_card", "split_commune"
]
"""Why a field is as it is, where that is no error."""
Reason: TypeAlias = "Code | Circumstance"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FieldValue:
    """One field of a form.

    Attributes:
        key: the field's key in the form definition.
        state: the register's word about it.
        value: what is known; None where nothing is. An address of the register's is given as it is today, and as
            it was where there are ``choices``; what a card says of one, or a citizen, is text.
        source: where ``value`` comes from; None without one.
        as_of: when that was so, UTC; None for what was typed and for a card.
        verified: the register said so for these keys; what it says of a relative never is (`Relative`).
        lockable: verified, unambiguous, and the form allows the lock: the officer need not and may not change it.
        reason: why it is not ``filled``, or not lockable: an error's code, or why nobody asked; else None.
        reference: ULID of the call, as in the audit; None where nobody asked.
        difference: how what was declared compares, where something was declared.
        choices: addresses to choose from where an old commune became several.
        overridden: an officer changed or unlocked it, with a reason on record.
    """

    key: str
    state: State
    value: Known | None = None
    source: Origin | None = None
    as_of: datetime.datetime | None = None
    verified: bool = False
    lockable: bool = False
    reason: Reason | None = None
    reference: str | None = None
    difference: FieldVerdict | None = None
    choices: tuple[Address, ...] = ()
    overridden: bool = False

    def __repr__(self) -> str:
        return masked_repr(self, key=self.key, state=self.state)

    __str__ = __repr__


@dataclass(frozen=True, slots=True, repr=False)
class Failure:
    """A question to which no answer was had; what a proof of unavailability is made of.

    Attributes:
        operation: ``look_up`` or ``relatives``.
        roles: whom it was about, as the form calls them.
        error: what happened.
        time: when it was known, UTC.
    """

    operation: str
    roles: tuple[str, ...]
    error: Unavailable
    time: datetime.datetime

    def __repr__(self) -> str:
        return masked_repr(self, operation=self.operation, code=self.error.code)


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """A form as far as it could be filled: neutral, before any portal's keys.

    Attributes:
        form: what was filled.
        people: who was given, by role.
        purpose: why.
        fields: by the form's keys, in the form's order; those with an attribute of somebody who was given.
        failures: questions without an answer.
        time: UTC.
        environment: of the profile.
        remarks: by role, what is remarkable about an answer: hints where nobody fits the keys, findings where
            somebody does.
    """

    form: Form
    people: Mapping[str, Given]
    purpose: Purpose
    fields: Mapping[str, FieldValue]
    failures: tuple[Failure, ...]
    time: datetime.datetime
    environment: Literal["test", "production"]
    remarks: Mapping[str, tuple[Note, ...]] = field(default_factory=dict[str, "tuple[Note, ...]"])

    def __repr__(self) -> str:
        return masked_repr(self, form=self.form.id)
