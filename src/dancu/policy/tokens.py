"""A token and its life, decided without I/O: when to use it, renew it and let go of it.

::

    empty ──keep──► fresh ──80 % of its life──► due ──keep──► fresh
                      └── drop(the one that failed) ──► empty
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu.privacy import Secret

__all__ = ["RENEWED_AT", "TokenSlot"]

RENEWED_AT = 0.8
"""The share of its life after which a token is renewed."""


class TokenSlot:
    """Holds one token; safe for threads, since nothing waits inside its lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token: Secret | None = None
        self._due = 0.0

    def current(self, now: float) -> Secret | None:
        """The token while it is fresh, else None; ``now`` in seconds of the monotonic clock."""
        with self._lock:
            return self._token if now < self._due else None

    def keep(self, token: Secret, life: float, now: float) -> None:
        """Take a token that lives ``life`` seconds from ``now``."""
        with self._lock:
            self._token = token
            self._due = now + RENEWED_AT * life

    def drop(self, failed: Secret) -> None:
        """Let go of the token that failed; a newer one, fetched meanwhile, stays."""
        with self._lock:
            if self._token == failed:
                self._token = None
                self._due = 0.0
