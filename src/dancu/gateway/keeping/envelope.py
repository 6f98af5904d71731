"""A sealed envelope: anybody who has a recipient's public half can close it, only the private half opens it.

::

    "dancu-sealed-1" LF ║ ephemeral X25519 key ║ nonce ║ ciphertext and tag
         15 bytes              32 bytes           12     AES-256-GCM, associated data: all that stands before the nonce

The key is HKDF-SHA-256 of the X25519 secret (RFC 7748, RFC 5869), salted with both public keys, so that an envelope
opens for the one recipient for whom it was closed. The private half is kept offline: a machine that makes copies
cannot read the keys in them (security.md T18).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["closed", "identity_text", "opened", "public_text", "read_identity", "read_recipient"]

_MAGIC = b"dancu-sealed-1\n"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_HEAD = len(_MAGIC) + _KEY_BYTES
_PUBLIC = "dancu-recipient-1 "
_PRIVATE = "dancu-identity-1 "


def closed(content: bytes, recipient: X25519PublicKey, *, random_bytes: Callable[[int], bytes]) -> bytes:
    """An envelope for a recipient."""
    passing = X25519PrivateKey.from_private_bytes(random_bytes(_KEY_BYTES))
    head = _MAGIC + passing.public_key().public_bytes_raw()
    nonce = random_bytes(_NONCE_BYTES)
    return head + nonce + _cipher(passing.exchange(recipient), head, recipient).encrypt(nonce, content, head)


def opened(envelope: bytes, identity: X25519PrivateKey) -> bytes:
    """What lies in an envelope.

    Raises:
        ValueError: it is none, was changed, or is another recipient's.
    """
    head, nonce = envelope[:_HEAD], envelope[_HEAD : _HEAD + _NONCE_BYTES]
    if not head.startswith(_MAGIC) or len(nonce) < _NONCE_BYTES:
        raise ValueError("not a sealed envelope")
    secret = identity.exchange(X25519PublicKey.from_public_bytes(head[len(_MAGIC) :]))
    try:
        return _cipher(secret, head, identity.public_key()).decrypt(nonce, envelope[_HEAD + _NONCE_BYTES :], head)
    except InvalidTag:
        raise ValueError("the envelope was changed, or is another recipient's") from None


def _cipher(secret: bytes, head: bytes, recipient: X25519PublicKey) -> AESGCM:
    salt = head[len(_MAGIC) :] + recipient.public_bytes_raw()
    return AESGCM(HKDF(SHA256(), _KEY_BYTES, salt, b"dancu sealed 1").derive(secret))


def public_text(identity: X25519PrivateKey) -> str:
    """The public half, one line."""
    return f"{_PUBLIC}{identity.public_key().public_bytes_raw().hex()}\n"


def identity_text(identity: X25519PrivateKey) -> str:
    """The private half, one line."""
    return f"{_PRIVATE}{identity.private_bytes_raw().hex()}\n"


def read_recipient(text: str) -> X25519PublicKey:
    """The public half of a line.

    Raises:
        ValueError: it is none.
    """
    return X25519PublicKey.from_public_bytes(_key(text, _PUBLIC))


def read_identity(text: str) -> X25519PrivateKey:
    """The private half of a line.

    Raises:
        ValueError: it is none.
    """
    return X25519PrivateKey.from_private_bytes(_key(text, _PRIVATE))


def _key(text: str, begins: str) -> bytes:
    key = bytes.fromhex(text.strip().removeprefix(begins))
    if not text.startswith(begins) or len(key) != _KEY_BYTES:
        raise ValueError("not a line of `dancu gateway recipient`")
    return key
