"""A mock over real mTLS, and one way to ask it through either client."""

from __future__ import annotations

import asyncio
import copy
import time
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pytest

from dancu import AsyncClient, Client, MemorySink, Officer, Purpose, Subject
from dancu_mock import Mock, MockServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from dancu import AuditSink

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), dossier="H15.42-261122-0001")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")


@dataclass
class Platform:
    """A running mock and the profile that leads to it.

    Attributes:
        face: which client asks.
        sink: where the audit goes; None for the sink of the profile.
    """

    server: MockServer
    mock: Mock
    profile: dict[str, Any]
    face: Literal["sync", "async"]
    sink: AuditSink | None = field(default_factory=MemorySink)

    def changed(self, **parts: dict[str, Any] | None) -> Platform:
        """The same platform under a changed profile; None takes a key out."""
        profile = copy.deepcopy(self.profile)
        for name, changes in parts.items():
            for key, value in (changes or {}).items():
                if value is None:
                    profile[name].pop(key, None)
                else:
                    profile.setdefault(name, {})[key] = value
        return Platform(self.server, self.mock, profile, self.face, self.sink)

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """Put a question through the client under test: ``platform.ask(lambda dancu: dancu.look_up(...))``."""
        if self.face == "sync":
            with Client(self.profile, audit=self.sink) as dancu:
                return question(dancu)
        return asyncio.run(self._ask(question))

    async def _ask(self, question: Callable[[AsyncClient], Awaitable[Any]]) -> Any:
        async with AsyncClient(self.profile, audit=self.sink) as dancu:
            return await question(dancu)

    def look_up(self, subject: Subject = MAU, **options: Any) -> Any:
        """Look up a citizen; fields, purpose and deadline have defaults here."""
        asked: dict[str, Any] = {"fields": ["name", "birth_date"], "purpose": PURPOSE, **options}
        return self.ask(lambda dancu: dancu.look_up(subject, **asked))


def profile_of(directory: Path, path: Path) -> dict[str, Any]:
    """The written profile as a mapping with absolute file names."""
    profile = tomllib.loads(path.read_text(encoding="utf-8"))
    profile["tls"] = {key: str(directory / value) for key, value in profile["tls"].items()}
    for key, value in profile["credential"].items():
        if isinstance(value, dict):
            profile["credential"][key] = {"file": str(directory / value["file"])}
    return profile


@pytest.fixture(params=["sync", "async"])
def platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """A mock over mTLS on a free port of the loopback, for this test alone."""
    mock = Mock()
    with MockServer(mock) as server:
        profile = profile_of(tmp_path, server.write_files(tmp_path))
        yield Platform(server, mock, profile, request.param)


@dataclass
class Stopwatch:
    """Seconds that a block took."""

    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self.started
