"""Tokens without I/O: their life, their renewal, and the refresh token beside them."""

from __future__ import annotations

from dancu import Secret
from dancu.policy.tokens import TokenSlot


def test_a_token_is_due_at_80_percent_of_its_life() -> None:
    """Of 1,000 seconds the first 800 are good."""
    slot = TokenSlot()
    slot.keep(Secret("a"), 1000.0, 50.0)
    assert slot.current(849.9) == Secret("a")
    assert slot.current(850.0) is None


def test_only_the_token_that_failed_is_dropped() -> None:
    """A failure of an old token leaves the newer one alone."""
    slot = TokenSlot()
    slot.keep(Secret("new"), 1000.0, 0.0)
    slot.drop(Secret("old"))
    assert slot.current(1.0) == Secret("new")
    slot.drop(Secret("new"))
    assert slot.current(1.0) is None


def test_a_refresh_token_is_taken_once() -> None:
    """It outlives its token, is given out once, and goes when a token comes without one."""
    slot = TokenSlot()
    assert slot.take_refresh() is None
    slot.keep(Secret("a"), 1.0, 0.0, refresh=Secret("r"))
    slot.drop(Secret("a"))
    assert slot.current(0.1) is None
    assert slot.take_refresh() == Secret("r")
    assert slot.take_refresh() is None
    slot.keep(Secret("b"), 1.0, 0.0, refresh=Secret("s"))
    slot.keep(Secret("c"), 1.0, 0.0)
    assert slot.take_refresh() is None
