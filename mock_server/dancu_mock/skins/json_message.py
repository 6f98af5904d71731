"""Skin ``json-message``: ``{"error_code": "0", "message": "<SOAP XML>"}`` (wire.md §3, §7.5: S5; the refusal S15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.skins.contract import JSON, Skin, compact

if TYPE_CHECKING:
    from dancu_mock.settings import MockSettings

__all__ = ["JSON_MESSAGE"]


def _wrap(document: bytes, _settings: MockSettings) -> bytes:
    return compact({"error_code": "0", "message": document.decode(errors="replace")})


def _malformed(text: str, _settings: MockSettings) -> tuple[int, bytes]:
    return 200, compact({"error_code": "-1", "result": None, "message": f"MOCK: {text}"})


JSON_MESSAGE = Skin(JSON, _wrap, _malformed)
