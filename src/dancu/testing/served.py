"""A mock over real sockets and mTLS, for applications that open their clients themselves."""

from __future__ import annotations

import contextlib
from functools import cached_property
from typing import TYPE_CHECKING

from dancu.testing.at_hand import AtHand, the_extra

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from dancu_mock import Mock
    from dancu_mock.control.client import MockPlatform

__all__ = ["DancuMockServer"]


class DancuMockServer(AtHand):
    """A mock on a free port of the loopback; use it as a context manager.

    Args:
        mock: who answers.
        directory: where all that a client needs is written; keys and secrets with mode 600.

    Attributes:
        mock: the mock itself, with its settings, register and stage.
        profile_path: the profile that leads to it, for `dancu.Client` or ``DANCU_PROFILE``.
    """

    def __init__(self, mock: Mock, directory: Path) -> None:
        from dancu_mock.server import MockServer

        super().__init__(mock)
        self.profile_path = directory / "profile.toml"
        self._server = MockServer(mock)
        self._opened = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """The platform's endpoint."""
        return self._server.url

    @cached_property
    def control(self) -> MockPlatform:
        """The verbs of its control port, which opens when they are first asked for."""
        with the_extra():
            from dancu_mock.control.client import MockPlatform
            from dancu_mock.control.server import ControlServer

        port = self._opened.enter_context(ControlServer(self.mock, self._server))
        return self._opened.enter_context(MockPlatform(port.url, port.token))

    def reset(self) -> None:
        """Be as at the start: stage, journal, ids, tokens, clock, added people and certificate."""
        self.mock.reset()
        self._server.restore()

    def __enter__(self) -> Self:
        self._opened.enter_context(self._server)
        self._server.write_files(self.profile_path.parent)
        with self.profile_path.open("a", encoding="utf-8") as profile:
            profile.write("\n[retry]\nattempts = 1  # what a test plays once is seen once\n")
        return self

    def __exit__(self, *_exception: object) -> None:
        self._opened.close()
