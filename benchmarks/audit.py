"""What the audit's chain costs: checking a log, and writing one beside writing the same lines unchained.

Times of the processor are of this run's best turn; times on the disk are medians, in turns, and depend on the disk most
of all: read the ratios, and run it twice.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from concurrent.futures import wait
from pathlib import Path
from typing import TYPE_CHECKING

from dancu import FileSink
from dancu.policy.audit import Intent
from dancu.policy.chain import FORMAT, Chain, ChainKeys, mac_key, signing_key
from dancu.policy.chain_reading import verify_chain
from dancu.privacy import Secret
from dancu.runtime.clock import system_clock

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDS, TURNS, FLOOD, ONES = 100_000, 5, 8_192, 100
MAC = mac_key(Secret("a secret of nobody"))
KEYS = ChainKeys(MAC, signing_key(Secret("5a" * 32)))
NOW = system_clock().now()
LINE = Intent(
    time=NOW,
    reference="01HF7YAT0000000000000000RE",
    operation="look_up",
    procedure="1.004194",
    unit="H15.42",
    officer="can.bo.mau",
    account=None,
    dossier="H15.42-261122-0001",
    session=None,
    basis=None,
    environment="test",
    credential="demo-app",
    named_keys=(),
    keys=("number", "name", "birth_date"),
    fields=("name", "gender", "permanent_address"),
    subject=f"k1:{'ab' * 32}",
).line()


def a_log() -> list[bytes]:
    """A log of 100,000 records with a checkpoint behind each thousand."""
    chain = Chain(KEYS, "00a0b0c0d0e0f001")
    lines = [chain.mark("log", time=NOW, node="benchmark", format=FORMAT, before=0)]
    for number in range(1, RECORDS + 1):
        lines.append(chain.add(LINE))
        if number % 1000 == 0:
            lines.append(chain.mark("checkpoint", time=NOW, node="benchmark"))
    return [*lines, b""]


def processor(work: Callable[[], object]) -> float:
    """Microseconds of the processor for each record, of the best turn."""
    taken: list[float] = []
    for _ in range(TURNS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken) / RECORDS * 1e6


def flood(path: Path, keys: ChainKeys | None) -> float:
    """Microseconds for each of 8,192 records that come 1,024 at a time."""
    sink = FileSink(path, keys=keys)
    sink.append(LINE).result(5)
    begun = time.perf_counter()
    for _ in range(FLOOD // 1024):
        wait([sink.append(LINE) for _ in range(1024)])
    taken = time.perf_counter() - begun
    sink.close()
    return taken / FLOOD * 1e6


def one_by_one(path: Path, keys: ChainKeys | None) -> float:
    """Microseconds of the median record, each waited for."""
    sink = FileSink(path, keys=keys)
    sink.append(LINE).result(5)
    taken: list[float] = []
    for _ in range(ONES):
        begun = time.perf_counter()
        sink.append(LINE).result(5)
        taken.append(time.perf_counter() - begun)
    sink.close()
    return statistics.median(taken) * 1e6


def beside(measure: Callable[[Path, ChainKeys | None], float], directory: Path) -> str:
    """Unchained and chained in turns: medians and their ratio."""
    found = [
        [measure(directory / f"{measure.__name__}-{turn}-{keys is not None}", keys) for keys in (None, KEYS)]
        for turn in range(3 * TURNS)
    ]
    plain, chained = (statistics.median(column) for column in zip(*found, strict=True))
    return f"{plain:6.1f} us unchained {chained:6.1f} us chained, x {chained / plain:.2f}"


def main() -> int:
    """Measure and print."""
    log = a_log()
    assert verify_chain(log, keys={1: MAC}).broken is None
    checking = processor(lambda: verify_chain(log, keys={1: MAC}))
    without = processor(lambda: verify_chain(log, keys={}))
    print(f"a record of {len(LINE)} bytes becomes a line of {len(log[1])}")
    print(f"chaining a record:          {processor(a_log):5.2f} us of the processor")
    print(f"checking, MACs and times:   {checking:5.2f} us, {1e6 / checking:,.0f} records/s")
    print(f"checking without a key:     {without:5.2f} us, {1e6 / without:,.0f} records/s")
    plain = processor(lambda: [json.loads(line) for line in log if line])
    print(f"for comparison, json.loads: {plain:5.2f} us, {1e6 / plain:,.0f} records/s")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as directory:
        print(f"a flood, in groups of 64:   {beside(flood, Path(directory))}")
        print(f"one record at a time:       {beside(one_by_one, Path(directory))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
