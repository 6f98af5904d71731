"""A token and its life, decided without I/O: when to use it, renew it and let go of it.

::

    empty ──keep──► fresh ──80 % of its life──► due ──keep──► fresh
                      └── drop(the one that failed) ──► empty

A refresh token that came with it outlives both, and is taken once.
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
        self._refresh: Secret | None = None

    def current(self, now: float) -> Secret | None:
        """The token while it is fresh, else None; ``now`` in seconds of the monotonic clock."""
        with self._lock:
            return self._token if now < self._due else None

    def keep(self, token: Secret, life: float, now: float, *, refresh: Secret | None = None) -> None:
        """Take a token that lives ``life`` seconds from ``now``, and its refresh token where it has one."""
        with self._lock:
            self._token = token
            self._due = now + RENEWED_AT * life
            self._refresh = refresh

    def drop(self, failed: Secret) -> None:
        """Let go of the token that failed; a newer one, fetched meanwhile, stays."""
        with self._lock:
            if self._token == failed:
                self._token = None
                self._due = 0.0

    def take_refresh(self) -> Secret | None:
        """The refresh token, once: whether a lost answer has spent it is not known."""
        with self._lock:
            refresh, self._refresh = self._refresh, None
            return refresh
