"""What is kept is sealed: AES-256-GCM, bound to the name it is kept under (security.md T10).

::

    version ║ nonce (12) ║ ciphertext and tag          associated data: version ║ name
     1 byte                 of the text, padded

A value that is moved under another name, changed in one bit, or sealed under another key does not open.
The text is JSON, so blanks behind it are no part of it: they fill a bucket, and a value's length tells
little about whose record it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.domain.queries import Subject
    from dancu.policy.cache_keys import CacheKey

__all__ = ["BUCKET", "opened", "sealed"]

BUCKET = 512
"""Bytes to whose multiple a text is filled up."""

_NONCE_BYTES = 12


def sealed(text: str, *, key: CacheKey, name: str, subject: Subject, random_bytes: Callable[[int], bytes]) -> bytes:
    """A text as it may lie in a store; the nonce is random, and the key is of this name and these keys alone."""
    plain = text.encode()
    padded = plain.ljust(-(-len(plain) // BUCKET) * BUCKET)
    version, nonce = bytes([key.version]), random_bytes(_NONCE_BYTES)
    cipher = AESGCM(key.seal_key(name, subject))
    return version + nonce + cipher.encrypt(nonce, padded, version + name.encode())


def opened(value: bytes, *, key: CacheKey, name: str, subject: Subject) -> str | None:
    """The text with its filling, or None where the seal does not hold."""
    version, nonce = bytes([key.version]), value[1 : 1 + _NONCE_BYTES]
    if value[:1] != version or len(nonce) < _NONCE_BYTES:
        return None
    cipher = AESGCM(key.seal_key(name, subject))
    try:
        return cipher.decrypt(nonce, value[1 + _NONCE_BYTES :], version + name.encode()).decode()
    except (InvalidTag, UnicodeDecodeError):
        return None
