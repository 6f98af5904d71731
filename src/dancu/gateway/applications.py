"""Who asks: an application, known by a key that is stored as its hash and shown once, a client certificate, or both."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from dancu.gateway.parts import ApplicationPart

__all__ = ["Applications", "hash_key", "new_key"]

_PREFIX = "dk_"


def new_key() -> str:
    """A key of 256 random bits; whoever makes it is the last to see it."""
    return _PREFIX + secrets.token_urlsafe(32)


def hash_key(key: str) -> str:
    """SHA-256 in hexadecimal; with 256 random bits there is nothing to guess, so it needs no salt."""
    return hashlib.sha256(key.encode()).hexdigest()


class Applications:
    """All applications by the hash of their keys, and by their certificates."""

    def __init__(self, parts: Iterable[ApplicationPart]) -> None:
        self._parts = tuple(parts)

    def of(
        self, authorization: str | None, *, now: datetime.datetime, certificate: str | None = None
    ) -> ApplicationPart | None:
        """The application of an ``Authorization`` header and a certificate, or None; every hash is compared.

        Args:
            authorization: the header.
            now: UTC; an old key is good until its end.
            certificate: SHA-256 of the client certificate, where one was shown and is of our CA.
        """
        scheme, _space, key = (authorization or "").partition(" ")
        hashed = hash_key(key if scheme == "Bearer" else "").encode()
        opened = [part for part in self._parts if _opens(part, hashed, now)]
        if authorization is None:
            opened = [part for part in self._parts if part.certificates and not part.key_hashes]
        # The key names one; without a key the certificate does.
        found = [part for part in opened if not part.certificates or certificate in part.certificates]
        return found[0] if found and not found[0].banned else None

    def through_exchange(self, client: str | None) -> ApplicationPart | None:
        """The application that the exchange calls so, or None."""
        found = [part for part in self._parts if client is not None and part.exchange_client == client]
        return found[0] if found and not found[0].banned else None


def _opens(part: ApplicationPart, hashed: bytes, now: datetime.datetime) -> bool:
    is_one = [hmac.compare_digest(one.encode(), hashed) for one in part.key_hashes]
    is_past = part.old_key is not None and now >= part.old_key.until
    return any(is_one[:1]) or (any(is_one[1:]) and not is_past)
