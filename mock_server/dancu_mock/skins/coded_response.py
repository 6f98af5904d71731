"""Skin ``coded-response`` of Thái Nguyên (wire.md §3, §7.5: S13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.skins.contract import JSON, Skin, compact, inner

if TYPE_CHECKING:
    from dancu_mock.settings import MockSettings

__all__ = ["CODED_RESPONSE"]


def _wrap(document: bytes, settings: MockSettings) -> bytes:
    return _coded("200", "OK", inner(document, settings))


def _malformed(text: str, _settings: MockSettings) -> tuple[int, bytes]:
    return 200, _coded("400", f"MOCK: {text}", None)


def _coded(code: str, status: str, response: object) -> bytes:
    return compact({"code": code, "status": status, "correlationId": "mock-correlation", "response": response})


CODED_RESPONSE = Skin(JSON, _wrap, _malformed)
