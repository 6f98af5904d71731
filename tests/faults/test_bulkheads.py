"""500 questions that a platform sits on: another platform's are answered in their usual time.

Each client has its own connections, and in them its own number of questions at once. What one platform keeps waiting
fills that client's places and nobody else's; within one client, questions beyond its places wait or are told so.
"Usual time" is measured here: the same short calls with nothing else under way. The machine and its event loop or
threads are shared, so the bound is three times that and 100 ms for what the machine does meanwhile.
"""

from __future__ import annotations

import asyncio
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Client, DancuError, Found, MemorySink, Officer, Purpose, Subject
from dancu_mock import Mock, MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAITING = 500
CLIENTS = 2
SHORT = 30
SPARE = 0.1
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="bulkhead")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")


@pytest.fixture
def slow() -> Iterator[MockServer]:
    """A platform that does not answer."""
    with MockServer(Mock()) as server, server.mock.scenario("hang"):
        yield server


@pytest.fixture
def quick() -> Iterator[MockServer]:
    """A platform that does."""
    with MockServer(Mock()) as server:
        yield server


def profile_of(directory: Path, server: MockServer, parallel: int) -> dict[str, Any]:
    """A profile that has time to open all its connections."""
    directory.mkdir()
    profile = tomllib.loads(server.write_files(directory).read_text(encoding="utf-8"))
    profile["tls"] = {key: str(directory / value) for key, value in profile["tls"].items()}
    profile["credential"]["secret"] = {"file": str(directory / "secret.txt")}
    times = {"call": 40.0, "attempt": 40.0, "connect": 30.0}
    return {**profile, "deadline": times, "limits": {"parallel": parallel}, "retry": {"attempts": 1}}


def heard(slow: MockServer) -> None:
    """Wait until the platform has every question."""
    pause, ends = threading.Event(), time.monotonic() + 30
    while len(slow.mock.journal.calls) < WAITING and time.monotonic() < ends:
        pause.wait(0.02)
    assert len(slow.mock.journal.calls) == WAITING


def check(alone: list[float], beside: list[float]) -> None:
    """The short calls took their usual time."""
    assert median(beside) <= 3 * median(alone) + SPARE, f"{median(alone):.4f} s alone, {median(beside):.4f} s beside"


@pytest.mark.timeout(120)
def test_tasks_that_wait_hold_up_no_other_client(slow: MockServer, quick: MockServer, tmp_path: Path) -> None:
    """500 tasks of two clients wait for one platform; a third client's calls to another take their usual time."""

    async def short(dancu: AsyncClient) -> list[float]:
        took: list[float] = []
        for _ in range(SHORT):
            started = time.monotonic()
            assert isinstance(await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)
            took.append(time.monotonic() - started)
        return took

    async def scenario() -> None:
        profile = profile_of(tmp_path / "slow", slow, WAITING // CLIENTS)
        held = [AsyncClient(profile, audit=MemorySink()) for _ in range(CLIENTS)]
        async with AsyncClient(profile_of(tmp_path / "quick", quick, 4), audit=MemorySink()) as dancu:
            alone = await short(dancu)
            waiting = [
                asyncio.create_task(held[place % CLIENTS].look_up(MAU, fields=["name"], purpose=PURPOSE))
                for place in range(WAITING)
            ]
            await asyncio.to_thread(heard, slow)
            check(alone, await short(dancu))
            assert not any(task.done() for task in waiting)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            for one in held:
                await one.aclose()

    asyncio.run(scenario())


@pytest.mark.timeout(120)
def test_threads_that_wait_hold_up_no_other_client(slow: MockServer, quick: MockServer, tmp_path: Path) -> None:
    """500 threads of two clients wait for one platform; a third client's calls to another take their usual time."""
    profile = profile_of(tmp_path / "slow", slow, WAITING // CLIENTS)
    held = [Client(profile, audit=MemorySink()) for _ in range(CLIENTS)]
    codes: list[str] = []

    def wait(place: int) -> None:
        try:
            held[place % CLIENTS].look_up(MAU, fields=["name"], purpose=PURPOSE)
        except DancuError as error:
            codes.append(error.code)

    def short(dancu: Client) -> list[float]:
        took: list[float] = []
        for _ in range(SHORT):
            started = time.monotonic()
            assert isinstance(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)
            took.append(time.monotonic() - started)
        return took

    with (
        Client(profile_of(tmp_path / "quick", quick, 4), audit=MemorySink()) as dancu,
        ThreadPoolExecutor(WAITING) as pool,
    ):
        alone = short(dancu)
        try:
            for place in range(WAITING):
                pool.submit(wait, place)
            heard(slow)
            check(alone, short(dancu))
            assert codes == []
        finally:
            # The platform hangs up, and nobody has to wait for a deadline.
            slow.close()
    for one in held:
        one.close()
    assert len(codes) == WAITING
