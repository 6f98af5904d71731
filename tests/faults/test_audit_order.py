"""Before a question leaves the gateway its intent is on disk, and before the answer does its outcome is: call by call.

100 answers in an ordinary run; ``ORDER_ANSWERS=1000`` is the long form.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from ..gateway.conftest import Served, question, serving  # noqa: TID252  # test folders are no packages: there is no absolute name
from .traced import SENDING, Event, events

if TYPE_CHECKING:
    from collections.abc import Generator

ANSWERS = int(os.environ.get("ORDER_ANSWERS", "100"))
WAL = "audit.sqlite-wal"
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0 or shutil.which("strace") is None, reason="strace, as root, sees the order"),
    pytest.mark.timeout(60 + ANSWERS // 10),
]


@contextlib.contextmanager
def traced(served: Served, trace: Path) -> Generator[None]:
    """Everything that the gateway writes, to its disk and to its sockets, recorded."""
    command = ["strace", "-f", "-q", "-yy", "-xx", "-o", str(trace), "-e", f"trace={SENDING}"]
    with subprocess.Popen([*command, "-p", str(served.process.pid)]) as tracing:
        try:
            deadline = time.monotonic() + 5
            while not all(map(_is_traced, Path(f"/proc/{served.process.pid}/task").iterdir())):
                assert time.monotonic() < deadline and tracing.poll() is None
                threading.Event().wait(0.01)
            yield
        finally:
            tracing.send_signal(signal.SIGINT)
            tracing.wait(10)


def _is_traced(task: Path) -> bool:
    return "TracerPid:\t0\n" not in (task / "status").read_text(encoding="ascii")


def steps(happened: list[Event], port: int) -> list[str]:
    """What happened in one letter each: write to the log, sync of it, send to the caller, send elsewhere."""
    letters: list[str] = []
    for event in happened:
        if event.about.endswith(WAL):
            letters.append("s" if event.call in {"fsync", "fdatasync"} else "w")
        elif "TCP" in event.about:
            letters.append("A" if f":{port}->" in event.about else "q")
    return letters


def test_the_disk_comes_before_the_socket(tmp_path: Path) -> None:
    """In every single exchange: intent written and synced, question sent, outcome written and synced, answer sent."""
    trace = tmp_path / "trace"
    with serving(tmp_path) as served:
        headers = {"Authorization": f"Bearer {served.key}"}
        with httpx.Client(verify=served.trust(), trust_env=False, timeout=10, headers=headers) as client:
            body = question(fields=["name", "permanent_address"])
            assert client.post(f"{served.url}v1/lookup", json=body).status_code == 200
            with traced(served, trace):
                for _ in range(ANSWERS):
                    assert client.post(f"{served.url}v1/lookup", json=body).json()["outcome"] == "found"
        port = urlsplit(served.url).port
    assert port is not None
    exchanges = list(filter(None, "".join(steps(list(events(trace)), port)).split("A")))
    assert len(exchanges) >= ANSWERS
    for number, exchange in enumerate(exchanges[:ANSWERS]):
        assert re.fullmatch("(w+s+)+q+(w+s+)+", exchange), f"exchange {number}: {exchange}"
