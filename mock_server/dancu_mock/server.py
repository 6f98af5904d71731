"""The mock behind a real socket: TLS with a required client certificate, HTTP/1.1 keep-alive."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import h11

from dancu_mock.addresses import LOOPBACK, check_loopback, url_host
from dancu_mock.certificates import KINDS, issue, server_context
from dancu_mock.conversation import READ, Conversation
from dancu_mock.files import write_files
from dancu_mock.pki import Authority

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from pathlib import Path
    from typing import Any, Self

    from dancu_mock.certificates import CertificateKind
    from dancu_mock.mock import Mock
    from dancu_mock.pki import Issued

__all__ = ["MockServer"]

_SHORTAGE = 0.05
_GOODBYE = 1.0


class MockServer:
    """A server in a thread of its own; use it as a context manager, or `start` and `close`.

    Args:
        mock: who answers.
        authority: the CA that clients are to trust and that signs them; a new one by default.
        server: the server's certificate; one for the loopback and ``names`` by default.
        host: loopback, unless ``expose`` says that you mean it.
        port: 0 takes a free one.
        names: host names by which clients know the server, next to those of the loopback; the first stands in `url`.
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
        names: Sequence[str] = (),
        require_client_certificate: bool = True,
        minimum_version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
        maximum_version: ssl.TLSVersion | None = None,
        expose: bool = False,
    ) -> None:
        check_loopback(host, expose=expose)
        self.mock = mock
        self.authority = authority or Authority.create()
        self._names = (*names, *LOOPBACK)
        self._host = names[0] if names else host
        self._address = (host, port)
        self._require = require_client_certificate
        self._versions = (minimum_version, maximum_version or ssl.TLSVersion.MAXIMUM_SUPPORTED)
        self._issued = server or issue("good", self.authority, self._names)
        self._first = self._context = self._tls(self._issued)
        self._kind: CertificateKind = "good"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dancu-mock", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: socket.socket | None = None
        self.port = port

    @property
    def url(self) -> str:
        """The endpoint's URL."""
        return f"https://{url_host(self._host)}:{self.port}{self.mock.settings.folder}"

    def _tls(self, issued: Issued) -> ssl.SSLContext:
        return server_context(issued, self.authority, require=self._require, versions=self._versions)

    @property
    def certificate(self) -> CertificateKind:
        """The kind of certificate that a new handshake is shown."""
        return self._kind

    def rotate(self, kind: CertificateKind = "good") -> None:
        """Show another certificate to every handshake from now on.

        Connections that there are keep theirs for one more answer, which says ``Connection: close``: no call is lost.

        Raises:
            ValueError: no such kind.
        """
        if kind not in KINDS:
            raise ValueError(f"no such certificate; there are {', '.join(KINDS)}")
        self._context, self._kind = self._tls(issue(kind, self.authority, self._names)), kind

    def restore(self) -> None:
        """Show the certificate of the start again; connections are treated as `rotate` does."""
        self._context, self._kind = self._first, "good"

    def start(self) -> Self:
        """Listen; returns when connections are accepted.

        Raises:
            OSError: the port is taken; the server is closed then.
        """
        try:
            self._listener = listener = socket.create_server(
                self._address,
                family=socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET,
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
        reader = asyncio.StreamReader(READ)
        protocol = asyncio.StreamReaderProtocol(reader)
        shown = self._context
        try:
            transport, _ = await self._loop.connect_accepted_socket(
                lambda: protocol, connection, ssl=shown, ssl_shutdown_timeout=_GOODBYE
            )
        except OSError:
            return
        self.mock.journal.shake()
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        try:
            await Conversation(self.mock.handle, reader, writer, outdated=lambda: self._context is not shown).run()
            writer.close()
            await writer.wait_closed()
        except (OSError, h11.RemoteProtocolError):
            pass
        finally:
            transport.abort()

    def write_files(self, directory: Path) -> Path:
        """Write CA, client certificate and key, secret and profile; the path of ``profile.toml``."""
        return write_files(directory, self.mock.settings, self.authority, url=self.url)
