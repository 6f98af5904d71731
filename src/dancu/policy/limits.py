"""How much may be asked of a platform: at once, in a second, in a day; the answer is there at once.

::

    enter ─► places left? ─► day's left? ─► a place in the second ─► seconds to wait (0: go)
               └ too_busy      └ quota_spent   └ later than the call's end: too_busy, with the time

A day ends at midnight in Viet Nam (UTC+7, without summer time), where the platforms count. Each
attempt is counted, for each may cost a fee; what was entered and not asked is given back.
"""

from __future__ import annotations

import datetime
import threading
from dataclasses import dataclass

from dancu.errors import Rejected, Unavailable

__all__ = ["VIET_NAM", "LimitRule", "Limiter"]

VIET_NAM = datetime.timezone(datetime.timedelta(hours=7))
_DAY = datetime.timedelta(days=1)
_BUSY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class LimitRule:
    """What a platform takes.

    Attributes:
        parallel: attempts at once.
        queue: attempts that may wait for one of those to end.
        per_second: attempts a second, None for any number; one second's worth may go at once.
        per_day: attempts a day, None for any number.
    """

    parallel: int = 16
    queue: int = 1024
    per_second: float | None = None
    per_day: int | None = None


class Limiter:
    """Counts of one process; safe for threads, since nothing waits inside its lock."""

    def __init__(self, rule: LimitRule) -> None:
        self.rule = rule
        self._lock = threading.Lock()
        self._inside = 0
        self._due = 0.0
        self._day = datetime.date.min
        self._today = 0

    @property
    def inside(self) -> int:
        """Attempts that have entered and not left."""
        return self._inside

    def spent(self, at: datetime.datetime) -> int | None:
        """Attempts of the day so far; None where a day has no limit and nobody counts."""
        if self.rule.per_day is None:
            return None
        with self._lock:
            return self._today if at.astimezone(VIET_NAM).date() <= self._day else 0

    def enter(self, now: float, *, at: datetime.datetime, until: float) -> float:
        """Take a place; the seconds to wait before asking, 0 for none.

        Args:
            now: seconds of the monotonic clock.
            at: the same moment, UTC.
            until: the call's end, seconds of the monotonic clock.

        Raises:
            Unavailable: ``too_busy`` with ``retry_after``; nothing was taken.
            Rejected: ``quota_spent`` with ``retry_after``, the seconds to midnight; nothing was taken.
        """
        with self._lock:
            if self._inside >= self.rule.parallel + self.rule.queue:
                raise Unavailable("too_busy", retry_after=_BUSY_SECONDS)
            if self.rule.per_day is not None:
                self._check_day(at, self.rule.per_day)
            wait = self._wait(now)
            if wait and now + wait >= until:
                raise Unavailable("too_busy", retry_after=wait)
            self._inside += 1
            self._today += 1
            if self.rule.per_second is not None:
                self._due = max(self._due, now) + 1 / self.rule.per_second
            return wait

    def leave(self, *, asked: bool) -> None:
        """Give the place back, and the rest as well where nothing was asked."""
        with self._lock:
            self._inside -= 1
            if not asked:
                self._today -= self._today > 0
                if self.rule.per_second is not None:
                    self._due -= 1 / self.rule.per_second

    def _check_day(self, at: datetime.datetime, most: int) -> None:
        there = at.astimezone(VIET_NAM)
        if there.date() > self._day:
            # Forward only: a clock set back does not make a day's quota new.
            self._day, self._today = there.date(), 0
        if self._today >= most:
            midnight = datetime.datetime.combine(self._day + _DAY, datetime.time(), VIET_NAM)
            raise Rejected("quota_spent", retry_after=(midnight - there).total_seconds())

    def _wait(self, now: float) -> float:
        """Seconds until a place in the second is free: those beyond a second's worth queue up."""
        if self.rule.per_second is None:
            return 0.0
        at_once = max(1.0, self.rule.per_second)
        return max(0.0, self._due - (at_once - 1) / self.rule.per_second - now)
