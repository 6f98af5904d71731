"""A mock without a socket, and clients that talk to it."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from dancu.testing.at_hand import AtHand

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.aclient import AsyncClient
    from dancu.client import Client
    from dancu_mock import Mock

__all__ = ["DancuMock"]

_HOST = "https://mock.example"


class DancuMock(AtHand):
    """A mock in this process, and clients that talk to it.

    Args:
        mock: who answers.
        directory: where its secrets are written, with mode 600.

    Attributes:
        mock: the mock itself, with its settings, register and stage.
        profile: a profile of it, as a mapping; change a copy to test a set-up of yours.
    """

    def __init__(self, mock: Mock, directory: Path) -> None:
        from dancu.runtime.sinks import MemorySink

        super().__init__(mock)
        self._sink = MemorySink()
        self.profile = _profile(mock, directory)

    def client(self) -> Client:
        """A `Client` of the mock, audited into `audited`."""
        from dancu.client import Client

        return Client(self.profile, transport=self.mock.transport(), audit=self._sink)

    def async_client(self) -> AsyncClient:
        """An `AsyncClient` of the mock, audited into `audited`."""
        from dancu.aclient import AsyncClient

        return AsyncClient(self.profile, transport=self.mock.async_transport(), audit=self._sink)

    @property
    def audited(self) -> list[dict[str, Any]]:
        """The audit records so far, intents and outcomes in order."""
        return [json.loads(line) for line in self._sink.lines]


def _profile(mock: Mock, directory: Path) -> dict[str, Any]:
    """The mock's profile, its secrets in files of the directory, without certificates and without an audit file."""
    from dancu.runtime.private import write_private
    from dancu_mock.profile import profile_text, secret_files

    for name, secret in secret_files(mock.settings).items():
        write_private(directory / name, secret)
    profile: dict[str, Any] = tomllib.loads(profile_text(mock.settings, url=_HOST + mock.settings.folder))
    del profile["tls"]
    profile["audit"] = {"sink": "none"}
    profile["retry"] = {"attempts": 1}  # what a test plays once is seen once
    credential = profile["credential"]
    for name in [name for name, value in credential.items() if isinstance(value, dict)]:
        credential[name] = {"file": str(directory / credential[name]["file"])}
    return profile
