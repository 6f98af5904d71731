"""T1, hash Basic (wire.md §2.1): Basic with a hash over URL, user, timestamp and secret.

::

    Authorization: Basic base64(user ":" hex(sha256(registered_url + user + timestamp + secret)))
    Timestamp: <timestamp>

X-Road's additions (T1x) are optional: ``X-Road-Client``, ``ApiKey``, ``SOAPAction: ""``.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.flows.effects import Flow
    from dancu.privacy import Secret
    from dancu.wire.messages import WireRequest

__all__ = ["HashBasic"]

_UNITS = {"milliseconds": 1000, "seconds": 1}


@dataclass(frozen=True, slots=True)
class HashBasic:
    """The T1 family.

    Attributes:
        user: account of the agency's system.
        secret: shared secret.
        now: seconds since 1970, injected.
        timestamp: ``milliseconds`` (most platforms) or ``seconds``.
        x_road_client: value of ``X-Road-Client``, or None to leave it out.
        api_key: value of ``ApiKey``, or None to leave it out.
        soap_action: whether to send ``SOAPAction: ""``.
    """

    user: str
    secret: Secret
    now: Callable[[], float]
    timestamp: Literal["milliseconds", "seconds"] = "milliseconds"
    x_road_client: str | None = None
    api_key: Secret | None = None
    soap_action: bool = False

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """Add the headers; it needs nothing of the world, so it yields nothing."""
        yield from ()
        stamp = str(int(self.now() * _UNITS[self.timestamp]))
        return request.with_headers(*self._headers(request.registered_url, stamp))

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """A refused hash is refused again."""
        yield from ()
        return None

    def _headers(self, registered_url: str, stamp: str) -> list[tuple[str, str]]:
        text = registered_url + self.user + stamp + self.secret.reveal()
        digest = hashlib.sha256(text.encode()).hexdigest()
        basic = base64.b64encode(f"{self.user}:{digest}".encode()).decode()
        headers = [("Authorization", f"Basic {basic}"), ("Timestamp", stamp)]
        if self.x_road_client is not None:
            headers.append(("X-Road-Client", self.x_road_client))
        if self.api_key is not None:
            headers.append(("ApiKey", self.api_key.reveal()))
        if self.soap_action:
            headers.append(("SOAPAction", '""'))
        return headers
