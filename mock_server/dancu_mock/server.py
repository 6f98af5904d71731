"""The mock behind a real socket: TLS with a required client certificate, HTTP/1.1 keep-alive."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import h11

from dancu_mock.files import write_files
from dancu_mock.messages import Raw, Reply, Request
from dancu_mock.pki import Authority, Issued

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, Self

    from dancu_mock.mock import Mock

__all__ = ["MockServer"]

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_READ = 64 * 1024
_RESET = struct.pack("ii", 1, 0)


class MockServer:
    """A server in a thread of its own; use it as a context manager, or `start` and `close`.

    Args:
        mock: who answers.
        authority: the CA that clients are to trust and that signs them; a new one by default.
        server: the server's certificate; one for the loopback by default.
        host: loopback, unless ``expose`` says that you mean it.
        port: 0 takes a free one.
        require_client_certificate: what the real gate does.
        maximum_version: to play a gate of TLS 1.2.

    Raises:
        ValueError: a host that is not the loopback without ``expose``.
    """

    def __init__(
        self,
        mock: Mock,
        *,
        authority: Authority | None = None,
        server: Issued | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        require_client_certificate: bool = True,
        maximum_version: ssl.TLSVersion | None = None,
        expose: bool = False,
    ) -> None:
        if host not in _LOOPBACK and not expose:
            raise ValueError("the mock listens on the loopback unless expose=True")
        self.mock = mock
        self.authority = authority or Authority.create()
        self._issued = server or self.authority.issue_server()
        self._host = host
        self._asked_port = port
        self._context = self._tls(require=require_client_certificate, maximum=maximum_version)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dancu-mock", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self.port = port

    @property
    def url(self) -> str:
        """The endpoint's URL."""
        return f"https://{self._host}:{self.port}/dancu/"

    def _tls(self, *, require: bool, maximum: ssl.TLSVersion | None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if maximum is not None:
            context.maximum_version = maximum
        if require:
            context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=self.authority.certificate_pem.decode())
        with tempfile.TemporaryDirectory(prefix="dancu-mock-") as name:
            path = Path(name) / "server.pem"
            path.touch(mode=0o600)
            path.write_bytes(self._issued.certificate_pem + self._issued.key_pem)
            context.load_cert_chain(path)
        return context

    def start(self) -> Self:
        """Listen; returns when connections are accepted."""
        self._thread.start()
        self._listener = listener = self._do(self._listen())
        self.port = listener.sockets[0].getsockname()[1]
        return self

    def close(self) -> None:
        """Stop at once, hanging connections included; a second call does nothing."""
        if self._loop.is_closed():
            return
        if self._thread.is_alive():
            self._do(self._stop())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> asyncio.Server:
        # Failed handshakes and clients that vanish are what a test server is for.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        return await asyncio.start_server(
            self._accept, self._host, self._asked_port, ssl=self._context, backlog=1024, limit=_READ
        )

    async def _stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.mock.journal.shake()
        task = asyncio.ensure_future(_Conversation(self.mock, reader, writer).run())
        self._tasks.add(task)
        try:
            await task
        except (OSError, h11.RemoteProtocolError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    def write_files(self, directory: Path) -> Path:
        """Write CA, client certificate and key, secret and profile; the path of ``profile.toml``."""
        return write_files(directory, self.mock.settings, self.authority, url=self.url)


class _Conversation:
    """One connection, request after request."""

    def __init__(self, mock: Mock, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._mock = mock
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        """Answer until the client hangs up or a fault ends it."""
        while (request := await self._request()) is not None:
            reply = self._mock.handle(request)
            if isinstance(reply, Raw):
                if not await self._write_raw(reply):
                    return
                self._http = h11.Connection(h11.SERVER)
            else:
                await self._write(reply)
                if self._http.our_state is h11.MUST_CLOSE:
                    return
                self._http.start_next_cycle()

    async def _request(self) -> Request | None:
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(_READ))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
                return Request(head.method.decode(), head.target.decode("latin-1"), headers, bytes(body))
            else:
                return None

    async def _write(self, reply: Reply) -> None:
        headers = [*reply.headers, ("Content-Length", str(len(reply.body)))]
        head = h11.Response(status_code=reply.status, headers=headers)
        parts = (head, h11.Data(data=reply.body), h11.EndOfMessage())
        self._writer.write(b"".join(self._http.send(part) or b"" for part in parts))
        await self._writer.drain()

    async def _write_raw(self, raw: Raw) -> bool:
        """Write bytes as they are; whether the connection goes on."""
        for place, chunk in enumerate(raw.chunks):
            if place < len(raw.delays) and raw.delays[place]:
                await asyncio.sleep(raw.delays[place])
            self._writer.write(chunk)
            await self._writer.drain()
        if raw.end == "hang":
            await self._reader.read()
        elif raw.end == "reset":
            with contextlib.suppress(OSError):
                self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._writer.transport.abort()
        return raw.end == "keep"
