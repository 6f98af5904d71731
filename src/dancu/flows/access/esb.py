"""T1e, hash Basic below an enterprise service bus (wire.md §2.1).

::

    ESB_SOURCE_TYPE: <type>
    ESB_SOURCE_USERNAME: <user>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu.flows.access.hash_basic import HashBasic
    from dancu.flows.effects import Flow
    from dancu.wire.messages import WireRequest

__all__ = ["Esb"]


@dataclass(frozen=True, slots=True)
class Esb:
    """The T1e family.

    Attributes:
        basic: T1, which it adds to.
        source_type: what kind of source we are, as registered with the bus.
    """

    basic: HashBasic
    source_type: str

    @property
    def user(self) -> str:
        """T1's user."""
        return self.basic.user

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """Add T1's headers and the bus's."""
        authorised = yield from self.basic.authorise(request, until=until)
        return authorised.with_headers(("ESB_SOURCE_TYPE", self.source_type), ("ESB_SOURCE_USERNAME", self.user))

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """A refused hash is refused again."""
        return self.basic.renew(request, refused=refused, until=until)
