"""The awaiting twin of the blocking stream: asyncio, one absolute deadline, a byte budget."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import httpcore

from dancu.wire.limits import READ_BYTES

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    from dancu.runtime.budget import Budget
    from dancu.runtime.peers import Peer

__all__ = ["AwaitingBackend"]

_FULL = 256 * 1024


class AwaitingBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for one lane; ``budget`` gives the running exchange's allowance."""

    def __init__(self, budget: Callable[[], Budget], peer: Peer) -> None:
        self._budget = budget
        self._peer = peer

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve and connect, within the exchange's time to connect."""
        budget = self._budget()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(budget.remaining(connecting=True)):
                transport, wire = await loop.create_connection(_Wire, host, port)
        except OSError as error:
            budget.note(error)
            raise httpcore.ConnectError from error
        budget.connected = True
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _AwaitingStream(transport, wire, self._budget, self._peer)


class _Wire(asyncio.Protocol):
    """Received bytes, the end, and whoever waits for either."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.ended = False
        self.error: Exception | None = None
        self.transport: asyncio.Transport | None = None
        self._woken: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a stream transport by contract

    def data_received(self, data: bytes) -> None:
        self.received += data
        if len(self.received) > _FULL and self.transport is not None:
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self.ended = True
        self._wake()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        self.error = self.error or exc
        self._writable.set()
        self._wake()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def _wake(self) -> None:
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    async def drained(self) -> None:
        await self._writable.wait()
        if self.ended and self.error is not None:
            raise self.error

    async def take(self, most: int) -> bytes:
        """Bytes, or none at the end."""
        while not self.received and not self.ended:
            self._woken = asyncio.get_running_loop().create_future()
            await self._woken
        if not self.received and self.error is not None:
            raise self.error
        data = bytes(self.received[:most])
        del self.received[:most]
        if not self.received and self.transport is not None and not self.ended:
            self.transport.resume_reading()
        return data


class _AwaitingStream(httpcore.AsyncNetworkStream):
    def __init__(
        self,
        transport: asyncio.Transport,
        wire: _Wire,
        budget: Callable[[], Budget],
        peer: Peer,
    ) -> None:
        self._transport = transport
        self._wire = wire
        self._budget = budget
        self._peer = peer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        budget = self._budget()
        try:
            async with asyncio.timeout(budget.remaining()):
                data = await self._wire.take(min(max_bytes, READ_BYTES))
        except OSError as error:
            budget.note(error)
            raise httpcore.ReadError from error
        budget.take(len(data))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        budget = self._budget()
        try:
            async with asyncio.timeout(budget.remaining()):
                self._transport.write(buffer)
                await self._wire.drained()
        except OSError as error:
            budget.note(error)
            raise httpcore.WriteError from error

    async def aclose(self) -> None:
        self._transport.abort()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        budget = self._budget()
        name = self._peer.name or server_hostname
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(budget.remaining(connecting=True)):
                if self._wire.ended:
                    raise ConnectionResetError
                transport = await loop.start_tls(self._transport, self._wire, ssl_context, server_hostname=name)
        except OSError as error:
            self._transport.abort()
            budget.note(self._wire.error or error)
            raise httpcore.ConnectError from error
        # A transport that closes meanwhile comes back as none, or from uvloop without its TLS object.
        secured = None if transport is None else transport.get_extra_info("ssl_object")
        if transport is None or secured is None:
            self._transport.abort()
            raise httpcore.ConnectError
        if not self._peer.fits(secured.getpeercert(binary_form=True)):
            transport.abort()
            raise budget.other_key()
        self._transport = transport
        self._wire.transport = transport
        budget.secured = True
        return self

    def get_extra_info(self, info: str) -> Any:
        """An idle connection with unread bytes, or an ended one, is not used again."""
        if info == "is_readable":
            return bool(self._wire.received) or self._wire.ended or self._transport.is_closing()
        return None
