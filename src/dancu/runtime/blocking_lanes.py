"""Lanes for threads."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import httpcore
import httpx

from dancu.errors import error_for
from dancu.flows.effects import STALE
from dancu.runtime.blocking_stream import BlockingBackend
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

__all__ = ["BlockingLanes"]


class _Lane:
    """One connection, opened when first needed."""

    def __init__(self, settings: LaneSettings) -> None:
        self._budget: Budget
        self._settings = settings
        self._backend = BlockingBackend(lambda: self._budget, settings.peer)
        self._pool = self._open()

    def _open(self) -> httpcore.ConnectionPool:
        self._identity = identity = self._settings.identity
        return httpcore.ConnectionPool(
            ssl_context=None if identity is None else identity.context,
            proxy=self._settings.core_proxy,
            max_connections=1,
            max_keepalive_connections=1,
            keepalive_expiry=IDLE_SECONDS,
            retries=0,
            network_backend=self._backend,
        )

    def exchange(self, request: httpx.Request) -> httpx.Response:
        """One exchange, sent once more where the platform cannot have looked at it."""
        while True:
            if self._outlived:
                self.close()
            identity = self._identity
            self._budget = budget = budget_for(request, self._settings, identity)
            try:
                response, body = self._ask(request)
            except FOREIGN as error:
                if went_stale(budget, error):
                    if request.extensions.get(ONCE):
                        raise error_for("disconnected", detail=STALE) from None
                    continue
                failure = self._failure(request, identity, budget, error)
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

    def _ask(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        reusable = False
        try:
            response = self._pool.handle_request(core_request(request))
            check_framing(response)
            body = b"".join(response.iter_stream())
            response.close()
            reusable = not left_over(self._pool) and not self._outlived
            return complete(response, body), body
        finally:
            if not reusable:
                self.close()

    def _failure(
        self, request: httpx.Request, identity: Identity | None, budget: Budget, error: Exception
    ) -> DancuError:
        if identity is not None:
            if budget.worth_a_probe and self._shut_unasked(request, identity, budget):
                return budget.refused_certificate()
            if budget.worth_another_handshake and self._cut_at_certificate(request, identity, budget):
                return budget.refused_certificate()
        return budget.failed(code_of(error))

    def _shut_unasked(self, request: httpx.Request, identity: Identity, budget: Budget) -> bool:
        """Connect once more and ask nothing: a platform that likes our certificate waits."""
        self._budget = probe = budget.for_probe()
        url = request.url
        try:
            stream = self._backend.connect_tcp(url.host, url.port or 443)
            try:
                stream.start_tls(identity.context, url.host).read(1)
            finally:
                stream.close()
        except FOREIGN:
            pass
        return probe.shut_unasked

    def _cut_at_certificate(self, request: httpx.Request, identity: Identity, budget: Budget) -> bool:
        """Shake hands once more and see whether the platform hangs up at the sight of our certificate."""
        self._budget = budget.for_probe()
        url = request.url
        flights = Flights(identity.context, self._settings.peer.name or url.host)
        try:
            stream = self._backend.connect_tcp(url.host, url.port or 443)
            try:
                received = b""
                while flights.unfinished:
                    if flight := flights.answer(received):
                        stream.write(flight)
                    received = stream.read(READ_BYTES)
                    if not received:
                        break
            finally:
                stream.close()
        except FOREIGN:
            pass
        return flights.showed_certificate and self._budget.verdict is None

    def close(self) -> None:
        self._pool.close()
        self._pool = self._open()


class BlockingLanes(httpx.BaseTransport):
    """At most ``size`` exchanges at once, each on a connection of its own; safe for threads."""

    def __init__(self, settings: LaneSettings) -> None:
        quiet_httpcore()
        self.check_identity = settings.check_identity
        self.identities = settings.identities
        self._free = [_Lane(settings) for _ in range(settings.size)]
        self._changed = threading.Condition()
        self._closed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Exchange on the lane that was free last; the answer is read whole.

        Raises:
            DancuError: whatever went wrong, already by its code; ``too_busy`` when no lane
                became free before the request's end.
        """
        lane = self._take(end_of(request))
        try:
            return lane.exchange(request)
        finally:
            with self._changed:
                self._free.append(lane)
                self._changed.notify()
            if self._closed:
                lane.close()

    def _take(self, until: float) -> _Lane:
        with self._changed:
            if not self._changed.wait_for(lambda: self._free, until - time.monotonic()):
                raise error_for("too_busy")
            return self._free.pop()

    def close(self) -> None:
        """Close the connections; one that an exchange is using closes when that ends."""
        with self._changed:
            self._closed = True
            lanes = list(self._free)
        for lane in lanes:
            lane.close()
