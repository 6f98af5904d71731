"""Callers that send slowly on purpose are cut off, and hold nobody up (slow loris)."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from .conftest import Served, question, serving

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from urllib.parse import SplitResult

from urllib.parse import urlsplit

PATIENCE = 0.4


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway that waits 400 ms for a request."""
    directory = tmp_path_factory.mktemp("slow")
    with serving(directory, listening=f"\npatience = {PATIENCE}") as made:
        yield made


def connected(served: Served) -> ssl.SSLSocket:
    """A TLS connection of one's own."""
    at: SplitResult = urlsplit(served.url)
    plain = socket.create_connection((at.hostname or "", at.port or 0), timeout=5)
    context: ssl.SSLContext = served.trust()
    return context.wrap_socket(plain, server_hostname=at.hostname)


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /v1/confirm HT",
        b"POST /v1/confirm HTTP/1.1\r\nHost: a\r\nX-Sl",
        b"POST /v1/confirm HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    ],
    ids=["request line", "head", "body"],
)
def test_half_a_request_is_cut_off_in_time(impatient: Served, sent: bytes) -> None:
    """In the request line, in the head, in the body: the connection ends, and a call beside it is answered."""
    with connected(impatient) as slow:
        slow.sendall(sent)
        started = time.monotonic()
        assert impatient.post("v1/confirm", question()).status_code == 200
        while slow.recv(4096):
            pass
        assert PATIENCE - 0.1 <= time.monotonic() - started <= PATIENCE + 1.0


def test_a_byte_now_and_then_wins_no_time(impatient: Served) -> None:
    """The time is for the whole request: dripping does not stretch it."""
    with connected(impatient) as slow:
        started = time.monotonic()
        slow.settimeout(0.05)
        gone = False
        while not gone and time.monotonic() - started < 5:
            try:
                slow.sendall(b"G")
                gone = slow.recv(4096) == b""
            except TimeoutError:
                continue
            except OSError:
                gone = True
        assert gone and time.monotonic() - started <= PATIENCE + 1.0


def test_a_slow_answer_is_waited_for(impatient: Served) -> None:
    """The patience is for callers: an answer that takes longer comes."""
    with impatient.mock.scenario("slow"):
        started = time.monotonic()
        assert impatient.post("v1/confirm", question()).status_code == 200
        assert time.monotonic() - started > 2 * PATIENCE
