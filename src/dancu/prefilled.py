"""`Prefill`: a form as far as it could be filled, what is still to be asked for, and what it renders to."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass, replace
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, overload

from dancu.errors import InvalidInput
from dancu.prefill.completing import complete
from dancu.prefill.forms import Form
from dancu.prefill.papers import discrepancy_slip, proof_of
from dancu.privacy import masked_repr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dancu.domain.outcomes import Note
    from dancu.domain.places import Address
    from dancu.prefill.forms import FormField
    from dancu.prefill.papers import DiscrepancySlip, ProofOfUnavailability
    from dancu.prefill.record import FieldValue, Reason, Record, State

__all__ = ["Missing", "Prefill", "Rendering", "form_for"]

Rendering = Literal["formio", "json", "civil_status", "igate", "docx"]
_RENDERERS: dict[str, str] = {
    "formio": "formio",
    "json": "instance",
    "civil_status": "civil_status",
    "igate": "igate",
    "docx": "docx",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A field for which the officer must still ask, or choose.

    Attributes:
        key: of the form.
        label_vi, label_en: what stands beside it.
        state: the register's word; None for what no register holds, such as a telephone number.
        reason: why, where there is one; ``split_commune`` where one of `FieldValue.choices` is to be chosen.
    """

    key: str
    label_vi: str
    label_en: str
    state: State | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Prefill:
    """What `dancu.Client.prefill` answers; ``repr`` is masked.

    Attributes:
        record: the whole of it.
    """

    record: Record

    @property
    def form(self) -> Form:
        """What was filled."""
        return self.record.form

    @property
    def fields(self) -> Mapping[str, FieldValue]:
        """By the form's keys, in the form's order; of a person who was not given there are none."""
        return MappingProxyType(self.record.fields)

    @property
    def remarks(self) -> Mapping[str, tuple[Note, ...]]:
        """By role: hints from the keys where nobody fits them, findings about a record that was found."""
        return self.record.remarks

    def missing(self) -> tuple[Missing, ...]:
        """What is still to be asked for: required fields without a value, and what an outage left empty."""
        asked = ((one, self.record.fields.get(one.key)) for one in self.form.fields)
        return tuple(
            Missing(
                key=one.key,
                label_vi=one.label_vi,
                label_en=one.label_en,
                state=None if known is None else known.state,
                reason=None if known is None else known.reason,
            )
            for one, known in asked
            if self._is_missing(one, known)
        )

    @overload
    def render(self, kind: Literal["docx"], *, now: datetime.datetime | None = None) -> bytes: ...
    @overload
    def render(
        self, kind: Literal["formio", "json", "civil_status", "igate"], *, now: datetime.datetime | None = None
    ) -> dict[str, Any]: ...
    def render(self, kind: Rendering, *, now: datetime.datetime | None = None) -> dict[str, Any] | bytes:
        """The form as a portal takes it, or as a document (docs/prefill.md).

        Args:
            kind: of `Rendering`.
            now: the time that stands in it, UTC; by default when the form was filled.

        Raises:
            InvalidInput: ``invalid_fields``: no such kind, or the form has no document.
            ConfigurationError: ``extra_missing`` naming ``forms``.
        """
        if kind not in _RENDERERS:
            raise InvalidInput("invalid_fields", field="kind", detail=f"one of {', '.join(_RENDERERS)}")
        renderer = import_module(f"dancu.render.{_RENDERERS[kind]}")
        rendered: dict[str, Any] | bytes = renderer.render(self.form, self.fields, now=now or self.record.time)
        return rendered

    def proof(self) -> ProofOfUnavailability | None:
        """That the register was asked and gave no answer; None where it did, or refused."""
        return proof_of(self.record)

    def discrepancies(self, said: Iterable[str], *, now: datetime.datetime | None = None) -> DiscrepancySlip:
        """A slip about fields of the register's that the citizen disputes.

        Args:
            said: keys of the fields, or a mapping of them to what the citizen says; no value is kept.
            now: UTC; the machine's clock by default.

        Raises:
            InvalidInput: ``invalid_fields``: none, or one that the register did not fill.
        """
        return discrepancy_slip(self.record, said, now or datetime.datetime.now(datetime.UTC))

    def choose(self, key: str, place: Address) -> Prefill:
        """The same with one of a field's ``choices`` in its place; the officer's word, and not verified.

        Raises:
            InvalidInput: ``invalid_fields``: the field does not offer this one.
        """
        one = self.record.fields.get(key)
        if one is None or place not in one.choices:
            raise InvalidInput("invalid_fields", field="key", detail="the field does not offer this choice")
        chosen = replace(one, value=place, verified=False, lockable=False, reason=None, choices=())
        return Prefill(replace(self.record, fields={**self.record.fields, key: chosen}))

    def complete(self, typed: Mapping[str, str]) -> Prefill:
        """The same with what the officer wrote into open fields, by the form's keys; blank text empties one.

        What is typed is not verified, and the field's state stays the register's word.

        Raises:
            InvalidInput: ``invalid_fields`` naming the key: it is locked (see `dancu.Client.override`), or a date
                that nobody can read; ``fields`` where the form has no such key.
        """
        return Prefill(complete(self.record, typed))

    def _is_missing(self, one: FormField, known: FieldValue | None) -> bool:
        if known is None:
            return one.required and (one.role is None or self.form.roles[one.role].required)
        if known.choices:
            return True
        return known.value is None and (one.required or known.state == "unavailable")

    def __repr__(self) -> str:
        return masked_repr(self, form=self.form.id)

    __str__ = __repr__


def form_for(procedure: str, form: Form | str | os.PathLike[str] | None) -> Form:
    """The form that is meant: itself, or the one of an id, a procedure or a file.

    Raises:
        InvalidInput: ``invalid_purpose`` naming ``procedure``: none is known.
        ConfigurationError: ``profile_invalid``: the file cannot be read, or is no definition.
    """
    if isinstance(form, Form):
        return form
    from dancu.prefill.reading import load_form

    return load_form(procedure if form is None else os.fspath(form))
