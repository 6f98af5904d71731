"""What a service is to the SDK: how it is asked, and what its answers hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dancu.wire.services.confirm import read_confirmation
from dancu.wire.services.lookup import read_lookup
from dancu.wire.services.requests import build_request

if TYPE_CHECKING:
    from dancu.domain.fields import FieldName
    from dancu.wire.dialects.record import Record
    from dancu.wire.messages import WireReply, WireRequest
    from dancu.wire.services.spec import Keys, WireStyle

__all__ = ["PublicService", "ServiceAdapter"]


class ServiceAdapter(Protocol):
    """A service's two halves, both pure; a private platform brings its own."""

    def build(self, keys: Keys) -> WireRequest:
        """The request, ready but for its credential."""
        ...

    def records(self, reply: WireReply, style: WireStyle, fields: tuple[FieldName, ...]) -> tuple[Record, ...]:
        """The records that fit the keys; none only where the platform says so.

        Raises:
            Rejected, Unavailable: for everything else.
        """
        ...

    def exists(self, reply: WireReply, style: WireStyle) -> bool:
        """Whether there is such a person.

        Raises:
            Rejected, Unavailable: for everything but a plain yes or no.
        """
        ...


class PublicService:
    """The services of wire.md §1: A, B, C and K."""

    def build(self, keys: Keys) -> WireRequest:
        """SOAP or JSON, as the style says."""
        return build_request(keys)

    def records(self, reply: WireReply, style: WireStyle, fields: tuple[FieldName, ...]) -> tuple[Record, ...]:
        """A collection of citizens."""
        return read_lookup(reply, style, fields)

    def exists(self, reply: WireReply, style: WireStyle) -> bool:
        """One of the three shapes of B."""
        return read_confirmation(reply, style)
