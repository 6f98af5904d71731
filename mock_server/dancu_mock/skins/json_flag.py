"""Skin ``json-flag``: ``{"data": true}``, service B only (wire.md §1.3 B.3: Đồng Tháp)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.skins.contract import JSON, Skin, compact, confirmed, opencps

if TYPE_CHECKING:
    from dancu_mock.settings import MockSettings

__all__ = ["JSON_FLAG"]


def _wrap(document: bytes, _settings: MockSettings) -> bytes:
    yes = confirmed(document)
    return document if yes is None else compact({"data": yes})


def _malformed(text: str, _settings: MockSettings) -> tuple[int, bytes]:
    return 400, compact(opencps("01", text))


JSON_FLAG = Skin(JSON, _wrap, _malformed)
