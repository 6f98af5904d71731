"""The quota of repeats: what a repeat costs, what comes back, and that threads cannot overdraw it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from dancu.policy.quota import CAPACITY, COST, EARNED, THROTTLED_COST, RetryQuota


def test_a_dead_platform_is_asked_again_35_times() -> None:
    """500 tokens pay for 35 repeats at 14; the 10 left pay for none, and for two at 5."""
    quota = RetryQuota()
    assert [quota.take(COST) for _repeat in range(40)] == [True] * 35 + [False] * 5
    assert quota.left == 10
    assert [quota.take(THROTTLED_COST) for _repeat in range(3)] == [True, True, False]


def test_tokens_come_back_and_never_overflow() -> None:
    """What is given back can be spent again; a full bucket stays at its capacity."""
    quota = RetryQuota()
    quota.give(EARNED)
    assert quota.left == CAPACITY
    assert quota.take(COST)
    quota.give(COST)
    quota.give(COST)
    assert quota.left == CAPACITY


def test_a_refusal_costs_nothing() -> None:
    """Where a repeat cannot be paid, the tokens stay."""
    quota = RetryQuota(13)
    assert not quota.take(14)
    assert quota.left == 13


def test_threads_cannot_spend_a_token_twice() -> None:
    """Of 8 threads that want 1,000 repeats each at 1 token, 500 get one in all."""
    quota = RetryQuota()

    def spend(_thread: int) -> int:
        return sum(quota.take(1) for _repeat in range(1000))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(spend, range(8))) == CAPACITY
    assert quota.left == 0
