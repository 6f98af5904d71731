"""A test suite's calls that must type-check. Never executed: ``make check`` reads it with mypy and pyright."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_type

from dancu import AsyncClient, Client, Subject
from dancu_mock import Call, Person, VirtualClock, When

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.testing import DancuMock, DancuMockServer
    from dancu_mock.control.client import MockPlatform


def in_process(dancu_mock: DancuMock) -> None:
    """What a test does with the mock of its process is typed."""
    assert_type(dancu_mock.persona("citizen"), Subject)
    assert_type(dancu_mock.calls, tuple[Call, ...])
    assert_type(dancu_mock.clock, VirtualClock)
    assert_type(dancu_mock.audited, list[dict[str, Any]])
    dancu_mock.add(Person("066890000077", "LETHIMAU", 1990))
    with dancu_mock.scenario("throttled", times=2, when=When(service="look_up")) as scene, dancu_mock.client() as dancu:
        assert_type(dancu, Client)
        scene.end()
    assert_type(dancu_mock.async_client(), AsyncClient)


def served(dancu_mock_server: DancuMockServer) -> tuple[Path, MockPlatform]:
    """What a test does with a mock behind a socket is typed."""
    assert_type(dancu_mock_server.url, str)
    assert_type(dancu_mock_server.persona("citizen"), Subject)
    dancu_mock_server.reset()
    return dancu_mock_server.profile_path, dancu_mock_server.control
