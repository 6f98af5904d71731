"""The gate: T1 credentials checked as strictly as the real one (wire.md §2.1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu_mock.messages import Request
    from dancu_mock.settings import MockSettings

__all__ = ["admits"]

_DIGITS = {"milliseconds": 13, "seconds": 10}


def admits(request: Request, settings: MockSettings, *, service_url: str, now: float) -> bool:
    """Whether the request bears the right user, hash and timestamp, each exactly once."""
    stamp = request.header("Timestamp") or ""
    if not _fresh(stamp, settings, now):
        return False
    if settings.x_road_client is not None and request.header("X-Road-Client") != settings.x_road_client:
        return False
    if settings.api_key is not None and request.header("ApiKey") != settings.api_key:
        return False
    user, _colon, digest = _basic(request.header("Authorization") or "").partition(":")
    text = service_url + settings.user + stamp + settings.secret
    right = hashlib.sha256(text.encode()).hexdigest()
    return user == settings.user and hmac.compare_digest(digest.encode(), right.encode())


def _fresh(stamp: str, settings: MockSettings, now: float) -> bool:
    """Digits of the right unit, within the skew."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) == _DIGITS[settings.timestamp]):
        return False
    seconds = int(stamp) / (1000 if settings.timestamp == "milliseconds" else 1)
    return abs(now - seconds) <= settings.skew


def _basic(value: str) -> str:
    scheme, _space, encoded = value.partition(" ")
    if scheme != "Basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
