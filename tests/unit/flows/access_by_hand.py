"""A platform that answers a credential's flows by hand, and the credentials that are put to it. All keys invented."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dancu import Secret
from dancu.flows.access.client_credentials import ClientCredentials
from dancu.flows.access.jwt_login import JwtLogin
from dancu.flows.access.kept_token import KeptToken
from dancu.flows.access.lgsp_token import LgspToken
from dancu.flows.access.portal_session import PortalSession
from dancu.flows.effects import Send, Shared
from dancu.wire.messages import WireReply, WireRequest
from dancu.wire.tokens import AccessKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.flows.access.contract import Credential
    from dancu.flows.effects import Effect, Flow

UNTIL = 1008.0
WALL = 1_700_000_000.0
"""2023-11-14T22:13:20Z, in Vietnam the day after at 05:13:20."""

SERVICE = WireRequest(
    "https://platform.example/dancu/tracuu",
    "/dancu/tracuu",
    (("Content-Type", "application/json; charset=utf-8"),),
    '{"MaYeuCau":"MAU-1","HoVaTen":"NGUYỄN"}'.encode(),
)
KEY = AccessKey("demo-access", Secret("demo-secret"), "DEMO", "000.00.00.X00", "000.00.00.X00")


@dataclass
class Far:
    """The far side of a credential: replies in order, and what was wanted of it.

    Attributes:
        now: what the monotonic clock shows.
        replies: in the order in which they are given; an exception is thrown in.
        sent: what was sent, in order.
        effects: everything that was yielded, in order.
    """

    now: float = 1000.0
    replies: list[WireReply | Exception] = field(default_factory=list)
    sent: list[WireRequest] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def run(self, flow: Flow[Any]) -> Any:
        """Drive a flow to its end."""
        try:
            effect = next(flow)
            while True:
                try:
                    answer = self._perform(effect)
                except Exception as error:  # noqa: BLE001  # thrown into the flow, as a driver does
                    effect = flow.throw(error)
                else:
                    effect = flow.send(answer)
        except StopIteration as end:
            return end.value

    def _perform(self, effect: Effect) -> Any:
        self.effects.append(effect)
        if isinstance(effect, Shared):
            return self.run(effect.make())
        assert isinstance(effect, Send)
        self.sent.append(effect.request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def authorise(self, credential: Credential, request: WireRequest = SERVICE) -> WireRequest:
        """The request as the family makes it."""
        authorised = self.run(credential.authorise(request, until=UNTIL))
        assert isinstance(authorised, WireRequest)
        return authorised

    def renew(self, credential: Credential, refused: WireRequest, request: WireRequest = SERVICE) -> WireRequest | None:
        """What the family makes of HTTP 401."""
        renewed: WireRequest | None = self.run(credential.renew(request, refused=refused, until=UNTIL))
        return renewed


def reply(status: int = 200, **members: object) -> WireReply:
    """A JSON answer."""
    return WireReply(status, (("Content-Type", "application/json"),), json.dumps(members).encode())


@dataclass(frozen=True)
class Family:
    """A token family under test.

    Attributes:
        make: the credential over a far side's clock.
        token: an answer with this token, good for 1,000 seconds.
    """

    make: Callable[[Far], Credential]
    token: Callable[[str], WireReply]


def lgsp_token(far: Far) -> LgspToken:
    """T2."""
    return LgspToken("https://platform.example/token", KEY, KeptToken("token:lgsp-token", lambda: far.now))


def client_credentials(far: Far, *, secret_in: Any = "header", scope: str | None = None) -> ClientCredentials:
    """T4."""
    kept = KeptToken("token:client-credentials", lambda: far.now)
    secret = Secret("s&cret=1 %")
    return ClientCredentials("https://platform.example/token", "demo-client", secret, secret_in, scope, kept)


def jwt_login(far: Far, *, refresh: bool = True, quoted: bool = False) -> JwtLogin:
    """T5; its wall clock goes with the monotonic one."""
    return JwtLogin(
        login_url="https://platform.example/login",
        refresh_url="https://platform.example/login/refresh" if refresh else None,
        user="demo-app",
        password=Secret('mật "khẩu"'),
        quoted=quoted,
        now=lambda: WALL + far.now - 1000.0,
        kept=KeptToken("token:jwt-login", lambda: far.now),
    )


def portal_session(far: Far) -> PortalSession:
    """T6."""
    return PortalSession(
        login_url="https://platform.example/login",
        user="demo-app",
        password=Secret("demo-password"),
        unit="000.00.00.X00",
        destination="DEMO-DST",
        session_life=1000.0,
        kept=KeptToken("token:portal-session", lambda: far.now),
    )


def _access_token(token: str) -> WireReply:
    return reply(access_token=token, token_type="Bearer", expires_in=1000)


def _login(token: str) -> WireReply:
    return reply(token=token, expiryDate=(WALL + 1000) * 1000)


def _session(token: str) -> WireReply:
    return reply(session=token, error_code=0)


TOKEN_FAMILIES = {
    "lgsp-token": Family(lgsp_token, _access_token),
    "client-credentials": Family(client_credentials, _access_token),
    "jwt-login": Family(jwt_login, _login),
    "portal-session": Family(portal_session, _session),
}
