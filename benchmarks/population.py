"""The invented population: time for a person, for a look-up, for a stream, and memory for a million.

Single-threaded, pure Python; no absolute time is asserted. Takes half a minute; run it with ``make bench``.
"""

from __future__ import annotations

import time
import tracemalloc
from itertools import islice
from typing import TYPE_CHECKING

from dancu_mock.population import Population
from dancu_mock.register import Register

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
PEOPLE = 2_000


def main() -> None:
    """Print one line for each measure."""
    population, register = Population(), Register()
    before = time.perf_counter()
    population.at(0)
    print(f"first person, with the tables of places: {1e3 * (time.perf_counter() - before):.0f} ms")
    people = [population.at(index) for index in range(0, len(population), len(population) // PEOPLE)]
    known = [(person.asked_number, person.key, (person.year, person.month, person.day)) for person in people]
    strangers = [("999" + number[3:], key, birth) for number, key, birth in known]
    for name, work in (
        ("a person by index", lambda: [population.at(int(number[-6:])) for number, _key, _birth in known]),
        ("found by number, name and birth date", lambda: [register.find(*keys) for keys in known]),
        ("nobody found", lambda: [register.find(*keys) for keys in strangers]),
        ("a person of a stream", lambda: list(islice(population, len(known)))),
    ):
        print(f"{name}: {_microseconds(work, len(known)):.0f} µs")
    tracemalloc.start()
    for _person in islice(population, 10 * PEOPLE):
        pass
    print(f"memory at the most while {10 * PEOPLE} people pass: {tracemalloc.get_traced_memory()[1] // 1024} KiB")
    tracemalloc.stop()


def _microseconds(work: Callable[[], object], times: int) -> float:
    """For one of so many, in the best of the rounds."""
    rounds: list[float] = []
    for _round in range(ROUNDS):
        before = time.perf_counter()
        work()
        rounds.append(time.perf_counter() - before)
    return 1e6 * min(rounds) / times


if __name__ == "__main__":
    main()
