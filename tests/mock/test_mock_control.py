"""The verbs of the control port, called in Python and seen by a client of the platform over mTLS."""

from __future__ import annotations

import dataclasses
import email.utils
import http.server
import threading
import time
from typing import TYPE_CHECKING

import pytest

from dancu_mock.control.client import ControlRefused, MockPlatform
from dancu_mock.control.server import ControlServer
from dancu_mock.people import PEOPLE, Person
from dancu_mock.stage import When

from .conftest import LOOK_UP, birth_of, credentials, enveloped, look_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Line

BRAND_NEW = Person("000990099001", "PHANTHIMOI", 1991, 2, 3, name="PHAN THỊ MỚI")


@pytest.fixture
def platform(line: Line) -> Iterator[MockPlatform]:
    """The control of the running mock, over its socket."""
    with (
        ControlServer(line.mock, line.server) as control,
        MockPlatform(control.url, control.token) as moved,
    ):
        yield moved


def ask(line: Line, request_id: str, person: Person = PEOPLE[0]) -> tuple[int, str]:
    """Look a person up over a connection of its own: status and text."""
    connection = line.connect()
    try:
        asked = look_up(request_id, number=person.asked_number, key=person.key, birth=birth_of(person))
        connection.request("POST", LOOK_UP, enveloped(asked), credentials(line.mock, LOOK_UP, now=line.mock.clock()))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_scenario_plays_for_so_many_calls(line: Line, platform: MockPlatform) -> None:
    """A scenario for two calls is met by two; it is on the stage until then, and ending it late is no error."""
    scene = platform.scenario("throttled", times=2)
    assert [(one.id, one.name, one.left) for one in platform.scenarios().playing] == [(scene.id, "throttled", 2)]
    assert [ask(line, f"s{place}")[0] for place in range(3)] == [429, 429, 200]
    assert platform.scenarios().playing == []
    scene.end()
    assert not platform.end(scene.id)


def test_scenarios_are_stacked_and_taken_off(line: Line, platform: MockPlatform) -> None:
    """The latest plays; with its block it leaves the stage to the one below, and clearing ends all."""
    platform.scenario("maintenance_503")
    with platform.scenario("throttled") as upper:
        assert upper.id == platform.scenarios().playing[-1].id
        assert ask(line, "upper")[0] == 429
    assert ask(line, "below")[0] == 503
    platform.clear()
    assert ask(line, "none")[0] == 200


def test_a_scenario_is_for_whom_it_says(line: Line, platform: MockPlatform) -> None:
    """Calls of another officer or another client certificate are answered as if there were none."""
    with platform.scenario("throttled", when=When(officer="can.bo.khac")):
        assert ask(line, "other-officer")[0] == 200
    with platform.scenario("throttled", when=When(caller="another-app")):
        assert ask(line, "other-caller")[0] == 200
    with platform.scenario("throttled", when=When(caller="demo-app", officer="can.bo.mau")):
        assert platform.status().playing[0].when is not None
        assert ask(line, "this-one")[0] == 429


def test_a_scenario_that_there_is_not_is_refused_with_those_there_are(platform: MockPlatform) -> None:
    """The sentence names the scenarios; the error is a ValueError, as it is in this process."""
    with pytest.raises(ValueError, match="throttled") as refused:
        platform.scenario("no such thing")
    assert isinstance(refused.value, ControlRefused)
    assert (refused.value.status, refused.value.code) == (400, "invalid")
    assert "throttled" in platform.scenarios().available


def test_an_added_person_is_found(line: Line, platform: MockPlatform) -> None:
    """A person who is added is answered about, is listed first, and is gone after a reset."""
    assert "MỚI" not in ask(line, "before", BRAND_NEW)[1]
    platform.add(BRAND_NEW)
    status, text = ask(line, "after", BRAND_NEW)
    assert status == 200 and "PHAN THỊ MỚI" in text
    assert BRAND_NEW in platform.people(BRAND_NEW.asked_number)
    assert platform.status().added == 1
    platform.reset()
    assert platform.status().added == 0
    assert "MỚI" not in ask(line, "reset", BRAND_NEW)[1]


def test_people_are_listed_page_by_page(platform: MockPlatform) -> None:
    """Two pages of five are ten different people, each as the register holds them."""
    first, second = platform.people(limit=5), platform.people(offset=5, limit=5)
    assert len({person.asked_number for person in [*first, *second]}) == 10
    assert PEOPLE[0] in platform.people(PEOPLE[0].asked_number)


