"""The platform's clock: real time until somebody moves it. Certificates keep to the real one."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["VirtualClock"]

_LAST = 253_402_300_799
"""Seconds at the end of the year 9999, after which a ``Date`` header cannot be written."""


class VirtualClock:
    """Seconds since 1970 that go on by themselves and can be moved; safe for threads.

    The skew of a ``Timestamp``, the life of tokens, the ``Date`` header and maintenance windows follow it.

    Args:
        base: what it follows; the computer's clock, unless a test brings its own.
    """

    def __init__(self, base: Callable[[], float] = time.time) -> None:
        self._base = base
        self._lock = threading.Lock()
        self._offset = 0.0

    def __call__(self) -> float:
        """The platform's time, in seconds since 1970."""
        return self._base() + self._offset

    @property
    def offset(self) -> float:
        """Seconds by which it is ahead of what it follows; negative where it is behind."""
        return self._offset

    def advance(self, seconds: float) -> None:
        """Move it forward; backward where ``seconds`` is negative.

        Raises:
            ValueError: it would leave the years 1970 to 9999.
        """
        with self._lock:
            self._move(self._offset + seconds)

    def set(self, at: float) -> None:
        """Let it show a moment, in seconds since 1970, and go on from there.

        Raises:
            ValueError: a moment outside the years 1970 to 9999.
        """
        with self._lock:
            self._move(at - self._base())

    def reset(self) -> None:
        """Let it show what it follows."""
        with self._lock:
            self._offset = 0.0

    def _move(self, offset: float) -> None:
        # A day is left for the time that passes after the move.
        if not math.isfinite(offset) or not 0 <= self._base() + offset <= _LAST - 86_400:
            raise ValueError("the platform's time is between the years 1970 and 9999")
        self._offset = offset
