"""A breaker between us and a platform that fails: it answers at once instead of asking in vain.

::

              too many of the last calls failed, or were slow
    closed ───────────────────────────────────────────────────► open
      ▲                                                          │ its seconds pass
      │  most probes answered                                    ▼
      └───────────────────────────────────────────────────── half-open
                                                                 │ too many probes failed, or were slow
                                                                 └──────────────────────────────► open

An answer and a rejection count as success, for the platform is there; a call that was given up counts as
nothing, and so does one that was let through in a state which has ended meanwhile. One breaker for an
upstream and credential (security.md §3, T33): the identity that is refused is not everybody's.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from dancu.errors import Rejected, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.errors import DancuError

__all__ = ["Breaker", "BreakerRule", "State"]

State = Literal["closed", "open", "half_open"]
_JITTER = 0.2
_PROBING_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class BreakerRule:
    """When it opens and for how long.

    Attributes:
        failures: share of the calls in the window that failed, from which it opens.
        slow: share of them that were slow, from which it opens.
        slow_after: seconds above which a call is slow.
        least: calls in the window below which it does not open.
        calls: the window's length in calls.
        seconds: and in time.
        open: seconds it stays open, and up to 20 % more by chance, so that many clients do not come back at once.
        probes: calls that are let through to see whether the platform is back.
    """

    failures: float = 0.5
    slow: float = 0.8
    slow_after: float = 6.0
    least: int = 20
    calls: int = 100
    seconds: float = 60.0
    open: float = 4.0
    probes: int = 3


class _Call(NamedTuple):
    ended: float
    failed: bool
    slow: bool


class Breaker:
    """Closed, open or half-open; safe for threads, since nothing waits inside its lock.

    Args:
        rule: when it opens and for how long.
        random: from 0 to below 1, injected.
        moved: told each new state, outside the lock.
    """

    def __init__(
        self, rule: BreakerRule, *, random: Callable[[], float], moved: Callable[[State], None] | None = None
    ) -> None:
        self.rule = rule
        self._random = random
        self._moved = moved
        self._lock = threading.Lock()
        self._state: State = "closed"
        self._turn = 0
        self._opens = 0.0
        self._probing = 0
        self._window: deque[_Call] = deque()
        self._failed = 0
        self._slow = 0

    @property
    def state(self) -> State:
        """Where it is; an open one whose seconds have passed is open until somebody enters."""
        return self._state

    def check(self, now: float) -> None:
        """Look without entering.

        Raises:
            Unavailable: ``circuit_open`` with ``retry_after``.
        """
        with self._lock:
            self._refuse(now)

    def enter(self, now: float) -> int:
        """Let a call through; the number is handed back to `leave` once.

        Raises:
            Unavailable: ``circuit_open`` with ``retry_after``.
        """
        with self._lock:
            self._refuse(now)
            before = self._state
            if before == "open":
                self._move("half_open")
            if self._state == "half_open":
                self._probing += 1
            turn, after = self._turn, self._state
        self._tell(before, after)
        return turn

    def failed(self, error: DancuError, *, allowed: float) -> bool | None:
        """What an error says about the platform: it failed, it answered (False), or nothing (None).

        Args:
            error: what a call came to.
            allowed: seconds it had; one that was to be quicker than slow and was not says nothing.
        """
        if isinstance(error, Rejected) or error.code == "answer_mismatch":
            return False
        if not isinstance(error, Unavailable) or error.origin == "dancu" or error.code == "server_untrusted":
            return None
        return None if error.code == "timed_out" and allowed <= self.rule.slow_after else True

    def leave(self, turn: int, *, now: float, seconds: float, failed: bool | None) -> None:
        """Say what became of a call.

        Args:
            turn: what `enter` gave.
            now: seconds of the monotonic clock.
            seconds: how long the call took.
            failed: None for a call that was given up and counts as nothing.
        """
        with self._lock:
            before = self._state
            if turn == self._turn:
                if failed is None:
                    self._probing -= self._state == "half_open"
                else:
                    self._count(_Call(now, failed, seconds > self.rule.slow_after))
                    self._decide(now)
            after = self._state
        self._tell(before, after)

    def _refuse(self, now: float) -> None:
        if self._state == "open" and now < self._opens:
            raise Unavailable("circuit_open", retry_after=self._opens - now)
        if self._state == "half_open" and self._probing >= self.rule.probes:
            raise Unavailable("circuit_open", retry_after=_PROBING_SECONDS)

    def _count(self, call: _Call) -> None:
        self._window.append(call)
        self._failed += call.failed
        self._slow += call.slow
        if self._state == "closed":
            oldest = call.ended - self.rule.seconds
            while len(self._window) > self.rule.calls or self._window[0].ended < oldest:
                gone = self._window.popleft()
                self._failed -= gone.failed
                self._slow -= gone.slow

    def _decide(self, now: float) -> None:
        rule, count = self.rule, len(self._window)
        if count < (rule.least if self._state == "closed" else rule.probes):
            return
        if self._failed >= rule.failures * count or self._slow >= rule.slow * count:
            self._move("open")
            self._opens = now + rule.open * (1 + _JITTER * self._random())
        elif self._state == "half_open":
            self._move("closed")

    def _move(self, state: State) -> None:
        self._state = state
        self._turn += 1
        self._probing = self._failed = self._slow = 0
        self._window.clear()

    def _tell(self, before: State, after: State) -> None:
        if self._moved is not None and before != after:
            self._moved(after)
