"""The keys of the civil-status e-forms, family A of vn-data.md §5.3: flat, and a place is an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dancu.domain.places import Address
from dancu.render.formats import write
from dancu.render.walking import placed, provenance

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from dancu.prefill.forms import Form
    from dancu.prefill.record import FieldValue
    from dancu.render.walking import Placed

__all__ = ["render"]

_PARTS = {"province": "tinh", "commune": "xa", "detail": "diaChi"}


def render(form: Form, fields: Mapping[str, FieldValue], *, now: datetime.datetime) -> dict[str, Any]:
    """``{"data": {"HoVaTenC": ..., "nycNoiCuTru_TrongNuoc": {"quocGia", "tinh", ...}}, "provenance": ...}``."""
    found = list(placed(form, fields, "civil_status"))
    data = {one.target: value for one in found if (value := _value(one)) is not None}
    return {"data": data, "provenance": provenance(form, found, now)}


def _value(one: Placed) -> Any:
    if one.field.rule is None or one.field.rule.kind != "address" or one.known.value is None:
        return one.written
    parts = write(one.known.value, "address:parts")
    if not isinstance(parts, dict):
        return {"diaChi": one.written}
    country = one.known.value.country if isinstance(one.known.value, Address) else None
    return {"quocGia": country or "VN"} | {_PARTS[name]: part for name, part in parts.items()}
