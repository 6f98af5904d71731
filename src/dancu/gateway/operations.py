"""Operating a gateway: what is counted and found on the way, and a port of its own that shows it.

::

    main port          /healthz                     the process answers
                       /readyz                      200 or 503, and the state of each check
    [operations] port  /healthz, /readyz            the same, with every finding
                       /metrics                     for Prometheus
                       /status.json                 for `dancu gateway status`
                       /                            the console, read-only

The second port listens on the loopback, over plain http, and only where ``gateway.toml`` asks for it. It answers to
the loopback's own names only, so that no page from elsewhere reads it through an operator's browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import os
import socket
import time
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dancu.errors import ConfigurationError
from dancu.gateway.console import console_routes
from dancu.gateway.readiness import Readiness
from dancu.gateway.readiness_checks import (
    AUDIT_HANGS,
    CHECKPOINTS_BEHIND,
    AuditCheck,
    CheckpointCheck,
    ClockCheck,
    check_listening,
    check_permissions,
    check_rules,
    check_upstreams,
    is_synchronised,
)
from dancu.gateway.snapshot import snapshot
from dancu.gateway.syslog import logged
from dancu.runtime.clock import system_clock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from dancu.gateway.gateway import Gateway
    from dancu.gateway.metrics import Metrics
    from dancu.gateway.readiness import Check, Finding

__all__ = ["APPLICATION", "Counted", "Operations", "make_readiness", "readiness_routes"]

APPLICATION = "application"
"""Where in a request's state the name of its application stands, once it is known."""
_NAMES = ("127.0.0.1", "localhost")
_NEVER_KEPT = {"Cache-Control": "no-store"}
_PROBLEM = b"application/problem+json"
_GONE = 499
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Counted:
    """Middleware that counts every answer, also those to nobody."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and look at what is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = _Seen()

        async def watched(message: Message) -> None:
            seen.look(message)
            await send(message)

        self._metrics.began()
        began = time.monotonic()
        try:
            await self._app(scope, receive, watched)
        except Exception:
            # The answer is made further out.
            seen.status, seen.code = 500, "failed"
            raise
        finally:
            application = str(scope.get("state", {}).get(APPLICATION, ""))
            path = str(getattr(scope.get("route"), "path", ""))
            seconds = time.monotonic() - began
            self._metrics.ended(application, path=path, status=seen.status, code=seen.code, seconds=seconds)


class _Seen:
    """What an answer was."""

    def __init__(self) -> None:
        self.status = _GONE
        self.code = ""
        self._is_problem = False

    def look(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._is_problem = any(value == _PROBLEM for _name, value in message["headers"])
        elif self._is_problem and not self.code:
            self.code = str(json.loads(message.get("body") or b"{}").get("code", ""))


def make_readiness(gateway: Gateway) -> Readiness:
    """The checks of a gateway."""
    config, clock, listening = gateway.config, system_clock(), gateway.listening
    database, second = config.directory / config.audit.database, config.audit.checkpoints
    audit = AuditCheck(database, failing=lambda: gateway.metrics.audit_failing)
    disks: list[tuple[Check, Finding]] = [(audit, AUDIT_HANGS)]
    if second is not None:
        place = config.directory / second.removeprefix("file:")
        disks.append((CheckpointCheck(database, place, clock=clock), CHECKPOINTS_BEHIND))
    return Readiness(
        (
            lambda: check_upstreams(gateway.upstream_views(), now=clock.now()),
            lambda: () if listening is None else check_listening(listening, now=clock.now()),
            lambda: check_permissions(gateway.config.grant, now=clock.now()),
            lambda: check_rules(gateway.rules_trouble),
            ClockCheck(clock, synchronised=is_synchronised),
        ),
        disks=disks,
    )


def readiness_routes(gateway: Gateway) -> list[Route]:
    """``/readyz`` for the main port."""

    async def readyz(_request: Request) -> Response:
        report = await gateway.readiness.look()
        return JSONResponse(report.brief(), report.http_status, _NEVER_KEPT)

    return [Route("/readyz", readyz, methods=["GET"])]


def build_operations(gateway: Gateway) -> Starlette:
    """The application of the operations port."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_NEVER_KEPT)

    async def readyz(_request: Request) -> Response:
        report = await gateway.readiness.look()
        return JSONResponse(report.told(), report.http_status, _NEVER_KEPT)

    async def metrics(_request: Request) -> Response:
        report, now = await gateway.readiness.look(), datetime.datetime.now(datetime.UTC)
        text = gateway.metrics.exposed(report, gateway.upstream_views(), waiting=gateway.waiting, at=now)
        return Response(text, 200, _NEVER_KEPT, _TEXT)

    async def status(_request: Request) -> Response:
        return JSONResponse(await snapshot(gateway), headers=_NEVER_KEPT)

    shown = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics, "/status.json": status}
    return Starlette(
        routes=[*(Route(path, work, methods=["GET"]) for path, work in shown.items()), *console_routes(gateway)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_NAMES, www_redirect=False)],
    )


class _Guest(uvicorn.Server):
    """A second server in the process of the first, whose signals are the first one's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave them alone."""
        yield


class Operations:
    """The operations port of a gateway; nothing where ``gateway.toml`` asks for none.

    The port is taken at once, so that one that cannot be had is told before anything is served.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``operations.port``.
    """

    def __init__(self, gateway: Gateway) -> None:
        part, self._syslog = gateway.config.operations, gateway.config.syslog
        self._listener = None if part is None else _bound(part.port)
        self._server = _Guest(_settings(build_operations(gateway)))

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Served, and the log sent to its collector, for as long as the block runs, in this event loop."""
        with logged(self._syslog):
            async with self._served():
                yield

    @contextlib.asynccontextmanager
    async def _served(self) -> AsyncGenerator[None]:
        if self._listener is None:
            yield
            return
        serving = asyncio.create_task(self._server.serve([self._listener]))
        try:
            yield
        finally:
            self._server.should_exit = True
            await serving


def _bound(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only where the listener says that it is TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError:
        listener.close()
        raise ConfigurationError("profile_invalid", field="operations.port", detail="the port is taken") from None
    return listener


def _settings(app: Starlette) -> uvicorn.Config:
    """No log of its own: a guest in the gateway's process."""
    return uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