@pytest.mark.parametrize(
    "person",
    [dataclasses.replace(BRAND_NEW, asked_number="0660" + "91000001"), PEOPLE[0]],
    ids=["somebody-may-bear-it", "taken"],
)
def test_a_number_that_cannot_be_added_is_refused(platform: MockPlatform, person: Person) -> None:
    """A number that a living person may bear, or that is taken, is refused, and nobody of the same body is added."""
    with pytest.raises(ControlRefused) as refused:
        platform.add(BRAND_NEW, person)
    assert (refused.value.status, platform.status().added) == (400, 0)


def test_the_journal_is_read_from_where_one_was(line: Line, platform: MockPlatform) -> None:
    """What was read is not read again; clearing forgets calls and handshakes."""
    ask(line, "j1")
    first = platform.journal()
    ask(line, "j2")
    later = platform.journal(after=first.next)
    assert [call.request_id for call in first.calls] == ["j1"]
    assert [call.request_id for call in later.calls] == ["j2"]
    assert (first.calls[0].officer, first.calls[0].status, later.handshakes) == ("can.bo.mau", 200, 2)
    assert platform.journal(after=later.next).calls == []
    platform.clear_journal()
    assert (platform.journal().calls, platform.journal().handshakes) == ([], 0)


def test_the_clock_moves_the_skew_and_the_date(line: Line, platform: MockPlatform) -> None:
    """After an hour's move a stamp of now is too old, one of the moved time is right, and the Date header shows it."""
    assert platform.advance(3600).offset == pytest.approx(3600, abs=1)
    connection = line.connect()
    assert line.post(connection, "old-stamp")[0] == 401
    connection.close()
    assert ask(line, "new-stamp")[0] == 200
    moment = platform.set_clock(2_000_000_000)
    assert moment.now == pytest.approx(2_000_000_000, abs=5)
    connection = line.connect()
    connection.request("POST", LOOK_UP, b"", {})
    date = connection.getresponse().headers["Date"]
    connection.close()
    assert email.utils.parsedate_to_datetime(date).year == 2033
    platform.reset_clock()
    assert platform.clock().now == pytest.approx(time.time(), abs=5)


def test_certificates_are_rotated_from_afar(line: Line, platform: MockPlatform) -> None:
    """The kind that was asked for is shown until it is restored, or everything is reset."""
    for undo in (platform.restore, platform.reset):
        platform.rotate("expired")
        assert (platform.certificate(), line.server.certificate) == ("expired", "expired")
        undo()
        assert (platform.certificate(), platform.status().certificate) == ("good", "good")
    with pytest.raises(ControlRefused, match="wrong_issuer"):
        platform.rotate("blue")  # type: ignore[arg-type]  # what an untyped caller passes


def test_the_status_tells_what_runs(line: Line, platform: MockPlatform) -> None:
    """URL, province's manner and counts are those of the server."""
    ask(line, "t")
    told = platform.status()
    assert (told.url, told.family, told.skin, told.dialect) == (line.server.url, "hash-basic", "soap", "live")
    assert (told.calls, told.handshakes, told.added, told.playing) == (1, 1, 0, [])


def test_a_reset_is_a_new_start(line: Line, platform: MockPlatform) -> None:
    """Stage, journal, request ids and clock are as at the start."""
    platform.scenario("throttled")
    platform.advance(1000)
    ask(line, "again")
    platform.reset()
    told = platform.status()
    assert (told.playing, told.calls, told.clock.offset) == ([], 0, 0.0)
    assert ask(line, "again")[0] == 200


def test_switching_under_load_loses_no_entry(line: Line, platform: MockPlatform) -> None:
    """While scenarios are switched 100 times over HTTP, three callers' 150 calls are all answered and noted."""
    answered: list[int] = []

    def caller(place: int) -> None:
        connection = line.connect()
        answered.extend(line.post(connection, f"l{place}-{turn}")[0] for turn in range(50))
        connection.close()

    callers = [threading.Thread(target=caller, args=(place,)) for place in range(3)]
    for thread in callers:
        thread.start()
    for _ in range(100):
        with platform.scenario("throttled"):
            pass
    for thread in callers:
        thread.join(20)
    assert len(answered) == 150 and set(answered) <= {200, 429}
    page = platform.journal()
    assert len(page.calls) == 150
    assert sorted(call.status for call in page.calls) == sorted(answered)


def test_who_answers_otherwise_is_not_the_control_port() -> None:
    """The page of another server is no problem of ours, and is said to be somebody else's."""
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as other:
        other.timeout = 5
        thread = threading.Thread(target=other.handle_request)
        thread.start()
        with (
            MockPlatform(f"http://127.0.0.1:{other.server_port}/", "invented-token-for-tests") as platform,
            pytest.raises(ControlRefused) as refused,
        ):
            platform.status()
        thread.join(5)
    assert (refused.value.status, refused.value.code) == (501, "not_control")
