from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dancu.errors import error_for
from dancu.flows.effects import (
    Done,
    Failed,
    Load,
    Shared,
    Sleep,
    Store,
    Together,
    load,
    shared,
    sleep,
    store,
    together,
)

from .by_hand import walk

if TYPE_CHECKING:
    from dancu.flows.effects import Effect, Flow


def make() -> Flow[None]:
    """A flow that does nothing."""
    yield from ()


@pytest.mark.parametrize(
    ("flow", "effect", "answer", "result"),
    [
        (sleep(1.5, until=9.0), Sleep(1.5, 9.0), None, None),
        (shared("token", make, until=9.0), Shared("token", make, 9.0), 7, 7),
        (together(make, make), Together((make, make)), (Done(1),), (Done(1),)),
        (load("k"), Load("k"), b"v", b"v"),
        (store("k", b"v", ttl=60.0), Store("k", b"v", 60.0), None, None),
    ],
)
def test_a_helper_yields_its_effect_and_returns_the_answer(
    flow: Flow[Any], effect: Effect, answer: object, result: object
) -> None:
    """Each helper is one effect; what the driver sends in is what it returns."""
    walked = walk(flow, **{type(effect).__name__.lower(): answer})
    assert walked.effects == [effect]
    assert walked.result == result


def test_values_are_not_shown() -> None:
    """Neither what is stored nor what a flow returned stands in a representation."""
    shown = (
        repr(Store("k", b"sealed-value", 60.0)) + repr(Done("value-of-a-flow")) + repr(Failed(error_for("timed_out")))
    )
    assert "value" not in shown
