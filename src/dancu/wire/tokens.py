"""Token endpoints of provincial platforms: OAuth 2 client credentials as they spell it (wire.md §2.1, §7.4)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from dancu.errors import Rejected, Unavailable, error_for
from dancu.privacy import Secret, masked_repr
from dancu.wire.messages import WireReply, WireRequest
from dancu.wire.provider_codes import refusal

__all__ = ["GRANT", "Token", "access_header", "read_token", "token_request"]

GRANT = b"grant_type=client_credentials"
_FORM = ("Content-Type", "application/x-www-form-urlencoded")
_LONGEST = 8192
_STANDARD_LIFE = 3600.0


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A token and its life in seconds."""

    secret: Secret
    life: float

    def __repr__(self) -> str:
        return masked_repr(self, life=self.life)


def access_header(parts: dict[str, str]) -> str:
    """The value of ``lgspaccesstoken``: base64 of a JSON object, in the order given."""
    return base64.b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def token_request(url: str, headers: tuple[tuple[str, str], ...]) -> WireRequest:
    """A client-credentials request with the family's own headers."""
    return WireRequest(url, url, (_FORM, ("Accept-Encoding", "identity"), *headers), GRANT)


def read_token(reply: WireReply) -> Token:
    """Read ``access_token`` and ``expires_in`` (seconds; an hour where it is missing).

    Raises:
        Rejected: ``credential_refused`` for HTTP 400, 401 and 403: our keys are not accepted.
        Unavailable: by status, or ``unreadable_answer`` for anything but such an object.
    """
    refused = refusal(reply)
    if refused is not None:
        if isinstance(refused, Rejected):
            raise error_for("credential_refused", detail=f"token endpoint, HTTP {reply.status}")
        raise refused
    try:
        parts: Any = json.loads(reply.body)
        token, life = parts["access_token"], float(parts.get("expires_in", _STANDARD_LIFE))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unavailable("unreadable_answer", detail="not a token") from None
    usable = isinstance(token, str) and 0 < len(token) <= _LONGEST and token.isascii() and token.isprintable()
    if not usable or " " in token or not 0 < life <= 31 * 86400:
        raise Unavailable("unreadable_answer", detail="not a token")
    return Token(Secret(token), life)
