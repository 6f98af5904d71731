"""Run the gateway: uvicorn with TLS, no access log, in-flight calls finished before it ends."""

from __future__ import annotations

import ssl
import stat
import time
from typing import TYPE_CHECKING, Literal

import uvicorn

from dancu.errors import ConfigurationError
from dancu.gateway.app import Gateway, build_app
from dancu.gateway.config import load_config
from dancu.gateway.protocol import PatientConfig, Protocol
from dancu.gateway.store_keys import open_store
from dancu.runtime.lanes import IDLE_SECONDS
from dancu.runtime.private import check_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from starlette.applications import Starlette

    from dancu.gateway.config import GatewayConfig

__all__ = ["open_store", "serve", "server_settings"]

_DRAIN_SECONDS = 25
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
        return await super().on_tick(counter) or is_over

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
    if config.listen.key is not None:
        check_private(config.directory / config.listen.key, "listen.key")
    if config.listen.socket is not None:
        _check_socket(config.directory / config.listen.socket)
    sink = open_store(config)
    try:
        sink.check()
    except OSError:
        raise ConfigurationError("profile_invalid", field="audit.database", detail="cannot be written") from None
    gateway = Gateway(config, sink)
    server = _Server(server_settings(config, build_app(gateway)))
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


class _Settings(PatientConfig):
    """With what the callers' CA has revoked, where that is known."""

    crl: Path | None = None

    def load(self) -> None:
        """Load, then add the list of what was revoked.

        Raises:
            ConfigurationError: it cannot be read.
        """
        super().load()
        if self.crl is None or self.ssl is None:
            return
        try:
            self.ssl.load_verify_locations(self.crl)
        except (OSError, ssl.SSLError):
            raise ConfigurationError("profile_invalid", field="listen.crl", detail="cannot be read") from None
        self.ssl.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF


def server_settings(
    config: GatewayConfig, app: Starlette, *, loop: Literal["auto", "asyncio"] = "auto"
) -> uvicorn.Config:
    """How uvicorn serves an application here: TLS, our HTTP, no access log; uvloop where it is installed."""
    at, listen = config.directory, config.listen
    settings = _Settings(
        app,
        host=listen.host,
        port=listen.port,
        ssl_certfile=None if listen.certificate is None else str(at / listen.certificate),
        ssl_keyfile=None if listen.key is None else str(at / listen.key),
        ssl_ca_certs=None if listen.callers_ca is None else str(at / listen.callers_ca),
        ssl_cert_reqs=ssl.CERT_NONE if listen.callers_ca is None else ssl.CERT_OPTIONAL,
        uds=None if listen.socket is None else str(at / listen.socket),
        http=Protocol,
        ws="none",
        loop=loop,
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=_KEEP_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    settings.patience = listen.patience
    settings.crl = None if listen.crl is None else at / listen.crl
    return settings
