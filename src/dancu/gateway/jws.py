"""Compact signatures of JSON (RFC 7515): ES256, RS256 and PS256 by a closed set of public keys, and nothing else.

The key decides which algorithm may be meant, never the header alone: ``none``, HMAC under a public key, and a key that
the header brings along are refused.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["JwsRefused", "PublicKeys", "read_keys"]

PublicKey: TypeAlias = ECKey | RSAKey
_MOST_CHARACTERS = 8192
_LEAST_RSA_BITS = 2048


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
        if len(token) > _MOST_CHARACTERS:
            raise JwsRefused("too long")
        try:
            key = self._keys[str(jws.extract_compact(token.encode()).headers()["kid"])]
            allowed = ["ES256"] if isinstance(key, ECKey) else ["RS256", "PS256"]
            payload: object = json.loads(jws.deserialize_compact(token, key, algorithms=allowed).payload)
        except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise JwsRefused(type(error).__name__) from None
        if not isinstance(payload, dict):
            raise JwsRefused("no JSON object")
        return cast("dict[str, Any]", payload)


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
    try:
        if one["kty"] == "EC" and one["crv"] == "P-256":
            return ECKey.import_key(dict(one))
        # Six bits a character: a short key is refused here, where joserfc would only warn.
        if one["kty"] == "RSA" and len(one["n"]) * 6 >= _LEAST_RSA_BITS:
            made = RSAKey.import_key(dict(one))
            if made.public_key.key_size >= _LEAST_RSA_BITS:
                return made
    except JoseError:
        pass
    raise ValueError("a key of another kind")
