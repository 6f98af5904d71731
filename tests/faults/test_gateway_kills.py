"""kill -9 under load: no answer that a client ever got is missing in the audit.

20 kills in an ordinary run; ``KILLS=1000`` is the long form. ``KILLS_SEED`` repeats a run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu.gateway.store import stored_lines
from dancu.policy.chain import mac_key
from dancu.policy.chain_reading import verify_chain
from dancu.privacy import Secret
from dancu_mock import Mock, MockServer

from ..gateway.conftest import Served, question, start, write_files  # noqa: TID252  # test folders are no packages: there is no absolute name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("KILLS_SEED", "20261123"))
CALLERS = 4
LOOK_UP = ("v1/lookup", question(fields=["name", "permanent_address"]))
CONFIRM = ("v1/confirm", question())
ANSWERS = {"found", "confirmed"}


@dataclass
class Load:
    """Callers who ask in turns until their gateway is gone.

    Attributes:
        answered: (reference, outcome) of every answer that came, whole.
        cut: calls of which no answer came.
    """

    url: str
    trust: Any
    key: str
    answered: list[tuple[str, str]] = field(default_factory=list)
    cut: int = 0

    def __enter__(self) -> Self:
        self._ended = threading.Event()
        self._callers = [threading.Thread(target=self._ask, args=(place,)) for place in range(CALLERS)]
        for caller in self._callers:
            caller.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        for caller in self._callers:
            caller.join(10)

    def _ask(self, turn: int) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(verify=self.trust, trust_env=False, timeout=5, headers=headers) as client:
            while not self._ended.is_set():
                turn += 1
                path, body = (LOOK_UP, CONFIRM)[turn % 2]
                try:
                    answer: dict[str, Any] = client.post(self.url + path, json=body).json()
                except (httpx.HTTPError, json.JSONDecodeError):
                    self.cut += 1
                    return
                if answer.get("outcome") in ANSWERS:
                    self.answered.append((answer["reference"], answer["outcome"]))


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Served]:
    """A platform and all that a gateway in front of it needs; each round starts its own."""
    mock = Mock()
    with MockServer(mock) as platform:
        yield Served("", tmp_path, *write_files(tmp_path, platform), mock, None)  # type: ignore[arg-type]  # none so far


def ask_until_killed(files: Served, *, calls: int, delay: float) -> Load:
    """One gateway, asked by four at once, killed a moment after its first answers."""
    process, url = start(files.directory)
    try:
        with Load(url, files.trust(), files.key) as load:
            deadline = time.monotonic() + 10
            while len(load.answered) < calls and time.monotonic() < deadline:
                threading.Event().wait(0.001)
            threading.Event().wait(delay)
            os.kill(process.pid, signal.SIGKILL)
            process.wait(10)
    finally:
        process.kill()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
    assert len(load.answered) >= calls
    return load


def on_disk(files: Served) -> tuple[list[str], list[tuple[str, str]]]:
    """References of intents, and references with results of outcomes, of a database left whole, as is its chain."""
    with sqlite3.connect(files.directory / "audit.sqlite", timeout=5) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        intents = [row[0] for row in database.execute("SELECT reference FROM intents")]
        outcomes = list(database.execute("SELECT reference, result FROM outcomes"))
    database.close()
    key = Secret((files.directory / "audit.sqlite.key").read_text(encoding="ascii"))
    report = verify_chain(stored_lines(files.directory / "audit.sqlite"), keys={1: mac_key(key)})
    assert report.broken is None
    assert report.records > len(intents) + len(outcomes)
    return intents, outcomes


@pytest.mark.timeout(120 + 5 * KILLS)
def test_no_kill_makes_an_answer_unaudited(files: Served) -> None:
    """After each of 20 kills every answer given has its intent and its one outcome on disk, and no call has two."""
    chance = random.Random(SEED)
    given: list[tuple[str, str]] = []
    intents: list[str] = []
    cut = 0
    for kill in range(KILLS):
        load = ask_until_killed(files, calls=chance.randrange(1, 60), delay=chance.random() * 0.02)
        given += load.answered
        cut += load.cut
        intents, outcomes = on_disk(files)
        told = f"seed {SEED}, kill {kill}"
        assert set(given) <= set(outcomes), told
        assert {reference for reference, _result in outcomes} <= set(intents), told
        assert max(Counter(reference for reference, _result in outcomes).values()) == 1, told
        assert max(Counter(intents).values()) == 1, told
    assert len(given) == len(set(given)) >= KILLS
    assert {outcome for _reference, outcome in given} == ANSWERS
    heard = {call.request_id.partition("-")[0] for call in files.mock.journal.calls}
    assert heard <= set(intents), "the platform was asked without an intent"
    assert cut >= KILLS, "the kills hit nobody"


def test_a_gateway_that_was_killed_serves_again_at_once(files: Served) -> None:
    """Started anew over what the kill left, it answers its first question, and adds to the same audit."""
    first = ask_until_killed(files, calls=20, delay=0.0)
    process, url = start(files.directory)
    try:
        again = Served(url, files.directory, files.key, files.slow_key, files.mock, process)
        started = time.monotonic()
        answer = again.post(*CONFIRM).json()
        assert time.monotonic() - started <= 2.0
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()
    told = {record["reference"] for record in files.records("outcomes")}
    assert {answer["reference"], *(reference for reference, _outcome in first.answered)} <= told
