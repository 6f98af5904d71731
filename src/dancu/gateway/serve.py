"""Run the gateway: uvicorn with TLS, no access log, in-flight calls finished before it ends."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import stat
import time
from typing import TYPE_CHECKING, Literal, cast

import uvicorn

from dancu.errors import ConfigurationError
from dancu.gateway.app import Gateway, build_app
from dancu.gateway.config import load_config
from dancu.gateway.protocol import PatientConfig, Protocol
from dancu.gateway.store_keys import open_store
from dancu.runtime.lanes import IDLE_SECONDS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from starlette.applications import Starlette

    from dancu.gateway.config import GatewayConfig
    from dancu.gateway.listening import Listening

__all__ = ["open_store", "serve", "server_settings"]

_DRAIN_SECONDS = 25
_LOGGER = logging.getLogger("dancu.gateway.listening")
_LOGGER.addHandler(logging.NullHandler())
_TICKS = 10
"""Of the server in a second."""
_KEEP_SECONDS = 2 * int(IDLE_SECONDS)
"""Longer than an SDK keeps an idle connection: the one who asks ends it, and no question meets the end of it."""


class _Server(uvicorn.Server):
    """A server that says where it listens once it does, and that it is leaving before it leaves.

    ::

        serving ── SIGTERM ──► not ready, still answering ── `linger` is over, ──► no new connections, ──► ended
                                                             or a second signal    calls in flight end
    """

    say: Callable[[str], None]
    drain: Callable[[], None]
    linger: float = 0.0
    _leaving: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Say that it is leaving; a second signal leaves at once."""
        self.drain()
        if self._leaving is None and self.linger:
            self._leaving = time.monotonic() + self.linger
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Whether to leave now; asked ten times a second."""
        is_over = self._leaving is not None and time.monotonic() >= self._leaving
        listening = cast("PatientConfig", self.config).listening
        if listening is not None and counter % _TICKS == 0:
            listening.look()
            if listening.current.context is not self.config.ssl:
                await self._show(listening.current.context)
        return await super().on_tick(counter) or is_over

    async def _show(self, context: ssl.SSLContext) -> None:
        """Accept new connections under another context, on the same sockets; those that are there stay."""
        successors: list[asyncio.Server] = []
        try:
            for one in (one for server in self.servers for one in server.sockets):
                listener = socket.socket(fileno=os.dup(one.fileno()))
                listener.settimeout(0)
                loop = asyncio.get_running_loop()
                successors.append(await loop.create_server(self._connected, sock=listener, ssl=context))
        except OSError:
            _LOGGER.exception("the new certificate is not shown yet")
            for server in successors:
                server.close()
            return
        for server in self.servers:
            server.close()
        self.servers, self.config.ssl = successors, context
        _LOGGER.warning("the new certificate is shown")

    def _connected(self) -> asyncio.Protocol:
        return Protocol(self.config, self.server_state, self.lifespan.state)

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # uvicorn's is the same
        """Start, then say so in one line."""
        await super().startup(sockets=sockets)  # type: ignore[arg-type]  # handed on as it came
        if not self.started:
            return
        if self.config.uds is not None:
            self.say(f"unix:{self.config.uds}")
            return
        port = self.servers[0].sockets[0].getsockname()[1]
        scheme = "https" if self.config.is_ssl else "http"
        host = "localhost" if self.config.host == "0.0.0.0" else self.config.host  # noqa: S104  # it is compared
        url = f"{scheme}://{host}:{port}/"
        self.say(url)


def serve(path: Path, *, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``say`` is told the URL when connections are accepted.

    Raises:
        ConfigurationError: naming the setting that cannot be used.
    """
    config = load_config(path)
    if config.listen.socket is not None:
        _check_socket(config.directory / config.listen.socket)
    sink = open_store(config)
    try:
        sink.check()
    except OSError:
        raise ConfigurationError("profile_invalid", field="audit.database", detail="cannot be written") from None
    gateway = Gateway(config, sink)
    server = _Server(server_settings(config, build_app(gateway), listening=gateway.listening))
    server.say, server.drain, server.linger = say, gateway.readiness.drain, config.listen.linger
    server.run()


def _check_socket(path: Path) -> None:
    """Refuse a socket that everybody on the machine can reach: whoever can is believed about certificates."""
    try:
        is_open = bool(path.parent.stat().st_mode & stat.S_IXOTH)
    except OSError:
        raise ConfigurationError("profile_invalid", field="listen.socket", detail="no such directory") from None
    if is_open:
        raise ConfigurationError("profile_invalid", field="listen.socket", detail="its directory is open to everybody")


def server_settings(
    config: GatewayConfig,
    app: Starlette,
    *,
    listening: Listening | None,
    loop: Literal["auto", "asyncio"] = "auto",
) -> PatientConfig:
    """How uvicorn serves an application here: TLS, our HTTP, no access log; uvloop where it is installed."""
    at, listen = config.directory, config.listen
    settings = PatientConfig(
        app,
        host=listen.host,
        port=listen.port,
        ssl_context_factory=None if listening is None else lambda _config, _usual: listening.current.context,
        uds=None if listen.socket is None else str(at / listen.socket),
        http=Protocol,
        ws="none",
        loop=loop,
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    settings.patience = listen.patience
    settings.listening = listening
    return settings
