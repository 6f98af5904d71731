from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from dancu import DancuError, MemorySink
from dancu.errors import error_for
from dancu.flows.effects import Done, Failed, audit, load, sleep, store, together
from dancu.runtime.awaiting import AwaitingDriver
from dancu.runtime.stores import MemoryStore

from .conftest import LIMIT, RECORD, AsyncGate, exchanged, held_by, sharing

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.flows.effects import Flow

    from .conftest import Drive


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """What it shows."""
        return self.seconds


class Sink(MemorySink):
    """A sink that does as it is told with each line."""

    def __init__(self, answer: Callable[[], Future[None]]) -> None:
        super().__init__()
        self._answer = answer

    def append(self, line: bytes) -> Future[None]:
        """Keep the line and answer as told."""
        self.lines.append(line)
        return self._answer()


def broken(error: Exception) -> Future[None]:
    """A future that failed."""
    future: Future[None] = Future()
    future.set_exception(error)
    return future


def returning(value: object) -> Callable[[], Flow[object]]:
    """Makes a flow that exchanges once and returns the value."""

    def flow() -> Flow[object]:
        yield from exchanged()
        return value

    return flow


def raising(error: Exception) -> Callable[[], Flow[object]]:
    """Makes a flow that exchanges once and raises."""

    def flow() -> Flow[object]:
        yield from exchanged()
        raise error

    return flow


def code_of(drive: Drive, flow: Flow[Any], **options: Any) -> str:
    """The code of the error that driving a flow comes to."""
    with pytest.raises(DancuError) as caught:
        drive.run(flow, **options)
    return caught.value.code


def test_a_flow_gets_the_reply_of_its_exchange(drive: Drive) -> None:
    """What the transport answered is what the flow receives, and what it returns is what the driver returns."""
    assert drive.run(exchanged()) == b"answer"


def test_a_flow_may_need_nothing(drive: Drive) -> None:
    """A flow without an effect is driven to its value."""

    def flow() -> Flow[int]:
        yield from ()
        return 7

    assert drive.run(flow()) == 7


def test_a_flow_may_catch_what_an_effect_raises(drive: Drive) -> None:
    """An error of an effect is thrown in at its yield, and the flow may go on with other effects."""

    def flow() -> Flow[tuple[str, bytes]]:
        try:
            yield from sleep(60.0, until=time.monotonic())
        except DancuError as error:
            return error.code, (yield from exchanged())
        raise AssertionError

    assert drive.run(flow()) == ("timed_out", b"answer")


def test_together_gives_values_and_errors_back_as_values(drive: Drive) -> None:
    """The answer holds what each flow returned or raised, in the order in which they were given."""
    error = error_for("throttled")
    outcomes = drive.run(together(returning("a"), raising(error), returning("c")))
    assert outcomes == (Done("a"), Failed(error), Done("c"))


def test_together_runs_at_once(drive: Drive) -> None:
    """All flows are under way before any has ended."""
    makes = [lambda: sharing(returning(1)) for _ in range(5)]
    results, _slots = drive.hold([together(*makes)], ready=held_by(5))
    assert results == [(Done(1),) * 5]


def test_together_of_nothing_is_nothing(drive: Drive) -> None:
    """No flow, no outcome."""
    assert drive.run(together()) == ()


def test_together_takes_more_flows_than_it_has_threads(drive: Drive) -> None:
    """Many flows are all run, whatever the number of threads."""
    assert drive.run(together(*map(returning, range(40)))) == tuple(map(Done, range(40)))


def test_a_stored_value_is_loaded_until_its_time_is_over(drive: Drive) -> None:
    """A value is there for ``ttl`` seconds of the injected clock and then is not."""
    clock = Clock()
    kept = MemoryStore(8, clock)
    drive.run(store("k", b"v", ttl=60.0), store=kept)
    clock.seconds += 59.9
    assert drive.run(load("k"), store=kept) == b"v"
    clock.seconds += 0.2
    assert drive.run(load("k"), store=kept) is None


