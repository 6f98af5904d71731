"""What an officer writes into a form that came filled: beside the register's word, never in place of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dancu.errors import InvalidInput
from dancu.prefill.record import FieldValue
from dancu.prefill.said import compare_said, read_said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.prefill.forms import FormField
    from dancu.prefill.record import Origin, Record

__all__ = ["complete"]


def complete(record: Record, typed: Mapping[str, str]) -> Record:
    """The form with what was typed; blank text empties a field.

    A field's state stays the register's word, and what differs from the register's value says how.

    Raises:
        InvalidInput: ``invalid_fields`` naming the key: it is locked, or a date that nobody can read; ``fields``
            where the form has no such key.
    """
    known = {one.key: one for one in record.form.fields}
    if not typed.keys() <= known.keys():
        raise InvalidInput("invalid_fields", field="fields", detail="a key that the form has not")
    written = {key: _written(known[key], record.fields.get(key), text) for key, text in typed.items()}
    fields = {**record.fields, **written}
    return replace(record, fields={key: fields[key] for key in known if key in fields})


def _written(one: FormField, before: FieldValue | None, text: str) -> FieldValue:
    if before is not None and before.lockable:
        raise InvalidInput("invalid_fields", field=one.key, detail="locked: override it, with a reason")
    said = read_said(one, text) if text.strip() else None
    source: Origin | None = None if said is None else "typed"
    if before is None:
        return FieldValue(key=one.key, state="absent", value=said, source=source, reason="not_in_register")
    held = before.value if before.source == "register" else None
    return replace(
        before,
        value=said,
        source=source,
        as_of=None,
        verified=False,
        choices=(),
        difference=before.difference if said is None or held is None else compare_said(one, said, held),
    )
