"""A form.io submission: a draft, with the provenance of each value under ``metadata`` (docs/prefill.md)."""

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
    """``{"data": {...}, "metadata": {"dancu": {...}}, "state": "draft"}``; what is not known is not in ``data``."""
    found = list(placed(form, fields, "formio"))
    data = nest({one.target: one.written for one in found if one.written is not None})
    return {"data": data, "metadata": {"dancu": provenance(form, found, now)}, "state": "draft"}
