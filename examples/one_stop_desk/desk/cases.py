"""Cases: what one tab of one browser works on, kept by the server alone and forgotten when it is left alone.

::

    new ──► people (keys are given) ──► form (filled; saved, chosen, overridden, asked again) ──► ended
                                    idle for too long, at any time ──► forgotten

A case is known by a random name in its address and belongs to one session; there is nothing of anybody in either.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu import Prefill
    from dancu.prefill.forms import Form
    from dancu.prefill.papers import DiscrepancySlip
    from dancu.prefill.record import Given

__all__ = ["Case", "Cases", "Trouble"]

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to mend: the id of the element it is about, and what to do."""

    at: str
    text: str


@dataclass(slots=True, repr=False, kw_only=True)
class Case:
    """One form for one visit.

    Attributes:
        id: random; stands in the address.
        session: whose it is.
        form: what is filled.
        posted: what was last typed into the page, as it was typed.
        people: who stands in the form, by role.
        declared: what the citizen declared, by the form's keys.
        typed: what the officer wrote into open fields, by the form's keys.
        filled: the form as far as it is filled; None before.
        slip: what the citizen disputes; None where nothing was disputed.
        troubles: what is to be mended; shown once.
        touched: when somebody last worked on it, by the clock of `Cases`.
        turn: one change at a time.
    """

    id: str
    session: str
    form: Form
    posted: Mapping[str, str] = field(default_factory=dict[str, str])
    people: Mapping[str, Given] = field(default_factory=dict[str, "Given"])
    declared: Mapping[str, str] = field(default_factory=dict[str, str])
    typed: dict[str, str] = field(default_factory=dict[str, str])
    filled: Prefill | None = None
    slip: DiscrepancySlip | None = None
    troubles: tuple[Trouble, ...] = ()
    touched: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def told(self) -> tuple[Trouble, ...]:
        """The troubles, once."""
        troubles, self.troubles = self.troubles, ()
        return troubles


class Cases:
    """All open cases.

    Args:
        clock: monotonic seconds.
        idle: seconds after which a case that nobody touches is forgotten.
    """

    def __init__(self, clock: Callable[[], float], *, idle: float) -> None:
        self._clock = clock
        self._open: dict[str, Case] = {}
        self.idle = idle

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, session: str, form: Form) -> Case:
        """A new one; where there are too many, the one that was left alone the longest goes."""
        self.forget_idle()
        if len(self._open) >= _MOST:
            del self._open[min(self._open.values(), key=lambda case: case.touched).id]
        case = Case(id=secrets.token_urlsafe(16), session=session, form=form, touched=self._clock())
        self._open[case.id] = case
        return case

    def of(self, case: str, *, session: str) -> Case | None:
        """An open case of a session, touched; None where there is none, or it is somebody else's."""
        self.forget_idle()
        found = self._open.get(case)
        if found is None or found.session != session:
            return None
        found.touched = self._clock()
        return found

    def end(self, case: Case) -> None:
        """Forget one."""
        self._open.pop(case.id, None)

    def forget_idle(self) -> None:
        """Forget those that nobody has touched for too long."""
        since = self._clock() - self.idle
        self._open = {name: case for name, case in self._open.items() if case.touched > since}
