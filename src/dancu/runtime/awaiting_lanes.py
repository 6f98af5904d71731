"""Lanes for one event loop."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpcore
import httpx

from dancu.errors import error_for
from dancu.runtime.awaiting_stream import AwaitingBackend
from dancu.runtime.failures import FOREIGN, code_of
from dancu.runtime.lanes import (
    IDLE_SECONDS,
    LaneSettings,
    budget_for,
    check_framing,
    complete,
    core_request,
    end_of,
    left_over,
    quiet_httpcore,
)

if TYPE_CHECKING:
    from dancu.runtime.budget import Budget

__all__ = ["AwaitingLanes"]


class _Lane:
    """One connection, opened when first needed."""

    def __init__(self, settings: LaneSettings) -> None:
        self._budget: Budget
        self._settings = settings
        self._backend = AwaitingBackend(lambda: self._budget, settings.peer)
        self._pool = self._open()

    def _open(self) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=self._settings.context,
            proxy=self._settings.core_proxy,
            max_connections=1,
            max_keepalive_connections=1,
            keepalive_expiry=IDLE_SECONDS,
            retries=0,
            network_backend=self._backend,
        )

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        self._budget = budget = budget_for(request, self._settings)
        reusable = False
        try:
            response = await self._pool.handle_async_request(core_request(request))
            check_framing(response)
            body = b"".join([part async for part in response.aiter_stream()])
            await response.aclose()
            reusable = not left_over(self._pool)
            return complete(response, body)
        except FOREIGN as error:
            if budget.worth_a_probe and await self._shut_unasked(request, budget):
                raise budget.refused_certificate() from None
            raise budget.failed(code_of(error)) from None
        finally:
            if not reusable:
                await self.aclose()

    async def _shut_unasked(self, request: httpx.Request, budget: Budget) -> bool:
        """Connect once more and ask nothing: a platform that likes our certificate waits."""
        self._budget = probe = budget.for_probe()
        url = request.url
        try:
            stream = await self._backend.connect_tcp(url.host, url.port or 443)
            try:
                context = self._settings.context
                assert context is not None  # noqa: S101  # only a TLS connection is worth a probe
                stream = await stream.start_tls(context, url.host)
                await stream.read(1)
            finally:
                await stream.aclose()
        except FOREIGN:
            pass
        return probe.shut_unasked

    async def aclose(self) -> None:
        await self._pool.aclose()
        self._pool = self._open()


class AwaitingLanes(httpx.AsyncBaseTransport):
    """At most ``size`` exchanges at once, each on a connection of its own; for one event loop."""

    def __init__(self, settings: LaneSettings) -> None:
        quiet_httpcore()
        self.check_identity = settings.check_identity
        self._free = [_Lane(settings) for _ in range(settings.size)]
        self._places = asyncio.Semaphore(settings.size)
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Exchange on the lane that was free last; the answer is read whole.

        Raises:
            DancuError: whatever went wrong, already by its code; ``too_busy`` when no lane
                became free before the request's end.
        """
        await self._enter(end_of(request))
        lane = self._free.pop()
        try:
            return await lane.exchange(request)
        finally:
            self._free.append(lane)
            self._places.release()
            if self._closed:
                await lane.aclose()

    async def _enter(self, until: float) -> None:
        try:
            async with asyncio.timeout(until - time.monotonic()):
                await self._places.acquire()
        except TimeoutError:
            raise error_for("too_busy") from None

    async def aclose(self) -> None:
        """Close the connections; one that an exchange is using closes when that ends."""
        self._closed = True
        for lane in list(self._free):
            await lane.aclose()
