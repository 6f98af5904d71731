"""A blocking network stream under one absolute deadline and a byte budget.

httpx's own time-outs are per read, so a far side that drips a byte a second is never late
(security.md T4). Here every wait is cut to what is left of the whole exchange.
"""

from __future__ import annotations

import contextlib
import ipaddress
import select
import socket
import threading
from typing import TYPE_CHECKING, Any

import httpcore

from dancu.wire.limits import READ_BYTES

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

    from dancu.runtime.budget import Budget
    from dancu.runtime.peers import Peer

__all__ = ["BlockingBackend", "resolve"]


class BlockingBackend(httpcore.NetworkBackend):
    """Opens connections for one lane; ``budget`` gives the running exchange's allowance."""

    def __init__(self, budget: Callable[[], Budget], peer: Peer) -> None:
        self._budget = budget
        self._peer = peer

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve and connect, within the exchange's time to connect."""
        budget = self._budget()
        failure: Exception = OSError()
        for family, kind, protocol, _name, address in resolve(host, port, budget):
            left = budget.remaining(connecting=True)
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(left)
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            budget.connected = True
            return _BlockingStream(sock, self._budget, self._peer)
        budget.note(failure)
        raise httpcore.ConnectError from failure


def resolve(host: str, port: int, budget: Budget) -> list[Any]:
    """Addresses of a host; a name server that does not answer costs a thread and no more."""
    try:
        ipaddress.ip_address(host)
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except ValueError:
        pass
    found: list[Any] = []

    def ask() -> None:
        # A label that is empty or too long is no OSError.
        with contextlib.suppress(OSError, UnicodeError):
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))

    thread = threading.Thread(target=ask, name="dancu-resolve", daemon=True)
    thread.start()
    thread.join(budget.remaining(connecting=True))
    if thread.is_alive():
        raise budget.out_of_time()
    return list(found)


class _BlockingStream(httpcore.NetworkStream):
    def __init__(self, sock: socket.socket, budget: Callable[[], Budget], peer: Peer) -> None:
        self._sock = sock
        self._budget = budget
        self._peer = peer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        budget = self._budget()
        try:
            self._sock.settimeout(budget.remaining())
            data = self._sock.recv(min(max_bytes, READ_BYTES))
        except OSError as error:
            budget.note(error)
            raise httpcore.ReadError from error
        budget.take(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        budget = self._budget()
        view = memoryview(buffer)
        try:
            while view:
                self._sock.settimeout(budget.remaining())
                view = view[self._sock.send(view) :]
        except OSError as error:
            budget.note(error)
            raise httpcore.WriteError from error

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        budget = self._budget()
        try:
            self._sock.settimeout(budget.remaining(connecting=True))
            name = self._peer.name or server_hostname
            self._sock = secured = ssl_context.wrap_socket(self._sock, server_hostname=name)
            certificate = secured.getpeercert(binary_form=True)
        except OSError as error:
            self._sock.close()
            budget.note(error)
            raise httpcore.ConnectError from error
        if not self._peer.fits(certificate):
            self._sock.close()
            raise budget.other_key()
        budget.secured = True
        return self

    def get_extra_info(self, info: str) -> Any:
        """httpcore asks whether an idle connection has become readable, which means: closed."""
        return _readable(self._sock) if info == "is_readable" else None


def _readable(sock: socket.socket) -> bool:
    if sock.fileno() < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))
