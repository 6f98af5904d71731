"""Thousands of callers who give up at any moment: lanes, tasks and audit are as they were (security.md R22)."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Found, MemorySink, Officer, Purpose, Subject
from dancu_mock import Mock, MockServer

from .raw_server import RawServer, asking, found, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

SEED = 22
AT_ONCE = 12
LANES = 8
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="given up")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
SET_UP = {"limits": {"parallel": LANES}, "breaker": {"enabled": False}, "retry": {"attempts": 1}}
_NUMBER = re.compile(rb"0667900[0-9]{5}")


def echo(body: bytes) -> bytes:
    """The record of whoever was asked for."""
    number = _NUMBER.search(body)
    assert number is not None
    return whole(found(number.group().decode(), "tag"))


@dataclass
class Crowd:
    """Callers of a platform, and how many of them have given up.

    Attributes:
        wanted: give-ups after which they stop.
        longest: seconds after which each gives up at the latest.
        reached: how many questions the platform has read.
    """

    profile: dict[str, Any]
    people: list[Subject]
    wanted: int
    longest: float
    reached: Callable[[], int]
    calls: int = 0
    given_up: int = 0

    async def one(self, dancu: AsyncClient, subject: Subject, moment: float) -> None:
        """Give up a call at its moment; where it is answered before, the answer is the asked person's."""
        self.calls += 1
        call = asyncio.create_task(dancu.look_up(subject, fields=["name"], purpose=PURPOSE))
        await asyncio.wait({call}, timeout=moment)
        call.cancel()
        (ended,) = await asyncio.gather(call, return_exceptions=True)
        assert isinstance(ended, Found | asyncio.CancelledError), f"seed {SEED}: {ended!r}"
        self.given_up += isinstance(ended, asyncio.CancelledError)

    async def give_up(self, dancu: AsyncClient) -> None:
        """`AT_ONCE` of them, again and again."""
        chance, people = random.Random(SEED), itertools.cycle(self.people)

        async def caller() -> None:
            while self.given_up < self.wanted:
                await self.one(dancu, next(people), chance.uniform(0.0, self.longest))

        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))


@contextmanager
def plain(directory: Path) -> Generator[Crowd]:
    """A platform over plain http, which knows everybody."""
    people = [asking(f"0667900{place:05}") for place in range(1, 1_001)]
    read: list[bytes] = []

    def answer(body: bytes) -> bytes:
        read.append(b"")
        return echo(body)

    with RawServer(answer) as server:
        yield Crowd(server.profile(directory), people, 4_000, 0.015, lambda: len(read))


@contextmanager
def encrypted(directory: Path) -> Generator[Crowd]:
    """A platform over mTLS."""
    with MockServer(Mock()) as server:
        profile = tomllib.loads(server.write_files(directory).read_text(encoding="utf-8"))
        profile["tls"] = {key: str(directory / value) for key, value in profile["tls"].items()}
        profile["credential"]["secret"] = {"file": str(directory / "secret.txt")}
        yield Crowd(profile, [MAU], 1_000, 0.05, lambda: len(server.mock.journal.calls))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("platform", [plain, encrypted], ids=["http", "mtls"])
def test_given_up_calls_leave_everything_in_its_place(platform: Any, tmp_path: Path) -> None:
    """4,000 calls over http and 1,000 over mTLS, given up at random: lanes, tasks and audit are whole."""
    sink = MemorySink()

    async def scenario(crowd: Crowd) -> None:
        before = len(asyncio.all_tasks())
        async with AsyncClient({**crowd.profile, **SET_UP}, audit=sink) as dancu:
            await crowd.give_up(dancu)
            lanes = dancu._lanes
            assert lanes is not None
            assert len(set(map(id, lanes._free))) == LANES and lanes._places._value == LANES
            async with asyncio.timeout(10):
                last = [dancu.look_up(crowd.people[0], fields=["name"], purpose=PURPOSE) for _ in range(2 * LANES)]
                assert all(isinstance(answer, Found) for answer in await asyncio.gather(*last))
        assert len(asyncio.all_tasks()) == before

    with platform(tmp_path) as crowd:
        asyncio.run(scenario(crowd))
        unheard = crowd.reached() - (crowd.calls - crowd.given_up) - 2 * LANES
    records = [json.loads(line) for line in sink.lines]
    intents = sorted(record["reference"] for record in records if record["record"] == "intent")
    outcomes = sorted(record["reference"] for record in records if record["record"] == "outcome")
    assert intents == outcomes, f"seed {SEED}"
    # Many gave up on an answer that was under way, and not before anything was sent.
    assert unheard > crowd.wanted / 20, f"seed {SEED}: {unheard} answers were not waited for"
