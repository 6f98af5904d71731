"""How many questions that did not fit are let pass, and until when the next is refused."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dancu.policy.mismatches import Block, Limits, blocked, free_at

TIMES = st.lists(st.integers(min_value=0, max_value=1000).map(float), max_size=30)


@given(TIMES, st.integers(min_value=1, max_value=30))
def test_the_wait_ends_when_there_are_fewer_again(times: list[float], limit: int) -> None:
    """At the time that is named one fewer than the limit are left in the window, and not before."""
    until = free_at(times, limit, 100.0)
    if until is None:
        assert len(times) < limit
        return
    assert sum(time > until - 100.0 for time in times) < limit
    assert sum(time >= until - 100.0 for time in times) >= limit


def test_the_longest_block_is_told() -> None:
    """Each of the three counts blocks alone; of several the one that lasts longest is named."""
    limits = Limits(subject=2, officer=3, application=4, window=10.0)
    assert blocked(limits, subject=[1.0], officer=[1.0, 2.0], application=[1.0, 2.0, 3.0]) is None
    assert blocked(limits, subject=[1.0, 5.0], officer=[], application=[]) == Block("subject", 11.0)
    assert blocked(limits, subject=[], officer=[1.0, 2.0, 3.0], application=[]) == Block("officer", 11.0)
    assert blocked(limits, subject=[], officer=[], application=[1.0, 2.0, 3.0, 4.0]) == Block("application", 11.0)
    both = blocked(limits, subject=[1.0, 2.0], officer=[4.0, 5.0, 6.0], application=[])
    assert both == Block("officer", 14.0)
