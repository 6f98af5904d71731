"""Where `Load` and `Store` go: bytes under opaque keys, for a time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

import cachetools

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ByteStore", "MemoryStore"]


class ByteStore(Protocol):
    """What a store is. Keys are digests and values are sealed before they get here."""

    def load(self, key: str) -> bytes | None:
        """The value, or None when there is none or its time is over."""
        ...

    def store(self, key: str, value: bytes, ttl: float) -> None:
        """Keep a value for ``ttl`` seconds."""
        ...


class MemoryStore:
    """At most ``size`` entries in this process; safe for threads."""

    def __init__(self, size: int, monotonic: Callable[[], float]) -> None:
        self._entries: cachetools.TLRUCache[str, tuple[bytes, float]] = cachetools.TLRUCache(
            size, ttu=lambda _key, entry, now: now + entry[1], timer=monotonic
        )
        self._lock = threading.Lock()

    def load(self, key: str) -> bytes | None:
        """The value, or None."""
        with self._lock:
            entry = self._entries.get(key)
        return None if entry is None else entry[0]

    def store(self, key: str, value: bytes, ttl: float) -> None:
        """Keep a value."""
        with self._lock:
            self._entries[key] = (value, ttl)
