"""The pytest plugin: a mock platform with invented citizens for the test suite of an application.

::

    def test_prefill(dancu_mock, dancu_client):
        answer = dancu_client.look_up(dancu_mock.persona("citizen"), fields=["name"], purpose=purpose)
        assert answer.citizen.name == "NGUYỄN THỊ MẪU"
        assert dancu_mock.audited[-1]["result"] == "found"

It loads with pytest wherever dancu is installed, and imports the SDK and the mock when a fixture is first used.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from dancu.testing.at_hand import the_extra
from dancu.testing.in_process import DancuMock
from dancu.testing.marker import DECLARED, check_marker, play_marked
from dancu.testing.served import DancuMockServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dancu.aclient import AsyncClient
    from dancu.client import Client
    from dancu_mock import Mock, MockSettings

__all__ = [
    "DancuMock",
    "DancuMockServer",
    "dancu_async_client",
    "dancu_client",
    "dancu_mock",
    "dancu_mock_server",
    "dancu_mock_settings",
]

_FOLDER = "dancu_scenarios"
_TEST = pytest.StashKey[pytest.Item]()
_SERVED = pytest.StashKey[DancuMockServer]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the setting with the user's scenarios."""
    parser.addini(_FOLDER, "folder of scenarios for dancu_mock, from the file that says so", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", DECLARED)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the fixtures of a test: a mock that is served already begins anew, with the scenarios of this test."""
    check_marker(item)
    item.config.stash[_TEST] = item
    served = item.config.stash.get(_SERVED, None)
    if served is not None:
        served.reset()
        play_marked(served, item)


def _new_mock(config: pytest.Config, settings: MockSettings | None) -> Mock:
    """A mock with the user's scenarios; where it cannot be made, one sentence."""
    with the_extra():
        from dancu_mock.mock import Mock

    folder = config.getini(_FOLDER)
    start = config.rootpath if config.inipath is None else config.inipath.parent
    try:
        return Mock(settings, scenarios=start / folder if folder else None)
    except ValueError as error:
        raise pytest.fail.Exception(f"{_FOLDER}: {error}", pytrace=False) from None


@pytest.fixture(scope="session")
def dancu_mock_settings() -> MockSettings | None:
    """How the mocks of this run are: None for the usual; override it in a ``conftest.py``."""
    return None


@pytest.fixture
def dancu_mock(request: pytest.FixtureRequest, tmp_path: Path, dancu_mock_settings: MockSettings | None) -> DancuMock:
    """A fresh mock for one test, in its process, without a socket."""
    directory = tmp_path / "dancu-mock"
    directory.mkdir()
    made = DancuMock(_new_mock(request.config, dancu_mock_settings), directory)
    play_marked(made, request.node)
    return made


@pytest.fixture
def dancu_client(dancu_mock: DancuMock) -> Iterator[Client]:
    """A `Client` of `dancu_mock`, closed after the test."""
    with dancu_mock.client() as client:
        yield client


@pytest.fixture
def dancu_async_client(dancu_mock: DancuMock) -> Iterator[AsyncClient]:
    """An `AsyncClient` of `dancu_mock`, closed after the test."""
    client = dancu_mock.async_client()
    yield client
    # Without connections and a sink of its own nothing of it waits, so it needs no event loop either.
    with contextlib.suppress(StopIteration):
        client.aclose().send(None)


@pytest.fixture(scope="session")
def dancu_mock_server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    dancu_mock_settings: MockSettings | None,
) -> Iterator[DancuMockServer]:
    """A mock on the loopback with mTLS: started once for the run or the worker of it, and as new for every test."""
    mock = _new_mock(request.config, dancu_mock_settings)
    with DancuMockServer(mock, tmp_path_factory.mktemp("dancu-mock")) as served:
        request.config.stash[_SERVED] = served
        play_marked(served, request.config.stash[_TEST])
        yield served
        del request.config.stash[_SERVED]
