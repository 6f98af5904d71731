"""A store that several processes share: Redis or Valkey through redis-py (extra ``redis``).

::

    dancu:entry:<digest>   a sealed value, with its time to live
    dancu:tag:<digest>     the names of the entries that bear a tag, for as long as the longest of them

Values are sealed and names are digests before they get here, so whoever reads the store learns how much
is asked and nothing about whom. An operation waits for the store for a bounded time; after one that failed
it is left alone for `REST`, so that a dead one costs a time-out a second and not one a call.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dancu.errors import ConfigurationError, error_for

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from dancu.privacy import Secret
    from dancu.runtime.stores import AwaitedStore

__all__ = ["REST", "RedisAddress", "RedisStore"]

REST = 1.0
"""Seconds for which a store that failed is not asked."""

_LOGGER = logging.getLogger("dancu.cache")
_SCHEMES = {"valkey": "redis", "valkeys": "rediss"}
_PREFIX = "dancu"

# KEYS: the entry, then its tags. ARGV: the value, its milliseconds. A tag lives as long as the longest of its entries.
_STORE = """
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
for i = 2, #KEYS do
  redis.call('SADD', KEYS[i], KEYS[1])
  if redis.call('PTTL', KEYS[i]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
end
"""
# KEYS: tags. How many entries there were; names of those that ended before are in a tag as well, and do not count.
_FORGET = """
local dropped = 0
for i = 1, #KEYS do
  for _, entry in ipairs(redis.call('SMEMBERS', KEYS[i])) do dropped = dropped + redis.call('DEL', entry) end
  redis.call('DEL', KEYS[i])
end
return dropped
"""


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """Where the store is.

    Attributes:
        url: ``redis://``, ``rediss://`` (TLS), ``valkey://``, ``valkeys://`` or ``unix://``, without password.
        user, password: of its access list, or None.
        ca: PEM file of the CA of a store over TLS; None for the system's. The certificate is always checked.
        wait: seconds for an operation, and for opening a connection before it; between threads each read from the
            socket has them anew.
    """

    url: str
    user: str | None = None
    password: Secret | None = None
    ca: str | None = None
    wait: float = 0.05

    @property
    def target(self) -> str:
        """The URL as redis-py takes it."""
        scheme, _, rest = self.url.partition("://")
        return f"{_SCHEMES.get(scheme, scheme)}://{rest}"

    @property
    def options(self) -> Mapping[str, Any]:
        """What redis-py is told besides the URL; no time-out, wait or repeat of its own."""
        options: dict[str, Any] = {"socket_timeout": self.wait, "socket_connect_timeout": self.wait}
        if self.user is not None:
            options["username"] = self.user
        if self.password is not None:
            options["password"] = self.password.reveal()
        if self.target.startswith("rediss:"):
            options |= {"ssl_cert_reqs": "required", "ssl_check_hostname": True, "ssl_ca_certs": self.ca}
        return options


class _Rest:
    """Whether the store is asked at all just now, for both faces of it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._until = float("-inf")
        self.failures = 0

    @property
    def over(self) -> bool:
        return self._monotonic() >= self._until

    def begin(self, error: Exception) -> None:
        """The kind of the error is told and nothing else: its text may quote what was sent."""
        with self._lock:
            self.failures += 1
            self._until = self._monotonic() + REST
        _LOGGER.warning("the cache's store failed and is left alone for %g s: %s", REST, type(error).__name__)


class RedisStore:
    """For threads, and by `awaited` for tasks; connects when it is first asked, and anew after ``fork``.

    Raises:
        ConfigurationError: ``extra_missing``, or ``profile_invalid`` for a URL that redis-py does not take.
    """

    def __init__(self, address: RedisAddress, monotonic: Callable[[], float]) -> None:
        try:
            import redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ImportError:
            raise ConfigurationError(
                "extra_missing", field="cache.store", detail="pip install 'dancu[redis]'"
            ) from None
        self._address = address
        self._rest = _Rest(monotonic)
        self._errors = (redis.RedisError, OSError)
        try:
            self._redis = _untyped(redis.Redis).from_url(address.target, retry=Retry(NoBackoff(), 0), **address.options)
        except ValueError:
            raise ConfigurationError(
                "profile_invalid", field="cache.store", detail="not an address of a store"
            ) from None

    @property
    def failures(self) -> int:
        """How many operations failed."""
        return self._rest.failures

    def load(self, key: str) -> bytes | None:
        """The value, or None."""
        if not self._rest.over:
            return None
        try:
            value: bytes | None = self._redis.get(_entry(key))
        except self._errors as error:
            self._rest.begin(error)
            return None
        return value

    def store(self, key: str, value: bytes, ttl: float, tags: Collection[str]) -> None:
        """Keep a value, or drop it."""
        if not self._rest.over:
            return
        try:
            if ttl > 0:
                self._redis.eval(_STORE, 1 + len(tags), *_stored(key, value, ttl, tags))
            else:
                self._redis.delete(_entry(key))
        except self._errors as error:
            self._rest.begin(error)

    def forget(self, tags: Collection[str]) -> int:
        """Drop entries, also while the store is left alone."""
        try:
            return int(self._redis.eval(_FORGET, len(tags), *map(_tag, tags)))
        except self._errors as error:
            self._rest.begin(error)
            raise error_for("connect_failed", detail="the cache's store") from None

    def awaited(self) -> AwaitedStore:
        """The same store over connections of one event loop."""
        return _AwaitedRedis(self._address, self._rest)

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()


class _AwaitedRedis:
    def __init__(self, address: RedisAddress, rest: _Rest) -> None:
        import redis.asyncio
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        self._rest = rest
        self._wait = address.wait
        self._errors = (redis.RedisError, OSError, TimeoutError)
        self._redis = _untyped(redis.asyncio.Redis).from_url(
            address.target, retry=Retry(NoBackoff(), 0), **address.options
        )

    async def load(self, key: str) -> bytes | None:
        if not self._rest.over:
            return None
        try:
            async with asyncio.timeout(self._wait):
                value: bytes | None = await self._redis.get(_entry(key))
        except self._errors as error:
            self._rest.begin(error)
            return None
        return value

    async def store(self, key: str, value: bytes, ttl: float, tags: Collection[str]) -> None:
        if not self._rest.over:
            return
        try:
            async with asyncio.timeout(self._wait):
                if ttl > 0:
                    await self._redis.eval(_STORE, 1 + len(tags), *_stored(key, value, ttl, tags))
                else:
                    await self._redis.delete(_entry(key))
        except self._errors as error:
            self._rest.begin(error)

    async def forget(self, tags: Collection[str]) -> int:
        try:
            async with asyncio.timeout(self._wait):
                return int(await self._redis.eval(_FORGET, len(tags), *map(_tag, tags)))
        except self._errors as error:
            self._rest.begin(error)
            raise error_for("connect_failed", detail="the cache's store") from None

    async def close(self) -> None:
        await self._redis.aclose()


def _untyped(kind: type[Any]) -> Any:
    """redis-py types its options as unknown, and its answers as awaited or not."""
    return kind


def _entry(key: str) -> str:
    return f"{_PREFIX}:entry:{key}"


def _tag(tag: str) -> str:
    return f"{_PREFIX}:tag:{tag}"


def _stored(key: str, value: bytes, ttl: float, tags: Collection[str]) -> tuple[Any, ...]:
    return (_entry(key), *map(_tag, tags), value, max(1, int(ttl * 1000)))
