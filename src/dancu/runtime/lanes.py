"""Lanes: a small last-in first-out set of connections, one exchange on each at a time.

A shared httpx pool is quadratic in its connections (performance.md §2), so each lane is
an httpcore pool of exactly one, with our own stream below it. Last in, first out keeps
the few connections that suffice warm and lets the others grow old. A lane belongs to
one credential: a connection keeps the identity it was opened with (security.md T33), and
is not used again once another has taken its place.

A request is sent once more, within its time, where the platform cannot have looked at it:
on a connection that was kept and turns out closed before a byte of an answer came, and
where the platform refuses an identity that has just been replaced. Nobody above notices.

The lanes are ordinary httpx transports. A request tells its end by the extension
``deadline``, in seconds of the monotonic clock.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from dancu.errors import error_for
from dancu.runtime.budget import Budget
from dancu.runtime.peers import Peer
from dancu.wire.limits import BODY_BYTES
from dancu.wire.messages import WireReply
from dancu.wire.provider_codes import refusal

if TYPE_CHECKING:
    import datetime
    import ssl
    from collections.abc import AsyncIterator, Iterator

    from dancu.errors import DancuError
    from dancu.runtime.identities import Identities
    from dancu.runtime.tls import Identity

__all__ = [
    "DEADLINE",
    "IDLE_SECONDS",
    "ONCE",
    "LaneSettings",
    "budget_for",
    "check_framing",
    "complete",
    "core_request",
    "end_of",
    "left_over",
    "quiet_httpcore",
    "went_stale",
]

DEADLINE = "deadline"
ONCE = "once"
"""The request's extension that forbids a lane to send it a second time (`dancu.flows.effects.Send`)."""
IDLE_SECONDS = 30.0
_STANDARD = 20.0
_CLOSED = (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class LaneSettings:
    """How lanes connect.

    Attributes:
        identities: TLS context and certificate, and those that replace them; None for plain http to loopback.
        size: most exchanges at once.
        connect: seconds for name resolution, TCP and TLS together.
        peer: whom to expect at the far end.
        proxy: URL of an HTTP proxy that is asked to CONNECT, or None.
    """

    identities: Identities[Identity] | None
    size: int = 16
    connect: float = 3.0
    peer: Peer = Peer()  # noqa: RUF009  # a frozen value
    proxy: str | None = None

    @property
    def identity(self) -> Identity | None:
        """The identity for new connections."""
        return None if self.identities is None else self.identities.current

    @property
    def context(self) -> ssl.SSLContext | None:
        """The TLS context for new connections."""
        return None if self.identity is None else self.identity.context

    @property
    def core_proxy(self) -> httpcore.Proxy | None:
        """The proxy, as httpcore wants it."""
        return None if self.proxy is None else httpcore.Proxy(self.proxy)

    def check_identity(self, now: datetime.datetime) -> None:
        """Before a call: take over certificate files that changed, and refuse a certificate that has ended.

        Raises:
            ConfigurationError: ``certificate_unusable``.
        """
        if self.identities is not None:
            self.identities.check(now)

    def answered(self, identity: Identity | None, response: httpx.Response, body: bytes) -> DancuError | None:
        """Note an answer under an identity; the error where it is that of a platform that refuses a new one.

        nginx tells so by a page, which for an identity of long standing is an answer like any other.
        """
        if self.identities is None or identity is None or not self.identities.on_probation(identity):
            return None
        refused = refusal(WireReply(response.status_code, tuple(response.headers.multi_items()), body))
        if refused is not None and refused.code == "client_certificate_refused":
            return refused
        self.identities.answered(identity)
        return None

    def replaces(self, identity: Identity | None, failure: DancuError) -> bool:
        """Whether to ask once more, under the identity that took this one's place."""
        return self.identities is not None and identity is not None and self.identities.replaces(identity, failure)


def end_of(request: httpx.Request) -> float:
    """When a request ends, seconds of the monotonic clock; 20 s from now where it does not say."""
    until: float = request.extensions.get(DEADLINE, time.monotonic() + _STANDARD)
    return until


def budget_for(request: httpx.Request, settings: LaneSettings, identity: Identity | None) -> Budget:
    """The allowance of one exchange."""
    presents = identity is None or identity.presents_certificate
    connect_until = time.monotonic() + settings.connect
    return Budget(end_of(request), connect_until, presents, direct=settings.proxy is None)


def went_stale(budget: Budget, error: BaseException) -> bool:
    """Whether a kept connection turned out closed before a byte of an answer came.

    Servers close idle connections when they like, also at the moment at which a request is
    on its way (RFC 9112 §9.3.1); what came over that connection then was read by nobody.
    """
    kept = not budget.connected and isinstance(error, _CLOSED)
    return kept and not budget.received and budget.verdict is None


def core_request(request: httpx.Request) -> httpcore.Request:
    """The same request for httpcore."""
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.content,
    )


def check_framing(response: httpcore.Response) -> None:
    """Refuse an answer whose length is told twice over (security.md T5).

    Raises:
        Unavailable: ``unreadable_answer``, ``answer_too_large``.
    """
    names = [name.lower() for name, _value in response.headers]
    if b"transfer-encoding" in names and b"content-length" in names:
        raise error_for("unreadable_answer", detail="both Transfer-Encoding and Content-Length")
    for name, value in response.headers:
        if name.lower() == b"content-length" and value.isdigit() and int(value) > BODY_BYTES:
            raise error_for("answer_too_large")


class _Whole(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that was read whole; httpx is to hand it on as it is, still encoded."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


def complete(response: httpcore.Response, body: bytes) -> httpx.Response:
    """An httpx response over a body that was read whole."""
    return httpx.Response(response.status, headers=response.headers, stream=_Whole(body))


def quiet_httpcore() -> None:
    """Keep httpcore's debug log off unless the program asks for it by name.

    It quotes what the far side sent, and a garbled answer may quote a person's number
    (security.md T6). A level that the program has set stays as it is.
    """
    logger = logging.getLogger("httpcore")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.WARNING)


def left_over(pool: Any) -> bool:
    """Whether bytes came after the answer's end: an answer to a question never asked.

    httpcore keeps them for the next exchange and has no public way to see them.
    """
    for connection in pool.connections:
        inner = connection._connection  # noqa: SLF001  # no public way; a test pins it
        if inner is not None and inner._h11_state.trailing_data[0]:  # noqa: SLF001  # as above
            return True
    return False
