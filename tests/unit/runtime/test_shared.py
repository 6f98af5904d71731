from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from dancu import DancuError, MemorySink
from dancu.errors import error_for
from dancu.runtime.awaiting import AwaitingDriver
from dancu.runtime.stores import MemoryStore

from .conftest import LIMIT, AsyncGate, exchanged, held_by, sharing, turn_until

if TYPE_CHECKING:
    from dancu.flows.effects import Flow

    from .conftest import Drive


class Abandoned(BaseException):
    """Stands for a cancellation or an interrupt from the keyboard."""


class Maker:
    """Makes the shared flow and counts how often; an error given for a run is raised in that run."""

    def __init__(self, *errors: BaseException | None) -> None:
        self.runs = 0
        self._errors = errors

    def __call__(self) -> Flow[int]:
        """One more run of the flow."""
        self.runs += 1
        return self._run(self.runs)

    def _run(self, number: int) -> Flow[int]:
        yield from exchanged()
        error = self._errors[number - 1] if number <= len(self._errors) else None
        if error is not None:
            raise error
        return number


def test_many_have_one_leader(drive: Drive) -> None:
    """However many want the value at once, the flow runs once and all get its value."""
    make = Maker()
    values, slots = drive.hold([sharing(make) for _ in range(drive.crowd)], ready=held_by(drive.crowd))
    assert make.runs == 1
    assert values == [1] * drive.crowd
    assert slots == {}


def test_an_error_is_shared_but_not_its_object(drive: Drive) -> None:
    """The leader's error reaches every follower as a copy of its own: code and details are the same."""
    make = Maker(error_for("throttled", retry_after=7.0, detail="HTTP 429"))
    errors, slots = drive.hold([sharing(make) for _ in range(10)], ready=held_by(10))
    assert make.runs == 1
    assert {(error.code, error.retry_after, error.detail) for error in errors} == {("throttled", 7.0, "HTTP 429")}
    assert len({id(error) for error in errors}) == 10
    assert slots == {}


@pytest.mark.parametrize(
    "error", [Abandoned(), error_for("timed_out"), ZeroDivisionError()], ids=["cancelled", "timed-out", "broken"]
)
def test_a_leader_that_drops_out_hands_over(drive: Drive, error: BaseException) -> None:
    """When the leader is cancelled or out of time, one follower leads anew; only the first leader fails."""
    make = Maker(error)
    results, slots = drive.hold([sharing(make) for _ in range(10)], ready=held_by(10))
    assert make.runs == 2
    assert results.count(2) == 9
    assert [one for one in results if one != 2] == [error]
    assert slots == {}


def test_leaders_drop_out_one_after_another(drive: Drive) -> None:
    """Each leader that drops out hands over once, until one succeeds."""
    make = Maker(Abandoned(), error_for("timed_out"), Abandoned())
    results, slots = drive.hold([sharing(make) for _ in range(8)], ready=held_by(8))
    assert make.runs == 4
    assert results.count(4) == 5
    assert slots == {}


def test_when_every_leader_drops_out_nothing_is_left(drive: Drive) -> None:
    """If each in turn is out of time, each fails by itself and the slot goes with the last."""
    make = Maker(*(error_for("timed_out") for _ in range(5)))
    results, slots = drive.hold([sharing(make) for _ in range(5)], ready=held_by(5))
    assert make.runs == 5
    assert [error.code for error in results] == ["timed_out"] * 5
    assert slots == {}


def test_a_follower_keeps_its_own_deadline(drive: Drive) -> None:
    """A follower whose time is up leaves while the leader goes on, and the leader gets its value."""
    make = Maker()
    started = time.monotonic()
    gone: list[float] = []

    def impatient() -> Flow[Any]:
        try:
            yield from sharing(make, seconds=0.05)
        except DancuError as error:
            gone.append(time.monotonic() - started)
            return error.code

    flows = [sharing(make), impatient()]
    results, slots = drive.hold(flows, ready=lambda slots: bool(gone) and held_by(1)(slots))
    assert (results, make.runs) == ([1, "timed_out"], 1)
    assert 0.04 <= gone[0] <= 0.5
    assert slots == {}


def test_a_value_is_not_kept(drive: Drive) -> None:
    """Sharing is for those who want the value at the same time; the next one runs the flow again."""
    make = Maker()

    def twice() -> Flow[tuple[int, int]]:
        first: int = yield from sharing(make)
        second: int = yield from sharing(make)
        return first, second

    assert drive.run(twice()) == (1, 2)


def test_keys_do_not_meet(drive: Drive) -> None:
    """Two keys are two values."""
    here, there = Maker(), Maker()
    flows = [sharing(here), sharing(there, key="other"), sharing(here), sharing(there, key="other")]
    values, slots = drive.hold(flows, ready=lambda slots: held_by(2)(slots) and held_by(2, "other")(slots))
    assert (values, here.runs, there.runs) == ([1] * 4, 1, 1)
    assert slots == {}


def test_sharing_nests(drive: Drive) -> None:
    """A shared answer may need a shared token; a crowd of both makes one of each."""
    token = Maker()
    answers: list[int] = []

    def answer() -> Flow[int]:
        value: int = yield from sharing(token)
        answers.append(value)
        return value

    values, slots = drive.hold([sharing(answer, key="answer") for _ in range(20)], ready=held_by(20, "answer"))
    assert (values, answers, token.runs) == ([1] * 20, [1], 1)
    assert slots == {}


async def _cancelling(*places: int) -> tuple[list[Any], int, dict[str, Any]]:
    """Five want the value; these are cancelled, then the gate opens."""
    transport, make = AsyncGate(), Maker()
    driver = AwaitingDriver(transport=transport, sink=MemorySink(), store=MemoryStore(1, time.monotonic))
    async with asyncio.timeout(LIMIT):
        tasks = [asyncio.ensure_future(driver.run(sharing(make))) for _ in range(5)]
        await turn_until(lambda: held_by(5)(driver._slots))
        for place in places:
            tasks[place].cancel()
        await asyncio.sleep(0)
        transport.gate.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    return results, make.runs, driver._slots


def test_a_cancelled_task_hands_over() -> None:
    """Cancelling the leading task lets one of the others lead; it alone ends cancelled."""
    results, runs, slots = asyncio.run(_cancelling(0))
    assert isinstance(results[0], asyncio.CancelledError)
    assert (results[1:], runs, slots) == ([2] * 4, 2, {})


def test_a_cancelled_follower_disturbs_nobody() -> None:
    """Cancelling a waiting task leaves leader and other followers as they are."""
    results, runs, slots = asyncio.run(_cancelling(3))
    assert isinstance(results.pop(3), asyncio.CancelledError)
    assert (results, runs, slots) == ([1] * 4, 1, {})


def test_when_all_tasks_are_cancelled_nothing_is_left() -> None:
    """The slot goes with its last holder, whatever the way."""
    results, _runs, slots = asyncio.run(_cancelling(*range(5)))
    assert all(isinstance(one, asyncio.CancelledError) for one in results)
    assert slots == {}
