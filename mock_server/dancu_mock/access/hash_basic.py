"""T1: user, hash and timestamp, each header exactly once (wire.md §2.1)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dancu_mock.access.contract import Gate, decoded, same

if TYPE_CHECKING:
    from dancu_mock.access.contract import Visit
    from dancu_mock.settings import MockSettings

__all__ = ["HASH_BASIC", "admits_hash"]

_DIGITS = {"milliseconds": 13, "seconds": 10}


def admits_hash(visit: Visit) -> bool:
    """Whether the hash covers the registered path, the user, a fresh timestamp and the secret."""
    settings = visit.settings
    stamp = visit.request.header("Timestamp") or ""
    scheme, _blank, encoded = (visit.request.header("Authorization") or "").partition(" ")
    if scheme != "Basic" or not _fresh(stamp, settings, visit.now):
        return False
    user, _colon, digest = decoded(encoded).partition(":")
    text = visit.service_url + settings.user + stamp + settings.secret
    return user == settings.user and same(digest, hashlib.sha256(text.encode()).hexdigest())


def _fresh(stamp: str, settings: MockSettings, now: float) -> bool:
    """Digits of the right unit, within the skew."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) == _DIGITS[settings.timestamp]):
        return False
    seconds = int(stamp) / (1000 if settings.timestamp == "milliseconds" else 1)
    return abs(now - seconds) <= settings.skew


HASH_BASIC = Gate(admits_hash)
