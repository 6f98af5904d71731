"""One token for all who need it: fetched once, renewed at 80 % of its life, replaced when it is refused."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dancu.flows.effects import shared
from dancu.policy.tokens import TokenSlot

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.flows.effects import Flow
    from dancu.privacy import Secret
    from dancu.wire.messages import WireRequest
    from dancu.wire.tokens import Token

__all__ = ["KeptToken", "TokenFamily"]


@dataclass(frozen=True, slots=True)
class KeptToken:
    """Where a family's token is kept.

    Attributes:
        name: the key under which its fetch is shared, a closed name.
        monotonic: seconds, injected.
        slot: the token.
    """

    name: str
    monotonic: Callable[[], float]
    slot: TokenSlot = field(default_factory=TokenSlot)

    def current(self) -> Secret | None:
        """The token, as long as it is good."""
        return self.slot.current(self.monotonic())


class TokenFamily(ABC):
    """A credential family that trades its account for a token; what tells one from another is `fetch` and `bear`."""

    __slots__ = ()

    kept: KeptToken

    @abstractmethod
    def fetch(self, *, until: float) -> Flow[Token]:
        """A new token."""

    @abstractmethod
    def bear(self, request: WireRequest, token: Secret) -> WireRequest:
        """The request with the token where the platform looks for it; the same for the same two."""

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """The request with a token that is good, fetched if need be."""
        token = self.kept.current()
        if token is None:
            token = yield from shared(self.kept.name, lambda: self._fetched(until), until=until)
        return self.bear(request, token)

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """Once more; the token in use goes only if it is the one that ``refused`` bore."""
        token = self.kept.current()
        if token is not None and self.bear(request, token) == refused:
            self.kept.slot.drop(token)
        return (yield from self.authorise(request, until=until))

    def _fetched(self, until: float) -> Flow[Secret]:
        """What a leader runs; the leader before may have kept a token after we looked."""
        token = self.kept.current()
        if token is not None:
            return token
        fetched = yield from self.fetch(until=until)
        self.kept.slot.keep(fetched.secret, fetched.life, self.kept.monotonic(), refresh=fetched.refresh)
        return fetched.secret
