"""Compact signatures of JSON (RFC 7515): ES256, RS256 and PS256 by a closed set of public keys, and nothing else.

The key decides which algorithm may be meant, never the header alone: ``none``, HMAC under a public key, and a key that
the header brings along are refused before anything is computed.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    PublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

__all__ = ["JwsRefused", "PublicKeys", "read_keys"]

_MOST_CHARACTERS = 8192
_LEAST_RSA_BITS = 2048
_HALF = 32
_PART = re.compile(r"[A-Za-z0-9_-]+")


class JwsRefused(ValueError):
    """A signature that is none; its text says why, without a word of the token's."""


class PublicKeys:
    """Keys by their ``kid``."""

    def __init__(self, keys: Mapping[str, PublicKey]) -> None:
        self._keys = dict(keys)

    def verified(self, token: str) -> dict[str, Any]:
        """The payload of a token that one of the keys signed.

        Raises:
            JwsRefused: it did not, or it is no compact signature of a JSON object.
        """
        parts = token.split(".") if len(token) <= _MOST_CHARACTERS else []
        if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
            raise JwsRefused("no compact signature")
        header = _object(parts[0])
        if "crit" in header:
            raise JwsRefused("critical extensions")
        key = self._keys.get(str(header.get("kid")))
        if key is None:
            raise JwsRefused("unknown key")
        try:
            _check(key, header.get("alg"), _bytes(parts[2]), f"{parts[0]}.{parts[1]}".encode())
        except InvalidSignature:
            raise JwsRefused("wrong signature") from None
        return _object(parts[1])


def _check(key: PublicKey, algorithm: object, signature: bytes, signed: bytes) -> None:
    if isinstance(key, ec.EllipticCurvePublicKey):
        if algorithm != "ES256" or len(signature) != 2 * _HALF:
            raise JwsRefused("wrong algorithm")
        r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    elif algorithm == "RS256":
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    elif algorithm == "PS256":
        key.verify(signature, signed, padding.PSS(padding.MGF1(hashes.SHA256()), _HALF), hashes.SHA256())
    else:
        raise JwsRefused("wrong algorithm")


def read_keys(text: str) -> PublicKeys:
    """The signature keys of a JWK set (RFC 7517): P-256 and RSA of at least 2048 bits, each with a ``kid``.

    Raises:
        ValueError: it is no such set, has no such key, or holds a private key.
    """
    try:
        found = [one for one in json.loads(text)["keys"] if one.get("use", "sig") == "sig"]
        if any("d" in one or "k" in one for one in found):
            raise ValueError("a private key")
        keys = {str(one["kid"]): _key(one) for one in found}
    except (KeyError, TypeError, AttributeError):
        raise ValueError("no JWK set") from None
    if not keys or len(keys) != len(found):
        raise ValueError("no keys, or two with one kid")
    return PublicKeys(keys)


def _key(one: Mapping[str, str]) -> PublicKey:
    if one["kty"] == "EC" and one["crv"] == "P-256":
        return ec.EllipticCurvePublicNumbers(_number(one["x"]), _number(one["y"]), ec.SECP256R1()).public_key()
    if one["kty"] == "RSA":
        made = rsa.RSAPublicNumbers(_number(one["e"]), _number(one["n"])).public_key()
        if made.key_size >= _LEAST_RSA_BITS:
            return made
    raise ValueError("a key of another kind")


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _object(part: str) -> dict[str, Any]:
    try:
        found: object = json.loads(_bytes(part))
    except (ValueError, RecursionError):
        raise JwsRefused("no JSON") from None
    if not isinstance(found, dict):
        raise JwsRefused("no JSON object")
    return cast("dict[str, Any]", found)
