"""T2, ``lgspaccesstoken`` and a client-credentials token (wire.md §2.1, §7.4).

::

    POST <token_url>   lgspaccesstoken: base64({"AccessKey",...})   grant_type=client_credentials
    POST <service>     Authorization: Bearer <token>                lgspaccesstoken: <the same>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.flows.access.kept_token import TokenFamily
from dancu.flows.effects import send
from dancu.wire.tokens import read_token, token_request

if TYPE_CHECKING:
    from dancu.flows.access.kept_token import KeptToken
    from dancu.flows.effects import Flow
    from dancu.privacy import Secret
    from dancu.wire.messages import WireRequest
    from dancu.wire.tokens import AccessKey, Token

__all__ = ["LgspToken"]


@dataclass(frozen=True, slots=True)
class LgspToken(TokenFamily):
    """The T2 family.

    Attributes:
        token_url: absolute URL of the token endpoint.
        key: our application's.
        kept: the token.
    """

    token_url: str
    key: AccessKey
    kept: KeptToken

    @property
    def user(self) -> str:
        """The access key."""
        return self.key.access_key

    def fetch(self, *, until: float) -> Flow[Token]:
        """A token for the key header alone."""
        return read_token((yield from send(token_request(self.token_url, self._key_header()), until=until)))

    def bear(self, request: WireRequest, token: Secret) -> WireRequest:
        """The token as Bearer, and the key header again."""
        return request.with_headers(("Authorization", f"Bearer {token.reveal()}"), self._key_header())

    def _key_header(self) -> tuple[str, str]:
        return ("lgspaccesstoken", self.key.encoded("long"))
