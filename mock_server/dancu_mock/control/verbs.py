"""What the control port does, one method a verb; the page and the HTTP routes call the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu_mock.control.models import (
    Certificate,
    Clock,
    JournalPage,
    JournalQuery,
    Move,
    NewPeople,
    PeoplePage,
    PeopleQuery,
    PlayScenario,
    ScenarioInPlay,
    Scenarios,
    Status,
    WhenAsked,
)
from dancu_mock.control.problems import Problem
from dancu_mock.stage import When

if TYPE_CHECKING:
    from dancu_mock.mock import Mock
    from dancu_mock.server import MockServer
    from dancu_mock.stage import Playing

__all__ = ["Verbs"]


@dataclass(frozen=True, slots=True)
class Verbs:
    """The verbs over one mock and the server before it; every one is safe for threads.

    ValueError means that what was sent cannot be done, and says why.
    """

    mock: Mock
    server: MockServer

    def status(self) -> Status:
        """What runs, and in what state."""
        settings, journal = self.mock.settings, self.mock.journal
        return Status(
            url=self.server.url,
            family=settings.family,
            skin=settings.skin,
            dialect=settings.dialect,
            certificate=self.server.certificate,
            clock=self.clock(),
            playing=self._playing(),
            added=len(self.mock.register.added),
            calls=len(journal.calls),
            handshakes=journal.handshakes,
            troubles=[str(one) for one in self.mock.scenario_troubles],
        )

    def scenarios(self) -> Scenarios:
        """Every scenario that can be played, and those in play."""
        return Scenarios(available=list(self.mock.scenario_names), playing=self._playing())

    def play(self, asked: PlayScenario) -> ScenarioInPlay:
        """Put a scenario on the stage."""
        if asked.name not in self.mock.scenario_names:
            raise ValueError(f"no such scenario; there are {', '.join(self.mock.scenario_names)}")
        when = None if asked.when is None else When(**asked.when.model_dump())
        return _in_play(self.mock.stage.push(asked.name, times=asked.times, when=when))

    def end(self, playing: int) -> None:
        """Take a scenario off the stage; `Problem` ``not_found`` where it is not on it."""
        if not self.mock.stage.end(playing):
            raise Problem("not_found")

    def clear(self) -> None:
        """Take every scenario off the stage."""
        self.mock.stage.clear()

    def people(self, asked: PeopleQuery) -> PeoplePage:
        """Some people of the register."""
        register = self.mock.register
        found = register.sample(asked.offset, asked.limit, search=asked.search)
        return PeoplePage(people=found, added=len(register.added))

    def add(self, asked: NewPeople) -> PeoplePage:
        """Add people to the register."""
        self.mock.add(*asked.people)
        return PeoplePage(people=asked.people, added=len(self.mock.register.added))

    def journal(self, asked: JournalQuery) -> JournalPage:
        """The calls after so many."""
        journal = self.mock.journal
        calls = journal.after(asked.after)
        return JournalPage(
            calls=list(calls), next=calls[-1].sequence if calls else asked.after, handshakes=journal.handshakes
        )

    def clear_journal(self) -> None:
        """Forget calls and handshakes."""
        self.mock.journal.clear()

    def clock(self) -> Clock:
        """The platform's time."""
        clock = self.mock.clock
        return Clock(now=clock(), offset=clock.offset)

    def move(self, asked: Move) -> Clock:
        """Move the platform's time."""
        if asked.at is not None:
            self.mock.clock.set(asked.at)
        else:
            self.mock.clock.advance(asked.advance or 0.0)
        return self.clock()

    def reset_clock(self) -> None:
        """Let the platform's time be the real one."""
        self.mock.clock.reset()

    def certificate(self) -> Certificate:
        """What new handshakes are shown."""
        return Certificate(kind=self.server.certificate)

    def rotate(self, asked: Certificate) -> Certificate:
        """Show another certificate to new handshakes."""
        self.server.rotate(asked.kind)
        return self.certificate()

    def restore(self) -> None:
        """Show the certificate of the start again."""
        self.server.restore()

    def reset(self) -> None:
        """Be as at the start: stage, journal, memory, clock, people and certificate."""
        self.mock.reset()
        self.server.restore()

    def _playing(self) -> list[ScenarioInPlay]:
        return [_in_play(one) for one in self.mock.stage.playing]


def _in_play(playing: Playing) -> ScenarioInPlay:
    when = playing.when
    told = None if when is None else WhenAsked(**{name: getattr(when, name) for name in WhenAsked.model_fields})
    return ScenarioInPlay(id=playing.id, name=playing.name, left=playing.left, when=told)
