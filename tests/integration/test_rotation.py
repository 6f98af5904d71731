"""Certificates that change while calls are made: no call fails, and who we were is not shown again."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from dancu import AsyncClient, Client, Found
from dancu.flows.context import Clock

from .conftest import MAU, PURPOSE, Platform
from .steady import ONCE, install, steady

if TYPE_CHECKING:
    from pathlib import Path

ROTATIONS = 10
WORKERS = 4
SECONDS = float(os.environ.get("ROTATION_SECONDS", "0"))
"""0 moves the clock instead of waiting; ``ROTATION_SECONDS=60`` spreads 100 calls a second over a minute."""
CALLS = int(SECONDS * 100) or 400


@dataclass
class Turning:
    """A clock that can be put forward, and a certificate that is changed as calls go by.

    Attributes:
        names: whom the certificates were issued to, in order.
        installed: when, in seconds since 1970.
    """

    platform: Platform
    directory: Path
    names: list[str] = field(default_factory=lambda: ["demo-app"])
    installed: list[float] = field(default_factory=lambda: [time.time()])
    ahead: datetime.timedelta = datetime.timedelta()

    @property
    def clock(self) -> Clock:
        """The machine's, put forward."""
        return Clock(time.monotonic, lambda: datetime.datetime.now(datetime.UTC) + self.ahead)

    def forward(self, seconds: float = 2.0) -> None:
        """Let the next call look at the files."""
        self.ahead += datetime.timedelta(seconds=seconds)

    def turn(self) -> None:
        """Install the next certificate."""
        self.names.append(f"demo-app-{len(self.names)}")
        install(self.directory, self.platform.server.authority.issue_client(self.names[-1]))
        self.installed.append(time.time())
        if not SECONDS:
            self.forward()

    def callers(self, since: int = 0) -> list[str]:
        """Under whose certificate the platform was asked."""
        return [call.caller for call in self.platform.mock.journal.after(since)]


@pytest.fixture
def turning(platform: Platform, tmp_path: Path) -> Turning:
    """A platform whose client repeats nothing, and the files of that client."""
    platform.profile |= {"retry": ONCE, "limits": {"parallel": WORKERS}}
    return Turning(platform, tmp_path)


def test_a_new_certificate_is_shown_by_the_next_call(turning: Turning) -> None:
    """Ten rotations: each is shown by the very next call, on one new connection, and stays."""
    with steady(turning.platform, clock=turning.clock) as client:
        assert isinstance(client.look_up(), Found)
        for _ in range(ROTATIONS):
            turning.turn()
            turning.forward()
            assert all(isinstance(client.look_up(), Found) for _ in range(3))
        assert client.identities.generation == 1 + ROTATIONS
        assert client.identities.trouble is None
    assert turning.callers() == [turning.names[0], *(name for name in turning.names[1:] for _ in range(3))]
    assert turning.platform.mock.journal.handshakes == 1 + ROTATIONS


def in_threads(turning: Turning, dancu: Client) -> int:
    """Make the calls from threads; how many were answered."""
    due, lock = itertools.count(), threading.Lock()

    def worker() -> int:
        answered = 0
        while (place := next(due)) < CALLS:
            with lock:
                turn_at(turning, place)
            if SECONDS:
                time.sleep(WORKERS / 100)
            answered += isinstance(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)
        return answered

    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(one.result() for one in [pool.submit(worker) for _ in range(WORKERS)])


async def in_tasks(turning: Turning) -> int:
    """Make the calls from tasks; how many were answered."""
    due = itertools.count()
    async with AsyncClient(turning.platform.profile, audit=turning.platform.sink, clock=turning.clock) as dancu:

        async def worker() -> int:
            answered = 0
            while (place := next(due)) < CALLS:
                turn_at(turning, place)
                if SECONDS:
                    await asyncio.sleep(WORKERS / 100)
                answered += isinstance(await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)
            return answered

        return sum(await asyncio.gather(*(worker() for _ in range(WORKERS))))


def turn_at(turning: Turning, place: int) -> None:
    """Change the certificate ten times in the course of the calls, not with the first."""
    every = CALLS // (ROTATIONS + 1)
    if place % every == 0 and 0 < place <= every * ROTATIONS:
        turning.turn()


@pytest.mark.timeout(60 + 3 * SECONDS)
def test_no_call_is_lost_while_certificates_change(turning: Turning) -> None:
    """Ten rotations under four callers: every call is answered, and no connection of an old certificate is reused."""
    if turning.platform.face == "sync":
        with Client(turning.platform.profile, audit=turning.platform.sink, clock=turning.clock) as dancu:
            answered = in_threads(turning, dancu)
    else:
        answered = asyncio.run(in_tasks(turning))
    assert answered == CALLS
    calls = turning.platform.mock.journal.calls
    shown = [turning.names.index(call.caller) for call in calls]
    for number in range(1, 1 + ROTATIONS):
        assert number in shown, f"certificate {number} was never shown"
        first = shown.index(number)
        assert calls[first].at - turning.installed[number] < 5
        # What was under way at the change ends under the certificate that it began with.
        assert sum(name < number for name in shown[first:]) < WORKERS
