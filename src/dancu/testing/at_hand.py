"""What a test does with a mock of its own process, whatever the door by which it is asked."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from dancu.domain.queries import Subject
    from dancu_mock import Call, Mock, Person, VirtualClock, When
    from dancu_mock.mock import Scene

__all__ = ["AtHand", "the_extra"]


@contextlib.contextmanager
def the_extra() -> Generator[None]:
    """Around imports of the mock: where a part of it is missing, the test fails with one sentence."""
    try:
        yield
    except ModuleNotFoundError as error:
        sentence = f"the mock needs the extra 'mock': pip install 'dancu[mock]' ({error.name} is missing)"
        raise pytest.fail.Exception(sentence, pytrace=False) from None


class AtHand:
    """A mock that a test moves.

    Attributes:
        mock: the mock itself, with its settings, register and stage.
    """

    def __init__(self, mock: Mock) -> None:
        self.mock = mock

    def scenario(self, name: str, times: int | None = None, *, when: When | None = None) -> Scene:
        """Play a scenario on top of those that play, until its ``with`` block ends or `Scene.end` is called.

        Args:
            name: of one that comes with the mock, or of the folder that the setting ``dancu_scenarios`` names.
            times: for how many calls; by default until it is ended.
            when: for which calls; by default for all.

        Raises:
            ValueError: no such scenario, with the name that was perhaps meant; ``times`` below 1.
        """
        from dancu_mock.scenario_files.both import near

        names = self.mock.scenario_names
        if name not in names:
            raise ValueError(f"there is no scenario {name!r}. {near(name, names).en}")
        return self.mock.scenario(name, times, when=when)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The journal: every call that the mock had since the test began, in order."""
        return self.mock.journal.calls

    @property
    def clock(self) -> VirtualClock:
        """The platform's time; `advance` and `set` move it for this test. A client keeps to the machine's."""
        return self.mock.clock

    def add(self, *people: Person) -> None:
        """Add people to the register for this test; all of them or none.

        Raises:
            ValueError: a number that somebody alive may bear, or that is taken.
        """
        self.mock.add(*people)

    def persona(self, name: str) -> Subject:
        """The keys by which somebody of `dancu_mock.PERSONAS` is asked for.

        Raises:
            ValueError: no such persona.
        """
        from dancu.domain.queries import Subject

        person = self.mock.register.persona(name)
        written = person.name if isinstance(person.name, str) else " ".join(person.name)
        day = () if person.month is None or person.day is None else (person.month, person.day)
        birth = "-".join([f"{person.year:04}", *(f"{part:02}" for part in day)])
        return Subject(number=person.asked_number, name=written, birth_date=birth)