def test_a_store_keeps_the_newest_and_only_so_many(drive: Drive) -> None:
    """A second value replaces the first; past its size the store forgets the one unused for longest."""
    kept = MemoryStore(2, Clock())
    for key, value in (("a", b"1"), ("a", b"2"), ("b", b"3")):
        drive.run(store(key, value, ttl=60.0), store=kept)
    assert drive.run(load("a"), store=kept) == b"2"
    drive.run(store("c", b"4", ttl=60.0), store=kept)
    assert [drive.run(load(key), store=kept) for key in "abc"] == [b"2", None, b"4"]


def test_a_pause_is_as_long_as_asked(drive: Drive) -> None:
    """A pause that fits into the deadline ends after its seconds."""
    started = time.monotonic()
    drive.run(sleep(0.03, until=started + LIMIT))
    assert 0.03 <= time.monotonic() - started <= 0.5


def test_a_pause_is_cut_by_the_deadline(drive: Drive) -> None:
    """A pause beyond the deadline ends at the deadline, as an error."""
    started = time.monotonic()
    assert code_of(drive, sleep(60.0, until=started + 0.05)) == "timed_out"
    assert 0.05 <= time.monotonic() - started <= 0.5


def test_a_pause_after_the_deadline_is_none(drive: Drive) -> None:
    """When the deadline is past, there is no pause at all."""
    started = time.monotonic()
    assert code_of(drive, sleep(60.0, until=started - 1.0)) == "timed_out"
    assert time.monotonic() - started <= 0.5


def test_a_record_is_given_to_the_sink_as_its_line(drive: Drive) -> None:
    """The sink receives the record's line once, before the flow goes on."""
    sink = MemorySink()
    drive.run(audit(RECORD), sink=sink)
    assert sink.lines == [RECORD.line()]


def test_a_sink_that_never_says_it_is_done_is_unavailable(drive: Drive) -> None:
    """After 250 ms a record counts as not durable; the caller waits no longer than that."""
    started = time.monotonic()
    assert code_of(drive, audit(RECORD), sink=Sink(Future)) == "audit_unavailable"
    assert 0.24 <= time.monotonic() - started <= 0.35


@pytest.mark.parametrize("error", [OSError("MAU-TEXT"), RuntimeError("MAU-TEXT"), LookupError("MAU-TEXT")])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_sink_that_fails_is_unavailable(drive: Drive, error: Exception, at_once: bool) -> None:
    """Whatever a sink raises, now or in its future, is ``audit_unavailable``, without the sink's own words."""

    def fail() -> Future[None]:
        if at_once:
            raise error
        return broken(error)

    with pytest.raises(DancuError) as caught:
        drive.run(audit(RECORD), sink=Sink(fail))
    assert caught.value.code == "audit_unavailable"
    assert caught.value.__suppress_context__
    assert "MAU-TEXT" not in str(caught.value)


def test_a_sink_may_take_its_time(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that becomes durable in another thread within the time is durable."""
    # A machine that is busy may need longer than that for a thread of 20 ms.
    for module in ("awaiting", "blocking"):
        monkeypatch.setattr(f"dancu.runtime.{module}.AUDIT_SECONDS", LIMIT)
    future: Future[None] = Future()
    timer = threading.Timer(0.02, future.set_result, [None])
    timer.start()
    assert drive.run(audit(RECORD), sink=Sink(lambda: future)) is None
    timer.join(LIMIT)


def test_a_record_handed_over_is_not_taken_back() -> None:
    """Cancelling the task that waits for its record does not cancel the record."""
    future: Future[None] = Future()
    sink = Sink(lambda: future)

    async def main() -> None:
        driver = AwaitingDriver(transport=AsyncGate(), sink=sink, store=MemoryStore(1, time.monotonic))
        task = asyncio.ensure_future(driver.run(audit(RECORD)))
        await asyncio.sleep(0)
        assert sink.lines == [RECORD.line()]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert not future.cancelled()
    assert future.set_running_or_notify_cancel()
