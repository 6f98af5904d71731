"""What a credential family is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dancu.flows.effects import Flow
    from dancu.wire.messages import WireRequest

__all__ = ["Credential"]


class Credential(Protocol):
    """A way to be let in. It may ask the world (for a token), so it is a flow."""

    @property
    def user(self) -> str:
        """Who we are to the platform; stands in the audit, so no secret."""
        ...

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """The request with what the platform wants to see."""
        ...

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """The request once more after HTTP 401 to ``refused``; None where nothing can be renewed."""
        ...
