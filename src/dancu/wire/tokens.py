"""Keys, logins and tokens of provincial platforms, as each spells them (wire.md §2.1, §7.4).

============== ========================================= =========================================
endpoint       asked with                                answers with
============== ========================================= =========================================
token (T2, T4) form ``grant_type=client_credentials``... ``access_token``, ``expires_in``
login (T5)     ``{"username","password"}``               ``token``, ``refreshToken``, ``expiryDate``
refresh (T5)   ``{"refreshToken"}``                      the same
login (T6)     ``{"username","password"}``               ``session``, ``error_code`` 0
============== ========================================= =========================================
"""

from __future__ import annotations

import base64
import datetime
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import quote, urlencode

from dancu.errors import DancuError, Rejected, Unavailable, error_for
from dancu.privacy import Secret, masked_repr
from dancu.wire.messages import Headers, WireReply, WireRequest
from dancu.wire.provider_codes import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AccessKey",
    "KeyNames",
    "Token",
    "basic",
    "login_request",
    "read_login",
    "read_session",
    "read_token",
    "refresh_request",
    "token_request",
    "with_session",
]

KeyNames = Literal["long", "short"]

_IDENTITY = ("Accept-Encoding", "identity")
_FORM = ("Content-Type", "application/x-www-form-urlencoded")
_JSON = ("Content-Type", "application/json; charset=utf-8")
_LONGEST = 8192
_STANDARD_LIFE = 3600.0
_LONGEST_LIFE = 31 * 86400.0
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_EPOCH = re.compile(r"[0-9]{10}|[0-9]{13}")
_MILLISECONDS_FROM = 100_000_000_000
_HANOI = datetime.timezone(datetime.timedelta(hours=7))


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A token or session.

    Attributes:
        secret: what the services want to see.
        life: seconds from now.
        refresh: what a new one is had for without a login, or None.
    """

    secret: Secret
    life: float
    refresh: Secret | None = None

    def __repr__(self) -> str:
        return masked_repr(self, life=self.life)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """The key of an application, as T2 and T3 put it into a header.

    Attributes:
        access_key: public part; stands in the audit as the user.
        secret_key: its secret.
        app_name, partner_code, partner_code_cus: as registered with the platform; the short
            form has no partner codes.
    """

    access_key: str
    secret_key: Secret
    app_name: str
    partner_code: str | None = None
    partner_code_cus: str | None = None

    def encoded(self, names: KeyNames) -> str:
        """Base64 of a JSON object under the long names (five), or the short ones (three)."""
        if names == "short":
            parts = {"app": self.app_name, "secret": self.secret_key.reveal(), "key": self.access_key}
        else:
            parts = {
                "AccessKey": self.access_key,
                "SecretKey": self.secret_key.reveal(),
                "AppName": self.app_name,
                "PartnerCode": self.partner_code or "",
                "PartnerCodeCus": self.partner_code_cus or "",
            }
        return base64.b64encode(_compact(parts)).decode()


def basic(user: str, password: Secret) -> tuple[str, str]:
    """HTTP Basic (RFC 7617), UTF-8; the user has no colon."""
    pair = f"{user}:{password.reveal()}".encode()
    return ("Authorization", f"Basic {base64.b64encode(pair).decode()}")


def token_request(url: str, *headers: tuple[str, str], form: Mapping[str, str] | None = None) -> WireRequest:
    """A client-credentials request with the family's own headers and further members of the form."""
    members = {"grant_type": "client_credentials", **(form or {})}
    return _post(url, (_FORM, _IDENTITY, *headers), urlencode(members, safe="", quote_via=quote).encode())


def login_request(url: str, user: str, password: Secret) -> WireRequest:
    """A login with user and password."""
    return _post(url, (_JSON, _IDENTITY), _compact({"username": user, "password": password.reveal()}))


def refresh_request(url: str, refresh: Secret) -> WireRequest:
    """A new token for the refresh token of the one before."""
    return _post(url, (_JSON, _IDENTITY), _compact({"refreshToken": refresh.reveal()}))


