"""Lanes for one event loop."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpcore
import httpx

from dancu.errors import error_for
from dancu.flows.effects import STALE
from dancu.runtime.awaiting_stream import AwaitingBackend
from dancu.runtime.failures import FOREIGN, code_of
from dancu.runtime.flights import Flights
from dancu.runtime.lanes import (
    IDLE_SECONDS,
    ONCE,
    LaneSettings,
    budget_for,
    check_framing,
    complete,
    core_request,
    end_of,
    left_over,
    quiet_httpcore,
    went_stale,
)
from dancu.wire.limits import READ_BYTES

if TYPE_CHECKING:
    from dancu.errors import DancuError
    from dancu.runtime.budget import Budget
    from dancu.runtime.tls import Identity

__all__ = ["AwaitingLanes"]


class _Lane:
    """One connection, opened when first needed."""

    def __init__(self, settings: LaneSettings) -> None:
        self._budget: Budget
        self._settings = settings
        self._backend = AwaitingBackend(lambda: self._budget, settings.peer)
        self._pool = self._open()

    def _open(self) -> httpcore.AsyncConnectionPool:
        self._identity = identity = self._settings.identity
        return httpcore.AsyncConnectionPool(
            ssl_context=None if identity is None else identity.context,
            proxy=self._settings.core_proxy,
            max_connections=1,
            max_keepalive_connections=1,
            keepalive_expiry=IDLE_SECONDS,
            retries=0,
            network_backend=self._backend,
        )

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        """One exchange, sent once more where the platform cannot have looked at it."""
        while True:
            if self._outlived:
                await self.aclose()
            identity = self._identity
            self._budget = budget = budget_for(request, self._settings, identity)
            try:
                response, body = await self._ask(request)
            except FOREIGN as error:
                if went_stale(budget, error):
                    if request.extensions.get(ONCE):
                        raise error_for("disconnected", detail=STALE) from None
                    continue
                failure = await self._failure(request, identity, budget, error)
            else:
                refused = self._settings.answered(identity, response, body)
                if refused is None:
                    return response
                failure = refused
            if not self._settings.replaces(identity, failure):
                raise failure from None

    @property
    def _outlived(self) -> bool:
        """Whether another identity has taken the place of the one that this lane shows."""
        return self._identity is not self._settings.identity

    async def _ask(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        reusable = False
        try:
            response = await self._pool.handle_async_request(core_request(request))
            check_framing(response)
            body = b"".join([part async for part in response.aiter_stream()])
            await response.aclose()
            reusable = not left_over(self._pool) and not self._outlived
            return complete(response, body), body
        finally:
            if not reusable:
                await self.aclose()

    async def _failure(
        self, request: httpx.Request, identity: Identity | None, budget: Budget, error: Exception
    ) -> DancuError:
        if identity is not None:
            if budget.worth_a_probe and await self._shut_unasked(request, identity, budget):
                return budget.refused_certificate()
            if budget.worth_another_handshake and await self._cut_at_certificate(request, identity, budget):
                return budget.refused_certificate()
        return budget.failed(code_of(error))

    async def _shut_unasked(self, request: httpx.Request, identity: Identity, budget: Budget) -> bool:
        """Connect once more and ask nothing: a platform that likes our certificate waits."""
        self._budget = probe = budget.for_probe()
        url = request.url
        try:
            stream = await self._backend.connect_tcp(url.host, url.port or 443)
            try:
                stream = await stream.start_tls(identity.context, url.host)
                await stream.read(1)
            finally:
                await stream.aclose()
        except FOREIGN:
            pass
        return probe.shut_unasked

    async def _cut_at_certificate(self, request: httpx.Request, identity: Identity, budget: Budget) -> bool:
        """Shake hands once more and see whether the platform hangs up at the sight of our certificate."""
        self._budget = budget.for_probe()
        url = request.url
        flights = Flights(identity.context, self._settings.peer.name or url.host)
        try:
            stream = await self._backend.connect_tcp(url.host, url.port or 443)
            try:
                received = b""
                while flights.unfinished:
                    if flight := flights.answer(received):
                        await stream.write(flight)
                    received = await stream.read(READ_BYTES)
                    if not received:
                        break
            finally:
                await stream.aclose()
        except FOREIGN:
            pass
        return flights.showed_certificate and self._budget.verdict is None

    async def aclose(self) -> None:
        await self._pool.aclose()
        self._pool = self._open()


class AwaitingLanes(httpx.AsyncBaseTransport):
    """At most ``size`` exchanges at once, each on a connection of its own; for one event loop."""

    def __init__(self, settings: LaneSettings) -> None:
        quiet_httpcore()
        self.check_identity = settings.check_identity
        self.identities = settings.identities
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
