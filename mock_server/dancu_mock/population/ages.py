"""Ages: drawn from a five-year pyramid, and years of birth made from them."""

from __future__ import annotations

import calendar
import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu_mock.population.lots import Lots

__all__ = ["PYRAMID", "YEAR", "adult_age", "birthday", "children_ages"]

YEAR = 2025
"""The youngest are born in it; an age is of its last day."""

_STEP = 5
_THOUSAND = (80, 87, 76, 66, 68, 84, 85, 79, 70, 66, 59, 53, 45, 33, 20, 12, 9, 8)
PYRAMID: Mapping[int, int] = {_STEP * place: share for place, share in enumerate(_THOUSAND)}
"""First age of five years: share of a thousand; rounded after the census of 2019, from memory."""


@functools.cache
def _ages(first: int, last: int) -> tuple[int, ...]:
    shares = [(age, share) for start, share in PYRAMID.items() for age in range(start, start + _STEP)]
    return tuple(age for age, share in shares if first <= age <= last for _ in range(share))


def adult_age(lots: Lots, first: int, last: int) -> int:
    """An age from ``first`` to ``last``, as likely as the pyramid has it."""
    return lots.pick(_ages(first, last))


def children_ages(lots: Lots, mother: int, count: int) -> tuple[int, ...]:
    """Ages of unmarried children, the eldest first; the mother was 19 to 36 at the first birth."""
    age = lots.between(max(2 * (count - 1), mother - 36), min(29, mother - 19))
    ages = [age]
    for left in range(count - 1, 0, -1):
        age -= 1 + lots.below(min(4, age - left + 1))
        ages.append(age)
    return tuple(ages)


def birthday(lots: Lots, age: int) -> tuple[int, int | None, int | None]:
    """Year, month and day; of one in twelve born before 1970 the year alone, or the 1 January that stands for it."""
    year = YEAR - age
    if year < 1970 and lots.below(12) == 0:
        return (year, 1, 1) if lots.chance(50) else (year, None, None)
    month = lots.between(1, 12)
    return year, month, lots.between(1, calendar.monthrange(year, month)[1])
