"""Repeats without a flow: after which errors, after how long, and when it is enough."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dancu import ConfigurationError, DancuError
from dancu.errors import CODES, error_for
from dancu.policy.quota import CAPACITY, COST, THROTTLED_COST, RetryQuota
from dancu.policy.retry import Repeats, RetryRule, may_repeat
from dancu.wire.messages import WireReply
from dancu.wire.native import read_native
from dancu.wire.provider_codes import PROVIDER_CODES

if TYPE_CHECKING:
    from dancu.errors import Code

AGAIN: set[Code] = {
    *("connect_failed", "timed_out", "disconnected", "throttled", "maintenance"),
    *("empty_answer", "unreadable_answer"),
}


def repeats(
    rule: RetryRule | None = None, *, quota: RetryQuota | None = None, random: float = 0.5, until: float = 100.0
) -> Repeats:
    """One call's repeats; chance is always ``random``."""
    return Repeats(rule or RetryRule(), quota=quota or RetryQuota(), random=lambda: random, until=until)


def after(one: Repeats, code: Code = "timed_out", *, now: float = 0.0, took: float = 0.0, **details: object) -> float:
    """The wait after an error; -1 where it is enough."""
    pause = one.after(error_for(code, **details), now=now, took=took)
    return -1.0 if pause is None else pause


@pytest.mark.parametrize("code", CODES)
def test_the_table_of_codes_decides(code: Code) -> None:
    """By the word of the table a question is put again after these codes and no others."""
    assert may_repeat(error_for(code)) is (code in AGAIN)


@pytest.mark.parametrize("row", [row for row in PROVIDER_CODES if row.again], ids=lambda row: f"{row.place} {row.said}")
def test_a_platforms_own_code_may_say_otherwise(row: object) -> None:
    """A status or code of the table of platforms that says "again" is asked again, whatever its code's word."""
    assert isinstance(row, type(PROVIDER_CODES[0]))
    assert may_repeat(row.error("HTTP"))


@pytest.mark.parametrize("code", ["server_untrusted", "answer_mismatch", "audit_unavailable", "circuit_open"])
def test_some_are_never_asked_again(code: Code) -> None:
    """Whatever the far side says of it, a wrong person, a stranger's certificate or a missing audit is no accident."""
    error = error_for(code, retryable=True, retry_after=1.0)
    assert not may_repeat(error)
    assert not may_repeat(error, behind_gateway=True)


@pytest.mark.parametrize("code", [code for code, entry in CODES.items() if entry.error.__name__ == "Rejected"])
def test_a_rejection_is_never_asked_again(code: Code) -> None:
    """A rejection is an answer about the question, even when somebody marks it retryable."""
    assert not may_repeat(error_for(code, retryable=True, retry_after=1.0))
    assert not may_repeat(error_for(code, retryable=True, retry_after=1.0), behind_gateway=True)


def test_what_is_off_with_the_set_up_is_never_asked_again() -> None:
    """An operator's error is not mended by asking."""
    assert not may_repeat(ConfigurationError("certificate_unusable", retryable=True))


@pytest.mark.parametrize("code", ["throttled", "maintenance"])
def test_a_gateways_door_is_asked_again_where_it_says_when(code: Code) -> None:
    """A refusal at the door, or by a proxy before it, is repeated with ``Retry-After`` and not without."""
    assert may_repeat(error_for(code, retry_after=1.0), behind_gateway=True)
    assert not may_repeat(error_for(code), behind_gateway=True)
    assert not may_repeat(error_for(code, retry_after=1.0, retryable=False), behind_gateway=True)


@pytest.mark.parametrize("code", [code for code, entry in CODES.items() if entry.status is not None])
def test_what_a_gateway_reports_it_has_repeated_itself(code: Code) -> None:
    """Of the problems that a gateway reports only its own "too busy" is repeated, and only when it says when."""
    body = json.dumps({"code": code, "retryable": True}).encode()
    for headers in ((), (("Retry-After", "1"),)):
        with pytest.raises(DancuError) as caught:
            read_native(WireReply(503, headers, body))
        assert caught.value.code == code
        assert may_repeat(caught.value, behind_gateway=True) is (code == "too_busy" and bool(headers))


def test_a_gateway_that_was_not_reached_may_be_asked_again() -> None:
    """Where no connection was made nothing was asked of anybody."""
    assert may_repeat(error_for("connect_failed"), behind_gateway=True)
    assert not may_repeat(error_for("disconnected"), behind_gateway=True)


