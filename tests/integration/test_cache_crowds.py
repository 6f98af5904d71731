"""Many at once on a cold entry: one call for all, and each keeps its own deadline and audit (security.md T28)."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import AsyncClient, Client, Found, MemorySink, Unavailable

from .conftest import MAU, PURPOSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.testing import DancuMock

LIMIT = 20.0
"""Seconds after which a test that waits for others has failed."""
WAITERS, THREADS, ROUNDS = 1000, 64, 20


class Gate(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """The mock behind a gate, for both clients; counts what comes to it."""

    def __init__(self, mock: DancuMock) -> None:
        self.blocking, self.awaiting = mock.mock.transport(), mock.mock.async_transport()
        self.open, self.opened = threading.Event(), asyncio.Event()
        self.calls = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait, then let the mock answer."""
        self.calls += 1
        assert self.open.wait(LIMIT)
        return self.blocking.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The same for tasks."""
        self.calls += 1
        try:
            async with asyncio.timeout(request.extensions["timeout"]["read"]):
                await self.opened.wait()
        except TimeoutError:
            raise httpx.ReadTimeout("the gate stayed shut") from None
        return await self.awaiting.handle_async_request(request)


def profile(mock: DancuMock) -> dict[str, Any]:
    """The mock's, with a cache and room for everybody."""
    return {**mock.profile, "cache": {"enabled": True}, "limits": {"parallel": 256}}


def asked(**options: Any) -> dict[str, Any]:
    """What everybody asks."""
    return {"fields": ["name"], "purpose": PURPOSE, **options}


def audited(sink: MemorySink) -> list[tuple[str, str]]:
    """Record and reference of all that is in an audit."""
    return [(one["record"], one["reference"]) for one in map(json.loads, sink.lines)]


def crowded(dancu: Client | AsyncClient, count: int) -> Callable[[], bool]:
    """Whether so many wait for one value."""
    slots = dancu._driver._slots
    return lambda: any(slot.holders == count for slot in slots.values())


def start(count: int, work: Callable[[], None]) -> list[threading.Thread]:
    """Threads that do the same."""
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def join(threads: list[threading.Thread]) -> None:
    """All of them, within the limit."""
    end = time.monotonic() + LIMIT
    for thread in threads:
        thread.join(end - time.monotonic())
        assert not thread.is_alive()


def test_a_thousand_waiters_are_one_call(dancu_mock: DancuMock) -> None:
    """1,000 tasks on a cold entry: one call, 1,000 answers under references of their own, 1,000 pairs in the audit."""
    sink, gate = MemorySink(), Gate(dancu_mock)

    async def main() -> list[Any]:
        async with AsyncClient(profile(dancu_mock), transport=gate, audit=sink) as dancu, asyncio.timeout(LIMIT):
            tasks = [asyncio.ensure_future(dancu.look_up(MAU, **asked())) for _ in range(WAITERS)]
            everybody = crowded(dancu, WAITERS)
            while not everybody():  # noqa: ASYNC110  # what is waited for is inside the driver, which sets no event
                await asyncio.sleep(0)
            gate.opened.set()
            return await asyncio.gather(*tasks)

    answers = asyncio.run(main())
    assert gate.calls == 1
    assert all(isinstance(one, Found) and one.citizen.name == "NGUYỄN THỊ MẪU" for one in answers)
    references = {one.reference for one in answers}
    assert len(references) == WAITERS
    assert sorted(audited(sink)) == sorted((kind, one) for one in references for kind in ("intent", "outcome"))
    assert sum(json.loads(line).get("attempts", 0) for line in sink.lines) == 1


def test_many_threads_are_one_call(dancu_mock: DancuMock) -> None:
    """64 threads that wait for the same record get it from one call."""
    gate, answers = Gate(dancu_mock), list[Any]()
    with Client(profile(dancu_mock), transport=gate, audit=MemorySink()) as dancu:
        threads = start(THREADS, lambda: answers.append(dancu.look_up(MAU, **asked(deadline=LIMIT))))
        everybody, end = crowded(dancu, THREADS), time.monotonic() + LIMIT
        while not everybody():
            assert time.monotonic() < end
            time.sleep(0.001)
        gate.open.set()
        join(threads)
    assert (gate.calls, len(answers), len({one.reference for one in answers})) == (1, THREADS, THREADS)


