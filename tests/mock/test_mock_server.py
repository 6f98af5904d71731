"""The server over real sockets: TLS as strict as a gate's, HTTP as raw as a fault needs it, and a prompt end."""

from __future__ import annotations

import gc
import http.client
import socket
import ssl
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from dancu_mock import SCENARIOS, Authority, Mock, MockServer

from .conftest import LOOK_UP, admitted, credentials, enveloped, look_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Line


def test_one_handshake_serves_many_requests(line: Line) -> None:
    """100 requests on a kept connection cost one handshake."""
    connection = line.connect()
    assert {line.post(connection, f"k{place}")[0] for place in range(100)} == {200}
    connection.close()
    assert (line.mock.journal.handshakes, len(line.mock.journal.calls)) == (1, 100)


def test_httpx_is_served(line: Line) -> None:
    """httpx with a plain context gets the record and the mock's header."""
    with httpx.Client(verify=line.context, trust_env=False) as client:
        url = f"{line.server.url}tracuu"
        answer = client.post(url, content=enveloped(look_up("h")), headers=credentials(line.mock, LOOK_UP))
    assert (answer.status_code, answer.headers["X-Dancu-Mock"]) == (200, "1")
    assert "NGUYỄN THỊ MẪU" in answer.text


def test_sixty_four_clients_are_served_at_once(line: Line) -> None:
    """64 connections in parallel, each with its own handshake, are all served."""

    def client(place: int) -> int:
        connection = line.connect()
        try:
            return max(line.post(connection, f"p{place}-{turn}")[0] for turn in range(3))
        finally:
            connection.close()

    with ThreadPoolExecutor(64) as pool:
        assert set(pool.map(client, range(64))) == {200}
    assert line.mock.journal.handshakes == 64


def test_a_client_without_a_certificate_is_turned_away(line: Line) -> None:
    """No client certificate, or one of another CA: no request is heard and no handshake counted."""
    bare = ssl.create_default_context(cafile=str(line.directory / "ca.pem"))
    foreign = ssl.create_default_context(cafile=str(line.directory / "ca.pem"))
    issued = Authority.create("foreign MOCK CA").issue_client()
    (line.directory / "foreign.pem").write_bytes(issued.certificate_pem + issued.key_pem)
    foreign.load_cert_chain(line.directory / "foreign.pem")
    for context in (bare, foreign):
        connection = http.client.HTTPSConnection("127.0.0.1", line.server.port, context=context, timeout=5)
        with pytest.raises((ssl.SSLError, OSError, http.client.RemoteDisconnected)):
            line.post(connection, "x")
        connection.close()
    assert (line.mock.journal.handshakes, line.mock.journal.calls) == (0, ())


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_versions_of_tls_are_a_setting(version: ssl.TLSVersion, tmp_path: Path) -> None:
    """A gate of one version speaks that version, and no other."""
    with MockServer(Mock(), minimum_version=version, maximum_version=version) as server:
        server.write_files(tmp_path)
        context, other = admitted(tmp_path), admitted(tmp_path)
        with (
            socket.create_connection(("127.0.0.1", server.port), 5) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as wrapped,
        ):
            assert wrapped.version() == version.name.replace("_", ".")
        wrong = ssl.TLSVersion.TLSv1_3 if version is ssl.TLSVersion.TLSv1_2 else ssl.TLSVersion.TLSv1_2
        other.minimum_version = other.maximum_version = wrong
        with (
            socket.create_connection(("127.0.0.1", server.port), 5) as plain,
            pytest.raises(OSError, match=r"(?i)ssl|tls"),
        ):
            other.wrap_socket(plain, server_hostname="localhost")


def test_a_certificate_may_be_left_to_the_client(tmp_path: Path) -> None:
    """A mock that does not require a client certificate serves a client without one."""
    mock = Mock()
    with MockServer(mock, require_client_certificate=False) as server:
        server.write_files(tmp_path)
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        connection = http.client.HTTPSConnection("localhost", server.port, context=context, timeout=5)
        connection.request("POST", LOOK_UP, enveloped(look_up("l")), credentials(mock, LOOK_UP))
        assert connection.getresponse().status == 200
        connection.close()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("close_silently", http.client.RemoteDisconnected),
        ("garbage_head", http.client.BadStatusLine),
        ("reset", ConnectionResetError),
        ("truncated_length", http.client.IncompleteRead),
        ("hang", TimeoutError),
        ("drip_body", TimeoutError),
    ],
)
def test_a_raw_fault_reaches_the_client(line: Line, name: str, error: type[Exception]) -> None:
    """What is not HTTP comes as bytes or as nothing, and the next connection is served."""
    connection = line.connect()
    connection.timeout = 0.3
    with line.mock.scenario(name), pytest.raises(error):
        _within(line, connection, name, seconds=1.0)
    connection.close()
    connection = line.connect()
    assert line.post(connection, "after")[0] == 200
    connection.close()


