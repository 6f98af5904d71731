"""The breaker: when it opens, what it answers while open, and how it finds back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dancu import ConfigurationError, Unavailable
from dancu.errors import CODES, error_for
from dancu.policy.breaker import Breaker, BreakerRule

if TYPE_CHECKING:
    from dancu.errors import Code
    from dancu.policy.breaker import State

RULE = BreakerRule()


def breaker(rule: BreakerRule = RULE, *, random: float = 0.0, told: list[State] | None = None) -> Breaker:
    """A closed breaker; chance is always ``random``."""
    return Breaker(rule, random=lambda: random, moved=None if told is None else told.append)


def call(one: Breaker, now: float, *, failed: bool | None, seconds: float = 0.1) -> None:
    """A call that begins and ends at once."""
    one.leave(one.enter(now), now=now, seconds=seconds, failed=failed)


def opened(rule: BreakerRule = RULE, *, random: float = 0.0) -> Breaker:
    """A breaker that opened at 0 s."""
    one = breaker(rule, random=random)
    for _call in range(rule.least):
        call(one, 0.0, failed=True)
    assert one.state == "open"
    return one


def wait_of(one: Breaker, now: float) -> float | None:
    """``retry_after`` of the refusal, None where a call would be let through."""
    try:
        one.check(now)
    except Unavailable as error:
        return error.retry_after if error.code == "circuit_open" else -1.0
    return None


@pytest.mark.parametrize("failures", [0, 9, 10, 20])
def test_it_opens_when_half_of_20_calls_failed(failures: int) -> None:
    """Of the least number of calls half must have failed; the order does not matter."""
    one = breaker()
    for number in range(20):
        call(one, 0.0, failed=number < failures)
    assert one.state == ("open" if failures >= 10 else "closed")


def test_it_does_not_open_before_20_calls() -> None:
    """19 failures in a row are not yet a rate; the 20th is."""
    one = breaker()
    states: list[State] = []
    for _call in range(20):
        call(one, 0.0, failed=True)
        states.append(one.state)
    assert states == ["closed"] * 19 + ["open"]


@pytest.mark.parametrize(("slow", "state"), [(15, "closed"), (16, "open")])
def test_it_opens_when_four_of_five_calls_are_slow(slow: int, state: State) -> None:
    """Answers that take more than ``slow_after`` seconds open it as well; those that take just as long do not."""
    one = breaker()
    for number in range(20):
        call(one, 0.0, failed=False, seconds=6.01 if number < slow else 6.0)
    assert one.state == state


def test_old_calls_are_forgotten() -> None:
    """A failure counts for 60 s and no longer."""
    one = breaker()
    for _call in range(19):
        call(one, 0.0, failed=True)
    call(one, 60.1, failed=True)
    assert one.state == "closed"


def test_only_the_last_100_calls_count() -> None:
    """49 failures among the last 100 calls do not open it, however many came before."""
    one = breaker(replace(RULE, failures=0.5))
    for number in range(200):
        call(one, 0.0, failed=number % 3 == 0)
    for _call in range(51):
        call(one, 0.0, failed=False)
    states: list[State] = []
    for _call in range(50):
        call(one, 0.0, failed=True)
        states.append(one.state)
    assert states == ["closed"] * 49 + ["open"]


@pytest.mark.parametrize(("random", "seconds"), [(0.0, 4.0), (0.5, 4.4), (0.999, 4.8)])
def test_it_stays_open_for_its_seconds_and_some_jitter(random: float, seconds: float) -> None:
    """It answers at once with the time that is left: 4 s and up to 20 % more."""
    one = opened(random=random)
    assert wait_of(one, 0.0) == pytest.approx(seconds, abs=0.01)
    assert wait_of(one, 3.0) == pytest.approx(seconds - 3.0, abs=0.01)
    assert wait_of(one, seconds + 0.01) is None


def test_half_open_lets_three_probes_through() -> None:
    """The fourth call is refused for a second, as long as the three have not ended."""
    one = opened()
    for _probe in range(3):
        one.enter(5.0)
    assert one.state == "half_open"
    assert wait_of(one, 5.0) == 1.0
    with pytest.raises(Unavailable):
        one.enter(5.0)


@pytest.mark.parametrize(("failures", "state"), [(0, "closed"), (1, "closed"), (2, "open"), (3, "open")])
def test_the_probes_decide(failures: int, state: State) -> None:
    """Two answers of three close it, two failures open it again for its seconds."""
    one = opened()
    turns = [one.enter(5.0) for _probe in range(3)]
    for number, turn in enumerate(turns):
        assert one.state == "half_open"
        one.leave(turn, now=6.0, seconds=1.0, failed=number < failures)
    assert one.state == state
    assert wait_of(one, 6.0) == (4.0 if state == "open" else None)


def test_slow_probes_open_it_again() -> None:
    """A platform that answers three probes slowly is not back yet."""
    one = opened()
    for turn in [one.enter(5.0) for _probe in range(3)]:
        one.leave(turn, now=12.0, seconds=7.0, failed=False)
    assert one.state == "open"


def test_a_probe_that_is_given_up_makes_room_for_another() -> None:
    """A cancelled probe counts as nothing and does not block the way back."""
    one = opened()
    turns = [one.enter(5.0) for _probe in range(3)]
    one.leave(turns[0], now=5.0, seconds=0.0, failed=None)
    assert wait_of(one, 5.0) is None
    turns[0] = one.enter(5.0)
    for turn in turns:
        one.leave(turn, now=5.5, seconds=0.5, failed=False)
    assert one.state == "closed"


def test_a_call_of_an_earlier_state_counts_as_nothing() -> None:
    """What was let through before it opened neither closes it nor takes the place of a probe."""
    one = breaker()
    late = one.enter(0.0)
    for _call in range(20):
        call(one, 0.0, failed=True)
    one.enter(5.0)
    for failed in (True, False, None):
        one.leave(late, now=5.0, seconds=5.0, failed=failed)
    assert one.state == "half_open"
    assert [wait_of(one, 5.0), one.enter(5.0) > late, one.enter(5.0) > late, wait_of(one, 5.0)] == [
        None,
        True,
        True,
        1.0,
    ]


def test_calls_that_were_given_up_count_as_nothing() -> None:
    """A hundred cancellations among 19 failures do not make 20 calls."""
    one = breaker()
    for _call in range(19):
        call(one, 0.0, failed=True)
    for _call in range(100):
        call(one, 0.0, failed=None)
    assert one.state == "closed"


def test_closed_again_it_begins_anew() -> None:
    """Failures from before are not held against a platform that came back."""
    one = opened()
    for _probe in range(3):
        call(one, 5.0, failed=False)
    for _call in range(19):
        call(one, 5.0, failed=True)
    assert one.state == "closed"


def test_each_move_is_told_once() -> None:
    """Whoever watches hears open, half-open and closed, in order."""
    told: list[State] = []
    one = breaker(told=told)
    for _call in range(25):
        try:
            call(one, 0.0, failed=True)
        except Unavailable:
            continue
    for _probe in range(3):
        call(one, 5.0, failed=False)
    assert told == ["open", "half_open", "closed"]


@pytest.mark.parametrize("code", [code for code, entry in CODES.items() if entry.error.__name__ == "Rejected"])
def test_a_rejection_is_an_answer(code: Code) -> None:
    """Whoever rejects is there."""
    assert breaker().failed(error_for(code), allowed=8.0) is False


@pytest.mark.parametrize("code", [code for code, entry in CODES.items() if entry.error is Unavailable])
def test_what_an_outage_counts_as(code: Code) -> None:
    """Every outage is a failure; what we or a stranger did is nothing, and another person's record is an answer."""
    expected = {"answer_mismatch": False, **dict.fromkeys(("circuit_open", "too_busy", "audit_unavailable"))}
    expected["server_untrusted"] = None
    assert breaker().failed(error_for(code), allowed=8.0) is expected.get(code, True)


@pytest.mark.parametrize(("allowed", "counts"), [(0.4, None), (6.0, None), (6.1, True), (8.0, True)])
def test_an_impatient_caller_does_not_open_it(allowed: float, *, counts: bool | None) -> None:
    """A time-out of a call that had less time than a slow one takes says nothing about the platform."""
    assert breaker().failed(error_for("timed_out"), allowed=allowed) is counts
    assert breaker().failed(error_for("connect_failed"), allowed=allowed) is True


def test_our_own_set_up_counts_as_nothing() -> None:
    """A certificate of ours that cannot be used says nothing about the platform."""
    assert breaker().failed(ConfigurationError("certificate_unusable"), allowed=8.0) is None


def test_threads_get_three_probes_in_all() -> None:
    """Of 8 threads that knock 100 times each at a half-open breaker, three calls are let through."""
    one = opened()

    def knock(_thread: int) -> int:
        return sum(wait_of(one, 5.0) is None and _entered(one) for _knock in range(100))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(knock, range(8))) == 3


def _entered(one: Breaker) -> bool:
    try:
        one.enter(5.0)
    except Unavailable:
        return False
    return True
