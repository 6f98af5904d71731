"""T2, ``lgspaccesstoken`` and a client-credentials token (wire.md §2.1, §7.4).

::

    POST <token_url>   lgspaccesstoken: base64({"AccessKey",...})   grant_type=client_credentials
    POST <service>     Authorization: Bearer <token>                lgspaccesstoken: <the same>

The token is fetched once for all who need it, renewed at 80 % of its life, and once when the
platform answers 401 to the one in use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dancu.flows.effects import send, shared
from dancu.policy.tokens import TokenSlot
from dancu.privacy import Secret
from dancu.wire.messages import header
from dancu.wire.tokens import access_header, read_token, token_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.flows.effects import Flow
    from dancu.wire.messages import WireRequest

__all__ = ["LgspToken"]

_SHARED_KEY = "token:lgsp-token"


@dataclass(frozen=True, slots=True)
class LgspToken:
    """The T2 family.

    Attributes:
        token_url: absolute URL of the token endpoint.
        access_key: public part of the key pair; stands in the audit as the user.
        secret_key: its secret.
        app_name, partner_code, partner_code_cus: as registered with the platform.
        monotonic: seconds, injected.
        slot: where the token is kept.
    """

    token_url: str
    access_key: str
    secret_key: Secret
    app_name: str
    partner_code: str
    partner_code_cus: str
    monotonic: Callable[[], float]
    slot: TokenSlot = field(default_factory=TokenSlot)

    @property
    def user(self) -> str:
        """The access key."""
        return self.access_key

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """Add the token and the key header."""
        token = self.slot.current(self.monotonic())
        if token is None:
            token = yield from shared(_SHARED_KEY, lambda: self._fetch(until), until=until)
        return request.with_headers(("Authorization", f"Bearer {token.reveal()}"), self._key_header())

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """Once more, with another token than the refused one."""
        failed = (header(refused.headers, "Authorization") or "").removeprefix("Bearer ")
        self.slot.drop(Secret(failed))
        return (yield from self.authorise(request, until=until))

    def _fetch(self, until: float) -> Flow[Secret]:
        token = self.slot.current(self.monotonic())
        if token is not None:
            return token
        reply = yield from send(token_request(self.token_url, (self._key_header(),)), until=until)
        fetched = read_token(reply)
        self.slot.keep(fetched.secret, fetched.life, self.monotonic())
        return fetched.secret

    def _key_header(self) -> tuple[str, str]:
        parts = {
            "AccessKey": self.access_key,
            "SecretKey": self.secret_key.reveal(),
            "AppName": self.app_name,
            "PartnerCode": self.partner_code,
            "PartnerCodeCus": self.partner_code_cus,
        }
        return ("lgspaccesstoken", access_header(parts))
