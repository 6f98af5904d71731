"""A server on the loopback that answers with bytes made to order, and a profile that leads to it."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from typing import TYPE_CHECKING, Any

from dancu import Officer, Purpose, Subject

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="raw")
_LENGTH = re.compile(rb"content-length:\s*([0-9]+)", re.IGNORECASE)


def whole(body: bytes, *extra: bytes) -> bytes:
    """A well-formed HTTP 200 around a body."""
    head = (b"HTTP/1.1 200 OK", b"Content-Type: application/xml", b"Content-Length: %d" % len(body), *extra)
    return b"\r\n".join((*head, b"", body))


def found(number: str, tag: str, name: str = "NGUYỄN VĂN MẪU") -> bytes:
    """The record of one invented person, who bears a tag for a household book."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<n:CongdanCollection xmlns:n="http://www.mic.gov.vn/dancu/1.0"><n:CongDan>'
        f"<n:SoDinhDanh>{number}</n:SoDinhDanh><n:HoVaTen><n:Ten>{name}</n:Ten></n:HoVaTen>"
        "<n:NgayThangNamSinh><n:NgayThangNam>19900102</n:NgayThangNam></n:NgayThangNamSinh>"
        f"<n:SoSoHoKhau>{tag}</n:SoSoHoKhau>"
        "</n:CongDan></n:CongdanCollection></s:Body></s:Envelope>"
    ).encode()


def asking(number: str) -> Subject:
    """The person whom `found` answers with."""
    return Subject(number=number, name="Nguyễn Văn Mẫu", birth_date="1990-01-02")


class RawServer:
    """Answers every request with what ``answer`` makes of its body; None hangs up."""

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        received = b""
        with contextlib.suppress(OSError), connection:
            while data := connection.recv(65536):
                received += data
                head, blank, body = received.partition(b"\r\n\r\n")
                length = _LENGTH.search(head)
                if not blank or length is None or len(body) < int(length.group(1)):
                    continue
                answer = self._answer(body)
                received = b""
                if answer is None:
                    return
                connection.sendall(answer)

    def profile(self, directory: Path) -> dict[str, Any]:
        """A profile of this server: plain http on the loopback."""
        secret = directory / "secret.txt"
        secret.touch(mode=0o600)
        secret.write_text("synthetic", encoding="utf-8")
        sent = ["MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh"]
        return {
            "environment": "test",
            "endpoint": {"url": f"http://127.0.0.1:{self.port}/"},
            "credential": {"family": "hash-basic", "user": "demo-app", "secret": {"file": str(secret)}},
            "services": {
                "look_up": {
                    "path": "tracuu",
                    "operation": "TraCuuThongTinCongDan",
                    "integration": "037",
                    "fields_sent": sent,
                }
            },
            "audit": {"sink": "none"},
        }
