"""Tokens for repeats: a sick platform gets fewer questions, not more (security.md T27).

One quota for an upstream and credential, shared by all calls to it. A repeat costs tokens,
and without them there is none; a repeat that is answered gets its cost back, a first attempt
that is answered earns one. The figures are those of the AWS SDKs since November 2026
(security.md §3): a dead platform is asked again 35 times and then no more.
"""

from __future__ import annotations

import threading
from typing import Final

__all__ = ["CAPACITY", "COST", "EARNED", "THROTTLED_COST", "RetryQuota"]

CAPACITY: Final = 500
COST: Final = 14
"""Of a repeat after an error on the way or at the platform."""
THROTTLED_COST: Final = 5
"""Of a repeat after ``throttled``, which the platform asked for."""
EARNED: Final = 1


class RetryQuota:
    """A bucket of tokens, full at first; safe for threads, since nothing waits inside its lock."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._lock = threading.Lock()
        self._capacity = capacity
        self._left = capacity

    @property
    def left(self) -> int:
        """Tokens in the bucket."""
        return self._left

    def take(self, cost: int) -> bool:
        """Pay for a repeat; False, and nothing is paid, where too few tokens are left."""
        with self._lock:
            if cost > self._left:
                return False
            self._left -= cost
            return True

    def give(self, tokens: int) -> None:
        """Put tokens back; a full bucket stays full."""
        with self._lock:
            self._left = min(self._capacity, self._left + tokens)
