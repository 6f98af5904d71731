"""Places: the first use in fresh interpreters against a plain load of the same tables, then single calls.

Every round runs each candidate once, in a process of its own; what is printed are ratios of
the rounds, and of the memory that stays. Run it with ``make bench``.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 5
TABLES = Path(__file__).parents[1] / "tools" / "tables"

CSV = f"""
import csv
loaded = []
def run():
    for name in ("communes_old_20250630", "communes_new", "commune_conversion_20250701"):
        with open({str(TABLES)!r} + "/" + name + ".csv", encoding="utf-8", newline="") as file:
            loaded.append([tuple(row) for row in csv.reader(file)])
"""
CONVERT = "from dancu.domain.conversion import convert\ndef run(): convert('22024', province='54')\n"
SEARCH = "from dancu.domain.search import find_places\ndef run(): find_places('tuy hoa, dak lak')\n"
PARSE = """
from dancu.domain.address_text import parse_address
def run(): parse_address('12 Lê Lợi, Phường 9, TP Tuy Hòa, tỉnh Phú Yên')
"""
SEARCH_OLD = "from dancu.domain.search import find_places\ndef run(): find_places('t', vintage='old')\n"
CANDIDATES = {
    "plain csv load": CSV,
    "convert": CONVERT,
    "parse_address": PARSE,
    "find_places": SEARCH,
    "find_places, one letter, old list": SEARCH_OLD,
}
TIMED = """
import json, time
def seconds():
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
first = seconds()
print(json.dumps([first, min(seconds() for _ in range(20 if "csv" not in globals() else 1))]))
"""
WEIGHED = """
import json, tracemalloc
tracemalloc.start()
run()
print(json.dumps(tracemalloc.get_traced_memory()))
"""


def fresh(program: str) -> list[float]:
    """The two numbers that a program prints in an interpreter of its own."""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    numbers: list[float] = json.loads(result.stdout)
    return numbers


def print_times(times: dict[str, list[list[float]]]) -> None:
    """First use and later calls of each candidate as parts of the plain load."""
    base = [first for first, _later in times["plain csv load"]]
    for name, rounds in times.items():
        firsts = sorted(first / load for (first, _later), load in zip(rounds, base, strict=True))
        later = statistics.median(load / later for (_first, later), load in zip(rounds, base, strict=True))
        middle = statistics.median(firsts)
        print(f"{name}: first use {middle:.3f} of a csv load [{firsts[0]:.3f}-{firsts[-1]:.3f}]", end="")
        print(f", median {statistics.median(first for first, _later in rounds) * 1e3:.1f} ms", end="")
        print(f"; then {later:,.0f} calls in the time of one load" if name != "plain csv load" else "")


def main() -> int:
    """Measure and print."""
    times: dict[str, list[list[float]]] = {name: [] for name in CANDIDATES}
    for _round in range(ROUNDS):
        for name, program in CANDIDATES.items():
            times[name].append(fresh(program + TIMED))
    print_times(times)
    kept = {name: fresh(program + WEIGHED) for name, program in CANDIDATES.items()}
    base = kept["plain csv load"][0]
    for name, (stays, peak) in kept.items():
        print(f"{name}: {stays / base:.3f} of its memory stays, {stays / 1e6:.1f} MB (peak {peak / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
