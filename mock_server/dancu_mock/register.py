"""Who is in the register: people added at run time, personas, and the population."""

from __future__ import annotations

import threading
from itertools import chain, islice
from typing import TYPE_CHECKING

from dancu.domain.ids import is_synthetic
from dancu_mock.people import PEOPLE
from dancu_mock.personas import PERSONAS
from dancu_mock.population import Population
from dancu_mock.population.names import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dancu_mock.person import Person

__all__ = ["SEARCHED", "Register"]

SEARCHED = 2_000
"""Of the population, so many are looked through for a name; a whole number finds anybody."""

_EVERYBODY = Population()


class Register:
    """The people that a mock answers about; safe for threads.

    Args:
        people: those written by hand.
        population: the others, or None for nobody else.
    """

    def __init__(self, people: tuple[Person, ...] = PEOPLE, population: Population | None = _EVERYBODY) -> None:
        self._people = people
        self._population = population
        self._by_number = _by_number(people)
        self._lock = threading.Lock()
        self._added: tuple[Person, ...] = ()
        self._added_by_number: dict[str, tuple[Person, ...]] = {}

    @property
    def added(self) -> tuple[Person, ...]:
        """People added since the start, in order."""
        return self._added

    def find(self, number: str, key: str, birth: tuple[int | None, int | None, int | None]) -> Person | None:
        """Who fits a number, a folded name, and what is told of year, month and day; who has no record never does."""
        fits = (one for one in self._bearing(number) if one.key == key and _born(one, birth) and one.answered)
        return next(fits, None)

    def add(self, *people: Person) -> None:
        """Add people; all of them or none.

        Raises:
            ValueError: a number that somebody alive may bear, or that is taken.
        """
        with self._lock:
            taken: set[str] = set()
            for person in people:
                number = person.asked_number
                if not self.is_invented(number) or not self.is_invented(person.record_number or number):
                    raise ValueError("somebody alive may bear this number; invented ones have a 4th digit of 6 to 9")
                if number in taken or next(self._bearing(number), None) is not None:
                    raise ValueError("this number is taken")
                taken.add(number)
            added = (*self._added, *people)
            self._added, self._added_by_number = added, _by_number(added)

    def reset(self) -> None:
        """Forget the people who were added."""
        with self._lock:
            self._added, self._added_by_number = (), {}

    @staticmethod
    def persona(name: str) -> Person:
        """The person of a name of `dancu_mock.personas.PERSONAS`; raises ValueError that lists the names."""
        if name not in PERSONAS:
            raise ValueError(f"no such persona; there are {', '.join(PERSONAS)}")
        return PERSONAS[name].person

    @staticmethod
    def is_invented(number: str) -> bool:
        """Whether nobody alive can bear this number (law 7)."""
        return number.isascii() and number.isdigit() and is_synthetic(number)

    def sample(self, offset: int, limit: int, search: str = "") -> list[Person]:
        """Some people to look at, the added first; ``search`` is a number, a part of one, or of a name."""
        return list(islice(self._found(search.strip()), offset, offset + limit))

    def _found(self, search: str) -> Iterator[Person]:
        written = chain(self._added, self._people)
        if not search:
            return chain(written, self._population or ())
        if search.isascii() and search.isdigit() and len(search) in {9, 12}:
            return self._bearing(search)
        key = folded(search.upper())
        near = chain(written, islice(self._population or (), SEARCHED))
        return (one for one in near if key in one.key or search in one.asked_number)

    def _bearing(self, number: str) -> Iterator[Person]:
        """Everybody who is asked for under a number."""
        yield from self._added_by_number.get(number, ())
        yield from self._by_number.get(number, ())
        person = self._population.find(number) if self._population else None
        if person is not None:
            yield person


def _by_number(people: Iterable[Person]) -> dict[str, tuple[Person, ...]]:
    bearing: dict[str, tuple[Person, ...]] = {}
    for person in people:
        bearing[person.asked_number] = (*bearing.get(person.asked_number, ()), person)
    return bearing


def _born(person: Person, birth: tuple[int | None, int | None, int | None]) -> bool:
    pairs = zip(birth, (person.year, person.month, person.day), strict=True)
    return all(sent == held for sent, held in pairs if sent is not None and held is not None)
