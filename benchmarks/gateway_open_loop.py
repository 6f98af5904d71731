"""What the gateway adds at 100 questions a second with a durable audit, in an open loop, and a worker's memory.

Arrivals follow a plan that waits for nobody, and a latency counts from the planned moment: a server that stalls
cannot make the client ask less (no coordinated omission). Direct calls with the SDK and calls through the gateway
take turns; the mock, the gateway and this client are three processes on one machine. No absolute time is asserted.
Needs Linux; takes a minute; run it with ``make bench``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dancu import AsyncClient, MemorySink, Officer, Purpose, Subject
from dancu.gateway.applications import hash_key, new_key
from dancu_mock.pki import Authority

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from dancu.domain.fields import FieldName

RATE = 100.0
SECONDS = 5.0
ROUNDS = 5
SEED = 20_261_123
FIELDS: list[FieldName] = ["name", "permanent_address"]
CITIZEN = {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-02"}
PURPOSE = {"procedure": "1.004194", "unit": "H15.42", "session": "benchmark", "officer": {"code": "066680000009"}}
CONFIG = """
[listen]
port = 0
certificate = "gateway.pem"
key = "gateway.key"
[upstream]
profile = "profile.toml"
[audit]
database = "audit.sqlite"
[[application]]
name = "benchmark"
key_sha256 = "{key}"
units = ["H15.42"]
per_second = 10000
[[grant]]
application = "benchmark"
procedure = "1.004194"
service = "look_up"
fields = {fields}
"""


@contextlib.contextmanager
def speaking(command: list[str], directory: Path) -> Generator[tuple[subprocess.Popen[str], str]]:
    """A server of ours and its URL, ended by its pid."""
    arguments = [sys.executable, "-m", "dancu.cli", *command, "--json"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=directory) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def prepare(directory: Path) -> tuple[str, ssl.SSLContext]:
    """The gateway's files; the application's key and whom to trust."""
    authority = Authority.create()
    issued = authority.issue_server()
    for name, text in (("gateway.pem", issued.certificate_pem), ("gateway.key", issued.key_pem)):
        (directory / name).touch(mode=0o600)
        (directory / name).write_bytes(text)
    key = new_key()
    config = CONFIG.format(key=hash_key(key), fields=json.dumps(FIELDS))
    (directory / "gateway.toml").write_text(config, encoding="utf-8")
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(cadata=authority.certificate_pem.decode())
    return key, trust


@dataclass(slots=True)
class Lines:
    """Kept connections to the gateway; one more is opened where all are busy.

    Attributes:
        refused: answers 503, as when a disk takes more than 250 ms for a record.
    """

    url: str
    trust: ssl.SSLContext
    request: bytes
    free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)
    refused: int = 0

    async def ask(self) -> None:
        """One question; anything but 200 and 503 ends the benchmark."""
        place = urlsplit(self.url)
        if not self.free:
            self.free.append(await asyncio.open_connection(place.hostname, place.port, ssl=self.trust))
        reader, writer = line = self.free.pop()
        writer.write(self.request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]))
        if head.startswith(b"HTTP/1.1 503 "):
            self.refused += 1
        elif not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"not the answer that was to be measured: {head[:200]!r}")
        self.free.append(line)

    def close(self) -> None:
        """Hang up."""
        for _reader, writer in self.free:
            writer.transport.abort()


async def arrivals(ask: Callable[[], Awaitable[object]], plan: list[float]) -> list[float]:
    """Latencies in ms of questions that are asked when the plan says, whatever became of those before."""
    took: list[float] = []
    began = time.perf_counter()

    async def one(planned: float) -> None:
        await ask()
        took.append((time.perf_counter() - began - planned) * 1000)

    async with asyncio.TaskGroup() as group:
        for planned in plan:
            await asyncio.sleep(max(0.0, planned - (time.perf_counter() - began)))
            group.create_task(one(planned))
    return took


def planned(source: random.Random) -> list[float]:
    """Moments of a Poisson process, seconds from the start."""
    plan, moment = list[float](), 0.0
    while (moment := moment + source.expovariate(RATE)) < SECONDS:
        plan.append(moment)
    return plan


def written(key: str) -> bytes:
    """The question as bytes."""
    body = json.dumps({"subject": CITIZEN, "purpose": PURPOSE, "fields": FIELDS}).encode()
    head = f"POST /v1/lookup HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nAccept: application/json\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def measure(profile: Path, lines: Lines) -> list[tuple[list[float], list[float]]]:
    """Direct and through the gateway, in turns, with the same arrivals."""
    purpose = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="benchmark")
    subject, source = Subject(**CITIZEN), random.Random(SEED)  # noqa: S311  # a reproducible plan
    found: list[tuple[list[float], list[float]]] = []
    async with AsyncClient(profile, audit=MemorySink()) as dancu:

        async def direct() -> object:
            return await dancu.look_up(subject, fields=FIELDS, purpose=purpose)

        for asked in (direct, lines.ask):
            for _ in range(50):
                await asked()
        for turn in range(ROUNDS):
            plan = planned(source)
            if turn % 2:
                through = await arrivals(lines.ask, plan)
                found.append((await arrivals(direct, plan), through))
            else:
                found.append((await arrivals(direct, plan), await arrivals(lines.ask, plan)))
    lines.close()
    return found


def memory(pid: int) -> float:
    """MiB that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def spread(values: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):.2f} [{min(values):.2f}-{max(values):.2f}]"


def report(found: list[tuple[list[float], list[float]]]) -> None:
    """The table: what is added, by rounds."""
    print(f"{ROUNDS} rounds of {SECONDS:g} s at {RATE:g}/s, seed {SEED}; ms, median [range] of the rounds")
    for name, place in (("p50", 49), ("p99", 98)):
        pairs = [tuple(statistics.quantiles(one, n=100)[place] for one in pair) for pair in found]
        direct, through = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        added = [pair[1] - pair[0] for pair in pairs]
        print(f"{name}: direct {spread(direct)}, gateway {spread(through)}, added {spread(added)}")


def main() -> int:
    """Start the servers, measure, print, end the servers."""
    if not Path("/proc/self/status").exists():
        print("left out: memory is read from Linux's /proc")
        return 0
    with tempfile.TemporaryDirectory(prefix="dancu-bench-") as name, contextlib.ExitStack() as stack:
        directory = Path(name)
        stack.enter_context(speaking(["mock", "serve", "--dir", name], directory))
        key, trust = prepare(directory)
        process, url = stack.enter_context(speaking(["gateway", "serve", "--config", "gateway.toml"], directory))
        before = memory(process.pid)
        lines = Lines(url, trust, written(key))
        report(asyncio.run(measure(directory / "profile.toml", lines)))
        print(f"refused with 503: {lines.refused}")
        print(f"memory of a worker: {before:.0f} MiB at the start, {memory(process.pid):.0f} MiB after the load")
    return 0


if __name__ == "__main__":
    sys.exit(main())
