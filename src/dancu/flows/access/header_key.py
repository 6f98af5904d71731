"""T3, the key itself in ``Authorization``, with no scheme word and no token (wire.md §2.1, HCM City).

::

    Authorization: base64({"AccessKey","SecretKey","AppName","PartnerCode","PartnerCodeCus"})
    Authorization: base64({"app","secret","key"})
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu.flows.effects import Flow
    from dancu.wire.messages import WireRequest
    from dancu.wire.tokens import AccessKey, KeyNames

__all__ = ["HeaderKey"]


@dataclass(frozen=True, slots=True)
class HeaderKey:
    """The T3 family.

    Attributes:
        key: our application's.
        names: ``long`` (five members) or ``short`` (three).
    """

    key: AccessKey
    names: KeyNames

    @property
    def user(self) -> str:
        """The access key."""
        return self.key.access_key

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """Add the key."""
        yield from ()
        return request.with_headers(("Authorization", self.key.encoded(self.names)))

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """A refused key is refused again."""
        yield from ()
        return None
