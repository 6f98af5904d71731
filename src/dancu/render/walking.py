"""What all renderers have in common: fields with their written values, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dancu.render.formats import write

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    from dancu.prefill.forms import Family, Form, FormField
    from dancu.prefill.record import FieldValue
    from dancu.render.formats import Written

__all__ = ["Placed", "nest", "placed", "provenance", "targets", "told"]

NOT_WRITABLE = "not_writable"


@dataclass(frozen=True, slots=True)
class Placed:
    """One field of the form at its place.

    Attributes:
        field: of the definition.
        known: what is known of it.
        target: its key in the family of the renderer.
        written: its value as text; None where nothing is known, or nothing that can be written so.
    """

    field: FormField
    known: FieldValue
    target: str
    written: Written | None


def target_of(one: FormField, family: Family | None) -> str | None:
    """A field's key in a family; for form.io, where the definition names none, its own, and so with no family."""
    own = one.key if family in {None, "formio"} else None
    return own if family is None else one.targets.get(family, own)


def targets(form: Form, family: Family) -> list[str]:
    """Every key that a form goes into in a family of portals."""
    return [target for one in form.fields if (target := target_of(one, family)) is not None]


def placed(form: Form, fields: Mapping[str, FieldValue], family: Family | None) -> Iterator[Placed]:
    """The fields that have a key in a family, in the form's order; with no family all, under their own keys."""
    for one in form.fields:
        known = fields.get(one.key)
        target = target_of(one, family)
        if known is not None and target is not None:
            yield Placed(one, known, target, None if known.value is None else write(known.value, one.format))


def told(one: Placed) -> dict[str, Any]:
    """Where a value comes from, or why there is none; nothing of the value itself."""
    known = one.known
    reason = NOT_WRITABLE if known.value is not None and one.written is None else known.reason
    parts: dict[str, Any] = {
        "state": known.state,
        "source": known.source,
        "as_of": None if known.as_of is None else known.as_of.isoformat(timespec="seconds"),
        "verified": known.verified,
        "locked": known.lockable and one.written is not None,
        "reason": reason,
        "reference": known.reference,
        "difference": None if known.difference is None else known.difference.verdict,
        "overridden": known.overridden or None,
    }
    return {name: part for name, part in parts.items() if part is not None}


def provenance(form: Form, fields: list[Placed], now: datetime.datetime) -> dict[str, Any]:
    """What stands beside the data, by the same keys."""
    return {
        "form": form.id,
        "filled_at": now.isoformat(timespec="seconds"),
        "fields": {one.target: told(one) for one in fields},
    }


def nest(values: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted keys as objects in objects."""
    nested: dict[str, Any] = {}
    for key, value in values.items():
        *above, last = key.split(".")
        at = nested
        for part in above:
            at = at.setdefault(part, {})
        at[last] = value
    return nested
