"""Whose question is next where there are fewer places than questions: pure decisions, nothing waits in here.

::

    enter ─► a place is free, and nobody before it waits ─► inside ─► leave ─► next: who takes the place?
               │ no                                                    1. people before batches
               ▼                                                       2. the application with the fewest inside
             waiting, in the line of its application ◄── give_up       3. the one that was served longest ago
               │ its line is full
               ▼
             too_busy

An application that floods waits in its own line. A batch goes on only while nobody waits, and never holds more than
its part of the places, so a person who comes finds the others free (security.md T34).
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from dancu.errors import Unavailable

__all__ = ["FairRule", "Fairness", "Share", "Ticket"]

_BUSY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class FairRule:
    """What is shared.

    Attributes:
        places: questions inside at once.
        queue: questions of one application that may wait.
        batch: places that batches may hold, at least 1.
    """

    places: int
    queue: int
    batch: int


@dataclass(frozen=True, slots=True)
class Share:
    """An application among others.

    Attributes:
        application: its name.
        at_once: places that it may hold; None for all.
        batch: whether nobody waits for its answers.
    """

    application: str
    at_once: int | None = None
    batch: bool = False


@dataclass(eq=False, slots=True)
class Ticket:
    """One question on its way in."""

    share: Share


@dataclass(slots=True)
class _Line:
    """The questions of one application that wait, and when it was served last."""

    waiting: deque[Ticket] = field(default_factory=deque[Ticket])
    served: int = 0


class Fairness:
    """The state of one set of places."""

    def __init__(self, rule: FairRule) -> None:
        self.rule = rule
        self._lines: dict[Share, _Line] = {}
        self._inside: Counter[bool] = Counter()
        self._applications: Counter[str] = Counter()
        self._turn = 0

    @property
    def inside(self) -> int:
        """Questions that hold a place."""
        return self._inside.total()

    @property
    def waiting(self) -> int:
        """Questions that hold none yet."""
        return sum(len(line.waiting) for line in self._lines.values())

    def enter(self, ticket: Ticket) -> bool:
        """Whether it has a place now; if not it waits until a `leave` names it.

        Raises:
            Unavailable: ``too_busy`` with ``retry_after``: its application's line is full.
        """
        line = self._lines.setdefault(ticket.share, _Line())
        line.waiting.append(ticket)
        if self.next() is ticket:
            return True
        if len(line.waiting) > self.rule.queue:
            line.waiting.pop()
            raise Unavailable("too_busy", retry_after=_BUSY_SECONDS)
        return False

    def leave(self, ticket: Ticket) -> None:
        """Give a place back; call `next` until it names nobody."""
        self._inside[ticket.share.batch] -= 1
        self._applications[ticket.share.application] -= 1

    def give_up(self, ticket: Ticket) -> bool:
        """Whether it was still waiting, and does no more."""
        line = self._lines.get(ticket.share)
        if line is None or ticket not in line.waiting:
            return False
        line.waiting.remove(ticket)
        return True

    def next(self) -> Ticket | None:
        """Who takes a place now, or None."""
        if self.inside >= self.rule.places:
            return None
        able = [(share, line) for share, line in self._lines.items() if line.waiting and self._may(share)]
        chosen = [one for one in able if not one[0].batch] or able
        if not chosen:
            return None
        share, line = min(chosen, key=lambda one: (self._applications[one[0].application], one[1].served))
        self._turn += 1
        line.served = self._turn
        self._inside[share.batch] += 1
        self._applications[share.application] += 1
        return line.waiting.popleft()

    def _may(self, share: Share) -> bool:
        if share.batch and self._inside[True] >= max(1, self.rule.batch):
            return False
        return share.at_once is None or self._applications[share.application] < share.at_once
