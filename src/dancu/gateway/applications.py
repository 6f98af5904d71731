"""Who asks: an application, known by a key that is stored as its hash and shown once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dancu.gateway.config import ApplicationPart

__all__ = ["Applications", "hash_key", "new_key"]

_PREFIX = "dk_"


def new_key() -> str:
    """A key of 256 random bits; whoever makes it is the last to see it."""
    return _PREFIX + secrets.token_urlsafe(32)


def hash_key(key: str) -> str:
    """SHA-256 in hexadecimal; with 256 random bits there is nothing to guess, so it needs no salt."""
    return hashlib.sha256(key.encode()).hexdigest()


class Applications:
    """All applications by the hash of their keys."""

    def __init__(self, parts: Iterable[ApplicationPart]) -> None:
        self._parts = tuple(parts)

    def of(self, authorization: str | None) -> ApplicationPart | None:
        """The application of an ``Authorization`` header, or None; every hash is compared."""
        scheme, _space, key = (authorization or "").partition(" ")
        hashed = hash_key(key if scheme == "Bearer" else "").encode()
        found = [part for part in self._parts if hmac.compare_digest(part.key_sha256.encode(), hashed)]
        return found[0] if found else None
