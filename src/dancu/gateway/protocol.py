"""The gateway's HTTP: uvicorn's, with limits of its own, and the client certificate where the application sees it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn
from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dancu.gateway.peers import CERTIFICATE, thumbprint_of, told_thumbprint
from dancu.gateway.problems import Problem, render
from dancu.wire.limits import HEAD_BYTES

if TYPE_CHECKING:
    import asyncio
    import ssl

    from dancu.gateway.listening import Listening, Shown

__all__ = ["PATIENCE_SECONDS", "PatientConfig", "Protocol"]

PATIENCE_SECONDS = 15.0


class PatientConfig(uvicorn.Config):
    """Settings with the time that a whole request may take to come, and what is shown where TLS ends here."""

    patience: float = PATIENCE_SECONDS
    listening: Listening | None = None


class Protocol(HttpToolsProtocol):
    """What is not HTTP, or has a head beyond measure, gets a problem like all else; who sends slowly is cut off."""

    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_for(self.config.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._await_for(None)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin to count a head, and to wait for the whole of it with its body."""
        self._head = 0
        self._await_for(getattr(self.config, "patience", None))
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count and keep a part of the target."""
        self._counted(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count and keep a header."""
        self._counted(name + value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Note whose certificate the connection bears, or a proxy on the socket tells."""
        renewed = self._renewed
        if self.transport.get_extra_info("socket").family == getattr(socket, "AF_UNIX", None):
            found = told_thumbprint(self.headers)
        else:
            found = thumbprint_of(self._proved(renewed))
        self.scope.setdefault("state", {})[CERTIFICATE] = found
        super().on_headers_complete()
        if renewed is not None:
            self.cycle.keep_alive = False

    @property
    def _renewed(self) -> Shown | None:
        """What new connections meet, where this one met what was shown before."""
        listening: Listening | None = getattr(self.config, "listening", None)
        met = self.transport.get_extra_info("sslcontext")
        return None if listening is None or met is listening.current.context else listening.current

    def _proved(self, renewed: Shown | None) -> ssl.SSLObject | None:
        """The connection's TLS, unless its certificate was revoked after it was proved."""
        tls: ssl.SSLObject | None = self.transport.get_extra_info("ssl_object")
        shown = None if renewed is None or tls is None else tls.getpeercert(binary_form=True)
        return None if renewed is not None and shown is not None and renewed.has_revoked(shown) else tls

    def on_message_complete(self) -> None:
        """It is whole; the answer may take its time."""
        self._await_for(None)
        super().on_message_complete()

    def _await_for(self, seconds: float | None) -> None:
        """Hang up after so many seconds, unless something comes first."""
        if self._cut is not None:
            self._cut.cancel()
        self._cut = None if seconds is None else self.loop.call_later(seconds, self.transport.close)

    def _counted(self, part: bytes) -> None:
        self._head += len(part)
        if self._head > HEAD_BYTES:
            raise HttpParserError("a head beyond measure")

    def send_400_response(self, msg: str) -> None:
        """Answer and hang up."""
        answer = render(Problem("malformed_request"))
        head = [b"HTTP/1.1 400 Bad Request", b"connection: close", *(b": ".join(one) for one in answer.raw_headers)]
        self.transport.write(b"\r\n".join([*head, b"", bytes(answer.body)]))
        self.transport.close()
