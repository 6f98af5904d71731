"""The journal: every call counted once, and nobody in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from dancu_mock import Call, Journal, Mock

from .conftest import CONFIRM, ask, confirm, confirm_2023, enveloped, look_up


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


def test_an_id_is_new_to_one_thread_only() -> None:
    """Of 8 simultaneous requests under one MaYeuCau, one is served."""
    mock = Mock()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _place: ask(mock, enveloped(look_up("same"))).status, range(8)))
    assert sorted(statuses) == [200, *[500] * 7]
