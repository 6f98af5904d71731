"""A kept connection that the platform has closed: the question is asked once more, within the lane and its time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dancu import Found, MemorySink, Unavailable
from dancu_mock import Mock, MockServer
from dancu_mock.messages import Raw

from .conftest import Platform, Stopwatch, profile_of
from .steady import ONCE, steady

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dancu_mock.messages import Reply, Request

CLOSED = Raw((), (), "close")
RESET = Raw((), (), "reset")
ONE_BYTE = Raw((b"H",), (), "close")
HANG = Raw((), (), "hang")


class Gate(Mock):
    """A mock behind a gate that ends connections before anybody reads what came over them."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0
        self.ends: list[Raw] = []

    def handle(self, request: Request) -> Reply | Raw:
        """Count a request, and end its connection or let it through."""
        self.requests += 1
        return self.ends.pop(0) if self.ends else super().handle(request)


@pytest.fixture
def gate() -> Gate:
    """The platform's gate."""
    return Gate()


@pytest.fixture(params=["sync", "async"])
def platform(request: pytest.FixtureRequest, tmp_path: Path, gate: Gate) -> Iterator[Platform]:
    """A gate over mTLS, and a client that repeats nothing."""
    with MockServer(gate) as server:
        profile = {**profile_of(tmp_path, server.write_files(tmp_path)), "retry": ONCE}
        yield Platform(server, gate, profile, request.param)


def attempts(platform: Platform) -> list[int]:
    """How often the audit says that each call asked."""
    assert isinstance(platform.sink, MemorySink)
    records = [json.loads(line) for line in platform.sink.lines]
    return [record["attempts"] for record in records if record["record"] == "outcome"]


@pytest.mark.parametrize("end", [CLOSED, RESET], ids=["closed", "reset"])
def test_a_kept_connection_that_closes_costs_nothing(platform: Platform, gate: Gate, end: Raw) -> None:
    """A kept connection that ends before a byte of the answer came is replaced: an answer, and one attempt."""
    with steady(platform) as client:
        assert isinstance(client.look_up(), Found)
        gate.ends = [end]
        assert isinstance(client.look_up(), Found)
    assert (gate.requests, gate.journal.handshakes) == (3, 2)
    assert attempts(platform) == [1, 1]


def test_what_is_sent_anew_has_an_id_of_its_own(platform: Platform, gate: Gate) -> None:
    """A platform that noted the question before it hung up answers the second one, which is no collision."""
    with steady(platform) as client:
        client.look_up()
        gate.scenario("close_silently", times=1)
        assert isinstance(client.look_up(), Found)
    assert [call.scenario for call in gate.journal.calls] == ["", "close_silently", ""]
    assert attempts(platform) == [1, 1]


@pytest.mark.parametrize("end", [CLOSED, RESET], ids=["closed", "reset"])
def test_a_question_is_sent_anew_once(platform: Platform, gate: Gate, end: Raw) -> None:
    """Where the new connection ends as well, that is an error: the question went out twice and no third time."""
    with steady(platform) as client:
        client.look_up()
        gate.ends = [end, end]
        with pytest.raises(Unavailable, check=lambda error: error.code == "disconnected"):
            client.look_up()
    assert gate.requests == 3
    assert attempts(platform) == [1, 1]


@pytest.mark.parametrize("end", [CLOSED, RESET], ids=["closed", "reset"])
def test_a_fresh_connection_that_closes_is_an_error(platform: Platform, gate: Gate, end: Raw) -> None:
    """On the first request of a connection the end of it is an error, and the question went out once."""
    gate.ends = [end]
    with steady(platform) as client, pytest.raises(Unavailable, check=lambda error: error.code == "disconnected"):
        client.look_up()
    assert gate.requests == 1


def test_one_byte_of_an_answer_makes_it_an_error(platform: Platform, gate: Gate) -> None:
    """Once a byte came the platform has read the question, and it is not sent again."""
    with steady(platform) as client:
        client.look_up()
        gate.ends = [ONE_BYTE]
        with pytest.raises(Unavailable, check=lambda error: error.code == "disconnected"):
            client.look_up()
    assert gate.requests == 2


def test_the_new_connection_has_the_time_of_the_old_one(platform: Platform, gate: Gate) -> None:
    """A question sent anew has what is left of its deadline, and no second one."""
    with steady(platform) as client:
        client.look_up()
        gate.ends = [CLOSED, HANG]
        watch = Stopwatch()
        with pytest.raises(Unavailable, check=lambda error: error.code == "timed_out"):
            client.look_up(deadline=0.4)
    assert 0.3 < watch.seconds < 0.9
    assert gate.requests == 3


def test_silence_on_a_kept_connection_is_no_end_of_it(platform: Platform, gate: Gate) -> None:
    """A kept connection that stays open and silent is waited for, and the question goes out once."""
    with steady(platform) as client:
        client.look_up()
        gate.ends = [HANG]
        with pytest.raises(Unavailable, check=lambda error: error.code == "timed_out"):
            client.look_up(deadline=0.3)
    assert gate.requests == 2
