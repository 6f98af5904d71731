"""Lanes against one shared httpx pool, and 64 lanes against 16: ratios from interleaved runs.

The mock runs in a process of its own; this one is the client. Prints ratios and no absolute
time is asserted. Run it with ``make bench``.
"""

from __future__ import annotations

import asyncio
import json
import signal
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from dancu import AsyncClient, MemorySink, Officer, Purpose, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 5
CALLS = 400
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="benchmark")
CITIZEN = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")


def shared_pool(directory: Path, size: int) -> httpx.AsyncBaseTransport:
    """What a hand-written client would use: httpx's own transport, one pool for all."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(directory / "ca.pem")
    context.load_cert_chain(directory / "client.pem", directory / "client.key")
    limits = httpx.Limits(max_connections=size, max_keepalive_connections=size)
    return httpx.AsyncHTTPTransport(verify=context, limits=limits, trust_env=False)


async def calls_per_second(profile: dict[str, Any], tasks: int, transport: httpx.AsyncBaseTransport | None) -> float:
    """The rate of ``tasks`` callers over warm connections."""
    profile = {**profile, "limits": {"parallel": tasks}}
    async with AsyncClient(profile, transport=transport, audit=MemorySink()) as dancu:

        async def caller(rows: Iterator[int]) -> None:
            for _row in rows:
                await dancu.look_up(CITIZEN, fields=["name", "permanent_address"], purpose=PURPOSE)

        async def run(count: int) -> float:
            rows = iter(range(count))
            started = time.perf_counter()
            await asyncio.gather(*(caller(rows) for _ in range(tasks)))
            return count / (time.perf_counter() - started)

        await run(2 * tasks)
        return await run(CALLS)


def measure(profile: dict[str, Any], directory: Path) -> dict[str, list[float]]:
    """Rates by candidate, one of each a round."""
    rates: dict[str, list[float]] = {"16 lanes": [], "64 lanes": [], "16 on one pool": []}
    for _round in range(ROUNDS):
        rates["16 lanes"].append(asyncio.run(calls_per_second(profile, 16, None)))
        rates["64 lanes"].append(asyncio.run(calls_per_second(profile, 64, None)))
        rates["16 on one pool"].append(asyncio.run(calls_per_second(profile, 16, shared_pool(directory, 16))))
    return rates


def print_ratio(rates: dict[str, list[float]], one: str, other: str) -> None:
    """The median of the rounds' ratios, and their range."""
    ratios = sorted(a / b for a, b in zip(rates[one], rates[other], strict=True))
    print(f"{one} / {other}: {statistics.median(ratios):.2f}  [{ratios[0]:.2f}-{ratios[-1]:.2f}], {ROUNDS} rounds")


def main() -> int:
    """Start the mock, measure, print, end the mock."""
    with tempfile.TemporaryDirectory(prefix="dancu-bench-") as name:
        directory = Path(name)
        command = [sys.executable, "-m", "dancu.cli", "mock", "serve", "--dir", name, "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as mock:
            assert mock.stdout is not None
            started = json.loads(mock.stdout.readline())
            profile_path = Path(started["profile"])
            profile = tomllib.loads(profile_path.read_text(encoding="utf-8"))
            profile["tls"] = {key: str(directory / value) for key, value in profile["tls"].items()}
            profile["credential"]["secret"] = {"file": str(directory / "secret.txt")}
            try:
                rates = measure(profile, directory)
            finally:
                mock.send_signal(signal.SIGTERM)
                mock.wait(timeout=10)
    print_ratio(rates, "64 lanes", "16 lanes")
    print_ratio(rates, "16 lanes", "16 on one pool")
    return 0


if __name__ == "__main__":
    sys.exit(main())
