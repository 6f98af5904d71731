"""Callers that give up: the client stays whole, and every intent still has its outcome."""

from __future__ import annotations

import asyncio
import json
import random
from typing import TYPE_CHECKING, Any

from dancu import AsyncClient, Found, MemorySink
from dancu_mock import Mock, MockServer

from .conftest import MAU, PURPOSE, profile_of

if TYPE_CHECKING:
    from pathlib import Path

SEED = 66


async def give_up(dancu: AsyncClient, moments: list[float]) -> int:
    """Start a look-up for each moment and cancel it then; how many were cancelled."""

    async def one(moment: float) -> bool:
        call = asyncio.create_task(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE))
        await asyncio.wait({call}, timeout=moment)
        call.cancel()
        ended = await asyncio.gather(call, return_exceptions=True)
        return isinstance(ended[0], asyncio.CancelledError)

    return sum(await asyncio.gather(*(one(moment) for moment in moments)))


def test_cancelled_calls_leave_the_client_whole(tmp_path: Path) -> None:
    """300 calls cancelled at random moments of their life: pairs in the audit, and the next call is served."""
    moments = [random.Random(SEED + place).uniform(0.0, 0.08) for place in range(300)]
    sink = MemorySink()

    async def scenario(profile: dict[str, Any]) -> tuple[int, bool]:
        async with AsyncClient(profile, audit=sink) as dancu:
            cancelled = sum([await give_up(dancu, moments[start : start + 30]) for start in range(0, 300, 30)])
            answers = await asyncio.gather(*(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE) for _ in range(16)))
            return cancelled, all(isinstance(answer, Found) for answer in answers)

    with MockServer(Mock()) as server:
        profile = profile_of(tmp_path, server.write_files(tmp_path))
        cancelled, served = asyncio.run(scenario(profile))
    assert served, f"seed {SEED}"
    assert 0 < cancelled <= 300, f"seed {SEED}"
    records = [json.loads(line) for line in sink.lines]
    intents = sorted(record["reference"] for record in records if record["record"] == "intent")
    outcomes = sorted(record["reference"] for record in records if record["record"] == "outcome")
    assert intents == outcomes, f"seed {SEED}"
    assert sum(record.get("result") == "abandoned" for record in records) <= cancelled


def test_tasks_and_lanes_come_back(tmp_path: Path) -> None:
    """After cancelled hanging calls no task is left, and every lane is free again."""

    async def scenario(profile: dict[str, Any], mock: Mock) -> int:
        before = len(asyncio.all_tasks())
        async with AsyncClient({**profile, "limits": {"parallel": 4}}, audit=MemorySink()) as dancu:
            with mock.scenario("hang"):
                await give_up(dancu, [0.05] * 12)
            await asyncio.gather(*(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE) for _ in range(8)))
        return len(asyncio.all_tasks()) - before

    mock = Mock()
    with MockServer(mock) as server:
        profile = profile_of(tmp_path, server.write_files(tmp_path))
        assert asyncio.run(scenario(profile, mock)) == 0
