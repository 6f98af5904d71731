"""One token for all who need it: fetched once, renewed at 80 % of its life, replaced when it is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from dancu.flows.effects import shared
from dancu.policy.tokens import TokenSlot

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.flows.effects import Flow
    from dancu.privacy import Secret
    from dancu.wire.messages import WireRequest
    from dancu.wire.tokens import Token

__all__ = ["KeptToken", "TokenFamily"]


class TokenFamily(Protocol):
    """What tells one token family from another."""

    def fetch(self, *, until: float) -> Flow[Token]:
        """A new token."""
        ...

    def bear(self, request: WireRequest, token: Secret) -> WireRequest:
        """The request with the token where the platform looks for it; the same for the same two."""
        ...


@dataclass(frozen=True, slots=True)
class KeptToken:
    """What the token families have in common.

    Attributes:
        name: the key under which its fetch is shared, a closed name.
        monotonic: seconds, injected.
        slot: where the token is kept.
    """

    name: str
    monotonic: Callable[[], float]
    slot: TokenSlot = field(default_factory=TokenSlot)

    def authorise(self, family: TokenFamily, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """The request with a token that is good, fetched if need be."""
        token = self.slot.current(self.monotonic())
        if token is None:
            token = yield from shared(self.name, lambda: self._fetched(family, until), until=until)
        return family.bear(request, token)

    def renew(
        self, family: TokenFamily, request: WireRequest, *, refused: WireRequest, until: float
    ) -> Flow[WireRequest]:
        """Once more; the token in use goes only if it is the one that ``refused`` bore."""
        token = self.slot.current(self.monotonic())
        if token is not None and family.bear(request, token) == refused:
            self.slot.drop(token)
        return (yield from self.authorise(family, request, until=until))

    def _fetched(self, family: TokenFamily, until: float) -> Flow[Secret]:
        """What a leader runs; the leader before may have kept a token after we looked."""
        token = self.slot.current(self.monotonic())
        if token is not None:
            return token
        fetched = yield from family.fetch(until=until)
        self.slot.keep(fetched.secret, fetched.life, self.monotonic(), refresh=fetched.refresh)
        return fetched.secret
