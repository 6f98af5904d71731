"""Requests made by hand, and a mock over real mTLS asked with nothing but the standard library."""

from __future__ import annotations

import base64
import hashlib
import http.client
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from dancu_mock import Mock, MockServer, Person, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
LOOK_UP = "/dancu/tracuu"
CONFIRM = "/dancu/xacthuc"


def look_up(
    request_id: str, *, number: str = "066790000001", key: str = "NGUYENTHIMAU", birth: str = "19900102"
) -> str:
    """The elements of service A; a birth of 4 digits goes out as ``Nam``."""
    return _elements("037", request_id, number, key, birth)


def confirm(
    request_id: str, *, number: str = "066790000001", key: str = "NGUYENTHIMAU", birth: str = "19900102"
) -> str:
    """The elements of service B in its form of 2021."""
    return _elements("003", request_id, number, key, birth)


def confirm_2023(request_id: str, *, number: str = "066790000001", key: str = "NGUYENTHIMAU") -> str:
    """The elements of service B in its form of 2023, which has no birth date."""
    new, old = (number, "") if len(number) == 12 else ("", number)
    return (
        f"<d:MaYeuCau>{request_id}</d:MaYeuCau><d:MaDichVu>033</d:MaDichVu><d:MaCanBo>can.bo.mau</d:MaCanBo>"
        f"<d:SoDinhDanh>{new}</d:SoDinhDanh><d:SoCMND>{old}</d:SoCMND><d:HoVaTen>{key}</d:HoVaTen>"
    )


def _elements(integration: str, request_id: str, number: str, key: str, birth: str) -> str:
    kind = "SoDinhDanh" if len(number) == 12 else "SoCMND"
    part = "Nam" if len(birth) == 4 else "NgayThangNam"
    return (
        f"<d:MaYeuCau>{request_id}</d:MaYeuCau><d:MaDVC>1.004194</d:MaDVC><d:MaTichHop>{integration}</d:MaTichHop>"
        f"<d:MaCanBo>can.bo.mau</d:MaCanBo><d:{kind}>{number}</d:{kind}><d:HoVaTen>{key}</d:HoVaTen>"
        f"<d:NgayThangNamSinh><d:{part}>{birth}</d:{part}></d:NgayThangNamSinh>"
    )


def birth_of(person: Person) -> str:
    """A person's birth as the wire carries it."""
    if person.month is None or person.day is None:
        return f"{person.year:04}"
    return f"{person.year:04}{person.month:02}{person.day:02}"


def enveloped(elements: str, operation: str = "TraCuuThongTinCongDan") -> bytes:
    """An envelope with a prefix that no client uses."""
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:d="http://dancuquocgia.bca"><s:Body>'
        f"<d:{operation}>{elements}</d:{operation}></s:Body></s:Envelope>"
    ).encode()


def credentials(mock: Mock, path: str, *, now: float | None = None) -> dict[str, str]:
    """T1 headers made here, not by the SDK."""
    stamp = str(int((time.time() if now is None else now) * 1000))
    digest = hashlib.sha256(f"{path}{mock.settings.user}{stamp}{mock.settings.secret}".encode()).hexdigest()
    basic = base64.b64encode(f"{mock.settings.user}:{digest}".encode()).decode()
    return {"Authorization": f"Basic {basic}", "Timestamp": stamp, "Content-Type": "application/xml"}


def ask(mock: Mock, body: bytes, path: str = LOOK_UP) -> Reply:
    """The mock's well-formed answer, in this process."""
    reply = mock.handle(Request("POST", path, tuple(credentials(mock, path).items()), body))
    assert isinstance(reply, Reply)
    return reply


@dataclass
class Line:
    """A running server, and a TLS context that it admits."""

    server: MockServer
    mock: Mock
    context: ssl.SSLContext
    directory: Path

    def connect(self) -> http.client.HTTPSConnection:
        """A connection of the standard library's client, not yet opened."""
        return http.client.HTTPSConnection("127.0.0.1", self.server.port, context=self.context, timeout=5)

    def post(self, connection: http.client.HTTPSConnection, request_id: str) -> tuple[int, bytes]:
        """Ask for the first citizen over a connection: status and body."""
        connection.request("POST", LOOK_UP, enveloped(look_up(request_id)), credentials(self.mock, LOOK_UP))
        answer = connection.getresponse()
        return answer.status, answer.read()


def admitted(directory: Path) -> ssl.SSLContext:
    """A context that trusts the written CA and bears the written client certificate."""
    context = ssl.create_default_context(cafile=str(directory / "ca.pem"))
    context.load_cert_chain(directory / "client.pem", directory / "client.key")
    return context


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """A mock over mTLS on a free port of the loopback."""
    mock = Mock()
    with MockServer(mock) as server:
        server.write_files(tmp_path)
        yield Line(server, mock, admitted(tmp_path), tmp_path)
