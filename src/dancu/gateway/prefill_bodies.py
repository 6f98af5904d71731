"""``POST /v1/prefill``: the body as applications write it, and a filled form as the gateway serves it.

An answer is flat: what is not known of a field is left out, and nothing is null. ``value`` is text always, a name, a
day as yyyy-mm-dd or a code; a place stands in ``address``, and ``text`` says each as people read it.
"""

from __future__ import annotations

import datetime  # noqa: TC003  # pydantic resolves the annotations at run time
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import WithJsonSchema

from dancu.domain.codes import Coded
from dancu.domain.outcomes import FieldVerdict, Note  # noqa: TC001  # as above
from dancu.domain.places import Address
from dancu.domain.queries import Subject
from dancu.errors import Code, InvalidInput
from dancu.gateway.bodies import (
    Body,
    Claimed,
    PurposeBody,
    Served,
    SubjectBody,
    Text,
    at_most,
    pointing,
    purpose_of,
)
from dancu.gateway.problems import from_error
from dancu.prefill.reading import form_of, shipped_forms
from dancu.prefill.record import Circumstance, Origin, State

if TYPE_CHECKING:
    from dancu.domain.queries import Purpose
    from dancu.prefill.forms import Form
    from dancu.prefill.papers import ProofOfUnavailability
    from dancu.prefill.record import FieldValue, Known
    from dancu.prefilled import Missing, Prefill

__all__ = ["PrefillAnswer", "PrefillBody", "served"]

SubmissionFormat = Literal["json", "formio", "civil_status", "igate"]

_CODES = WithJsonSchema({"type": "string", "enum": list(get_args(Code))})
Why = Annotated[str, WithJsonSchema({"type": "string", "enum": [*get_args(Code), *get_args(Circumstance)]})]


class PrefillBody(Body):
    """Body of ``POST /v1/prefill``: the procedure, who stands in its form, and why."""

    procedure: Annotated[Text, at_most(64, "Code of the procedure, or the id of a form.", "1.004222")]
    people: Annotated[dict[str, SubjectBody], WithJsonSchema({"minProperties": 1})]
    purpose: PurposeBody
    declared: dict[str, Claimed] | None = None
    format: SubmissionFormat | None = None

    def to_people(self, form: Form) -> dict[str, Subject]:
        """The keys of each person; a refused one is pointed at, and a role that the form has not is not repeated."""
        if not self.people.keys() <= form.roles.keys():
            known = f"the form has: {', '.join(form.roles)}"
            raise from_error(InvalidInput("invalid_subject", field="people", detail=known))
        return {role: pointing(f"/people/{role}", partial(_keys_of, parts)) for role, parts in self.people.items()}

    def to_purpose(self) -> Purpose:
        """The purpose; a refused part is pointed at."""
        return pointing("/purpose", lambda: purpose_of(self.purpose))

    def to_form(self) -> Form:
        """A form that comes with dancu; the caller names no file."""
        return pointing("", lambda: form_of(self.procedure, shipped_forms()))


def _keys_of(parts: SubjectBody) -> Subject:
    return Subject(number=parts.number, name=parts.name, birth_date=parts.birth_date)


class PlaceAnswer(Served):
    """A place: codes as the register writes them, and in ``text`` what they stand for."""

    text: str
    province: str | None = None
    district: str | None = None
    commune: str | None = None
    detail: str | None = None
    country: str | None = None
    as_of: datetime.date | None = None


class FieldAnswer(Served):
    """One field of the form, and the register's word about it.

    ``text`` is the value as people read it, ``value`` as machines do, or ``address`` where it is a place.
    """

    state: State
    verified: bool
    lockable: bool
    value: str | None = None
    text: str | None = None
    address: PlaceAnswer | None = None
    source: Origin | None = None
    as_of: datetime.datetime | None = None
    reason: Why | None = None
    reference: str | None = None
    difference: FieldVerdict | None = None
    choices: list[PlaceAnswer] | None = None


class MissingAnswer(Served):
    """A field for which the officer must still ask."""

    key: str
    label_vi: str
    label_en: str
    state: State | None = None
    reason: Why | None = None


class FailedAnswer(Served):
    """A question to which no answer was had."""

    operation: str
    code: Annotated[str, _CODES]
    time: datetime.datetime
    vi: str
    en: str
    reference: str | None = None


class ProofAnswer(Served):
    """The proof that the register could not be asked: the ground for papers, without personal data.

    ``text_vi`` and ``text_en`` are pages to print.
    """

    form: str
    procedure: str
    unit: str
    dossier: str
    questions: list[FailedAnswer]
    text_vi: str
    text_en: str


class RemarkAnswer(Served):
    """Something remarkable about the answer for one person: a hint or a finding."""

    code: str
    vi: str
    en: str


class PrefillAnswer(Served):
    """A form as far as it could be filled, whatever the register did."""

    outcome: Literal["prefilled"]
    form: str
    fields: dict[str, FieldAnswer]
    missing: list[MissingAnswer]
    remarks: dict[str, list[RemarkAnswer]] | None = None
    submission: dict[str, Any] | None = None
    proof: ProofAnswer | None = None
    reference: str | None = None


def served(prefill: Prefill, wanted: SubmissionFormat | None) -> PrefillAnswer:
    """A filled form as the gateway serves it, with a submission in the format that is wanted."""
    references = [one.reference for one in prefill.fields.values() if one.reference]
    proof = prefill.proof()
    return PrefillAnswer(
        outcome="prefilled",
        form=prefill.form.id,
        fields={key: _field(one) for key, one in prefill.fields.items()},
        missing=[_missing(one) for one in prefill.missing()],
        remarks={role: [_remark(note) for note in notes] for role, notes in prefill.remarks.items()} or None,
        submission=None if wanted is None else prefill.render(wanted),
        proof=None if proof is None else _proof(proof),
        reference=references[0] if references else None,
    )


def _field(one: FieldValue) -> FieldAnswer:
    return FieldAnswer(
        state=one.state,
        verified=one.verified,
        lockable=one.lockable,
        value=None if one.value is None else _value(one.value),
        text=None if one.value is None else str(one.value),
        address=_place(one.value) if isinstance(one.value, Address) else None,
        source=one.source,
        as_of=one.as_of,
        reason=one.reason,
        reference=one.reference,
        difference=one.difference,
        choices=[_place(place) for place in one.choices] or None,
    )


def _value(known: Known) -> str | None:
    if isinstance(known, Address):
        return None
    return known.code or known.label if isinstance(known, Coded) else str(known)


def _place(address: Address) -> PlaceAnswer:
    return PlaceAnswer(
        text=str(address),
        province=address.province,
        district=address.district,
        commune=address.commune,
        detail=address.detail,
        country=address.country,
        as_of=address.as_of,
    )


def _remark(note: Note) -> RemarkAnswer:
    return RemarkAnswer(code=note.code, vi=note.vi, en=note.en)


def _missing(one: Missing) -> MissingAnswer:
    return MissingAnswer(key=one.key, label_vi=one.label_vi, label_en=one.label_en, state=one.state, reason=one.reason)


def _proof(proof: ProofOfUnavailability) -> ProofAnswer:
    return ProofAnswer(
        form=proof.heading.form,
        procedure=proof.heading.procedure,
        unit=proof.heading.unit,
        dossier=proof.heading.dossier,
        questions=[
            FailedAnswer(
                operation=one.operation,
                code=one.code,
                time=one.time,
                vi=one.words.vi,
                en=one.words.en,
                reference=one.reference,
            )
            for one in proof.questions
        ],
        text_vi=proof.text("vi"),
        text_en=proof.text("en"),
    )
