"""Where `Load`, `Store` and `Forget` go: sealed bytes under opaque keys, for a time (docs/cache.md).

A store never fails a question: what it cannot give is not there, and what it cannot take is not kept.
Only `forget` raises, since whoever purges must know whether it was done.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

import cachetools

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["AwaitedStore", "ByteStore", "MemoryStore"]


class ByteStore(Protocol):
    """What a store is. Keys and tags are digests and values are sealed before they get here."""

    def load(self, key: str) -> bytes | None:
        """The value, or None when there is none, its time is over, or the store fails."""
        ...

    def store(self, key: str, value: bytes, ttl: float, tags: Collection[str]) -> None:
        """Keep a value for ``ttl`` seconds in place of an earlier one; at 0 that goes and nothing is kept."""
        ...

    def forget(self, tags: Collection[str]) -> int:
        """Drop every entry that bears one of the tags; how many there were.

        Raises:
            Unavailable: the store cannot be reached.
        """
        ...

    def awaited(self) -> AwaitedStore:
        """The same store for the tasks of one event loop."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class AwaitedStore(Protocol):
    """A `ByteStore`, awaited."""

    async def load(self, key: str) -> bytes | None:
        """The value, or None."""
        ...

    async def store(self, key: str, value: bytes, ttl: float, tags: Collection[str]) -> None:
        """Keep a value."""
        ...

    async def forget(self, tags: Collection[str]) -> int:
        """Drop entries."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class MemoryStore:
    """At most ``size`` entries in this process; safe for threads."""

    def __init__(self, size: int, monotonic: Callable[[], float]) -> None:
        self._entries: cachetools.TLRUCache[str, tuple[bytes, float, frozenset[str]]] = cachetools.TLRUCache(
            size, ttu=lambda _key, entry, now: now + entry[1], timer=monotonic
        )
        self._lock = threading.Lock()

    def load(self, key: str) -> bytes | None:
        """The value, or None."""
        with self._lock:
            entry = self._entries.get(key)
        return None if entry is None else entry[0]

    def store(self, key: str, value: bytes, ttl: float, tags: Collection[str] = ()) -> None:
        """Keep a value, or drop it at a ``ttl`` of 0."""
        with self._lock:
            self._entries.pop(key, None)
            if ttl > 0:
                self._entries[key] = (value, ttl, frozenset(tags))

    def forget(self, tags: Collection[str]) -> int:
        """Drop entries; every one is looked at, for there are few and nobody waits."""
        wanted = frozenset(tags)
        with self._lock:
            self._entries.expire()
            found = [key for key in tuple(self._entries) if not wanted.isdisjoint(self._entries[key][2])]
            for key in found:
                del self._entries[key]
        return len(found)

    def awaited(self) -> AwaitedStore:
        """The same entries; nothing here waits."""
        return _AwaitedMemory(self)

    def close(self) -> None:
        """Nothing is open."""


class _AwaitedMemory:
    def __init__(self, entries: MemoryStore) -> None:
        self._entries = entries

    async def load(self, key: str) -> bytes | None:
        return self._entries.load(key)

    async def store(self, key: str, value: bytes, ttl: float, tags: Collection[str]) -> None:
        self._entries.store(key, value, ttl, tags)

    async def forget(self, tags: Collection[str]) -> int:
        return self._entries.forget(tags)

    async def close(self) -> None:
        self._entries.close()
