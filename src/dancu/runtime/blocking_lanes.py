"""Lanes for threads."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import httpcore
import httpx

from dancu.errors import error_for
from dancu.runtime.blocking_stream import BlockingBackend
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

__all__ = ["BlockingLanes"]


class _Lane:
    """One connection, opened when first needed."""

    def __init__(self, settings: LaneSettings) -> None:
        self._budget: Budget
        self._settings = settings
        self._backend = BlockingBackend(lambda: self._budget, settings.peer)
        self._pool = self._open()

    def _open(self) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._settings.context,
            proxy=self._settings.core_proxy,
            max_connections=1,
            max_keepalive_connections=1,
            keepalive_expiry=IDLE_SECONDS,
            retries=0,
            network_backend=self._backend,
        )

    def exchange(self, request: httpx.Request) -> httpx.Response:
        self._budget = budget = budget_for(request, self._settings)
        reusable = False
        try:
            response = self._pool.handle_request(core_request(request))
            check_framing(response)
            body = b"".join(response.iter_stream())
            response.close()
            reusable = not left_over(self._pool)
            return complete(response, body)
        except FOREIGN as error:
            if budget.worth_a_probe and self._shut_unasked(request, budget):
                raise budget.refused_certificate() from None
            raise budget.failed(code_of(error)) from None
        finally:
            if not reusable:
                self.close()

    def _shut_unasked(self, request: httpx.Request, budget: Budget) -> bool:
        """Connect once more and ask nothing: a platform that likes our certificate waits."""
        self._budget = probe = budget.for_probe()
        url = request.url
        try:
            stream = self._backend.connect_tcp(url.host, url.port or 443)
            try:
                context = self._settings.context
                assert context is not None  # noqa: S101  # only a TLS connection is worth a probe
                stream.start_tls(context, url.host).read(1)
            finally:
                stream.close()
        except FOREIGN:
            pass
        return probe.shut_unasked

    def close(self) -> None:
        self._pool.close()
        self._pool = self._open()


class BlockingLanes(httpx.BaseTransport):
    """At most ``size`` exchanges at once, each on a connection of its own; safe for threads."""

    def __init__(self, settings: LaneSettings) -> None:
        quiet_httpcore()
        self.check_identity = settings.check_identity
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
