"""The control port: a server of its own beside the mock, in a thread, on the loopback."""

from __future__ import annotations

import os
import re
import secrets
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

from dancu_mock.addresses import LOOPBACK, check_loopback, url_host
from dancu_mock.control.app import build_app
from dancu_mock.control.verbs import Verbs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from starlette.applications import Starlette

    from dancu_mock.mock import Mock
    from dancu_mock.server import MockServer

__all__ = ["ControlServer"]

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,200}")
_SECONDS = 10


class ControlServer:
    """Lets whoever bears the token move a mock; use it as a context manager, or `start` and `close`.

    Args:
        mock: what is moved.
        server: the mock's server, whose certificates are rotated.
        token: what a caller has to bear, 16 to 200 letters and digits; random by default.
        host: loopback, unless ``expose`` says that you mean it.
        port: 0 takes a free one.
        names: host names by which callers know this computer, next to those of the loopback.

    Raises:
        ValueError: a host that is not the loopback without ``expose``; a token that cannot be one.
    """

    def __init__(
        self,
        mock: Mock,
        server: MockServer,
        *,
        token: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        names: Sequence[str] = (),
        expose: bool = False,
    ) -> None:
        check_loopback(host, expose=expose)
        self.token = secrets.token_urlsafe(24) if token is None else token
        if not _TOKEN.fullmatch(self.token):
            raise ValueError("the token is 16 to 200 letters, digits and ._~+/=-")
        self._address = (host, port)
        self.port = port
        hosts = {name.lower() for name in (*LOOPBACK, *names, host)}
        app = build_app(Verbs(mock, server), token=self.token, hosts=hosts, any_address=host not in LOOPBACK)
        self._server = _Server(_settings(app))
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens: ``http://host:port/``."""
        return f"http://{url_host(self._address[0])}:{self.port}/"

    def start(self) -> Self:
        """Listen; returns when connections are accepted.

        Raises:
            OSError: the port is taken.
        """
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        # asyncio sets TCP_NODELAY only where the listener says that it is TCP.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            # Elsewhere it would let two servers share a port.
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(self._address)
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="dancu-mock-control", daemon=True
        )
        self._thread.start()
        self._server.up.wait(_SECONDS)
        return self

    def close(self) -> None:
        """Stop; a second call does nothing."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.close()


class _Server(uvicorn.Server):
    """A server that tells another thread when it is up."""

    def __init__(self, settings: uvicorn.Config) -> None:
        super().__init__(settings)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        self.up.set()


def _settings(app: Starlette) -> uvicorn.Config:
    """No signals, no log of its own, no reload: a guest in somebody's process."""
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
