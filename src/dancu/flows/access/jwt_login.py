"""T5, a provincial login that answers with a JWT (wire.md §2.1: Thái Nguyên, Đồng Tháp).

::

    POST <login_url>     {"username","password"}   -> {"token","refreshToken","expiryDate"}
    POST <refresh_url>   {"refreshToken"}          -> the same
    POST <service>       Authorization: Bearer <token>, or Bearer '<token>'
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dancu.errors import Rejected, Unavailable
from dancu.flows.access.kept_token import TokenFamily
from dancu.flows.effects import send
from dancu.wire.tokens import login_request, read_login, refresh_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.flows.access.kept_token import KeptToken
    from dancu.flows.effects import Flow
    from dancu.privacy import Secret
    from dancu.wire.messages import WireRequest
    from dancu.wire.tokens import Token

__all__ = ["JwtLogin"]

_NO_REFRESH = frozenset({"credential_refused", "unreadable_answer"})


@dataclass(frozen=True, slots=True)
class JwtLogin(TokenFamily):
    """The T5 family.

    Attributes:
        login_url: absolute URL of the login.
        refresh_url: where a refresh token is taken, or None to log in anew each time.
        user: account of the agency's system.
        password: its password.
        quoted: whether the platform wants apostrophes around the token.
        now: seconds since 1970, injected; the platform tells when a token ends, not how long it lives.
        kept: the token.
    """

    login_url: str
    refresh_url: str | None
    user: str
    password: Secret
    quoted: bool
    now: Callable[[], float]
    kept: KeptToken

    def fetch(self, *, until: float) -> Flow[Token]:
        """A token for the refresh token; where there is none, or it is not taken, for user and password."""
        refresh = self.kept.slot.take_refresh()
        if self.refresh_url is not None and refresh is not None:
            try:
                return (yield from self._refreshed(self.refresh_url, refresh, until))
            except (Rejected, Unavailable) as error:
                if error.code not in _NO_REFRESH:
                    raise
        return (yield from self._answered(login_request(self.login_url, self.user, self.password), until))

    def bear(self, request: WireRequest, token: Secret) -> WireRequest:
        """The token as Bearer, in apostrophes where the platform wants them."""
        mark = "'" if self.quoted else ""
        return request.with_headers(("Authorization", f"Bearer {mark}{token.reveal()}{mark}"))

    def _refreshed(self, url: str, refresh: Secret, until: float) -> Flow[Token]:
        """A platform that answers without another refresh token goes on taking this one (RFC 6749 §6)."""
        token = yield from self._answered(refresh_request(url, refresh), until)
        return replace(token, refresh=token.refresh or refresh)

    def _answered(self, request: WireRequest, until: float) -> Flow[Token]:
        reply = yield from send(request, until=until)
        return read_login(reply, now=self.now())
