"""The pytest plugin: a ``dancu_mock`` fixture with invented citizens, no network and no set-up.

::

    def test_prefill(dancu_mock):
        with dancu_mock.client() as dancu:
            answer = dancu.look_up(subject, fields=["name"], purpose=purpose)
        assert answer.citizen.name == "NGUYỄN THỊ MẪU"
        assert dancu_mock.audited[-1]["result"] == "found"

The plugin loads with pytest wherever dancu is installed; the mock is imported by the fixture.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dancu.aclient import AsyncClient
from dancu.client import Client
from dancu.runtime.private import write_private
from dancu.runtime.sinks import MemorySink

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from dancu_mock import Mock

__all__ = ["DancuMock", "dancu_mock"]

_KEYS = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh")


class DancuMock:
    """A mock in this process, and clients that talk to it.

    Attributes:
        mock: the mock itself, with its journal and settings.
        profile: a profile of it, as a mapping; change a copy to test a set-up of yours.
    """

    def __init__(self, mock: Mock, directory: Path) -> None:
        self.mock = mock
        self._sink = MemorySink()
        secret = directory / "dancu-mock-secret.txt"
        write_private(secret, mock.settings.secret)
        self.profile: dict[str, Any] = {
            "environment": "test",
            "endpoint": {"url": "https://mock.example/dancu/"},
            "credential": {
                "family": "hash-basic",
                "user": mock.settings.user,
                "secret": {"file": str(secret)},
                "timestamp": mock.settings.timestamp,
            },
            "services": {
                "look_up": {
                    "path": "tracuu",
                    "operation": "TraCuuThongTinCongDan",
                    "integration": "037",
                    "fields_sent": list(_KEYS),
                },
                "confirm": {
                    "path": "xacthuc",
                    "operation": "XacThucThongTinCongDan",
                    "integration": "003",
                    "fields_sent": list(_KEYS),
                },
            },
            "audit": {"sink": "none"},
        }

    def client(self) -> Client:
        """A `Client` of the mock, audited into `audited`."""
        return Client(self.profile, transport=self.mock.transport(), audit=self._sink)

    def async_client(self) -> AsyncClient:
        """An `AsyncClient` of the mock, audited into `audited`."""
        return AsyncClient(self.profile, transport=self.mock.async_transport(), audit=self._sink)

    def scenario(self, name: str, times: int | None = None) -> AbstractContextManager[object]:
        """Have the mock fail in a named way (`dancu_mock.SCENARIOS`) for a ``with`` block."""
        return self.mock.scenario(name, times)

    @property
    def audited(self) -> list[dict[str, Any]]:
        """The audit records so far, intents and outcomes in order."""
        return [json.loads(line) for line in self._sink.lines]


@pytest.fixture
def dancu_mock(tmp_path: Path) -> DancuMock:
    """A fresh mock for one test."""
    from dancu_mock import Mock

    return DancuMock(Mock(), tmp_path)
