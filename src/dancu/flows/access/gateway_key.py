"""The key of an application at a gateway of ours: ``Authorization: Bearer <key>``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu.flows.effects import Flow
    from dancu.privacy import Secret
    from dancu.wire.messages import WireRequest

__all__ = ["GatewayKey"]


@dataclass(frozen=True, slots=True)
class GatewayKey:
    """The gateway family.

    Attributes:
        user: the application's name, for our own audit; the gateway knows it by its key.
        key: as ``dancu gateway key`` showed it once; None where the client certificate says who asks.
    """

    user: str
    key: Secret | None

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """Add the key, where there is one."""
        yield from ()
        if self.key is None:
            return request
        return request.with_headers(("Authorization", f"Bearer {self.key.reveal()}"))

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """A refused key is refused again."""
        yield from ()
        return None
