"""Several processes append to one log, and are killed in the middle of it: one chain, and no record of it is lost.

12 kills in an ordinary run; ``CHAIN_KILLS=500`` is the long form, and ``CHAIN_SEED`` repeats a run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from dancu.gateway.store import stored_lines
from dancu.policy.chain_reading import verify_chain
from dancu.runtime.chained import file_lines

from ..unit.policy.chain_edits import MAC  # noqa: TID252  # one set of keys for all tests

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("CHAIN_KILLS", "12"))
SEED = int(os.environ.get("CHAIN_SEED", "20261126"))
PROCESSES = 3

WRITER = """
import os, sys
from pathlib import Path
from dancu import FileSink
from dancu.gateway.store import SqliteSink
from chain_edits import KEYS, record
path, name = Path(sys.argv[1]), int(sys.argv[2])
sink = (SqliteSink if path.suffix == ".sqlite" else FileSink)(path, keys=KEYS, checkpoint_seconds=0.02)
number = 0
while True:
    futures = [(number + place, sink.append(record(name + number + place))) for place in range(5)]
    number += 5
    for one, future in futures:
        if future.exception(10) is None:
            os.write(1, b"R%d\\n" % (name + one))
"""


def start(path: Path, name: int) -> subprocess.Popen[bytes]:
    """A process that appends for ever, and says which of its records are durable."""
    beside = os.path.join(os.path.dirname(__file__), "..", "unit", "policy")  # noqa: PTH118, PTH120  # for sys.path
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, beside])}
    command = [sys.executable, "-c", WRITER, str(path), str(name)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)


def killed(path: Path, first: int, chance: random.Random) -> set[str]:
    """Three writers at once, each killed at a moment of its own; the records that they said are durable."""
    processes = [start(path, first + 1_000_000 * place) for place in range(PROCESSES)]
    said = [b""] * PROCESSES

    def listen(place: int) -> None:
        stream = processes[place].stdout
        assert stream is not None
        with stream:
            said[place] = stream.read()

    listeners = [threading.Thread(target=listen, args=(place,)) for place in range(PROCESSES)]
    try:
        for listener in listeners:
            listener.start()
        deadline = time.monotonic() + 20
        while not path.exists() and time.monotonic() < deadline:
            threading.Event().wait(0.005)
        for process in processes:
            threading.Event().wait(0.1 + chance.random() * 0.1)
            os.kill(process.pid, signal.SIGKILL)
    finally:
        for process in processes:
            process.kill()
            process.wait(10)
        for listener in listeners:
            listener.join(10)
    return {word.decode() for text in said for word in text.splitlines() if text.endswith(b"\n")}


@pytest.mark.timeout(60 + 5 * KILLS)
@pytest.mark.parametrize("name", ["audit.jsonl", "audit.sqlite"])
def test_kills_leave_one_chain(tmp_path: Path, name: str) -> None:
    """After each kill of three writers the chain is whole, goes on, and holds every record said to be durable."""
    chance = random.Random(SEED)
    path = tmp_path / name
    durable: set[str] = set()
    for turn in range(KILLS // (2 * PROCESSES)):
        durable |= killed(path, 10_000_000 * turn, chance)
        lines = list(stored_lines(path) if path.suffix == ".sqlite" else file_lines(path))
        report = verify_chain(lines, keys={1: MAC})
        told = f"seed {SEED}, turn {turn}: {report}"
        assert report.broken is None, told
        chained = {json.loads(line).get("reference") for line in lines if line.endswith(b'"}')}
        assert durable <= chained, told
    assert len(durable) > KILLS
