"""The fault matrix: every scenario against every question and both clients, repeated, in time and typed."""

from __future__ import annotations

import asyncio
import json
import random
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Claim, Client, DancuError, MemorySink, NotMatched, Officer, Purpose, Subject
from dancu_mock import SCENARIOS, Mock, MockServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEADLINE = 0.4
GRACE = 0.1
HARMLESS = {"gzip_small", "split_bytes", "two_answers"}
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="matrix")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
QUESTIONS: dict[str, Any] = {
    "look_up": lambda dancu: dancu.look_up(MAU, fields=["name"], purpose=PURPOSE, deadline=DEADLINE),
    "confirm": lambda dancu: dancu.confirm(MAU, purpose=PURPOSE, deadline=DEADLINE),
    "verify": lambda dancu: dancu.verify(MAU, Claim(gender="Nữ"), purpose=PURPOSE, deadline=DEADLINE),
}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Mock, dict[str, Any]]]:
    """A mock over mTLS and its profile."""
    mock = Mock()
    with MockServer(mock) as server:
        path = server.write_files(tmp_path)
        profile = tomllib.loads(path.read_text(encoding="utf-8"))
        profile["tls"] = {key: str(tmp_path / name) for key, name in profile["tls"].items()}
        profile["credential"]["secret"] = {"file": str(tmp_path / "secret.txt")}
        yield mock, profile


async def _awaited(profile: dict[str, Any], sink: MemorySink, question: Any) -> Any:
    async with AsyncClient(profile, audit=sink) as dancu:
        return await question(dancu)


def put(face: str, profile: dict[str, Any], sink: MemorySink, question: Any) -> Any:
    """Put a question through one of the faces; the answer, or the error as a value."""
    try:
        if face == "async":
            return asyncio.run(_awaited(profile, sink, question))
        with Client(profile, audit=sink) as dancu:
            return question(dancu)
    except DancuError as error:
        return error


@pytest.mark.parametrize("face", ["sync", "async"])
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_the_matrix(served: tuple[Mock, dict[str, Any]], scenario: str, question: str, face: str) -> None:
    """A fault is a typed error within deadline + 100 ms, never NotMatched, with an intent and one outcome."""
    mock, profile = served
    sink = MemorySink()
    with mock.scenario(scenario):
        started = time.monotonic()
        outcome = put(face, profile, sink, QUESTIONS[question])
        took = time.monotonic() - started
    assert took <= DEADLINE + GRACE
    assert not isinstance(outcome, NotMatched)
    about_content = question == "confirm" and scenario in {"duplicate_element", "wrong_person"}
    assert isinstance(outcome, DancuError) is (scenario not in HARMLESS) or about_content
    assert [json.loads(line)["record"] for line in sink.lines] == ["intent", "outcome"]


def test_a_random_sequence_of_faults_leaves_the_client_whole(served: tuple[Mock, dict[str, Any]]) -> None:
    """After 120 random faults on 8 threads a client serves as on its first day, every call audited in pairs."""
    mock, profile = served
    seed = 20261122
    names = random.Random(seed).choices([None, *sorted(set(SCENARIOS) - {"gzip_bomb", "flood_1xx"})], k=120)
    sink = MemorySink()
    with Client(profile, audit=sink) as dancu:

        def one(name: str | None) -> bool:
            with mock.scenario(name):
                try:
                    QUESTIONS["look_up"](dancu)
                except DancuError:
                    return False
            return True

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(one, names))
        assert one(None), f"seed {seed}"
    records = [json.loads(line) for line in sink.lines]
    intents = {record["reference"] for record in records if record["record"] == "intent"}
    outcomes = [record["reference"] for record in records if record["record"] == "outcome"]
    assert len(intents) == len(outcomes) == 121
    assert intents == set(outcomes)