def test_waits_grow_and_are_capped() -> None:
    """With chance at one half the waits are half of 0.2 s, 0.4 s, 0.8 s and then of the cap."""
    one = repeats(RetryRule(attempts=6, base=0.2, cap=1.0))
    assert [after(one) for _error in range(6)] == pytest.approx([0.1, 0.2, 0.4, 0.5, 0.5, -1.0])


@pytest.mark.parametrize("random", [0.0, 0.25, 0.999])
def test_jitter_is_full(random: float) -> None:
    """The first wait is anything from nothing to 0.2 s, as chance has it."""
    assert after(repeats(random=random)) == pytest.approx(0.2 * random)


@pytest.mark.parametrize("attempts", [1, 2, 3, 5])
def test_attempts_are_counted_with_the_first(attempts: int) -> None:
    """``attempts`` allows one repeat fewer."""
    one = repeats(RetryRule(attempts=attempts))
    assert [after(one) >= 0 for _error in range(attempts + 1)] == [True] * (attempts - 1) + [False] * 2


@pytest.mark.parametrize("code", ["empty_answer", "unreadable_answer"])
def test_an_empty_or_unreadable_answer_is_repeated_once(code: Code) -> None:
    """A second one in the same call is the call's, whatever went wrong before or between."""
    orders: tuple[tuple[Code, ...], ...] = ((code, "timed_out", code), ("timed_out", code, code))
    for codes in orders:
        one = repeats(RetryRule(attempts=5))
        assert [after(one, said) >= 0 for said in codes] == [True, True, False]


def test_retry_after_is_waited_for_within_the_deadline() -> None:
    """The platform's seconds come first and chance after them."""
    assert after(repeats(until=10.0), "throttled", now=5.0, retry_after=3.0) == pytest.approx(3.1)


@pytest.mark.parametrize(("retry_after", "again"), [(4.8, True), (4.9, False), (5.0, False), (3600.0, False)])
def test_retry_after_beyond_the_deadline_is_raised_at_once(retry_after: float, *, again: bool) -> None:
    """Where the wait would end with the call or later there is none, and nothing is paid."""
    quota = RetryQuota()
    one = repeats(quota=quota, until=10.0)
    assert (after(one, "throttled", now=5.0, retry_after=retry_after) >= 0) is again
    assert quota.left == (CAPACITY - THROTTLED_COST if again else CAPACITY)


def test_a_repeat_that_has_less_time_than_the_last_attempt_is_not_begun() -> None:
    """With 6 s left a question that just took 8 s is not put again; one that took 5 s is."""
    assert after(repeats(until=20.0), now=14.0, took=8.0) == -1.0
    assert after(repeats(until=20.0), now=14.0, took=5.0) == pytest.approx(0.1)


@pytest.mark.parametrize(("code", "cost"), [("timed_out", COST), ("throttled", THROTTLED_COST)])
def test_a_repeat_is_paid_and_its_cost_returned_when_it_is_answered(code: Code, cost: int) -> None:
    """While it runs its tokens are gone; an answer brings them back."""
    quota = RetryQuota()
    one = repeats(quota=quota)
    assert after(one, code) >= 0
    assert quota.left == CAPACITY - cost
    one.answered()
    assert quota.left == CAPACITY


def test_repeats_that_failed_stay_paid() -> None:
    """Of two repeats the first failed: only the second one's cost comes back."""
    quota = RetryQuota()
    one = repeats(quota=quota)
    assert [after(one) >= 0, after(one) >= 0] == [True, True]
    one.answered()
    assert quota.left == CAPACITY - COST


def test_an_answer_at_the_first_attempt_earns_a_token() -> None:
    """A call that needed no repeat refills the bucket by one."""
    quota = RetryQuota()
    quota.take(COST)
    repeats(quota=quota).answered()
    assert quota.left == CAPACITY - COST + 1


def test_without_tokens_the_error_is_the_calls() -> None:
    """An empty bucket ends repeats for all calls that share it."""
    assert after(repeats(quota=RetryQuota(COST - 1))) == -1.0
    assert after(repeats(quota=RetryQuota(COST - 1)), "throttled") >= 0


def test_the_kernel_leaves_the_error_as_it_is() -> None:
    """Neither cause nor context is hung on an error that is not repeated."""
    error = error_for("answer_mismatch")
    assert repeats().after(error, now=0.0, took=0.0) is None
    assert isinstance(error, DancuError)
    assert (error.__cause__, error.__context__) == (None, None)
