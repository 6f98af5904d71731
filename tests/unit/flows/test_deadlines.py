from __future__ import annotations

from dataclasses import replace

import pytest

from dancu.flows.context import Times

from .by_hand import AT, CONTEXT, looking_up, walk


@pytest.mark.parametrize(
    ("call", "attempt", "deadline", "expected"),
    [
        (20.0, 8.0, None, 8.0),
        (5.0, 8.0, None, 5.0),
        (20.0, 8.0, 3.0, 3.0),
        (20.0, 8.0, 15.0, 8.0),
        (2.0, 8.0, 6.0, 6.0),
        (20.0, 30.0, 3600, 30.0),
    ],
)
def test_an_attempt_ends_with_the_call_at_the_latest(
    call: float, attempt: float, deadline: float | None, expected: float
) -> None:
    """The exchange ends after ``attempt`` seconds or with the call, whichever is first; ``deadline=`` is the call's."""
    context = replace(CONTEXT, times=Times(call=call, attempt=attempt))
    assert walk(looking_up(context=context, deadline=deadline)).sent.until == AT + expected


def test_a_slow_audit_is_paid_by_the_call() -> None:
    """The call's time runs from its beginning; an attempt's from the moment it may begin."""
    ticks = iter([100.0, 103.0, 104.0])
    context = replace(
        CONTEXT,
        times=Times(call=5.0, attempt=4.0),
        clock=replace(CONTEXT.clock, monotonic=lambda: next(ticks)),
    )
    assert walk(looking_up(context=context)).sent.until == 105.0
