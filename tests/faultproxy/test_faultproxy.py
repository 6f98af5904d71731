"""The proxy itself: each fault is on the wire what its name says."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from .proxy import BEGINNING, EXCHANGE, LATE, TASTE, FaultProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = bytes(range(256)) * 2
SOON = 0.3


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    """A proxy before a server that answers every question with the same bytes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            while connection.recv(4096):
                connection.sendall(ANSWER)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    with FaultProxy(listener.getsockname()[1]) as made:
        yield made
    listener.close()


def connect(proxy: FaultProxy) -> socket.socket:
    """A client's connection."""
    return socket.create_connection(("127.0.0.1", proxy.port), SOON)


def hear(connection: socket.socket, size: int = len(ANSWER)) -> bytes:
    """What comes within `SOON`, up to ``size`` bytes."""
    heard = b""
    connection.settimeout(SOON)
    with contextlib.suppress(TimeoutError):
        while len(heard) < size and (data := connection.recv(size - len(heard))):
            heard += data
    return heard


def ask(connection: socket.socket, size: int = len(ANSWER)) -> bytes:
    """One question and what comes of it."""
    connection.sendall(b"?")
    return hear(connection, size)


def test_without_a_fault_everything_passes(proxy: FaultProxy) -> None:
    """Questions and answers go through on one connection, unchanged."""
    with connect(proxy) as connection:
        assert [ask(connection), ask(connection)] == [ANSWER, ANSWER]


def test_nobody_listens(proxy: FaultProxy) -> None:
    """A refused connection is refused at once."""
    with proxy.playing("refused"), pytest.raises(ConnectionRefusedError):
        connect(proxy)


def test_a_black_hole_answers_no_syn(proxy: FaultProxy) -> None:
    """Connecting takes until the client gives up."""
    with proxy.playing("blackhole"), pytest.raises(TimeoutError):
        connect(proxy)


@pytest.mark.parametrize("fault", ["half_open", "stall_in_handshake", "never_reads"])
def test_a_connection_without_an_answer(proxy: FaultProxy, fault: str) -> None:
    """The connection stands, and nothing comes."""
    with proxy.playing(fault), connect(proxy) as connection:
        connection.sendall(b"?")
        with pytest.raises(TimeoutError):
            connection.recv(1)


@pytest.mark.parametrize("fault", ["close_on_accept", "close_in_handshake", "close_while_sending"])
def test_a_connection_that_ends_in_silence(proxy: FaultProxy, fault: str) -> None:
    """The far side closes before a byte."""
    with proxy.playing(fault), connect(proxy) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"?")
        with contextlib.suppress(ConnectionError):
            assert hear(connection) == b""


@pytest.mark.parametrize("fault", ["reset_on_accept", "reset_in_handshake", "reset_while_sending"])
def test_a_connection_that_is_reset(proxy: FaultProxy, fault: str) -> None:
    """The far side resets it before a byte."""
    with proxy.playing(fault), pytest.raises(ConnectionError), connect(proxy) as connection:
        ask(connection)


@pytest.mark.parametrize("fault", ["cut_answer", "stalled_answer", "cut_handshake", "stalled_handshake"])
def test_an_answer_that_ends_early(proxy: FaultProxy, fault: str) -> None:
    """A hundred bytes come and no more."""
    with proxy.playing(fault), connect(proxy) as connection:
        assert ask(connection) == ANSWER[:TASTE]


def test_an_answer_that_is_reset(proxy: FaultProxy) -> None:
    """At most a hundred bytes come, then a reset."""
    with proxy.playing("reset_in_answer"), connect(proxy) as connection, pytest.raises(ConnectionResetError):
        ask(connection)


@pytest.mark.parametrize("fault", ["sliced_answer", "sliced_handshake", "slow_accept", "late_answer"])
def test_an_answer_that_is_only_slow(proxy: FaultProxy, fault: str) -> None:
    """It comes whole."""
    started = time.monotonic()
    with proxy.playing(fault), connect(proxy) as connection:
        assert ask(connection) == ANSWER
    assert (time.monotonic() - started >= LATE) is (fault in {"slow_accept", "late_answer"})


def test_an_answer_that_drips(proxy: FaultProxy) -> None:
    """Bytes come one by one, too slowly to be whole in time."""
    with proxy.playing("dripped_answer"), connect(proxy) as connection:
        started, heard = time.monotonic(), b""
        connection.sendall(b"?")
        while time.monotonic() - started < SOON:
            heard += connection.recv(1)
    assert 1 < len(heard) < SOON / 0.01
    assert ANSWER.startswith(heard)


@pytest.mark.parametrize("fault", ["flipped_answer", "flipped_handshake"])
def test_one_bit_is_another(proxy: FaultProxy, fault: str) -> None:
    """An answer of the right length differs in one bit."""
    with proxy.playing(fault), connect(proxy) as connection:
        heard = ask(connection)
    assert len(heard) == len(ANSWER)
    assert sum((a ^ b).bit_count() for a, b in zip(heard, ANSWER, strict=True)) == 1


@pytest.mark.parametrize(
    ("fault", "begins"),
    [("plain_text_peer", b"HTTP/1.1 400"), ("tls_1_0_only", b"\x15\x03\x01"), ("alert_in_handshake", b"\x15\x03\x03")],
)
def test_a_peer_that_speaks_something_else(proxy: FaultProxy, fault: str, begins: bytes) -> None:
    """Plain HTTP, or an alert of TLS, comes instead of the server's words."""
    with proxy.playing(fault), connect(proxy) as connection:
        assert ask(connection).startswith(begins)


@pytest.mark.parametrize("fault", ["noise_peer", "noise_in_answer"])
def test_noise_is_the_same_for_a_seed(proxy: FaultProxy, fault: str) -> None:
    """Random bytes come, the same each time."""
    heard: set[bytes] = set()
    for _ in range(2):
        with proxy.playing(fault), connect(proxy) as connection:
            heard.add(ask(connection))
    (noise,) = heard
    assert len(noise) == len(ANSWER) and noise != ANSWER


def test_a_fault_acts_on_a_kept_connection(proxy: FaultProxy) -> None:
    """A connection from before is broken by a fault of the exchange, and dropped by one of the beginning."""
    with connect(proxy) as kept:
        assert ask(kept) == ANSWER
        with proxy.playing("cut_answer"):
            assert ask(kept) == ANSWER[:TASTE]
    with connect(proxy) as kept:
        assert ask(kept) == ANSWER
        with proxy.playing("refused"):
            assert hear(kept) == b""


@pytest.mark.parametrize("fault", sorted(BEGINNING | EXCHANGE))
def test_afterwards_everything_passes_again(proxy: FaultProxy, fault: str) -> None:
    """No fault outlives its block."""
    with proxy.playing(fault), contextlib.suppress(OSError), connect(proxy) as connection:
        connection.sendall(b"?")
    with connect(proxy) as connection:
        assert ask(connection) == ANSWER
