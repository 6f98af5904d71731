"""A JSON instance: values by the form's own keys, nested, and their provenance beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dancu.render.walking import nest, placed, provenance

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from dancu.prefill.forms import Form
    from dancu.prefill.record import FieldValue

__all__ = ["render"]


def render(form: Form, fields: Mapping[str, FieldValue], *, now: datetime.datetime) -> dict[str, Any]:
    """``{"data": {...}, "provenance": {...}}``."""
    found = list(placed(form, fields, None))
    data = nest({one.target: one.written for one in found if one.written is not None})
    return {"data": data, "provenance": provenance(form, found, now)}
