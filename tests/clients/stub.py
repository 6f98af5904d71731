"""A TLS server on the loopback with one answer, for certificates and answers that no gateway of ours would have."""

from __future__ import annotations

import socket
import ssl
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from dancu_mock.pki import Issued

__all__ = ["Stub", "framed"]


def framed(status: int, content_type: str, body: bytes, *headers: str) -> bytes:
    """A whole HTTP response."""
    lines = [f"HTTP/1.1 {status} -", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Stub:
    """Answers every request with the same bytes, then closes, or keeps silent until it is left.

    Attributes:
        url: by host name.
        requests: whole requests as they came.
    """

    def __init__(self, issued: Issued, folder: Path, answer: bytes, *, silent: bool = False) -> None:
        pair = folder / "stub.pem"
        pair.touch(mode=0o600)
        pair.write_bytes(issued.certificate_pem + issued.key_pem)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pair)
        self._answer = answer
        self._silent = silent
        self._left = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.url = f"https://localhost:{self._listener.getsockname()[1]}/"
        self.requests: list[bytes] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._left.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        while not self._left.is_set():
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self._answer_one(connection)

    def _answer_one(self, connection: socket.socket) -> None:
        try:
            with self._context.wrap_socket(connection, server_side=True) as secured:
                self.requests.append(_whole_request(secured))
                secured.sendall(self._answer)
                if self._silent:
                    self._left.wait(timeout=10)
        except OSError:
            return  # the program refused the certificate, or went away


def _whole_request(secured: ssl.SSLSocket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += secured.recv(65536) or _gone()
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += secured.recv(65536) or _gone()
    return head + b"\r\n\r\n" + body


def _gone() -> bytes:
    raise ConnectionError
