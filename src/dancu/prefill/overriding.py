"""Use case: an officer unlocks a field, or puts another value in its place; on record before it is so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dancu.domain.ids import without_separators
from dancu.errors import DancuError, InvalidInput
from dancu.flows.effects import audit
from dancu.policy.audit import Override
from dancu.prefill.plan import subject_of
from dancu.prefill.said import read_said
from dancu.privacy import PersonalText

if TYPE_CHECKING:
    from dancu.domain.queries import Purpose
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.prefill.forms import FormField
    from dancu.prefill.record import FieldValue, Known, Record

__all__ = ["override"]

_SHORTEST, _LONGEST = 3, 500


def override(
    context: Context,
    record: Record,
    key: str,
    *,
    value: Known | str | None = None,
    reason: str,
    evidence: str,
    purpose: Purpose,
) -> Flow[Record]:
    """Unlock one field, and replace its value where another is given.

    Args:
        context: see there.
        record: the form.
        key: the field's.
        value: text is read as the field's kind; None unlocks the field and leaves its value.
        reason: why, 3 to 500 characters; the audit keeps it, so no number of a person may stand in it.
        evidence: the document that shows it, its kind and number; likewise.
        purpose: of this act.

    Raises:
        InvalidInput: naming the key, ``reason``, ``evidence`` or the part of the purpose that is off.
        Unavailable: ``audit_unavailable``; the form stays as it was.
    """
    field = next((one for one in record.form.fields if one.key == key and key in record.fields), None)
    if field is None:
        raise InvalidInput("invalid_fields", field="key", detail="the form has no such field filled")
    before = record.fields[key]
    known = _known(field, value)
    if known is None and not before.lockable:
        raise InvalidInput("invalid_fields", field="key", detail="the field is not locked, and no value is given")
    told = {"reason": _words("reason", reason, record), "evidence": _words("evidence", evidence, record)}
    for given in record.people.values():
        purpose.check_holds_no(subject_of(given).number)
    yield from _kept(
        Override.of(
            purpose,
            time=context.clock.now(),
            reference=context.references(),
            operation="prefill",
            environment=context.environment,
            form=record.form.id,
            key=key,
            replaced=known is not None,
            **told,
            source=before.source,
            state=before.state,
            call=before.reference,
            subject=_subject(context, record, field),
        )
    )
    return replace(record, fields={**record.fields, key: _changed(before, known)})


def _known(field: FormField, value: Known | str | None) -> Known | None:
    if isinstance(value, str) and not isinstance(value, PersonalText):
        return read_said(field, value)
    return value


def _kept(record: Override) -> Flow[None]:
    try:
        yield from audit(record)
    except DancuError as error:
        error.reference = record.reference
        raise


def _words(name: str, text: str, record: Record) -> str:
    """What stands in the audit: words of one line, and nobody's number."""
    said = text.strip()
    if not _SHORTEST <= len(said) <= _LONGEST or not said.isprintable():
        raise InvalidInput("invalid_fields", field=name, detail=f"{_SHORTEST} to {_LONGEST} characters of one line")
    digits = without_separators(said)
    if any(subject_of(given).number in digits for given in record.people.values()):
        raise InvalidInput("invalid_fields", field=name, detail="holds a person's number")
    return said


def _subject(context: Context, record: Record, field: FormField) -> str | None:
    given = record.people.get(field.role or "")
    return None if given is None else context.pseudonyms.of(subject_of(given))


def _changed(before: FieldValue, known: Known | None) -> FieldValue:
    """Unlocked; another value is the officer's word, and no longer the register's."""
    if known is None:
        return replace(before, lockable=False, overridden=True)
    return replace(
        before, value=known, source="typed", as_of=None, verified=False, lockable=False, choices=(), overridden=True
    )
