"""The pace of whoever asks, against a bucket that is filled drop by drop."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.policy.rates import Pace

RATES = st.sampled_from([0.125, 0.5, 1.0, 2.0, 2.5, 8.0, 1000.0])
GAPS = st.lists(st.sampled_from([0, 0, 0, 1, 4, 16, 64, 512, 8192]), max_size=120)
"""In 64ths of a second, so that nothing is rounded."""


def bucket(rate: float, gaps: list[int]) -> list[bool]:
    """Which questions may be asked: a bucket of tokens, counted in fractions."""
    each = Fraction(rate)
    most = max(Fraction(1), each)
    tokens, found = most, list[bool]()
    for gap in gaps:
        tokens = min(most, tokens + Fraction(gap, 64) * each)
        found.append(tokens >= 1)
        tokens -= found[-1]
    return found


@given(RATES, GAPS)
def test_it_is_a_bucket_of_tokens(rate: float, gaps: list[int]) -> None:
    """Whatever comes when, the same questions are asked as with tokens."""
    pace, due, now, found = Pace(rate), 0.0, 1024.0, list[bool]()
    for gap in gaps:
        now += gap / 64
        paced = pace.asked(due, now)
        due = due if paced.wait else paced.due
        found.append(not paced.wait)
    assert found == bucket(rate, gaps)


@given(RATES, GAPS)
def test_whoever_waits_as_told_may_ask(rate: float, gaps: list[int]) -> None:
    """A refusal names the wait after which the same question is asked, and what is left is true."""
    pace, due, now = Pace(rate), 0.0, 1024.0
    for gap in gaps:
        now += gap / 64
        paced = pace.asked(due, now)
        if paced.wait:
            assert paced.left == 0
            assert not pace.asked(due, now + paced.wait + 1e-9).wait
            continue
        due = paced.due
        following = due
        for _question in range(min(paced.left, 20)):
            one = pace.asked(following, now)
            assert not one.wait
            following = one.due
        if paced.left < 20:
            assert pace.asked(following, now).wait


def test_a_moment_far_ahead_is_a_spent_burst() -> None:
    """After a lower rate was raised, or in a file of another clock, nobody waits longer than the rate says."""
    assert Pace(10.0).asked(1e9, 0.0).wait == pytest.approx(0.1)


@pytest.mark.parametrize(("rate", "policy"), [(10.0, (10, 1)), (2.5, (2, 1)), (1.0, (1, 1)), (0.5, (1, 2))])
def test_it_is_told_in_whole_numbers(rate: float, policy: tuple[int, int]) -> None:
    """Questions in so many seconds."""
    assert Pace(rate).policy == policy
