"""The end of a gateway (R11): it says that it leaves, answers what was asked, and loses nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import ssl
import time
from collections import Counter
from typing import TYPE_CHECKING

import httpx
import pytest

from dancu_mock import Mock, MockServer

from .conftest import OPEN, question, start, write_files

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Generator
    from pathlib import Path

DRAINS = int(os.environ.get("DRAINS", "2"))
IN_FLIGHT = 100
SLOW = """
name = "two_seconds"
title = { vi = "Chậm hai giây", en = "Two seconds late" }
use = { vi = "Thử.", en = "A test." }
source = "synthetic"
[[steps]]
good = true
delay = 2.5
"""


def slow_mock(directory: Path) -> Mock:
    """A mock that answers after two seconds while the scenario plays."""
    (directory / "scenarios").mkdir()
    (directory / "scenarios" / "two_seconds.toml").write_text(SLOW, encoding="utf-8")
    return Mock(scenarios=directory / "scenarios")


@pytest.mark.timeout(30 + 10 * DRAINS)
def test_what_was_asked_is_answered_at_the_end(tmp_path: Path) -> None:
    """A hundred calls in flight at SIGTERM: each is asked and answered once, and the process ends by itself."""
    mock = slow_mock(tmp_path)
    with MockServer(mock) as platform:
        key, _slow = write_files(tmp_path, platform, protection=OPEN)
        with (tmp_path / "profile.toml").open("a", encoding="utf-8") as profile:
            profile.write("\n[limits]\nparallel = 200\n")
        for drain in range(1, DRAINS + 1):
            mock.journal.clear()
            process, url = start(tmp_path)
            with mock.scenario("two_seconds"), ended(process):
                answers = asyncio.run(drained(tmp_path, url, key, process.pid, count=drain * IN_FLIGHT))
                assert process.wait(timeout=30) in {0, -signal.SIGTERM}
            assert Counter(answers) == {"confirmed": IN_FLIGHT}
            assert len(mock.journal.calls) == IN_FLIGHT


async def drained(directory: Path, url: str, key: str, pid: int, *, count: int) -> list[str]:
    """What became of calls that were in flight when the process was told to end."""
    trust = ssl.create_default_context(cafile=directory / "ca.pem")
    limits = httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(verify=trust, trust_env=False, timeout=20, limits=limits, headers=headers) as client:
        await asyncio.gather(*(client.get(url + "healthz") for _ in range(IN_FLIGHT)))
        asked = [asyncio.ensure_future(client.post(url + "v1/confirm", json=question())) for _ in range(IN_FLIGHT)]
        assert await asyncio.to_thread(all_asked, directory, count)
        os.kill(pid, signal.SIGTERM)
        said = [one.json() for one in await asyncio.gather(*asked)]
        return [str(one.get("outcome", one.get("code"))) for one in said]


def all_asked(directory: Path, count: int) -> bool:
    """Whether so many questions are on record, and so on their way; waits for it."""
    until = time.monotonic() + 15
    with sqlite3.connect(directory / "audit.sqlite", timeout=5) as database:
        while time.monotonic() < until:
            if database.execute("SELECT count(*) FROM intents").fetchone()[0] >= count:
                break
    database.close()
    return time.monotonic() < until


@contextlib.contextmanager
def ended(process: subprocess.Popen[str]) -> Generator[None]:
    """A process that has ended with the block, one way or the other."""
    with process:
        try:
            yield
        finally:
            process.kill()


def lingering(directory: Path, seconds: float) -> None:
    """Let a gateway linger."""
    path = directory / "gateway.toml"
    path.write_text(path.read_text("utf-8").replace("port = 0\n", f"port = 0\nlinger = {seconds}\n", 1), "utf-8")


def trusting(directory: Path) -> httpx.Client:
    """A caller that keeps its connection."""
    return httpx.Client(verify=ssl.create_default_context(cafile=directory / "ca.pem"), trust_env=False)


def test_it_says_that_it_leaves_before_it_leaves(tmp_path: Path) -> None:
    """With `linger` it is not ready within 100 ms of SIGTERM, answers meanwhile, and ends after that time."""
    with MockServer(Mock()) as platform:
        key, _slow = write_files(tmp_path, platform)
        lingering(tmp_path, 1.0)
        process, url = start(tmp_path)
        with ended(process), trusting(tmp_path) as client:
            assert client.get(url + "readyz").status_code == 200
            os.kill(process.pid, signal.SIGTERM)
            told = time.monotonic()
            answer = client.get(url + "readyz")
            assert (answer.status_code, time.monotonic() - told <= 0.1) == (503, True)
            asked = client.post(url + "v1/confirm", json=question(), headers={"Authorization": f"Bearer {key}"})
            assert asked.json()["outcome"] == "confirmed"
            client.close()
            assert process.wait(timeout=20) in {0, -signal.SIGTERM}
            assert time.monotonic() - told >= 0.9


def test_a_second_signal_ends_the_lingering(tmp_path: Path) -> None:
    """Whoever means it need not wait."""
    with MockServer(Mock()) as platform:
        write_files(tmp_path, platform)
        lingering(tmp_path, 60)
        process, url = start(tmp_path)
        with ended(process), trusting(tmp_path) as client:
            os.kill(process.pid, signal.SIGTERM)
            assert client.get(url + "readyz").status_code == 503
            os.kill(process.pid, signal.SIGTERM)
            client.close()
            assert process.wait(timeout=20) in {0, -signal.SIGTERM}
