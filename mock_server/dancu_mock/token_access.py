"""T2's gate: the key header on every call, a token from the token endpoint on each service call (wire.md §7.4)."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu_mock.memory import Memory
    from dancu_mock.messages import Request
    from dancu_mock.settings import MockSettings

__all__ = ["admits_key", "admits_token", "asks_for_token"]

_NAMES = ["AccessKey", "SecretKey", "AppName", "PartnerCode", "PartnerCodeCus"]


def admits_key(request: Request, settings: MockSettings) -> bool:
    """Whether ``lgspaccesstoken`` stands there once and holds the five parts with the right keys."""
    try:
        parts = json.loads(base64.b64decode(request.header("lgspaccesstoken") or "", validate=True))
        if list(parts) != _NAMES or not all(isinstance(part, str) and part for part in parts.values()):
            return False
    except (binascii.Error, ValueError, TypeError, AttributeError):
        return False
    right = hmac.compare_digest(parts["SecretKey"].encode(), settings.secret.encode())
    return right and parts["AccessKey"] == settings.user


def asks_for_token(request: Request) -> bool:
    """Whether a token request is spelt as the platform wants it: a form, one grant, no Basic."""
    form = (request.header("Content-Type") or "").partition(";")[0].strip() == "application/x-www-form-urlencoded"
    return form and request.body == b"grant_type=client_credentials" and not request.all("Authorization")


def admits_token(request: Request, settings: MockSettings, memory: Memory, *, now: float) -> bool:
    """Whether a service call bears the key header again and a token that is still good."""
    scheme, _space, token = (request.header("Authorization") or "").partition(" ")
    return scheme == "Bearer" and memory.alive(token, now) and admits_key(request, settings)
