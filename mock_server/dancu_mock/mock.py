"""A mock with its memory, and the doors by which one reaches it."""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager
from dataclasses import replace
from email.utils import formatdate
from typing import TYPE_CHECKING

from dancu_mock.answer import answer
from dancu_mock.journal import Journal
from dancu_mock.memory import Memory
from dancu_mock.messages import Reply
from dancu_mock.scenarios import SCENARIOS
from dancu_mock.settings import MockSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from dancu_mock.messages import Raw, Request

__all__ = ["Mock"]


class _Scene(AbstractContextManager["_Scene"]):
    """Ends the scenario when its ``with`` block does."""

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end

    def __exit__(self, *_exception: object) -> None:
        self._end()


class Mock:
    """One mock platform: settings, a journal, the ids it has seen and the scenario it plays.

    Safe for threads. Doors: `transport`, `async_transport`, `respx_side_effect`, and
    `dancu_mock.MockServer` over a real socket.

    Args:
        settings: how strict to be; by default everybody of `dancu_mock.PEOPLE`, a random secret.
        now: seconds since 1970, for the timestamp's skew.
    """

    def __init__(self, settings: MockSettings | None = None, *, now: Callable[[], float] = time.time) -> None:
        self.settings = settings or MockSettings()
        self.journal = Journal()
        self.memory = Memory()
        self._now = now
        self._lock = threading.Lock()
        self._scenario: str | None = None
        self._left: int | None = None

    def handle(self, request: Request) -> Reply | Raw:
        """Answer a request and note the call in the journal."""
        answered = answer(request, self.settings, now=self._now(), memory=self.memory, scenario=self._next_scenario())
        self.journal.record(answered.call)
        reply = answered.reply
        if not isinstance(reply, Reply):
            return reply
        dated = ("Date", formatdate(self._now(), usegmt=True))
        return replace(reply, headers=(*reply.headers, dated))

    def scenario(self, name: str | None, times: int | None = None) -> AbstractContextManager[object]:
        """Play a fault of `dancu_mock.SCENARIOS` for the next ``times`` calls, or until told otherwise.

        ``None`` ends it; so does the end of the ``with`` block in which this was called.

        Raises:
            ValueError: no such scenario.
        """
        if name is not None and name not in SCENARIOS:
            raise ValueError(f"no such scenario; there are {', '.join(SCENARIOS)}")
        with self._lock:
            self._scenario, self._left = name, times
        return _Scene(self._end_scenario)

    def _end_scenario(self) -> None:
        with self._lock:
            self._scenario = self._left = None

    def _next_scenario(self) -> str | None:
        with self._lock:
            if self._left == 0:
                self._scenario = self._left = None
            elif self._left is not None:
                self._left -= 1
            return self._scenario

    def transport(self) -> httpx.BaseTransport:
        """An httpx transport into this mock, for blocking clients."""
        from dancu_mock.doors import InProcess

        return InProcess(self.handle)

    def async_transport(self) -> httpx.AsyncBaseTransport:
        """An httpx transport into this mock, for awaiting clients."""
        from dancu_mock.doors import InProcess

        return InProcess(self.handle)

    def respx_side_effect(self, request: httpx.Request) -> httpx.Response:
        """For a respx route: ``respx.route(host="mock.example").mock(side_effect=mock.respx_side_effect)``."""
        from dancu_mock.doors import respond

        return respond(self.handle, request)
