"""The response cache that a profile asks for: its keys read, its scope taken from the profile, its store."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.flows.cached import Cache
from dancu.policy.cache_keys import CacheKey, Scope
from dancu.profiles.loader import read_secret
from dancu.runtime.redis_store import RedisAddress, RedisStore
from dancu.runtime.stores import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dancu.profiles.caching import CacheKeyPart, CachePart
    from dancu.profiles.schema import Profile
    from dancu.runtime.stores import ByteStore

__all__ = ["make_cache", "make_store"]

_DECIDES_THE_ANSWER = {"environment", "endpoint", "wire", "services"}


def make_cache(profile: Profile, *, application: str) -> Cache | None:
    """The cache for an application; None where the profile has it off.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``cache.keys``.
    """
    part = profile.cache
    if not part.enabled:
        return None
    keys = tuple(_key(one, profile.directory) for one in part.keys)
    own = (CacheKey(secrets.token_bytes(32), version=1),)
    scope = Scope(_digest(profile, _DECIDES_THE_ANSWER), _digest(profile, {"credential"}), application)
    return Cache(keys or own, scope, secrets.SystemRandom().random, secrets.token_bytes, part.stale_for)


def make_store(part: CachePart, directory: Path, monotonic: Callable[[], float]) -> ByteStore:
    """The store; it is connected when it is first asked.

    Raises:
        ConfigurationError: ``extra_missing``, or ``profile_invalid`` naming a setting of ``cache``.
    """
    if not (part.enabled and part.shared):
        return MemoryStore(part.size, monotonic)
    password = None if part.password is None else read_secret(part.password, directory, "cache.password")
    ca = None if part.ca is None else str(directory / part.ca)
    return RedisStore(RedisAddress(part.store, part.user, password, ca, part.wait), monotonic)


def _key(part: CacheKeyPart, directory: Path) -> CacheKey:
    text = read_secret(part, directory, "cache.keys").reveal()
    try:
        return CacheKey(bytes.fromhex(text), version=part.version)
    except ValueError:
        wanted = "64 hexadecimal digits are wanted"
        raise ConfigurationError("profile_invalid", field="cache.keys", detail=wanted) from None


def _digest(profile: Profile, tables: set[str]) -> str:
    """Of settings as they stand; where a secret lies is among them, and what it is cannot be."""
    said = json.dumps(profile.model_dump(mode="json", include=tables), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
