"""Skin ``json-string``: a JSON string, the SOAP XML; line ends may have lost their backslash (quirk 9: S6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.render.markup import fault
from dancu_mock.skins.contract import JSON, Skin, compact

if TYPE_CHECKING:
    from dancu_mock.settings import MockSettings

__all__ = ["JSON_STRING"]


def _wrap(document: bytes, settings: MockSettings) -> bytes:
    """With lost escapes, ``u000a`` stands between all tags that touch, and never inside a value."""
    text = document.decode(errors="replace")
    if settings.lost_escapes:
        text = text.replace("\n", "").replace("><", ">u000a<")
    return compact(text)


def _malformed(text: str, settings: MockSettings) -> tuple[int, bytes]:
    return 200, _wrap(fault("Client", text), settings)


JSON_STRING = Skin(JSON, _wrap, _malformed)
