"""T4, OAuth 2 client credentials as WSO2 has them (RFC 6749 §4.4; wire.md §2.1, Đà Nẵng, NGSP).

::

    POST <token_url>   Authorization: Basic base64(client_id:client_secret)   grant_type=client_credentials
    POST <token_url>   grant_type=client_credentials&client_id=...&client_secret=...
    POST <service>     Authorization: Bearer <token>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.flows.access.kept_token import TokenFamily
from dancu.flows.effects import send
from dancu.wire.tokens import basic, read_token, token_request

if TYPE_CHECKING:
    from dancu.flows.access.kept_token import KeptToken
    from dancu.flows.effects import Flow
    from dancu.privacy import Secret
    from dancu.wire.messages import WireRequest
    from dancu.wire.tokens import Token

__all__ = ["ClientCredentials"]


@dataclass(frozen=True, slots=True)
class ClientCredentials(TokenFamily):
    """The T4 family.

    Attributes:
        token_url: absolute URL of the token endpoint.
        client_id: consumer key; stands in the audit as the user.
        client_secret: its secret.
        secret_in: ``header`` (HTTP Basic) or ``form``.
        scope: names with blanks between, or None.
        kept: the token.
    """

    token_url: str
    client_id: str
    client_secret: Secret
    secret_in: Literal["header", "form"]
    scope: str | None
    kept: KeptToken

    @property
    def user(self) -> str:
        """The client id."""
        return self.client_id

    def fetch(self, *, until: float) -> Flow[Token]:
        """A token for id and secret."""
        return read_token((yield from send(self._token_request(), until=until)))

    def bear(self, request: WireRequest, token: Secret) -> WireRequest:
        """The token as Bearer."""
        return request.with_headers(("Authorization", f"Bearer {token.reveal()}"))

    def _token_request(self) -> WireRequest:
        scope = {} if self.scope is None else {"scope": self.scope}
        if self.secret_in == "header":  # noqa: S105  # a place
            return token_request(self.token_url, basic(self.client_id, self.client_secret), form=scope)
        account = {"client_id": self.client_id, "client_secret": self.client_secret.reveal()}
        return token_request(self.token_url, form=account | scope)
