"""Skin ``json-tree``: the XML converted to JSON (wire.md §5 quirks 8 and 11: S3, S5, S6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.wire.skins.members import read_object
from dancu.wire.skins.tree import open_tree

if TYPE_CHECKING:
    from dancu.wire.xml import Element

__all__ = ["open_json_tree"]


def open_json_tree(body: bytes) -> Element | None:
    """The payload, as an element of the payload namespace."""
    return open_tree(read_object(body))
