"""The stage: which scenarios are in play, for which calls, and for how many more."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Literal, get_args

from dancu.domain.ids import is_synthetic
from dancu_mock.scenario_files.both import Told, near

if TYPE_CHECKING:
    from dancu_mock.scenario_files.library import Library
    from dancu_mock.scenario_files.model import Scenario, Step

__all__ = ["Facts", "Playing", "Stage", "Taken", "When", "WhichService"]

WhichService = Literal["look_up", "confirm", "relatives", "blood_group", "token", "login", "refresh"]
"""Services, and the doors of the gate."""

_DOORS = frozenset({"token", "login", "refresh"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a call before it is answered; empty where it was not said or cannot be read.

    Attributes:
        service: of `WhichService`.
        caller: common name of the client's certificate.
        now: the platform's time, in seconds since 1970.
    """

    service: str
    caller: str = ""
    officer: str = ""
    procedure: str = ""
    number: str = ""
    now: float = 0.0


@dataclass(frozen=True, slots=True)
class When:
    """The calls that a scenario is for; None fits every call.

    Attributes:
        officer, procedure: as sent.
        service: a service; or ``token``, ``login``, ``refresh``, which are met only where they are named.
        number: the number asked for, an invented one.
        caller: common name of the client's certificate, empty in process.

    Raises:
        ValueError: a service that there is not; a number that somebody may bear.
    """

    officer: str | None = None
    procedure: str | None = None
    service: WhichService | None = None
    number: str | None = None
    caller: str | None = None

    def __post_init__(self) -> None:
        if self.service is not None and self.service not in get_args(WhichService):
            remedy = near(self.service, get_args(WhichService))
            raise Told("service không có tên này", f"no such service. {remedy.en}", remedy=remedy)
        number = self.number
        if number is not None and not (number.isascii() and number.isdigit() and is_synthetic(number)):
            raise Told(
                "number phải là số giả định: 12 chữ số, chữ số thứ tư từ 6 đến 9, hoặc bắt đầu bằng 000",
                "number is an invented one: 12 digits whose fourth is 6 to 9, or that begin with 000",
            )

    def fits(self, facts: Facts) -> bool:
        """Whether a call is one of those."""
        wanted = ((getattr(self, part.name), getattr(facts, part.name)) for part in fields(self))
        return all(value is None or value == told for value, told in wanted)

    def __repr__(self) -> str:
        # The number is a person's key, if an invented person's.
        said = {part.name: getattr(self, part.name) for part in fields(self) if part.name != "number"}
        shown = [f"{name}={value!r}" for name, value in said.items() if value is not None]
        return f"When({', '.join([*shown, *(['number=***'] if self.number else [])])})"


@dataclass(frozen=True, slots=True)
class Playing:
    """A scenario on the stage.

    Attributes:
        id: counts up and is never used twice.
        left: calls that it is still for; None until it is ended.
    """

    id: int
    name: str
    left: int | None
    when: When | None


@dataclass(frozen=True, slots=True)
class Taken:
    """One call's part in a scenario.

    Attributes:
        id: of the scenario on the stage.
        step: what to do with the call.
        ends_in: whole seconds until the scenario's window of the day closes; None without one.
    """

    id: int
    name: str
    step: Step
    ends_in: int | None


@dataclass(slots=True)
class _Entry:
    playing: Playing
    scenario: Scenario
    done: int = 0


class Stage:
    """Scenarios in play, the latest on top; safe for threads.

    Args:
        library: where their names are looked up, at every call, so that a changed file takes effect.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._entries: list[_Entry] = []
        self._ids = itertools.count(1)

    def push(self, name: str, *, times: int | None = None, when: When | None = None) -> Playing:
        """Put a scenario on top.

        Args:
            name: of the library.
            times: for how many calls; until it is ended, by default, or as often as a scenario says that then passes.
            when: for which calls, next to what the scenario says itself.

        Raises:
            ValueError: no such scenario; ``times`` below 1.
        """
        if times is not None and times < 1:
            raise ValueError("times is 1 or more")
        scenario = self._library.get(name)
        counts = [count for count in (times, scenario.length) if count is not None]
        with self._lock:
            playing = Playing(next(self._ids), name, min(counts, default=None), when)
            self._entries.append(_Entry(playing, scenario))
        return playing

    def end(self, id: int) -> bool:  # noqa: A002  # the name that the control port uses
        """Take one off; whether it was still there."""
        with self._lock:
            kept = [entry for entry in self._entries if entry.playing.id != id]
            ended = len(kept) < len(self._entries)
            self._entries = kept
        return ended

    def clear(self) -> None:
        """Take all off."""
        with self._lock:
            self._entries = []

    @property
    def playing(self) -> tuple[Playing, ...]:
        """Those in play, the latest last."""
        with self._lock:
            return tuple(entry.playing for entry in self._entries)

    def take(self, facts: Facts, *, gate: bool = False) -> Taken | None:
        """The step of the top-most scenario that fits a call, counted down by this call alone.

        Args:
            facts: about the call.
            gate: the credential was not looked at yet: only a step that plays there is taken.
        """
        if not self._entries:
            return None
        with self._lock:
            entry = next((one for one in reversed(self._entries) if self._fits(one, facts)), None)
            if entry is None:
                return None
            step = entry.scenario.step(entry.done)
            if gate and not step.at_the_gate:
                return None
            self._count(entry)
            return Taken(entry.playing.id, entry.playing.name, step, entry.scenario.ends_in(facts.now))

    def _fits(self, entry: _Entry, facts: Facts) -> bool:
        entry.scenario = self._library.newer(entry.scenario)
        asked = [when for when in (entry.playing.when, entry.scenario.when) if when is not None]
        if facts.service in _DOORS and not any(when.service for when in asked):
            return False
        return all(when.fits(facts) for when in asked) and entry.scenario.plays_at(facts.now)

    def _count(self, entry: _Entry) -> None:
        entry.done += 1
        left = entry.playing.left
        if left is not None:
            entry.playing = replace(entry.playing, left=left - 1)
            if left == 1:
                self._entries = [one for one in self._entries if one is not entry]
