"""The table ``[cache]``: whether records are kept, where, and under which keys (docs/cache.md)."""

from __future__ import annotations

import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from dancu.profiles.parts import HeaderText, Part, SecretSource

__all__ = ["CacheKeyPart", "CachePart"]

_OVER_TLS = frozenset({"rediss", "valkeys"})
_SHARED = frozenset({"redis", "valkey"}) | _OVER_TLS
_DATABASE = re.compile(r"(?:/[0-9]{0,5})?")
_WANTED = "memory, redis://host:port/0, rediss:// and valkey:// of the same shape, or unix:///path"


def _checked_store(store: str) -> str:
    """A query could say of redis-py that nobody checks a certificate, and a user part holds a password."""
    if store == "memory":
        return store
    try:
        parts = urlsplit(store)
        port = parts.port
    except ValueError:
        # What urlsplit says repeats the URL.
        raise ValueError(_WANTED) from None
    if parts.query or parts.fragment or "@" in parts.netloc or "?" in store or "#" in store:
        raise ValueError("no user, query or fragment in the URL")
    by_socket = parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1
    by_host = parts.scheme in _SHARED and parts.hostname and port != 0 and _DATABASE.fullmatch(parts.path)
    if not (by_socket or by_host):
        raise ValueError(_WANTED)
    return store


class CacheKeyPart(SecretSource):
    """A key of the cache: where its 64 hexadecimal digits lie, and which one it is."""

    version: Annotated[int, Field(ge=1, le=255)]


class CachePart(Part):
    """Records that were had a moment ago answer the same agency in the same case; off by default.

    Attributes:
        enabled: whether there is one.
        store: ``memory`` of this process, or the URL of a Redis or Valkey that several share.
        size: entries in memory at most.
        user, password: of the shared store's access list.
        ca: PEM file of the CA of a store over TLS; the system's by default.
        wait: seconds that a question waits for a shared store, which then counts as empty.
        keys: the first seals, all open; in memory none is needed.
        stale_for: seconds beyond its age for which a record may fill a form, marked, where the platform gives no
            answer; never beyond what its fields allow.
        application: whose records they are; by default the credential's user.
    """

    enabled: bool = False
    store: Annotated[str, AfterValidator(_checked_store)] = "memory"
    size: Annotated[int, Field(ge=1, le=1_000_000)] = 4096
    user: HeaderText | None = None
    password: SecretSource | None = None
    ca: str | None = None
    wait: Annotated[float, Field(gt=0, le=1, strict=False)] = 0.05
    keys: Annotated[tuple[CacheKeyPart, ...], Field(strict=False, max_length=8)] = ()
    stale_for: Annotated[float, Field(ge=0, le=86_400, strict=False)] = 0.0
    application: HeaderText | None = None

    @property
    def shared(self) -> bool:
        """Whether other processes see the store."""
        return self.store != "memory"

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if len({key.version for key in self.keys}) != len(self.keys):
            raise ValueError("two keys of one version")
        if self.shared and self.enabled and not self.keys:
            raise ValueError("a shared store needs keys")
        if not self.shared and (self.user or self.password or self.ca):
            raise ValueError("user, password and ca are of a shared store")
        if self.ca is not None and urlsplit(self.store).scheme not in _OVER_TLS:
            raise ValueError("ca is for rediss:// and valkeys://")
        if self.user is not None and self.password is None:
            raise ValueError("a user without a password")
        return self
