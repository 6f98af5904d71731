"""Names: cleaning, folding, the key and every step of the ladder against ``unicodedata.normalize`` alone.

Prints the best time of a call in microseconds and its ratio to normalising the same name
(NFC, from decomposed text, so that there is something to do). Run it with ``make bench``.
"""

from __future__ import annotations

import sys
import timeit
import unicodedata
from functools import partial
from typing import TYPE_CHECKING

from dancu.domain.names import clean_name, fold_name, parse_name, tone_key
from dancu.matching.names import compare_names

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
CALLS = 5000
NAME = "Nguyễn Thị Hoài Thương"
DECOMPOSED = unicodedata.normalize("NFD", NAME)
HIGHLAND = "H'Ƀlăk Niê Kdăm"
CALLED: dict[str, Callable[[], object]] = {
    "normalize": lambda: unicodedata.normalize("NFC", DECOMPOSED),
    "clean, already clean": lambda: clean_name(NAME),
    "clean, decomposed": lambda: clean_name(DECOMPOSED),
    "key": lambda: tone_key(NAME),
    "key, highland": lambda: tone_key(HIGHLAND),
    "clean and key": lambda: tone_key(clean_name(NAME)),
    "clean and key, decomposed": lambda: tone_key(clean_name(DECOMPOSED)),
    "fold": lambda: fold_name(NAME, "folded"),
    "parse": lambda: parse_name(NAME),
}
RUNGS = {
    "exact": NAME,
    "same_after_cleaning": NAME.upper(),
    "tone_placement": "Nguyễn Thị Hòai Thương",
    "spelling_variant": "Nguyễn-Thị Hoài Thương",
    "accents_missing": "NGUYENTHIHOAITHUONG",
    "order_or_missing_part": "Nguyễn Hoài Thương",
    "different": "Trần Văn Hoài Mẫu",
}


def best(called: Callable[[], object]) -> float:
    """Microseconds of one call in the best round: slow phases of a shared machine only add."""
    return min(timeit.repeat(called, number=CALLS, repeat=ROUNDS)) / CALLS * 1e6


def print_row(name: str, microseconds: float, base: float) -> None:
    """One line of the table."""
    print(f"{name}: {microseconds:.2f} us, {microseconds / base:.1f} of normalize")


def main() -> int:
    """Measure and print."""
    base = best(CALLED["normalize"])
    for name, called in CALLED.items():
        print_row(name, best(called), base)
    for rung, held in RUNGS.items():
        assert compare_names(NAME, held).rule == rung
        print_row(f"compare, {rung}", best(partial(compare_names, NAME, held)), base)
    return 0


if __name__ == "__main__":
    sys.exit(main())
