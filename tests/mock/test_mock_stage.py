"""The stage: scenarios are stacked, each for the calls it names and for as many as it says, to the call."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from dancu_mock.mock import Mock
from dancu_mock.person import Person
from dancu_mock.scenario_files.library import Library
from dancu_mock.stage import Facts, Stage, When

from .conftest import CONFIRM, ask, confirm, enveloped, look_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOOK_UP = Facts("look_up", caller="demo-app", officer="can.bo.mau", procedure="1.004194", number="066790000001")


def taken(stage: Stage, facts: Facts = LOOK_UP, *, gate: bool = False) -> str | None:
    """The name of the scenario that a call meets."""
    found = stage.take(facts, gate=gate)
    return None if found is None else found.name


def test_the_latest_plays_and_the_one_below_comes_back() -> None:
    """What was put on last is met; ended by its id, once, it leaves the stage to the one below."""
    stage = Stage(Library())
    below, above = stage.push("html_200"), stage.push("throttled")
    assert [(one.id, one.name, one.left) for one in stage.playing] == [
        (below.id, "html_200", None),
        (above.id, "throttled", None),
    ]
    assert taken(stage) == "throttled"
    assert (stage.end(above.id), stage.end(above.id)) == (True, False)
    assert taken(stage) == "html_200"
    stage.clear()
    assert (taken(stage), stage.playing) == (None, ())


def test_a_count_is_to_the_call() -> None:
    """Of three calls, two meet a scenario for two, and then it is off the stage."""
    stage = Stage(Library())
    stage.push("hang", times=2)
    assert [taken(stage), stage.playing[0].left, taken(stage), stage.playing, taken(stage)] == [
        *("hang", 1, "hang", (), None)
    ]


def test_a_scenario_that_passes_is_over_by_itself() -> None:
    """Two calls of burst_503 fail, the third passes; a smaller count ends it sooner."""
    stage = Stage(Library())
    assert stage.push("burst_503").left == 2
    assert [taken(stage) for _ in range(3)] == ["burst_503", "burst_503", None]
    assert stage.push("burst_503", times=1).left == 1


@pytest.mark.parametrize(
    "when",
    [
        When(officer="can.bo.khac"),
        When(procedure="2.000000"),
        When(service="confirm"),
        When(number="066790000002"),
        When(caller="another-app"),
        When(officer="can.bo.mau", caller="another-app"),
    ],
)
def test_a_call_of_another_kind_passes(when: When) -> None:
    """A scenario is met by the calls that fit all it names, and by no other; those meet what lies below."""
    stage = Stage(Library())
    stage.push("html_200")
    stage.push("hang", when=when)
    assert taken(stage) == "html_200"


def test_a_call_of_that_kind_is_met() -> None:
    """All five together fit the call that bears them."""
    stage = Stage(Library())
    when = When("can.bo.mau", "1.004194", "look_up", "066790000001", "demo-app")
    stage.push("hang", when=when)
    assert taken(stage) == "hang"
    assert "066790000001" not in repr(when) and "can.bo.mau" in repr(when)


def test_doors_are_met_only_by_name() -> None:
    """A token is handed out in the middle of a scenario, unless it is for tokens."""
    stage = Stage(Library())
    stage.push("hang")
    assert taken(stage, Facts("token")) is None
    stage.push("throttled", when=When(service="token"))
    assert (taken(stage, Facts("token")), taken(stage)) == ("throttled", "hang")


def test_at_the_gate_only_its_own_are_met() -> None:
    """Before the credential is looked at, a scenario of the gate is taken; one of the register waits, uncounted."""
    stage = Stage(Library())
    stage.push("wrong_hash")
    assert taken(stage, gate=True) == "wrong_hash"
    stage.push("hang", times=1)
    assert (taken(stage, gate=True), taken(stage)) == (None, "hang")


@pytest.mark.parametrize(("name", "times"), [("nonsense", None), ("hang", 0), ("hang", -1)])
def test_what_cannot_be_played_is_refused(name: str, times: int | None) -> None:
    """An unknown name and a count below one are ValueErrors, and the stage stays empty."""
    stage = Stage(Library())
    with pytest.raises(ValueError, match=r"there are|1 or more"):
        stage.push(name, times=times)
    assert stage.playing == ()


@pytest.mark.parametrize(
    "said",
    [{"service": "relative"}, {"number": "0660" + "90000001"}, {"number": "066790"}, {"number": "٠٦٦٧٩٠٠٠٠٠٠١"}],
)
def test_a_call_that_cannot_come_is_refused(said: dict[str, str]) -> None:
    """A service that there is not, and a number that somebody may bear, are ValueErrors that quote no number."""
    with pytest.raises(ValueError, match=r"service|invented") as refused:
        When(**said)  # type: ignore[arg-type]  # what an untyped caller passes
    assert said.get("number", "-") not in str(refused.value)


def test_threads_share_a_count() -> None:
    """Of 8 threads' 800 calls, exactly 300 meet a scenario for 300."""
    stage = Stage(Library())
    stage.push("hang", times=300)
    with ThreadPoolExecutor(8) as pool:
        met = Counter(pool.map(lambda _place: taken(stage), range(800)))
    assert met == {"hang": 300, None: 500}


