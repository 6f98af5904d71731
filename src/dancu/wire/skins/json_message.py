"""Skin ``json-message``: ``{"error_code": "0", "message": "<SOAP XML>"}`` (wire.md §3, §7.5: S5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.wire.skins.members import message, read_object

if TYPE_CHECKING:
    from dancu.wire.xml import Element

__all__ = ["open_json_message"]


def open_json_message(body: bytes) -> Element | None:
    """The payload; any other ``error_code`` than 0 refuses, whatever the message says."""
    return message(read_object(body))
