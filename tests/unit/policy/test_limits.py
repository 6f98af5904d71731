"""Limits: places at once, a second's worth, a day's worth; each with the time when it may be tried again."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest

from dancu import Rejected, Unavailable
from dancu.policy.limits import Limiter, LimitRule

NOON = datetime.datetime(2026, 11, 23, 5, 0, tzinfo=datetime.UTC)
"""Noon in Viet Nam."""


def limiter(**rule: float | None) -> Limiter:
    """A limiter of which nobody has had anything."""
    return Limiter(LimitRule(**rule))  # type: ignore[arg-type]  # each test names its own settings


def enter(one: Limiter, now: float = 0.0, *, at: datetime.datetime = NOON, until: float = 20.0) -> float:
    """The wait of a new attempt."""
    return one.enter(now, at=at, until=until)


def busy(one: Limiter, now: float = 0.0, *, until: float = 20.0) -> float | None:
    """``retry_after`` of the refusal as too busy."""
    with pytest.raises(Unavailable) as caught:
        enter(one, now, until=until)
    assert (caught.value.code, caught.value.retryable) == ("too_busy", True)
    return caught.value.retry_after


def test_without_rates_only_places_are_counted() -> None:
    """Two at once and one that waits for them: the fourth is too busy, for a second, until one leaves."""
    one = limiter(parallel=2, queue=1)
    assert [enter(one) for _call in range(3)] == [0.0, 0.0, 0.0]
    assert busy(one) == 1.0
    one.leave(asked=True)
    assert enter(one) == 0.0
    assert one.inside == 3


def test_a_seconds_worth_goes_at_once_and_the_rest_queues() -> None:
    """At 4 a second four go now and each further one a quarter of a second later."""
    one = limiter(per_second=4)
    assert [enter(one) for _call in range(7)] == [0.0, 0.0, 0.0, 0.0, 0.25, 0.5, 0.75]


def test_a_pause_fills_up_again_and_no_further() -> None:
    """After a minute of silence it is four at once again and not 240."""
    one = limiter(per_second=4)
    for _call in range(4):
        enter(one)
    assert [enter(one, 60.0, until=80.0) for _call in range(5)] == [0.0, 0.0, 0.0, 0.0, 0.25]


def test_less_than_one_a_second() -> None:
    """At one in two seconds the second waits two."""
    one = limiter(per_second=0.5)
    assert [enter(one), enter(one), enter(one, 1.0)] == [0.0, 2.0, 3.0]


def test_a_wait_beyond_the_deadline_is_too_busy_at_once() -> None:
    """Whoever could not be served in time is told when; nobody behind waits for his place."""
    one = limiter(per_second=1)
    enter(one)
    assert busy(one, until=1.0) == 1.0
    assert enter(one, until=1.5) == 1.0
    assert busy(one, until=2.0) == 2.0
    assert one.inside == 2


def test_a_day_has_its_number_and_ends_at_midnight_in_viet_nam() -> None:
    """The third of two is ``quota_spent``, with the seconds to midnight at UTC+7; then it is a new day."""
    one = limiter(per_day=2)
    evening = datetime.datetime(2026, 11, 23, 16, 59, 0, tzinfo=datetime.UTC)
    enter(one, at=NOON)
    enter(one, at=evening)
    with pytest.raises(Rejected) as caught:
        enter(one, at=evening)
    assert (caught.value.code, caught.value.retry_after, caught.value.retryable) == ("quota_spent", 60.0, False)
    midnight = evening + datetime.timedelta(minutes=1)
    assert [enter(one, at=midnight), enter(one, at=midnight)] == [0.0, 0.0]
    with pytest.raises(Rejected):
        enter(one, at=midnight)


def test_a_clock_set_back_makes_no_new_day() -> None:
    """Going back over midnight and forth again gives no further calls."""
    one = limiter(per_day=1)
    enter(one)
    for day in (-1, 0):
        with pytest.raises(Rejected):
            enter(one, at=NOON + datetime.timedelta(days=day))


def test_what_was_not_asked_is_given_back() -> None:
    """An attempt that the breaker stopped costs neither a day's nor a second's share, nor a place."""
    one = limiter(per_day=1, per_second=1)
    enter(one)
    one.leave(asked=False)
    assert enter(one) == 0.0
    one.leave(asked=True)
    with pytest.raises(Rejected):
        enter(one)
    assert one.inside == 0


def test_nothing_is_taken_by_a_refusal() -> None:
    """A refusal for one reason leaves all other counts as they were."""
    one = limiter(parallel=1, queue=0, per_second=1, per_day=2)
    enter(one)
    for _call in range(5):
        busy(one)
    one.leave(asked=True)
    assert enter(one) == 1.0
    one.leave(asked=True)
    with pytest.raises(Rejected):
        enter(one)


def test_threads_get_no_more_than_there_is() -> None:
    """Of 8 threads that want 500 places each, 1,000 are had, and the day's count is exact."""
    one = limiter(parallel=256, queue=744, per_day=1000)

    def want(_thread: int) -> int:
        had = 0
        for _call in range(500):
            try:
                enter(one)
            except (Unavailable, Rejected):
                continue
            had += 1
        return had

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(want, range(8))) == 1000
    one.leave(asked=True)
    with pytest.raises(Rejected):
        enter(one)
