"""The keys of iGate-style portals, family B of vn-data.md §5.3: after the merger ``district`` holds the commune."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dancu.render.formats import write
from dancu.render.walking import placed, provenance

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from dancu.prefill.forms import Form
    from dancu.prefill.record import FieldValue
    from dancu.render.walking import Placed

__all__ = ["render"]

_PARTS = {"province": "province", "commune": "district", "detail": "address"}
_SECOND = "owner"


def render(form: Form, fields: Mapping[str, FieldValue], *, now: datetime.datetime) -> dict[str, Any]:
    """``{"data": {"fullname": ..., "province": ..., "district": ..., "address": ...}, "provenance": ...}``."""
    found = list(placed(form, fields, "igate"))
    data: dict[str, Any] = {}
    for one in found:
        data |= _values(one)
    return {"data": data, "provenance": provenance(form, found, now)}


def _values(one: Placed) -> dict[str, Any]:
    """A place is three keys, of the second person ``ownerProvince`` and so on; anything else is one."""
    if one.known.value is None:
        return {}
    if one.field.rule is None or one.field.rule.kind != "address":
        return {} if one.written is None else {one.target: one.written}
    parts = write(one.known.value, "address:parts")
    if not isinstance(parts, dict):
        return {one.target: one.written}
    return {_named(_PARTS[name], one.target): part for name, part in parts.items()}


def _named(key: str, target: str) -> str:
    return f"{_SECOND}{key[0].upper()}{key[1:]}" if target.startswith(_SECOND) else key
