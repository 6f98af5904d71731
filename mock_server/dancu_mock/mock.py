"""A mock with its memory, and the doors by which one reaches it."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

from dancu_mock.answer import Platform, answer
from dancu_mock.clock import VirtualClock
from dancu_mock.journal import Journal
from dancu_mock.memory import Memory
from dancu_mock.messages import Reply
from dancu_mock.population import Population
from dancu_mock.register import Register
from dancu_mock.scenario_files.library import Library
from dancu_mock.scenario_files.playing import late
from dancu_mock.settings import MockSettings
from dancu_mock.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from dancu_mock.messages import Raw, Request
    from dancu_mock.person import Person
    from dancu_mock.scenario_files.model import Scenario
    from dancu_mock.scenario_files.troubles import Trouble
    from dancu_mock.stage import When

__all__ = ["Mock", "Scene"]


class Scene(AbstractContextManager["Scene"]):
    """A scenario that was begun; over when its ``with`` block is, or at `end`."""

    def __init__(self, end: Callable[[], object]) -> None:
        self._end = end

    def end(self) -> None:
        """Take it off the stage, if it still is on it."""
        self._end()

    def __exit__(self, *_exception: object) -> None:
        self.end()


class Mock:
    """One mock platform: settings, register, clock, journal, the ids it has seen and the scenarios it plays.

    Safe for threads. Doors: `transport`, `async_transport`, `respx_side_effect`, and
    `dancu_mock.MockServer` over a real socket.

    Args:
        settings: how strict to be; by default everybody of `dancu_mock.PEOPLE` and a population, a random secret.
        now: seconds since 1970, which `clock` follows.
        scenarios: a folder of scenarios of your own, read again when it changes.

    Attributes:
        clock: the platform's time, which can be moved.
        register: who is found.
        stage: the scenarios in play.

    Raises:
        ScenarioError: a scenario in the folder cannot be used; a `ValueError`.
    """

    def __init__(
        self,
        settings: MockSettings | None = None,
        *,
        now: Callable[[], float] = time.time,
        scenarios: Path | None = None,
    ) -> None:
        self.settings = settings or MockSettings()
        self.clock = VirtualClock(now)
        self.journal = Journal()
        self.memory = Memory()
        population = Population(self.settings.seed, self.settings.population)
        self.register = Register(self.settings.people, population if len(population) else None)
        self._library = Library(scenarios)
        self.stage = Stage(self._library)

    def handle(self, request: Request) -> Reply | Raw:
        """Answer a request and note the call in the journal."""
        now = self.clock()
        answered = answer(request, Platform(self.settings, self.memory, self.register, self.stage), now=now)
        self.journal.record(answered.call)
        reply = answered.reply
        if not isinstance(reply, Reply):
            return reply
        dated = replace(reply, headers=(*reply.headers, ("Date", formatdate(now, usegmt=True))))
        return late(dated, answered.delay) if answered.delay else dated

    def scenario(self, name: str | None, times: int | None = None, *, when: When | None = None) -> Scene:
        """Play a scenario of `scenario_names`, on top of those that play.

        Args:
            name: of the scenario; ``None`` ends all that play.
            times: for how many calls; by default until it is ended, as the end of a ``with`` block does.
            when: for which calls.

        Raises:
            ValueError: no such scenario; ``times`` below 1.
        """
        if name is None:
            self.stage.clear()
            return Scene(lambda: None)
        playing = self.stage.push(name, times=times, when=when)
        return Scene(lambda: self.stage.end(playing.id))

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """Every scenario that can be played, sorted: those that come with the mock, and your own."""
        return self._library.names

    def scenario_file(self, name: str) -> Scenario:
        """What a scenario says of itself: title, use, steps.

        Raises:
            ValueError: no such scenario.
        """
        return self._library.get(name)

    @property
    def scenario_troubles(self) -> tuple[Trouble, ...]:
        """What is wrong with the folder of your own now; each scenario is still as it was before."""
        return self._library.troubles

    def add(self, *people: Person) -> None:
        """Add people to the register; all of them or none.

        Raises:
            ValueError: a number that somebody alive may bear, or that is taken.
        """
        self.register.add(*people)

    def reset(self) -> None:
        """Be as at the start: no scenario in play, journal, ids, tokens, clock and added people forgotten."""
        self.stage.clear()
        self.journal.clear()
        self.memory = Memory()
        self.clock.reset()
        self.register.reset()

    def transport(self) -> httpx.BaseTransport:
        """An httpx transport into this mock, for blocking clients."""
        from dancu_mock.doors import InProcess

        return InProcess(self.handle)

    def async_transport(self) -> httpx.AsyncBaseTransport:
        """An httpx transport into this mock, for awaiting clients."""
        from dancu_mock.doors import InProcess

        return InProcess(self.handle)

    def respx_side_effect(self, request: httpx.Request) -> httpx.Response:
        """For a respx route: ``respx.route(host="mock.example").mock(side_effect=mock.respx_side_effect)``."""
        from dancu_mock.doors import respond

        return respond(self.handle, request)
