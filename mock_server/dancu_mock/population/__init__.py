"""A million invented people without a table: each a pure function of a seed and an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu_mock.population.households import household
from dancu_mock.population.records import record
from dancu_mock.settings import MOST_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dancu_mock.person import Person
    from dancu_mock.population.households import Household

__all__ = ["Population"]


@dataclass(frozen=True, slots=True)
class Population:
    """The people of a seed with indexes 0 to ``size`` - 1.

    The last six digits of a number are the index. A size that is no multiple of 20 may cut
    the last household in two.

    Raises:
        ValueError: a size beyond 0 to `MOST_PEOPLE`.
    """

    seed: int = 1
    size: int = MOST_PEOPLE

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MOST_PEOPLE:
            raise ValueError(f"a population has 0 to {MOST_PEOPLE} people")

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Person]:
        for home in self.households():
            for member in home.members:
                if member.index < self.size:
                    yield record(self.seed, home, member)

    def at(self, index: int) -> Person:
        """The person of an index; raises IndexError beyond the size."""
        if not 0 <= index < self.size:
            raise IndexError(f"this population has {self.size} people")
        home = household(self.seed, index)
        return record(self.seed, home, home.members[index - home.members[0].index])

    def find(self, number: str) -> Person | None:
        """The person who bears this number, of 12 digits or of 9; no other who shares its index."""
        if not (number.isascii() and number.isdigit()) or int(number[-6:]) >= self.size:
            return None
        person = self.at(int(number[-6:]))
        return person if number in {person.asked_number, person.old_number} else None

    def households(self) -> Iterator[Household]:
        """Every household, by the index of its head."""
        first = 0
        while first < self.size:
            home = household(self.seed, first)
            yield home
            first += len(home.members)
