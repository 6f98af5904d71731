"""Both drivers behind one set of words, so that each test of a driver is written once."""

from __future__ import annotations

import asyncio
import datetime
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import pytest

from dancu import MemorySink
from dancu.flows.effects import send, shared
from dancu.policy.audit import AuditRecord
from dancu.runtime.awaiting import AwaitingDriver
from dancu.runtime.blocking import BlockingDriver
from dancu.runtime.stores import MemoryStore
from dancu.wire.messages import WireRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dancu import AuditSink
    from dancu.flows.effects import Flow
    from dancu.runtime.stores import ByteStore

LIMIT = 5.0
"""Seconds after which a test that waits for another thread has failed."""
KEY = "token"
RECORD = AuditRecord(
    time=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), reference="01HF7YAT0000000000000000RE", operation="look_up"
)


class SyncGate(httpx.BaseTransport):
    """A transport that answers when its gate is opened."""

    def __init__(self) -> None:
        self.gate = threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait, then answer."""
        assert self.gate.wait(LIMIT)
        return httpx.Response(200, content=b"answer")


class AsyncGate(httpx.AsyncBaseTransport):
    """The same for an event loop."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait, then answer."""
        async with asyncio.timeout(LIMIT):
            await self.gate.wait()
        return httpx.Response(200, content=b"answer")


class Drive(Protocol):
    """A driver whose exchanges wait at a gate.

    Attributes:
        crowd: how many flows are many for it.
    """

    crowd: int

    def run(self, flow: Flow[Any], *, sink: AuditSink | None = None, store: ByteStore | None = None) -> Any:
        """Drive one flow to its end; the gate is open."""
        ...

    def hold(self, flows: Sequence[Flow[Any]], *, ready: Callable[[Slots], bool]) -> tuple[list[Any], Slots]:
        """Drive all flows at once; open the gate when ``ready``; their values or errors, and the slots left."""
        ...


Slots = dict[str, Any]


class SyncDrive:
    """The blocking driver, one thread for each flow."""

    crowd = 50

    def run(self, flow: Flow[Any], *, sink: AuditSink | None = None, store: ByteStore | None = None) -> Any:
        """Drive one flow."""
        transport = SyncGate()
        transport.gate.set()
        return BlockingDriver(transport=transport, sink=sink or MemorySink(), store=store or _store()).run(flow)

    def hold(self, flows: Sequence[Flow[Any]], *, ready: Callable[[Slots], bool]) -> tuple[list[Any], Slots]:
        """Drive all flows."""
        transport = SyncGate()
        driver = BlockingDriver(transport=transport, sink=MemorySink(), store=_store())
        results: list[Any] = [None] * len(flows)

        def drive(place: int) -> None:
            try:
                results[place] = driver.run(flows[place])
            except BaseException as error:  # noqa: BLE001  # an error is a result here
                results[place] = error

        threads = [threading.Thread(target=drive, args=(place,), daemon=True) for place in range(len(flows))]
        for thread in threads:
            thread.start()
        eventually(lambda: ready(driver._slots))
        transport.gate.set()
        for thread in threads:
            thread.join(LIMIT)
            assert not thread.is_alive()
        return results, driver._slots


class AsyncDrive:
    """The awaiting driver, one task for each flow."""

    crowd = 100

    def run(self, flow: Flow[Any], *, sink: AuditSink | None = None, store: ByteStore | None = None) -> Any:
        """Drive one flow."""

        async def main() -> Any:
            transport = AsyncGate()
            transport.gate.set()
            return await AwaitingDriver(transport=transport, sink=sink or MemorySink(), store=store or _store()).run(
                flow
            )

        return asyncio.run(main())

    def hold(self, flows: Sequence[Flow[Any]], *, ready: Callable[[Slots], bool]) -> tuple[list[Any], Slots]:
        """Drive all flows."""
        return asyncio.run(self._hold(flows, ready))

    async def _hold(self, flows: Sequence[Flow[Any]], ready: Callable[[Slots], bool]) -> tuple[list[Any], Slots]:
        transport = AsyncGate()
        driver = AwaitingDriver(transport=transport, sink=MemorySink(), store=_store())
        async with asyncio.timeout(LIMIT):
            tasks = [asyncio.ensure_future(driver.run(flow)) for flow in flows]
            await turn_until(lambda: ready(driver._slots))
            transport.gate.set()
            return await asyncio.gather(*tasks, return_exceptions=True), driver._slots


@pytest.fixture(params=[SyncDrive, AsyncDrive], ids=["sync", "async"])
def drive(request: pytest.FixtureRequest) -> Drive:
    """Each of the two drivers in turn."""
    drive: Drive = request.param()
    return drive


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it holds, for a bounded time."""
    end = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.001)


async def turn_until(holds: Callable[[], bool]) -> None:
    """Let the other tasks of the loop run until it holds."""
    while not holds():  # noqa: ASYNC110  # what is waited for is inside the driver, which sets no event
        await asyncio.sleep(0)


def held_by(count: int, key: str = KEY) -> Callable[[Slots], bool]:
    """Whether so many flows want the shared value."""
    return lambda slots: key in slots and slots[key].holders == count


def sharing(make: Callable[[], Flow[Any]], *, seconds: float = LIMIT, key: str = KEY) -> Flow[Any]:
    """A flow that wants the shared value and waits so long for it."""
    return shared(key, make, until=time.monotonic() + seconds)


def exchanged() -> Flow[bytes]:
    """A flow of one exchange; it waits at the gate."""
    request = WireRequest("https://platform.example/", "/", (), b"")
    reply = yield from send(request, until=time.monotonic() + LIMIT)
    return reply.body


def _store() -> ByteStore:
    return MemoryStore(8, time.monotonic)
