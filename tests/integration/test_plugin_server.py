"""The mock that is served to a whole run: real sockets and certificates, and as new for every test."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from dancu import Client, Found, MemorySink, NotMatched, Subject, Unavailable
from dancu.testing import DancuMockServer
from dancu_mock import Mock, Person
from dancu_mock.control.client import ControlRefused

from .conftest import PURPOSE

if TYPE_CHECKING:
    from pathlib import Path

ADDED = Person("066890000077", "LETHIMAU", 1990, 2, 3, "LÊ THỊ MẪU")
ASKED = Subject(number="066890000077", name="Lê Thị Mẫu", birth_date="1990-02-03")


def asked(server: DancuMockServer, subject: Subject) -> object:
    """What an application makes of the profile that it is given."""
    with Client(server.profile_path, audit=MemorySink()) as dancu:
        return dancu.look_up(subject, fields=["name"], purpose=PURPOSE, deadline=1.0)


@pytest.mark.parametrize("_turn", ["first", "second"])
@pytest.mark.dancu_scenario("throttled", times=1)
def test_every_test_finds_it_as_new(dancu_mock_server: DancuMockServer, _turn: str) -> None:
    """Whatever a test did to journal, stage, clock, people and certificate, the next one begins without it."""
    server = dancu_mock_server
    assert (server.calls, server.clock.offset, len(server.mock.stage.playing)) == ((), 0.0, 1)
    with pytest.raises(Unavailable) as caught:
        asked(server, server.persona("citizen"))
    assert caught.value.code == "throttled"
    assert isinstance(asked(server, server.persona("citizen")), Found)
    assert isinstance(asked(server, ASKED), NotMatched)
    server.add(ADDED)
    assert isinstance(asked(server, ASKED), Found)
    assert [call.caller for call in server.calls] == ["demo-app"] * 4
    server.scenario("hang")
    server.clock.advance(3600)
    server.control.rotate("expired")
    with pytest.raises(Unavailable):
        asked(server, ASKED)


def test_its_control_port_has_the_verbs_of_a_mock_elsewhere(dancu_mock_server: DancuMockServer) -> None:
    """What a suite does to a mock in another container it does to this one, with the same object."""
    server = dancu_mock_server
    assert server.control.status().url == server.url
    with server.control.scenario("html_200"), pytest.raises(Unavailable):
        asked(server, server.persona("citizen"))
    assert [call.scenario for call in server.control.journal().calls] == ["html_200"]
    with pytest.raises(ControlRefused, match="no such scenario"):
        server.control.scenario("html_2000")


@pytest.mark.dancu_scenario("slow")
def test_a_slow_platform_is_waited_for(dancu_mock_server: DancuMockServer) -> None:
    """Over a socket time passes: the deadline ends the call, as it does in process."""
    began = time.monotonic()
    with (
        Client(dancu_mock_server.profile_path, audit=MemorySink()) as dancu,
        pytest.raises(Unavailable) as caught,
    ):
        dancu.look_up(dancu_mock_server.persona("citizen"), fields=["name"], purpose=PURPOSE, deadline=0.3)
    assert caught.value.code == "timed_out"
    assert 0.3 <= time.monotonic() - began < 2.0


def test_it_starts_and_resets_in_no_time(tmp_path: Path) -> None:
    """It is up within half a second, and as new within 5 ms after a thousand calls."""
    began = time.perf_counter()
    with DancuMockServer(Mock(), tmp_path) as server:
        started = time.perf_counter() - began
        assert server.profile_path.is_file()
        resets: list[float] = []
        for _ in range(5):
            for place in range(200):
                server.mock.memory.seen(f"id-{place}")
                server.scenario("hang")
            server.add(ADDED)
            began = time.perf_counter()
            server.reset()
            resets.append(time.perf_counter() - began)
    assert started < 0.5
    assert min(resets) < 0.005


def test_its_keys_are_its_owners_alone(dancu_mock_server: DancuMockServer) -> None:
    """Key and secret beside the profile have mode 600."""
    folder = dancu_mock_server.profile_path.parent
    assert {name: (folder / name).stat().st_mode & 0o777 for name in ("client.key", "secret.txt")} == {
        "client.key": 0o600,
        "secret.txt": 0o600,
    }
