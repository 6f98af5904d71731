"""Certificates on demand: each kind as a strict client meets it, and rotation under load."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from dancu import AsyncClient, Client, MemorySink, Officer, Purpose, Subject, Unavailable
from dancu_mock import Mock, MockServer

from .conftest import admitted

if TYPE_CHECKING:
    from pathlib import Path

    from dancu_mock.certificates import CertificateKind

    from .conftest import Line

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="certificates")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
# Numbers of OpenSSL's X509_V_ERR_...: x509_vfy.h.
REFUSED: list[tuple[CertificateKind, int]] = [
    ("wrong_issuer", 20),
    ("expired", 10),
    ("not_yet_valid", 9),
    ("wrong_name", 64),
]


def shown(line: Line) -> bytes:
    """The certificate of a new handshake, DER."""
    with (
        socket.create_connection(("127.0.0.1", line.server.port), 5) as plain,
        line.context.wrap_socket(plain, server_hostname="127.0.0.1") as wrapped,
    ):
        found = wrapped.getpeercert(binary_form=True)
    assert found is not None
    return found


@pytest.mark.parametrize(("kind", "number"), REFUSED)
def test_a_strict_client_refuses_each_kind_for_its_own_reason(line: Line, kind: CertificateKind, number: int) -> None:
    """The library's client names the flaw; after the first certificate is restored it is served."""
    line.server.rotate(kind)
    assert line.server.certificate == kind
    with pytest.raises(ssl.SSLCertVerificationError) as refused:
        shown(line)
    assert refused.value.verify_code == number
    line.server.restore()
    assert line.server.certificate == "good"
    connection = line.connect()
    assert line.post(connection, "restored")[0] == 200
    connection.close()


@pytest.mark.parametrize(("kind", "_number"), REFUSED)
def test_the_sdk_trusts_none_of_them(line: Line, kind: CertificateKind, _number: int) -> None:
    """The blocking client calls each kind ``server_untrusted``, and the platform hears nothing."""
    line.server.rotate(kind)
    with (
        Client(line.directory / "profile.toml", audit=MemorySink()) as dancu,
        pytest.raises(Unavailable, check=lambda error: error.code == "server_untrusted"),
    ):
        dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
    assert line.mock.journal.calls == ()


@pytest.mark.parametrize(("kind", "_number"), REFUSED)
def test_nor_does_the_awaiting_client(line: Line, kind: CertificateKind, _number: int) -> None:
    """The awaiting client calls each kind ``server_untrusted``, and the platform hears nothing."""
    line.server.rotate(kind)

    async def ask() -> None:
        async with AsyncClient(line.directory / "profile.toml", audit=MemorySink()) as dancu:
            await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)

    with pytest.raises(Unavailable, check=lambda error: error.code == "server_untrusted"):
        asyncio.run(ask())
    assert line.mock.journal.calls == ()


def test_a_rotation_shows_another_good_certificate(line: Line) -> None:
    """Each good rotation is a certificate of its own; restoring brings back the very first."""
    first = shown(line)
    line.server.rotate()
    second = shown(line)
    line.server.rotate()
    assert len({first, second, shown(line)}) == 3
    line.server.restore()
    assert shown(line) == first


def test_a_kept_connection_is_answered_once_more(line: Line) -> None:
    """A connection from before a rotation gets one answer, told to be its last; until then it is kept."""
    connection = line.connect()
    assert line.post(connection, "before")[0] == 200
    kept = connection.sock
    assert line.post(connection, "kept")[0] == 200 and connection.sock is kept
    line.server.rotate()
    assert line.post(connection, "last")[0] == 200
    assert connection.sock is None
    assert line.mock.journal.handshakes == 1
    connection.close()


def test_no_call_is_lost_while_certificates_change(line: Line) -> None:
    """Four callers ask 50 times each through 20 rotations: every call is answered, and noted once."""
    turning = threading.Event()

    def caller(place: int) -> list[int]:
        connection = line.connect()
        try:
            turning.wait(5)
            return [line.post(connection, f"r{place}-{turn}")[0] for turn in range(50)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(caller, place) for place in range(4)]
        turning.set()
        for _ in range(20):
            line.server.rotate()
        statuses = [status for one in asked for status in one.result()]
    assert statuses == [200] * 200
    assert len(line.mock.journal.calls) == 200
    assert line.mock.journal.handshakes > 4


def test_a_kind_that_there_is_not_is_refused(line: Line) -> None:
    """The sentence lists those there are, and nothing changes."""
    with pytest.raises(ValueError, match="good, wrong_issuer, expired, not_yet_valid, wrong_name"):
        line.server.rotate("self_signed")  # type: ignore[arg-type]  # what an untyped caller passes
    assert line.server.certificate == "good"


def test_a_name_of_the_callers_stands_in_certificate_and_url(tmp_path: Path) -> None:
    """A host name that clients use leads the URL of the profile, and is verified as the loopback's are."""
    with MockServer(Mock(), names=("dancu-mock",)) as server:
        profile = server.write_files(tmp_path)
        assert f'"https://dancu-mock:{server.port}/dancu/"' in profile.read_text(encoding="utf-8")
        for name in ("dancu-mock", "localhost"):
            with (
                socket.create_connection(("127.0.0.1", server.port), 5) as plain,
                admitted(tmp_path).wrap_socket(plain, server_hostname=name) as wrapped,
            ):
                assert wrapped.version() is not None


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_open_address_is_named_by_the_loopback(host: str) -> None:
    """A server on every address says localhost in its URL, which its certificate has."""
    server = MockServer(Mock(), host=host, port=8443, expose=True)
    server.close()
    assert server.url == "https://localhost:8443/dancu/"
