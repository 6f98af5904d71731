"""A client of a platform whose profile has a cache, blocking or awaiting, asked through one set of words."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dancu import AsyncClient, Client, MemorySink

from .conftest import MAU, PURPOSE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from dancu.runtime.stores import ByteStore

    from .conftest import Platform

FIELDS = ("name", "birth_date", "gender", "permanent_address")


@dataclass
class Cached:
    """An open client.

    Attributes:
        dancu: the client itself.
        run: takes what its methods return to a value.
        sink: where its audit goes.
    """

    dancu: Client | AsyncClient
    run: Callable[[Any], Any]
    sink: MemorySink

    def look_up(self, *fields: str, **options: Any) -> Any:
        """One look-up."""
        asked: dict[str, Any] = {"fields": fields or FIELDS, "purpose": PURPOSE, **options}
        return self.run(self.dancu.look_up(MAU, **asked))

    def verify(self, claim: Any, **options: Any) -> Any:
        """One verification."""
        asked: dict[str, Any] = {"purpose": PURPOSE, **options}
        return self.run(self.dancu.verify(MAU, claim, **asked))

    def forget(self, subject: Any = MAU) -> int:
        """A purge by person."""
        dropped: int = self.run(self.dancu.forget(subject))
        return dropped

    def forget_dossier(self, dossier: str) -> int:
        """A purge by dossier."""
        dropped: int = self.run(self.dancu.forget_dossier(dossier))
        return dropped

    @property
    def store(self) -> ByteStore:
        """What it keeps records in."""
        return self.dancu._parts.store

    @property
    def records(self) -> list[dict[str, Any]]:
        """Its audit."""
        return [json.loads(line) for line in self.sink.lines]


@contextlib.contextmanager
def caching(platform: Platform, **cache: Any) -> Generator[Cached]:
    """A client with these settings of ``[cache]``, on."""
    profile = platform.changed(cache={"enabled": True, **cache}).profile
    sink = MemorySink()
    if platform.face == "sync":
        with Client(profile, audit=sink) as blocking:
            yield Cached(blocking, lambda answer: answer, sink)
        return
    with asyncio.Runner() as runner:
        dancu = AsyncClient(profile, audit=sink)
        try:
            yield Cached(dancu, runner.run, sink)
        finally:
            runner.run(dancu.aclose())


def key_file(directory: Path, digit: str = "a") -> str:
    """A file with an invented key of one digit."""
    path = directory / f"cache-{digit}.key"
    path.touch(mode=0o600)
    path.write_text(digit * 64, encoding="utf-8")
    return str(path)