def test_a_file_that_changes_is_played_as_it_is_now(tmp_path: Path) -> None:
    """A scenario on the stage follows its file, and stays as it was when the file goes."""
    moments = iter(range(100))
    file = tmp_path / "mine.toml"
    text = 'name = "mine"\ntitle = { vi = "a", en = "b" }\n[[steps]]\nstatus = '
    file.write_text(text + "500\n", encoding="utf-8")
    stage = Stage(Library(tmp_path, monotonic=lambda: float(next(moments))))
    stage.push("mine")
    seen: list[int] = []

    def rewritten() -> None:
        file.write_text(text + "503\n", encoding="utf-8")
        # Some file systems count time in ticks of 4 ms, and two writes may fall into one.
        os.utime(file, ns=(0, file.stat().st_mtime_ns + 10_000_000))

    changes: tuple[Callable[[], None], ...] = (lambda: None, rewritten, file.unlink)
    for change in changes:
        change()
        found = stage.take(LOOK_UP)
        assert found is not None
        seen.append(getattr(found.step, "status", 0))
    assert seen == [500, 503, 503]


def test_a_mock_plays_its_own_and_forgets_them() -> None:
    """Nested scenarios end with their blocks; None ends all; times of the inner one leave the outer in play."""
    mock = Mock()
    with mock.scenario("html_200") as outer:
        with mock.scenario("throttled", times=1):
            assert [ask(mock, enveloped(look_up(f"a{turn}"))).status for turn in range(2)] == [429, 200]
        assert mock.journal.calls[-1].outcome == "html_200"
        outer.end()
        ask(mock, enveloped(look_up("a3")))
    mock.scenario("html_200")
    with mock.scenario(None):
        ask(mock, enveloped(look_up("a4")))
    assert [call.outcome for call in mock.journal.calls] == ["throttled", "html_200", "found", "found"]


def test_a_scenario_is_for_a_service() -> None:
    """A confirmation passes a scenario for look-ups."""
    mock = Mock()
    with mock.scenario("throttled", when=When(service="look_up")):
        assert ask(mock, enveloped(confirm("c"), "XacThucThongTinCongDan"), CONFIRM).status == 200
        assert ask(mock, enveloped(look_up("l"))).status == 429


def test_a_reset_forgets_all_but_the_settings() -> None:
    """Scenarios, journal, ids, tokens, clock and added people are gone; a question may come again under its id."""
    mock = Mock()
    mock.add(Person("066890000077", "LETHIMAU", 1990, 2, 3))
    mock.scenario("hang")
    mock.clock.advance(10)
    mock.scenario("html_200", times=1)
    ask(mock, enveloped(look_up("again")))
    token = mock.memory.issue(9e9)
    mock.reset()
    assert (mock.stage.playing, mock.journal.calls, mock.clock.offset, mock.register.added) == ((), (), 0.0, ())
    assert not mock.memory.alive(token, 0.0)
    assert ask(mock, enveloped(look_up("again"))).status == 200
