"""Skin ``json-tree``: the XML converted to JSON (wire.md §5 quirks 8 and 11: S3, S5, S6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.render.markup import fault
from dancu_mock.skins.contract import JSON, Skin, compact
from dancu_mock.skins.tree import tree_of

if TYPE_CHECKING:
    from dancu_mock.settings import MockSettings

__all__ = ["JSON_TREE"]


def _wrap(document: bytes, settings: MockSettings) -> bytes:
    tree = tree_of(document, settings)
    return document if tree is None else compact(tree)


def _malformed(text: str, settings: MockSettings) -> tuple[int, bytes]:
    return 200, _wrap(fault("Client", text), settings)


JSON_TREE = Skin(JSON, _wrap, _malformed)
