"""Doors for clients in this process: httpx transports, and the side effect of a respx route.

There is no wire here, so an answer that would never complete raises what a socket would make of it. Nothing is
waited for either: an answer that would be later than its request can wait raises `httpx.ReadTimeout` at once, and
any other comes at once.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import h11
import httpx

from dancu_mock.messages import Raw, Reply, Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    Handle = Callable[[Request], Reply | Raw]

__all__ = ["InProcess", "respond"]


def respond(handle: Handle, request: httpx.Request) -> httpx.Response:
    """Answer an httpx request.

    Raises:
        httpx.TransportError: for an answer that a client would not get whole.
    """
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
    asked = Request(request.method, request.url.raw_path.decode("ascii"), headers, request.content)
    reply = handle(asked)
    if isinstance(reply, Reply):
        return _response(reply.status, list(reply.headers), reply.body)
    return _parsed(reply, _Patience.of(request))


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long a client waits; infinite where its request does not say.

    Attributes:
        whole: seconds for the answer, from dancu's own ``deadline``.
        silence: seconds between two parts of it, httpx's ``timeout`` for reading.
    """

    whole: float
    silence: float

    @classmethod
    def of(cls, request: httpx.Request) -> Self:
        """What a request's extensions say."""
        until: float = request.extensions.get("deadline", math.inf)
        limits: Mapping[str, Any] = request.extensions.get("timeout", {})
        silence: float | None = limits.get("read")
        return cls(until - time.monotonic(), math.inf if silence is None else silence)

    def sees(self, raw: Raw) -> int:
        """How many chunks come in time."""
        waited = 0.0
        for place, delay in enumerate(raw.delays[: len(raw.chunks)]):
            waited += delay
            if delay and (delay > self.silence or waited > self.whole):
                return place
        return len(raw.chunks)


def _response(status: int, headers: list[tuple[str, str]], body: bytes) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b"") if not body else _Encoded(body))


class _Encoded(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body as it goes on the wire; the client undoes its content encoding, or refuses to."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


def _parsed(raw: Raw, patience: _Patience) -> httpx.Response:
    """Read raw bytes as an HTTP/1.1 client would, without waiting."""
    seen = patience.sees(raw)
    late = seen < len(raw.chunks)
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="POST", target="/", headers=[("Host", "mock")]))
    connection.send(h11.EndOfMessage())
    head: h11.Response | None = None
    body = bytearray()
    try:
        for chunk in raw.chunks[:seen]:
            connection.receive_data(chunk)
        if raw.end in {"close", "reset"} and not late:
            connection.receive_data(b"")
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers]
                return _response(head.status_code, headers, bytes(body))
            elif not isinstance(event, h11.InformationalResponse):
                break
    except h11.RemoteProtocolError:
        raise httpx.RemoteProtocolError("MOCK") from None
    if late or raw.end in {"hang", "keep"}:
        raise httpx.ReadTimeout("MOCK")
    raise httpx.ReadError("MOCK") if raw.end == "reset" else httpx.RemoteProtocolError("MOCK")


class InProcess(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An httpx transport without a network, for both kinds of client."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer at once."""
        request.read()
        return respond(self._handle, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer at once."""
        await request.aread()
        return respond(self._handle, request)
