"""The places to a platform, shared by applications: one that floods, one that works at night, callers who hang up."""

from __future__ import annotations

import asyncio
import contextlib
import random
import statistics
import time
from typing import TYPE_CHECKING, Any

import pytest

from dancu.errors import Unavailable
from dancu.gateway.applications import hash_key, new_key
from dancu.gateway.sharing import Places, SharingPart
from dancu.policy.fairness import Fairness, FairRule, Share
from dancu_mock import Mock, MockServer

from .at_once import HEAD, asked_of, gateway_at

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20_261_123
CALM = ("calm-1", "calm-2", "calm-3")
APPLICATION = """
[[application]]
name = "{name}"
key_sha256 = "{key}"
units = ["H15.42"]
per_second = 1000
{more}
[[grant]]
application = "{name}"
procedure = "1.004194"
service = "look_up"
fields = ["name"]
"""
SLOW = """
name = "slow"
title = { vi = "Chậm", en = "Late" }
use = { vi = "Thử.", en = "A test." }
source = "synthetic"
[[steps]]
good = true
delay = 0.2
"""
A_FLOOD = 40


def write(directory: Path, platform: MockServer, *, sharing: str = "", **more: str) -> dict[str, str]:
    """A gateway of six places, and the keys of its applications."""
    platform.write_files(directory)
    with (directory / "profile.toml").open("a", encoding="utf-8") as profile:
        profile.write("\n[limits]\nparallel = 6\n")
    keys = {name: new_key() for name in ("flood", "night", *CALM)}
    parts = [APPLICATION.format(name=name, key=hash_key(key), more=more.get(name, "")) for name, key in keys.items()]
    (directory / "gateway.toml").write_text(HEAD + sharing + "".join(parts), encoding="utf-8")
    return keys


def slow(directory: Path) -> Mock:
    """A platform that takes 200 ms."""
    (directory / "scenarios").mkdir()
    (directory / "scenarios" / "slow.toml").write_text(SLOW, encoding="utf-8")
    return Mock(scenarios=directory / "scenarios")


async def steadily(at: Any, key: str) -> list[float]:
    """Seconds of six questions, one every 300 ms; each has its answer."""
    took: list[float] = []

    async def one() -> None:
        began = time.monotonic()
        assert (await at.ask(key, asked_of()))[:2] == (200, "found")
        took.append(time.monotonic() - began)

    async with asyncio.TaskGroup() as group:
        for number in range(6):
            loop = asyncio.get_running_loop()
            loop.call_later(0.3 * number, lambda: group.create_task(one()))
        await asyncio.sleep(0.3 * 6)
    return took


async def calmly(at: Any, keys: dict[str, str]) -> list[float]:
    """The same of three applications."""
    return [one for took in await asyncio.gather(*(steadily(at, keys[name]) for name in CALM)) for one in took]


async def flooding(at: Any, key: str, over: asyncio.Event) -> int:
    """Ask forty times at once, without end; how many were answered."""
    answered = 0

    async def one() -> None:
        nonlocal answered
        while not over.is_set():
            answered += (await at.ask(key, asked_of()))[1] == "found"

    await asyncio.gather(*(one() for _ in range(A_FLOOD)))
    return answered


@pytest.mark.parametrize("neighbour", ["flood", "night"])
def test_a_neighbour_that_floods_is_hardly_felt(tmp_path: Path, neighbour: str) -> None:
    """Three applications get every answer, in less than twice their time alone, and the flood gets the rest (T34)."""
    mock = slow(tmp_path)
    with MockServer(mock) as platform:
        keys = write(tmp_path, platform, night="batch = true")

        async def compared() -> tuple[list[float], list[float], int]:
            async with gateway_at(tmp_path) as at:
                alone = await calmly(at, keys)
                over = asyncio.Event()
                flood = asyncio.create_task(flooding(at, keys[neighbour], over))
                beside = await calmly(at, keys)
                over.set()
                return alone, beside, await flood

        with mock.scenario("slow"):
            alone, beside, answered = asyncio.run(compared())
    assert len(alone) == len(beside) == 18
    assert statistics.quantiles(beside, n=100)[98] <= 2 * statistics.quantiles(alone, n=100)[98]
    assert answered > 0


def test_who_waits_too_long_is_told_at_once(tmp_path: Path) -> None:
    """Beyond the line of its application 503 comes at once, in it after its seconds; nothing of either is on record."""
    mock = slow(tmp_path)
    with MockServer(mock) as platform:
        keys = write(tmp_path, platform, sharing="[sharing]\nqueue = 2\nseconds = 0.1\n")

        async def asked() -> tuple[list[Any], int]:
            async with gateway_at(tmp_path) as at:
                said = await asyncio.gather(*(at.ask(keys["flood"], asked_of()) for _ in range(10)))
                return sorted(one[:2] for one in said), len(at.records("intent"))

        with mock.scenario("slow"):
            said, intents = asyncio.run(asked())
    assert said == [(200, "found")] * 6 + [(503, "too_busy")] * 4
    assert intents == 6


def test_an_application_holds_no_more_than_its_own(tmp_path: Path) -> None:
    """With `at_once = 1` its questions go one by one, and another's go beside them."""
    mock = slow(tmp_path)
    with MockServer(mock) as platform:
        keys = write(tmp_path, platform, flood="at_once = 1")

        async def asked() -> list[str]:
            done: list[str] = []
            async with gateway_at(tmp_path) as at:

                async def one(name: str) -> None:
                    assert (await at.ask(keys[name], asked_of()))[0] == 200
                    done.append(name)

                await asyncio.gather(*(one("flood") for _ in range(3)), *(one("calm-1") for _ in range(3)))
            return done

        with mock.scenario("slow"):
            done = asyncio.run(asked())
    assert done[-2:] == ["flood", "flood"] and done[:4].count("calm-1") == 3


def test_no_place_is_lost_where_callers_hang_up() -> None:
    """2,000 questions cancelled at random moments, waiting or inside: at the end every place is free."""
    source, waits = random.Random(SEED), list[float]()
    places = Places(Fairness(FairRule(3, 50, 1)), seconds=0.05, waited=waits.append)
    shares = [Share("a"), Share("b", at_once=1), Share("c", batch=True)]

    async def one(share: Share) -> None:
        with contextlib.suppress(Unavailable):
            async with places.one(share):
                for _turn in range(source.randrange(4)):
                    await asyncio.sleep(0)

    async def all_of_them() -> None:
        tasks = [asyncio.create_task(one(source.choice(shares))) for _ in range(2000)]
        for task in source.sample(tasks, 1000):
            for _turn in range(source.randrange(3)):
                await asyncio.sleep(0)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (places.fairness.inside, places.fairness.waiting, places._waiting) == (0, 0, {}), f"seed {SEED}"
        async with places.one(shares[0]), places.one(shares[1]), places.one(shares[2]):
            assert places.fairness.inside == 3

    asyncio.run(all_of_them())
    assert waits


def test_a_part_of_the_places_is_for_batches() -> None:
    """Half of them by default, and one at least."""
    assert [SharingPart().rule(places).batch for places in (1, 3, 16)] == [1, 1, 8]
