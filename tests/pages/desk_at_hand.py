"""A desk on a free port of the loopback, over a mock or any other profile; what its tests do to it by hand."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn

from dancu_mock import Mock, MockServer
from desk.app import Desk, build_app
from desk.demonstration import CARDS, MockSwitch
from desk.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from playwright.sync_api import Page

__all__ = ["CARDS", "Clock", "Running", "begin", "over_a_mock", "scan", "serving"]


@dataclass(slots=True)
class Clock:
    """Monotonic seconds that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@dataclass(slots=True)
class Running:
    """A desk that is served.

    Attributes:
        url: of its front page.
        desk: itself.
        clock: its time.
        mock: the platform behind it.
        profile: how the platform is reached.
    """

    url: str
    desk: Desk
    clock: Clock
    mock: Mock
    profile: Path


class _Server(uvicorn.Server):
    """A server that tells another thread when it is up."""

    def __init__(self, settings: uvicorn.Config) -> None:
        super().__init__(settings)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        self.up.set()


@contextlib.contextmanager
def serving(settings: Settings, mock: Mock, profile: Path) -> Generator[Running]:
    """A desk with its own thread and event loop."""
    clock = Clock()
    desk = Desk(settings, clock=clock)
    config = uvicorn.Config(
        build_app(desk), host="127.0.0.1", port=0, log_level="warning", access_log=False, timeout_graceful_shutdown=2
    )
    server = _Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert server.up.wait(10)
    try:
        yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}/", desk, clock, mock, profile)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
    assert not thread.is_alive()


@contextlib.contextmanager
def over_a_mock(directory: Path, *, mock: Mock | None = None, idle: float = 600.0) -> Generator[Running]:
    """A desk whose profile is a mock platform's, with a switch."""
    mock = mock or Mock()
    with MockServer(mock) as server:
        profile = server.write_files(directory)
        profile.write_text(profile.read_text("utf-8") + "\n[retry]\nattempts = 1\n", encoding="utf-8")
        with serving(Settings(profile=profile, idle=idle, switch=MockSwitch(mock)), mock, profile) as running:
            yield running


def begin(page: Page, running: Running, words: str) -> None:
    """Pick a procedure by the keyboard."""
    page.goto(running.url)
    page.wait_for_function("document.activeElement.tagName === 'INPUT'")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")


def scan(page: Page, text: str) -> None:
    """What a scanner that acts as a keyboard does: the text where the cursor is, and Enter."""
    page.wait_for_function("document.activeElement.tagName === 'INPUT'")
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