def with_session(request: WireRequest, session: Secret, unit: str) -> WireRequest:
    """The JSON request with the session and our unit as its first members."""
    members = {"session": session.reveal(), "madonvi": unit, **json.loads(request.body)}
    return replace(request, body=_compact(members))


def read_token(reply: WireReply) -> Token:
    """Read ``access_token`` and ``expires_in`` (seconds; an hour where it is missing or null).

    Raises:
        Rejected: ``credential_refused`` for HTTP 400, 401 and 403: our keys are not accepted;
            ``client_certificate_refused``.
        Unavailable: by status, or ``unreadable_answer`` for anything but such an object.
    """
    parts = _parts(reply)
    given = parts.get("expires_in")
    try:
        life = _STANDARD_LIFE if given is None else float(given)
    except (ValueError, TypeError, OverflowError):
        raise _not_a_token() from None
    return Token(_secret(parts.get("access_token")), _checked_life(life))


def read_login(reply: WireReply, *, now: float) -> Token:
    """Read ``token``, ``refreshToken`` (may be missing) and ``expiryDate``; ``now`` in seconds since 1970.

    ``expiryDate`` is milliseconds or seconds since 1970, or an ISO 8601 time, of Vietnam where
    it names no offset; where it is missing or null, the token lives an hour.

    Raises:
        Rejected, Unavailable: as `read_token`.
    """
    parts = _parts(reply)
    ends, refresh = parts.get("expiryDate"), parts.get("refreshToken")
    life = _STANDARD_LIFE if ends is None else _moment(ends) - now
    return Token(_secret(parts.get("token")), _checked_life(life), None if refresh is None else _secret(refresh))


def read_session(reply: WireReply, *, life: float) -> Token:
    """Read ``session``; the platform does not tell its ``life``.

    Raises:
        Rejected, Unavailable: as `read_token`; ``credential_refused`` for an ``error_code`` other than 0.
    """
    parts = _parts(reply)
    code = parts.get("error_code")
    if isinstance(code, bool) or not isinstance(code, int | str):
        raise _not_a_token()
    if str(code) != "0":
        raise error_for("credential_refused", detail="the login's error_code is not 0")
    return Token(_secret(parts.get("session")), life)


def _post(url: str, headers: Headers, body: bytes) -> WireRequest:
    return WireRequest(url, url, headers, body)


def _compact(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def _not_a_token() -> DancuError:
    return Unavailable("unreadable_answer", detail="not a token")


def _parts(reply: WireReply) -> dict[str, Any]:
    """The members of a good answer."""
    refused = refusal(reply)
    if refused is not None:
        if isinstance(refused, Rejected) and refused.code != "client_certificate_refused":
            raise error_for("credential_refused", detail=f"token endpoint, HTTP {reply.status}")
        raise refused
    try:
        parts: Any = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise _not_a_token() from None
    if not isinstance(parts, dict):
        raise _not_a_token()
    return cast("dict[str, Any]", parts)


def _secret(text: Any) -> Secret:
    """What can stand in a header: printable ASCII without blanks, 8 KiB at most."""
    usable = isinstance(text, str) and 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable()
    if not usable or " " in text:
        raise _not_a_token()
    return Secret(text)


def _checked_life(life: float) -> float:
    if not 0 < life <= _LONGEST_LIFE:
        raise _not_a_token()
    return life


def _moment(value: Any) -> float:
    """Seconds since 1970."""
    if isinstance(value, str) and _EPOCH.fullmatch(value):
        value = int(value)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value / 1000 if value >= _MILLISECONDS_FROM else float(value)
        if isinstance(value, str) and _DATE_TIME.fullmatch(value):
            read = datetime.datetime.fromisoformat(value)
            return (read if read.tzinfo else read.replace(tzinfo=_HANOI)).timestamp()
    except (ValueError, OverflowError):
        raise _not_a_token() from None
    raise _not_a_token()
