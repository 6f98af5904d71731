"""A proxy below TLS that breaks connections on purpose.

It stands between a client and a TLS server on the loopback and sees records, never what is in them. One fault
plays at a time; ``None`` passes everything on::

    with FaultProxy(server.port) as proxy:
        with proxy.playing("reset_on_accept"):
            ...

Faults of a connection's beginning (`BEGINNING`) close the connections that there are, so that the next exchange
has to open one. Those of an exchange (`EXCHANGE`) act on kept connections too. Everything is on the loopback, and
`close` ends every thread.
"""

from __future__ import annotations

import contextlib
import random
import select
import socket
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Self

__all__ = ["BEGINNING", "EXCHANGE", "HELPLESS", "FaultProxy"]

LATE = 0.1
DRIP = 0.02
TASTE = 100
"""How many bytes of an answer pass before a fault within it."""

_ALERT_PROTOCOL_VERSION = b"\x15\x03\x01\x00\x02\x02\x46"
_ALERT_INTERNAL_ERROR = b"\x15\x03\x03\x00\x02\x02\x50"
_PLAIN = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

HELPLESS = frozenset({"refused", "blackhole", "half_open"})
"""Faults of the listener itself: nobody is accepted."""
BEGINNING = HELPLESS | {
    *("slow_accept", "reset_on_accept", "close_on_accept", "plain_text_peer", "noise_peer", "tls_1_0_only"),
    *("alert_in_handshake", "close_in_handshake", "reset_in_handshake", "stall_in_handshake", "cut_handshake"),
    *("stalled_handshake", "flipped_handshake", "sliced_handshake"),
}
EXCHANGE = frozenset(
    {
        *("reset_while_sending", "close_while_sending", "never_reads"),
        *("cut_answer", "reset_in_answer", "stalled_answer", "dripped_answer", "sliced_answer", "late_answer"),
        *("flipped_answer", "noise_in_answer"),
    }
)


