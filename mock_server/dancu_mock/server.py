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

_SHORTAGE = 0.05
_GOODBYE = 1.0
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
        minimum_version, maximum_version: TLS 1.2 or newer by default; to play a gate of TLS 1.2, or of TLS 1.3 only.

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
        minimum_version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
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
        self._context = self._tls(
            require=require_client_certificate,
            versions=(minimum_version, maximum_version or ssl.TLSVersion.MAXIMUM_SUPPORTED),
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dancu-mock", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: socket.socket | None = None
        self.port = port

    @property
    def url(self) -> str:
        """The endpoint's URL."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"https://{host}:{self.port}{self.mock.settings.folder}"

    def _tls(self, *, require: bool, versions: tuple[ssl.TLSVersion, ssl.TLSVersion]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version, context.maximum_version = versions
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
        """Listen; returns when connections are accepted.

        Raises:
            OSError: the port is taken; the server is closed then.
        """
        try:
            self._listener = listener = socket.create_server(
                (self._host, self._asked_port),
                family=socket.AF_INET6 if ":" in self._host else socket.AF_INET,
                backlog=1024,
            )
        except OSError:
            self.close()
            raise
        listener.settimeout(0)
        self.port = listener.getsockname()[1]
        self._thread.start()
        self._do(self._begin(listener))
        return self

    def close(self) -> None:
        """Stop at once, hanging connections included; a second call does nothing."""
        if self._loop.is_closed():
            return
        if self._thread.is_alive():
            self._do(self._stop())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
        if self._listener is not None:
            self._listener.close()
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _begin(self, listener: socket.socket) -> None:
        # Failed handshakes and clients that vanish are what a test server is for.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._spawn(self._accept(listener))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stop(self) -> None:
        # Whoever was connected and not yet accepted is let go; whoever was just accepted begins, and ends below.
        with contextlib.suppress(OSError):
            while self._listener is not None:
                self._listener.accept()[0].close()
        for _ in range(2):
            await asyncio.sleep(0)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Aborted transports close their sockets in the rounds after.
        for _ in range(3):
            await asyncio.sleep(0)

    async def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _address = await self._loop.sock_accept(listener)
            except OSError:
                await asyncio.sleep(_SHORTAGE)
            else:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._spawn(self._serve(connection))

    async def _serve(self, connection: socket.socket) -> None:
        """Shake hands, converse, say goodbye; when the server stops, drop the line wherever it is."""
        reader = asyncio.StreamReader(_READ)
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            transport, _ = await self._loop.connect_accepted_socket(
                lambda: protocol, connection, ssl=self._context, ssl_shutdown_timeout=_GOODBYE
            )
        except OSError:
            return
        self.mock.journal.shake()
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        try:
            await _Conversation(self.mock, reader, writer).run()
            writer.close()
            await writer.wait_closed()
        except (OSError, h11.RemoteProtocolError):
            pass
        finally:
            transport.abort()

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
                if self._http.they_are_waiting_for_100_continue:
                    go_on = h11.InformationalResponse(status_code=100, headers=[])
                    self._writer.write(self._http.send(go_on) or b"")
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
