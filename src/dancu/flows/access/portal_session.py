"""T6, the service portal's adapter: a session in every JSON body (wire.md §2.1).

::

    POST <login_url>   {"username","password"}                    -> {"session","error_code":0}
    POST <service>     {"session","madonvi", ...}   dstcode: <destination>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.flows.access.kept_token import TokenFamily
from dancu.flows.effects import send
from dancu.wire.tokens import login_request, read_session, with_session

if TYPE_CHECKING:
    from dancu.flows.access.kept_token import KeptToken
    from dancu.flows.effects import Flow
    from dancu.privacy import Secret
    from dancu.wire.messages import WireRequest
    from dancu.wire.tokens import Token

__all__ = ["PortalSession"]


@dataclass(frozen=True, slots=True)
class PortalSession(TokenFamily):
    """The T6 family; requests are JSON.

    Attributes:
        login_url: absolute URL of the login.
        user: account of the agency's system.
        password: its password.
        unit: our unit, sent as ``madonvi``.
        destination: the provider, sent as ``dstcode``.
        session_life: seconds; the portal does not tell them.
        kept: the session.
    """

    login_url: str
    user: str
    password: Secret
    unit: str
    destination: str
    session_life: float
    kept: KeptToken

    def fetch(self, *, until: float) -> Flow[Token]:
        """A session for user and password."""
        reply = yield from send(login_request(self.login_url, self.user, self.password), until=until)
        return read_session(reply, life=self.session_life)

    def bear(self, request: WireRequest, token: Secret) -> WireRequest:
        """Session and unit in front of the other members, the provider in a header."""
        return with_session(request, token, self.unit).with_headers(("dstcode", self.destination))