class FaultProxy:
    """A listener on a port of its own before ``target``, another port of the loopback; ``seed`` makes the noise."""

    def __init__(self, target: int, *, seed: int = 20261123) -> None:
        self._target = target
        self._noise = random.Random(seed).randbytes(4096)
        self._fault: str | None = None
        self._stopped = threading.Event()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None
        self._fillers: list[socket.socket] = []
        self.port = 0

    def __enter__(self) -> Self:
        self._listen()
        self._start(self._accept)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stopped.set()
        self._end()
        for thread in self._threads:
            thread.join(2)
        assert not any(thread.is_alive() for thread in self._threads)

    @contextlib.contextmanager
    def playing(self, fault: str | None) -> Generator[None]:
        """Play a fault for a block; afterwards connections are passed on again."""
        assert fault is None or fault in BEGINNING | EXCHANGE, fault
        self._over.clear()
        if fault in BEGINNING:
            self._drop()
        if fault in HELPLESS:
            self._stop_listening()
            if fault != "refused":
                self._listen(backlog=0 if fault == "blackhole" else 64, full=fault == "blackhole")
        self._fault = fault
        try:
            yield
        finally:
            self._fault = None
            self._over.set()
            if fault is not None:
                self._drop()
            if fault in HELPLESS:
                self._stop_listening()
                self._listen()

    def _listen(self, *, backlog: int = 64, full: bool = False) -> None:
        listener = socket.create_server(("127.0.0.1", self.port), backlog=backlog)
        self.port = listener.getsockname()[1]
        while full and len(self._fillers) < 8:
            # The queue of a listener that accepts nobody: further SYNs get no answer, as from a black hole.
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self._fillers.append(filler)
        self._listener = listener

    def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            # Closing alone leaves it listening for as long as another thread waits for it.
            _close(listener)
        while self._fillers:
            self._fillers.pop().close()

    def _end(self) -> None:
        self._over.set()
        self._stop_listening()
        self._drop()

    def _drop(self) -> None:
        with self._lock:
            connections, self._open = list(self._open), set()
        for connection in connections:
            _close(connection)

    def _start(self, work: Callable[..., None], *parts: object) -> None:
        thread = threading.Thread(target=work, args=parts, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            listener = self._listener
            if listener is None or self._fault in HELPLESS:
                self._stopped.wait(0.005)
                continue
            with contextlib.suppress(OSError, ValueError):
                if select.select([listener], [], [], 0.02)[0] and self._fault not in HELPLESS:
                    client, _address = listener.accept()
                    self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with self._lock:
            self._open.add(client)
        with contextlib.suppress(OSError):
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._begins(client):
                self._join(client)
            return
        _close(client)

    def _begins(self, client: socket.socket) -> bool:
        """Play a fault of the beginning; whether the connection is to be passed on."""
        match self._fault:
            case "reset_on_accept":
                _reset(client)
            case "close_on_accept":
                _close(client)
            case "slow_accept":
                return not self._over.wait(LATE)
            case "plain_text_peer":
                return self._says(client, _PLAIN)
            case "noise_peer":
                return self._says(client, self._noise)
            case "tls_1_0_only":
                return self._says(client, _ALERT_PROTOCOL_VERSION)
            case "alert_in_handshake":
                return self._says(client, _ALERT_INTERNAL_ERROR)
            case "close_in_handshake":
                client.recv(65536)
                _close(client)
            case "reset_in_handshake":
                client.recv(65536)
                _reset(client)
            case "stall_in_handshake":
                client.recv(65536)
                self._over.wait()
                _close(client)
            case _:
                return True
        return False

    def _says(self, client: socket.socket, words: bytes) -> bool:
        client.recv(65536)
        client.sendall(words)
        _close(client)
        return False

    def _join(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._target), 5)
        server.settimeout(None)
        with self._lock:
            self._open.add(server)
        begun_under = self._fault
        self._start(self._upwards, client, server)
        self._downwards(client, server, begun_under)

    def _upwards(self, client: socket.socket, server: socket.socket) -> None:
        """What the client says."""
        with contextlib.suppress(OSError, ValueError):
            while data := _hear(client):
                match self._fault:
                    case "reset_while_sending":
                        _reset(client)
                    case "close_while_sending":
                        _close(client)
                    case "never_reads":
                        self._over.wait()
                    case _:
                        server.sendall(data)
        _close(server)

    def _downwards(self, client: socket.socket, server: socket.socket, begun_under: str | None) -> None:
        """What the server says; ``begun_under`` is the fault that a handshake is broken with."""
        first = True
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                fault = self._fault
                if fault in EXCHANGE:
                    self._break(client, data, fault)
                elif first and begun_under in BEGINNING:
                    self._break(client, data, begun_under)
                else:
                    client.sendall(data)
                first = False
        _close(client)

    def _break(self, client: socket.socket, data: bytes, fault: str) -> None:
        match fault:
            case "cut_answer" | "cut_handshake":
                client.sendall(data[:TASTE])
                _close(client)
            case "reset_in_answer":
                client.sendall(data[:TASTE])
                _reset(client)
            case "stalled_answer" | "stalled_handshake":
                client.sendall(data[:TASTE])
                self._over.wait()
                _close(client)
            case "dripped_answer":
                self._slowly(client, data, DRIP)
            case "sliced_answer" | "sliced_handshake":
                self._slowly(client, data, 0)
            case "late_answer":
                self._over.wait(LATE)
                client.sendall(data)
            case "flipped_answer" | "flipped_handshake":
                middle = len(data) // 2
                client.sendall(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
            case "noise_in_answer":
                client.sendall(self._noise)
            case _:
                client.sendall(data)

    def _slowly(self, client: socket.socket, data: bytes, pause: float) -> None:
        for place in range(len(data)):
            client.sendall(data[place : place + 1])
            if pause and self._over.wait(pause):
                _close(client)
                return


def _hear(connection: socket.socket) -> bytes:
    """What comes next; a thread that waits in ``recv`` would keep the socket open behind a reset."""
    while not select.select([connection], [], [], 0.01)[0]:
        pass
    return connection.recv(65536)


def _close(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def _reset(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
