"""Skin ``json-flag``: ``{"data": true}``, service B only (wire.md §1.3 B.3: Đồng Tháp)."""

from __future__ import annotations

from dancu.wire.skins.members import flag, read_object

__all__ = ["open_json_flag"]


def open_json_flag(body: bytes) -> bool:
    """The yes or no; only the two JSON words count."""
    return flag(read_object(body))
