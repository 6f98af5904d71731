"""One client that is asked again and again, blocking or awaiting, and certificates put in place of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING, Any

from dancu import AsyncClient, Client

from .conftest import MAU, PURPOSE, Platform

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from dancu.flows.context import Clock
    from dancu.runtime.identities import Identities
    from dancu.runtime.tls import Identity
    from dancu_mock.pki import Issued

ONCE = {"attempts": 1}
"""``[retry]`` of a client that repeats nothing, so that a test sees what its lanes do."""


class Steady:
    """A client of a platform."""

    def __init__(self, dancu: Client | AsyncClient, run: Callable[[Any], Any]) -> None:
        self.dancu = dancu
        self._run = run

    def look_up(self, **options: Any) -> Any:
        """One look-up; the answer, or what it raises."""
        asked: dict[str, Any] = {"fields": ["name"], "purpose": PURPOSE, **options}
        return self._run(self.dancu.look_up(MAU, **asked))

    @property
    def identities(self) -> Identities[Identity]:
        """The certificates of the client's lanes."""
        lanes = self.dancu._lanes
        assert lanes is not None and lanes.identities is not None
        return lanes.identities


@contextlib.contextmanager
def steady(platform: Platform, *, clock: Clock | None = None) -> Generator[Steady]:
    """A client over the platform's profile; an awaiting one whose event loop stands still between questions."""
    if platform.face == "sync":
        with Client(platform.profile, audit=platform.sink, clock=clock) as dancu:
            yield Steady(dancu, lambda answer: answer)
        return
    with asyncio.Runner() as runner:
        awaiting = AsyncClient(platform.profile, audit=platform.sink, clock=clock)
        try:
            yield Steady(awaiting, runner.run)
        finally:
            runner.run(awaiting.aclose())


def put(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file as an installer does: whole under another name, then renamed."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=mode)
    draft.write_bytes(content)
    os.replace(draft, path)  # noqa: PTH105  # what installers call


def install(directory: Path, issued: Issued) -> None:
    """Put another certificate and key where the profile has them."""
    put(directory / "client.key", issued.key_pem)
    put(directory / "client.pem", issued.certificate_pem)
