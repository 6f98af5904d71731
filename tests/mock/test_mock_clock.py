"""The platform's clock: it goes on by itself, and jumps when told to."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dancu_mock.clock import VirtualClock


class Ticking:
    """A clock that a test moves by hand."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Its time."""
        return self.now


def test_it_shows_the_real_time_until_it_is_moved() -> None:
    """A new clock is the computer's, within a second."""
    clock = VirtualClock()
    assert abs(clock() - time.time()) < 1
    assert clock.offset == 0


def test_it_is_moved_forward_and_back_and_goes_on() -> None:
    """Moves add up, a moment can be set, time goes on from there, and a reset ends all that."""
    base = Ticking(1000.0)
    clock = VirtualClock(base)
    clock.advance(60)
    clock.advance(-10)
    assert (clock(), clock.offset) == (1050.0, 50.0)
    clock.set(5000)
    base.now += 7
    assert clock() == 5007.0
    clock.reset()
    assert (clock(), clock.offset) == (1007.0, 0.0)


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1001.0, 1e12])
def test_a_time_that_no_header_could_show_is_refused(seconds: float) -> None:
    """A move out of the years 1970 to 9999 is a ValueError and moves nothing."""
    clock = VirtualClock(Ticking(1000.0))
    with pytest.raises(ValueError, match="1970 and 9999"):
        clock.advance(seconds)
    with pytest.raises(ValueError, match="1970 and 9999"):
        clock.set(1000.0 + seconds)
    assert clock() == 1000.0


def test_no_move_of_a_thread_is_lost() -> None:
    """8,000 moves of a second by 8 threads are 8,000 seconds."""
    clock = VirtualClock(Ticking(0.0))

    def move(_place: int) -> None:
        for _ in range(1000):
            clock.advance(1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(move, range(8)))
    assert clock() == 8000.0
