"""A look-up out of the cache, in process and over Redis, beside one to the mock in process: ratios of one run.

No socket but Redis's Unix socket is open: the plain exchange goes to the mock's own transport, so its cost is ours
and the mock's, without a network. No absolute time is asserted: read the ratios, and run it twice.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dancu import Client, MemorySink, Officer, Purpose, Subject
from dancu.policy.cache_keys import CacheKey, Scope
from dancu.policy.sealing import opened, sealed
from dancu.testing import DancuMock
from dancu_mock import Mock

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu import FieldName

ROUNDS, CALLS = 15, 100
FIELDS: tuple[FieldName, ...] = ("name", "birth_date", "gender", "permanent_address", "father", "mother")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), dossier="H15.42-261122-0001")
SCOPE, KEY = Scope("profile", "credential", "application"), CacheKey(bytes(32), version=1)


def seconds(work: Callable[[], object]) -> float:
    """Of one call, over `CALLS`."""
    begun = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - begun) / CALLS


def redis_in(directory: Path, stack: ExitStack) -> str | None:
    """The URL of a server that runs until the stack ends, or None where none is installed."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        return None
    socket = directory / "redis.sock"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(directory)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)
    end = time.monotonic() + 10
    while not socket.exists() and time.monotonic() < end:
        time.sleep(0.005)
    return f"unix://{socket}"


def asking(mock: DancuMock, stack: ExitStack, **cache: Any) -> Callable[[], object]:
    """A look-up by a client with this ``[cache]``; an entry is there before it is measured."""
    profile = {**mock.profile, "cache": cache}
    dancu = stack.enter_context(Client(profile, transport=mock.mock.transport(), audit=MemorySink()))

    def look_up() -> object:
        return dancu.look_up(MAU, fields=FIELDS, purpose=PURPOSE)

    look_up()
    return look_up


def steps() -> dict[str, Callable[[], object]]:
    """Naming, sealing and opening alone, of a text as long as a record's."""
    name, text = KEY.name(SCOPE, PURPOSE, "look_up", MAU), "x" * 1400
    value = sealed(text, key=KEY, name=name, subject=MAU, random_bytes=bytes)
    return {
        "  of it: the name": lambda: KEY.name(SCOPE, PURPOSE, "look_up", MAU),
        "  of it: the seal opened": lambda: opened(value, key=KEY, name=name, subject=MAU),
        "  once a call: the seal made": lambda: sealed(text, key=KEY, name=name, subject=MAU, random_bytes=bytes),
    }


def main() -> int:
    """Measure in turn, print."""
    with tempfile.TemporaryDirectory(prefix="dancu-bench-") as directory, ExitStack() as stack:
        at = Path(directory)
        mock = DancuMock(Mock(), at)
        works = {"a plain exchange": asking(mock, stack)}
        works["a hit in process"] = asking(mock, stack, enabled=True)
        url = redis_in(at, stack)
        if url is not None:
            key = at / "cache.key"
            key.touch(mode=0o600)
            key.write_text("a" * 64, encoding="utf-8")
            keys = [{"version": 1, "file": str(key)}]
            works["a hit over Redis"] = asking(mock, stack, enabled=True, store=url, keys=keys, wait=1.0)
        works |= steps()
        found: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(ROUNDS):
            for name, work in works.items():
                found[name].append(seconds(work))
    base = found["a plain exchange"]
    print(f"{ROUNDS} interleaved rounds of {CALLS}, median [range], against a plain exchange with the mock in process")
    for name, times in found.items():
        ratios = sorted(one / other for one, other in zip(times, base, strict=True))
        scale = f"{statistics.median(times) * 1e6:7.0f} us in this run"
        print(f"  {name:<30} {statistics.median(ratios):6.3f} [{ratios[0]:.3f}-{ratios[-1]:.3f}] {scale}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