def _within(line: Line, connection: http.client.HTTPSConnection, request_id: str, *, seconds: float) -> None:
    """Ask, and read piece by piece for so long; an answer that still drips then has timed out."""
    started = time.monotonic()
    connection.request("POST", LOOK_UP, enveloped(look_up(request_id)), credentials(line.mock, LOOK_UP))
    answer = connection.getresponse()
    while answer.read(1) if time.monotonic() - started < seconds else _too_slow():
        pass
    if answer.length:
        raise http.client.IncompleteRead(b"")


def _too_slow() -> bytes:
    raise TimeoutError


def plain_request(mock: Mock, request_id: str, *more: str) -> bytes:
    """A request's bytes, for where a client of the library would hide what comes back."""
    body = enveloped(look_up(request_id))
    fields = credentials(mock, LOOK_UP) | {"Host": "localhost", "Content-Length": str(len(body))}
    lines = [f"POST {LOOK_UP} HTTP/1.1", *more, *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def _to_the_end(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


@pytest.mark.parametrize("name", ["reset", "reset_mid_body"])
def test_a_reset_is_one_on_the_wire(line: Line, name: str) -> None:
    """The TCP connection ends with RST; Python's ssl would call it an EOF, so the socket below is read."""
    plain = socket.create_connection(("127.0.0.1", line.server.port), 5)
    below = plain.dup()
    below.settimeout(5)
    with line.mock.scenario(name), below, line.context.wrap_socket(plain, server_hostname="localhost") as wrapped:
        wrapped.sendall(plain_request(line.mock, name))
        with pytest.raises(ConnectionResetError):
            _to_the_end(below)


@pytest.mark.parametrize("name", ["two_answers", "split_bytes", "te_and_cl", "gzip_bomb", "oversized"])
def test_a_whole_fault_is_framed(line: Line, name: str) -> None:
    """Faults that are answers arrive with status 200 over a real socket."""
    assert name in SCENARIOS
    connection = line.connect()
    with line.mock.scenario(name):
        assert line.post(connection, name)[0] == 200
    connection.close()


def test_a_client_that_waits_to_be_told_is_told(line: Line) -> None:
    """``Expect: 100-continue`` gets its 100 before the body is sent, as Java, .NET and curl expect."""
    head, blank, body = plain_request(line.mock, "e", "Expect: 100-continue").partition(b"\r\n\r\n")
    with (
        socket.create_connection(("127.0.0.1", line.server.port), 5) as plain,
        line.context.wrap_socket(plain, server_hostname="localhost") as wrapped,
    ):
        wrapped.sendall(head + blank)
        assert wrapped.recv(4096).startswith(b"HTTP/1.1 100")
        wrapped.sendall(body)
        assert wrapped.recv(65536).startswith(b"HTTP/1.1 200")


def test_the_end_is_prompt_and_clean(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Closing under connections in a call, in a handshake and before one leaks nothing and prints nothing."""
    mock = Mock()
    server = MockServer(mock).start()
    server.write_files(tmp_path)
    address = ("127.0.0.1", server.port)
    silent = socket.create_connection(address, 5)
    halfway = socket.create_connection(address, 5)
    halfway.sendall(b"\x16\x03\x01\x02\x00\x01")
    for _ in range(10):
        with socket.create_connection(address, 5) as dropped:
            dropped.sendall(b"\x16\x03\x01\x02\x00\x01")
    hung = admitted(tmp_path).wrap_socket(socket.create_connection(address, 5), server_hostname="localhost")
    with mock.scenario("hang"):
        hung.sendall(plain_request(mock, "h"))
        _until(lambda: bool(mock.journal.calls))
    started = time.monotonic()
    server.close()
    server.close()
    assert time.monotonic() - started < 1
    assert hung.recv(1) == b""
    for peer in (silent, halfway, hung):
        peer.close()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del server
        gc.collect()
    assert [str(warning.message) for warning in caught] == []
    assert capfd.readouterr() == ("", "")


def _until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for another thread, no longer than so many seconds."""
    ended = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ended
        threading.Event().wait(0.005)


def test_a_taken_port_leaves_nothing_behind() -> None:
    """Starting on a taken port raises OSError and leaves no thread."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        MockServer(Mock(), port=taken.getsockname()[1]).start()
    assert not any(thread.name == "dancu-mock" for thread in threading.enumerate())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mock.example"])
def test_the_mock_stays_on_the_loopback(host: str) -> None:
    """Another host is refused unless one says expose."""
    with pytest.raises(ValueError, match="loopback"):
        MockServer(Mock(), host=host)
    MockServer(Mock(), host=host, expose=True).close()


def test_an_address_of_version_6_makes_a_url() -> None:
    """An IPv6 host stands in brackets."""
    server = MockServer(Mock(), host="::1", port=8443)
    server.close()
    assert server.url == "https://[::1]:8443/dancu/"