def test_nobody_slips_between_the_call_and_the_entry(dancu_mock: DancuMock) -> None:
    """However 64 threads fall, before, during or after the call that fills the entry: one call each round."""
    gate = Gate(dancu_mock)
    gate.open.set()
    with Client(profile(dancu_mock), transport=gate, audit=MemorySink()) as dancu:
        for _ in range(ROUNDS):
            before, ready = gate.calls, threading.Barrier(THREADS)

            def work(ready: threading.Barrier = ready) -> None:
                ready.wait(LIMIT)
                dancu.look_up(MAU, **asked(deadline=LIMIT))

            join(start(THREADS, work))
            assert gate.calls == before + 1
            assert dancu.forget(MAU) == 1


@pytest.mark.parametrize("first", ["patient", "hurried"])
def test_each_keeps_its_own_deadline(dancu_mock: DancuMock, first: str) -> None:
    """Who has 0.3 s is told so after 0.3 s, leading or following, and who has more time gets the answer."""
    gate = Gate(dancu_mock)

    async def main() -> tuple[Any, float, Any]:
        async with (
            AsyncClient(profile(dancu_mock), transport=gate, audit=MemorySink()) as dancu,
            asyncio.timeout(LIMIT),
        ):
            order = {"patient": LIMIT, "hurried": 0.3}
            began, tasks = time.monotonic(), dict[str, asyncio.Task[Any]]()
            for name in sorted(order, reverse=first == "patient"):
                tasks[name] = asyncio.ensure_future(dancu.look_up(MAU, **asked(deadline=order[name])))
                await asyncio.sleep(0)
            assert next(iter(tasks)) == first
            await asyncio.wait([tasks["hurried"]])
            took = time.monotonic() - began
            gate.opened.set()
            return tasks["hurried"].exception(), took, await tasks["patient"]

    error, took, answer = asyncio.run(main())
    assert isinstance(error, Unavailable)
    assert error.code == "timed_out"
    assert 0.25 <= took < 1.0
    assert isinstance(answer, Found)


def test_other_fields_wait_for_nobody(dancu_mock: DancuMock) -> None:
    """Two questions that differ in their fields are two calls, since each answer holds what was asked for."""
    gate = Gate(dancu_mock)

    async def main() -> list[Any]:
        async with (
            AsyncClient(profile(dancu_mock), transport=gate, audit=MemorySink()) as dancu,
            asyncio.timeout(LIMIT),
        ):
            tasks = [asyncio.ensure_future(dancu.look_up(MAU, **asked(fields=[one]))) for one in ("name", "gender")]
            while gate.calls < 2:  # noqa: ASYNC110  # the transport counts, it sets no event
                await asyncio.sleep(0)
            gate.opened.set()
            return await asyncio.gather(*tasks)

    assert [set(one.citizen.asked) for one in asyncio.run(main())] == [{"name"}, {"gender"}]
    assert gate.calls == 2


def test_an_error_is_everybodys_and_is_not_kept(dancu_mock: DancuMock) -> None:
    """Who waited is told what the leader was told, under the own reference; the next question is asked anew."""
    gate = Gate(dancu_mock)

    async def main() -> tuple[list[Any], Any]:
        settings = {**profile(dancu_mock), "retry": {"attempts": 1}}
        async with AsyncClient(settings, transport=gate, audit=MemorySink()) as dancu, asyncio.timeout(LIMIT):
            with dancu_mock.scenario("html_200"):
                tasks = [asyncio.ensure_future(dancu.look_up(MAU, **asked())) for _ in range(10)]
                everybody = crowded(dancu, 10)
                while not everybody():  # noqa: ASYNC110  # the driver sets no event
                    await asyncio.sleep(0)
                gate.opened.set()
                errors = await asyncio.gather(*tasks, return_exceptions=True)
            return errors, await dancu.look_up(MAU, **asked())

    errors, answer = asyncio.run(main())
    assert gate.calls == 2
    assert {type(one) for one in errors} == {Unavailable}
    assert len({one.reference for one in errors}) == 10
    assert answer.source == "upstream"
