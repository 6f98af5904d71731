"""Whom we expect at the far end of a TLS connection: a name in its certificate, a key, or both.

The certificate's chain is checked against the profile's CA in every case. A pin stands in for
the name where a private peer is reached by an address that its certificate does not bear.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["Peer", "pin_of"]

_PREFIX = "sha256/"


def pin_of(certificate: bytes) -> str:
    """``sha256/`` and the base64 SHA-256 of a certificate's public key (SubjectPublicKeyInfo, RFC 7469 §2.4)."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return _PREFIX + base64.b64encode(hashlib.sha256(spki).digest()).decode()


@dataclass(frozen=True, slots=True)
class Peer:
    """What a profile says of the far end.

    Attributes:
        name: in its certificate, when the URL bears another.
        pin: its public key, as `pin_of` writes it.
    """

    name: str | None = None
    pin: str | None = None

    def fits(self, certificate: bytes | None) -> bool:
        """Whether a certificate (DER) that the CA has signed bears the pinned key; any does without a pin."""
        return self.pin is None or (certificate is not None and hmac.compare_digest(pin_of(certificate), self.pin))
