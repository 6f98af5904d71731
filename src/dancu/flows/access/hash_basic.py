"""T1, hash Basic (wire.md §2.1): Basic with a hash over URL, user, timestamp and secret.

::

    Authorization: Basic base64(user ":" hex(sha256(registered_url + user + timestamp + secret)))
    Timestamp: <timestamp>
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.privacy import Secret
from dancu.wire.tokens import basic

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.flows.effects import Flow
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
    """

    user: str
    secret: Secret
    now: Callable[[], float]
    timestamp: Literal["milliseconds", "seconds"] = "milliseconds"

    def authorise(self, request: WireRequest, *, until: float) -> Flow[WireRequest]:
        """Add the headers; it needs nothing of the world, so it yields nothing."""
        yield from ()
        stamp = str(int(self.now() * _UNITS[self.timestamp]))
        text = request.registered_url + self.user + stamp + self.secret.reveal()
        digest = Secret(hashlib.sha256(text.encode()).hexdigest())
        return request.with_headers(basic(self.user, digest), ("Timestamp", stamp))

    def renew(self, request: WireRequest, *, refused: WireRequest, until: float) -> Flow[WireRequest | None]:
        """A refused hash is refused again."""
        yield from ()
        return None
