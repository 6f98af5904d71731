"""T1x, hash Basic below an X-Road security server (wire.md §2.1, §7.1).

::

    X-Road-Client: <instance>/<class>/<member>/<subsystem>
    SOAPAction: ""
    ApiKey: <key>                                           where there is one
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu.flows.access.hash_basic import HashBasic
    from dancu.flows.effects import Flow
    from dancu.privacy import Secret
    from dancu.wire.messages import WireRequest

__all__ = ["XRoad"]


@dataclass(frozen=True, slots=True)
class XRoad:
    """The T1x family.

    Attributes:
        basic: T1, which it adds to.
        x_road_client: our subsystem, as the security server names it.
        api_key: a key beside it, or None.
    """

    basic: HashBasic
    x_road_client: str
    api_key: Secret | None = None

    @property
    def user(self) -> str:
        """T1's user."""
        return self.basic.user

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """Add T1's headers and X-Road's."""
        authorised = yield from self.basic.authorise(request, until=until)
        more = [("X-Road-Client", self.x_road_client), ("SOAPAction", '""')]
        if self.api_key is not None:
            more.append(("ApiKey", self.api_key.reveal()))
        return authorised.with_headers(*more)

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """A refused hash is refused again."""
        return self.basic.renew(request, refused=refused, until=until)
