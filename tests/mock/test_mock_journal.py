"""The journal: every call counted once, and nobody in it."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from dancu_mock.journal import Call, Journal
from dancu_mock.messages import Raw, Request
from dancu_mock.mock import Mock

from .conftest import CONFIRM, LOOK_UP, ask, confirm, confirm_2023, credentials, enveloped, look_up

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_700_000_000.0


def test_a_call_is_noted_with_everything_but_the_person() -> None:
    """Service, operation, outcome and references are noted; number, name and birth date are not."""
    mock = Mock()
    ask(mock, enveloped(look_up("j1")))
    ask(mock, enveloped(look_up("j2", key="KHONGAICA")))
    ask(mock, enveloped(confirm("j3"), "XacThucThongTinCongDan"), CONFIRM)
    ask(mock, enveloped(confirm_2023("j4"), "XacThucThongTinCongDanRequest"), CONFIRM)
    ask(mock, b"no xml")
    found = Call("look_up", "found", 200, "j1", "1.004194", "can.bo.mau", "TraCuuThongTinCongDan")
    assert mock.journal.calls[0] == found
    assert [(call.service, call.outcome, call.operation) for call in mock.journal.calls[1:]] == [
        ("look_up", "not_matched", "TraCuuThongTinCongDan"),
        ("confirm", "found", "XacThucThongTinCongDan"),
        ("confirm", "found", "XacThucThongTinCongDanRequest"),
        ("look_up", "fault", ""),
    ]
    seen = repr(mock.journal.calls)
    assert not any(word in seen for word in ("066790000001", "NGUYENTHIMAU", "19900102", "KHONGAICA"))


def test_a_call_has_a_number_a_time_and_a_caller() -> None:
    """Numbers count from 1, the time is the platform's, the caller is whom the certificate names."""
    mock = Mock(now=lambda: NOW)
    headers = tuple(credentials(mock, LOOK_UP, now=NOW).items())
    mock.handle(Request("POST", LOOK_UP, headers, enveloped(look_up("a")), caller="demo-app"))
    mock.clock.advance(60)
    mock.handle(Request("GET", "/nowhere", (), b""))
    calls = mock.journal.calls
    assert [(call.sequence, call.at, call.caller) for call in calls] == [(1, NOW, "demo-app"), (2, NOW + 60, "")]


def test_a_scenario_is_named_also_where_it_lets_pass() -> None:
    """The journal has name and id of the scenario that had a part in a call, and of a reserved number the name."""
    mock = Mock()
    scene = mock.stage.push("burst_503", times=1)
    ask(mock, enveloped(look_up("a")))
    ask(mock, enveloped(look_up("b")))
    slow = mock.stage.push("slow", times=1)
    headers = tuple(credentials(mock, LOOK_UP).items())
    assert isinstance(mock.handle(Request("POST", LOOK_UP, headers, enveloped(look_up("c")))), Raw)
    ask(mock, enveloped(look_up("d", number="000990000025")))
    assert [(call.outcome, call.status, call.scenario, call.playing) for call in mock.journal.calls] == [
        ("burst_503", 503, "burst_503", scene.id),
        ("found", 200, "", 0),
        ("found", 200, "slow", slow.id),
        ("throttled", 429, "throttled", 0),
    ]


@pytest.mark.parametrize("service", [look_up, confirm])
def test_a_real_number_is_flagged(service: object) -> None:
    """A number that somebody may bear is matched with nobody, and the journal says so without the number."""
    mock, real = Mock(), "0660" + "90000001"
    asked = look_up("r", number=real) if service is look_up else confirm("r", number=real)
    path, operation = (LOOK_UP, "TraCuuThongTinCongDan") if service is look_up else (CONFIRM, "XacThucThongTinCongDan")
    reply = ask(mock, enveloped(asked, operation), path)
    ask(mock, enveloped(look_up("s")))
    assert (reply.status, b"<ns1:CongDan>" in reply.body) == (200, False)
    assert [(call.outcome, call.real_number) for call in mock.journal.calls] == [
        ("not_matched", True),
        ("found", False),
    ]
    assert real not in repr(mock.journal.calls)


def test_a_real_number_is_flagged_in_the_middle_of_a_scenario() -> None:
    """A scenario of the register does not hide that somebody's number was asked for."""
    mock = Mock()
    mock.scenario("nobody")
    ask(mock, enveloped(look_up("r", number="0660" + "90000001")))
    assert [(call.outcome, call.real_number) for call in mock.journal.calls] == [("nobody", True)]


def test_the_journal_counts_every_thread() -> None:
    """800 notes from 8 threads are 800 notes; clearing forgets them and the handshakes."""
    journal = Journal()

    def note(_place: int) -> None:
        journal.record(Call("look_up", "found", 200))
        journal.shake()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(800)))
    assert (len(journal.calls), journal.handshakes) == (800, 800)
    journal.clear()
    assert (journal.calls, journal.handshakes) == ((), 0)


def test_the_journal_is_read_on_from_where_one_was() -> None:
    """What is after a number is not what was read; numbers go on when the journal is cleared."""
    journal = Journal()
    assert (journal.after(0), journal.last) == ((), 0)
    for name in "abc":
        journal.record(Call("look_up", name, 200))
    assert [call.outcome for call in journal.after(1)] == ["b", "c"]
    assert (journal.after(3), journal.after(99), len(journal.after(-5))) == ((), (), 3)
    journal.clear()
    journal.record(Call("look_up", "d", 200))
    assert [(call.outcome, call.sequence) for call in journal.after(3)] == [("d", 4)]
    assert journal.last == 4


def test_the_journal_keeps_the_latest() -> None:
    """Of more calls than it keeps, the oldest go, and their numbers with them."""
    journal = Journal(kept=3)
    for turn in range(10):
        journal.record(Call("look_up", str(turn), 200))
    assert [call.sequence for call in journal.after(2)] == [8, 9, 10]
    assert [call.outcome for call in journal.calls] == ["7", "8", "9"]


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads take turns a hundred times as often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 100)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_threads")
def test_switching_under_load_loses_no_entry() -> None:
    """While scenarios are switched 10,000 times and more, four threads' 2,000 calls are noted as they were answered."""
    mock = Mock()
    headers = tuple(credentials(mock, LOOK_UP).items())

    def caller(place: int) -> list[int]:
        bodies = (enveloped(look_up(f"l{place}-{turn}")) for turn in range(500))
        replies = [mock.handle(Request("POST", LOOK_UP, headers, body)) for body in bodies]
        return [0 if isinstance(reply, Raw) else reply.status for reply in replies]

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(caller, place) for place in range(4)]
        switches = 0
        while switches < 10_000 or not all(thread.done() for thread in working):
            with mock.scenario("throttled" if switches % 2 else "wrong_hash"):
                switches += 1
    answered = Counter(status for thread in working for status in thread.result())
    calls = mock.journal.calls
    assert Counter(call.status for call in calls) == answered
    assert [call.sequence for call in calls] == list(range(1, 2001))
    assert {(call.status, call.scenario) for call in calls} == {(200, ""), (429, "throttled"), (401, "wrong_hash")}
    assert mock.stage.playing == ()


def test_an_id_is_new_to_one_thread_only() -> None:
    """Of 8 simultaneous requests under one MaYeuCau, one is served."""
    mock = Mock()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _place: ask(mock, enveloped(look_up("same"))).status, range(8)))
    assert sorted(statuses) == [200, *[500] * 7]
