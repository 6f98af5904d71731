"""Signed tokens as a sign-in would issue them, with keys made for the test, and forged ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

__all__ = ["EcSigner", "RsaSigner", "encoded", "hmac_token", "key_set", "token_of"]


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token_of(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    """A compact token with a signature as it is given."""
    return f"{_part(header)}.{_part(claims)}.{encoded(signature)}"


def _part(value: dict[str, Any]) -> str:
    return encoded(json.dumps(value).encode())


class EcSigner:
    """ES256 under one key."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self.key = ec.generate_private_key(ec.SECP256R1())

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token."""
        said = {"alg": "ES256", "kid": self.kid, **header}
        signed = f"{_part(said)}.{_part(claims)}".encode()
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))
        return f"{signed.decode()}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    @property
    def jwk(self) -> dict[str, str]:
        """The public key."""
        numbers = self.key.public_key().public_numbers()
        x, y = (encoded(one.to_bytes(32, "big")) for one in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "use": "sig", "kid": self.kid, "x": x, "y": y}


class RsaSigner:
    """RS256 or PS256 under one key."""

    def __init__(self, kid: str, bits: int = 2048) -> None:
        self.kid = kid
        self.key = rsa.generate_private_key(65537, bits)

    def sign(self, claims: dict[str, Any], *, algorithm: str = "RS256") -> str:
        """A token."""
        signed = f"{_part({'alg': algorithm, 'kid': self.kid})}.{_part(claims)}".encode()
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        signature = self.key.sign(signed, pss if algorithm == "PS256" else padding.PKCS1v15(), hashes.SHA256())
        return f"{signed.decode()}.{encoded(signature)}"

    @property
    def public_pem(self) -> bytes:
        """What an attacker would use as an HMAC key."""
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def jwk(self) -> dict[str, str]:
        """The public key."""
        numbers = self.key.public_key().public_numbers()
        n, e = (encoded(one.to_bytes((one.bit_length() + 7) // 8, "big")) for one in (numbers.n, numbers.e))
        return {"kty": "RSA", "use": "sig", "kid": self.kid, "n": n, "e": e}


def hmac_token(claims: dict[str, Any], *, kid: str, secret: bytes) -> str:
    """HS256 under something that is no secret."""
    signed = f"{_part({'alg': 'HS256', 'kid': kid})}.{_part(claims)}".encode()
    return f"{signed.decode()}.{encoded(hmac.new(secret, signed, hashlib.sha256).digest())}"


def key_set(*signers: EcSigner | RsaSigner) -> str:
    """Their public keys as a JWK set."""
    return json.dumps({"keys": [one.jwk for one in signers]})
