"""R3 and T27 in virtual time: how much a dead platform is asked, and how soon its return is noticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ..unit.flows.by_hand import looking_up, reply  # noqa: TID252  # one way to drive flows by hand
from ..unit.flows.virtual import Took, World, answered  # noqa: TID252  # and one virtual time
from .storms import (
    DEAD,
    SEEDS,
    answered_after_silence,
    answered_again,
    attempts,
    attempts_behind_a_gateway,
    behind_gateway,
    defaults,
    stacked,
)

AFTER_2 = (("Retry-After", "2"),)
PAGE = Path(__file__).parents[2] / "docs/reliability.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"


@pytest.mark.parametrize(("dead", "breaker"), [("refuses", True), ("refuses", False), ("throttles", False)])
def test_a_dead_platform_is_asked_hardly_more_often_than_we_are(dead: str, *, breaker: bool) -> None:
    """10,000 calls are at most 10,500 attempts without the breaker, by the tokens alone, and a tenth with it."""
    assert attempts(dead, breaker=breaker) <= (0.1 if breaker else 1.05)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dead", DEAD)
def test_its_return_is_noticed_within_5_seconds(dead: str, seed: int) -> None:
    """Whenever it returns, 99 % of the calls that begin 5 s later, and in fact all, are answered."""
    assert answered_again(dead, seed) >= 0.99, f"seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_silent_platforms_return_is_noticed_when_its_probes_have_ended(seed: int) -> None:
    """Probes that a silent platform swallowed are out for an attempt's 8 s; the breaker needs its 4.8 s after that."""
    assert answered_after_silence(seed) >= 0.99, f"seed {seed}"


@pytest.mark.parametrize("dead", DEAD)
def test_layers_do_not_multiply(dead: str) -> None:
    """One call through SDK and gateway asks a dead platform three times and not nine."""
    world = World(lambda _send, _now: DEAD[dead])
    world.platform = stacked(world, world.context(defaults()))
    world.one(looking_up(context=behind_gateway(world)))
    upstream = [send for _at, send in world.sent if "/v1/" not in send.request.url]
    assert len(upstream) == 3


@pytest.mark.parametrize(("dead", "breaker"), [("refuses", False), ("throttles", True)])
def test_two_applications_and_a_gateway_stay_below_a_tenth_more(dead: str, *, breaker: bool) -> None:
    """10,000 calls of two processes through one gateway are at most 11,000 attempts at a dead platform."""
    assert attempts_behind_a_gateway(dead, breaker=breaker) <= 1.1


def test_a_gateway_that_says_when_is_asked_again_then() -> None:
    """A gateway whose door says "in 2 s" is asked again then, and what it answers is the call's answer."""
    world = World(lambda _send, _now: answered())
    inside, door = stacked(world, world.context(defaults())), [Took(0.01, reply(status=429, headers=AFTER_2))]
    world.platform = lambda send, now: door.pop() if door else inside(send, now)
    end = world.one(looking_up(context=behind_gateway(world)))
    assert end.error is None
    assert [round(at) for at, send in world.sent if "/v1/" in send.request.url] == [0, 2]


def figures() -> str:
    """The table of docs/reliability.md."""
    rows = [
        ("attempts a call at a platform that refuses, 10,000 calls, tokens alone", attempts("refuses", breaker=False)),
        ("at one that throttles", attempts("throttles", breaker=False)),
        ("at one that refuses, with the breaker", attempts("refuses", breaker=True)),
        (
            "at one that refuses, two processes behind one gateway, tokens alone",
            attempts_behind_a_gateway("refuses", breaker=False),
        ),
    ]
    lines = ["| what | figure |", "| --- | --- |", *(f"| {what} | {figure:.4f} |" for what, figure in rows)]
    for dead in DEAD:
        least = min(answered_again(dead, seed) for seed in SEEDS)
        lines.append(f"| answered from 5 s after the return of one that {dead}, the worst of 5 runs | {least:.1%} |")
    least = min(answered_after_silence(seed) for seed in SEEDS)
    lines.append(f"| answered from 13 s after the return of one that was silent, the worst of 5 runs | {least:.1%} |")
    return "\n".join(lines) + "\n"


@pytest.mark.timeout(120)
def test_the_page_says_what_is_measured() -> None:
    """The figures of docs/reliability.md are those of this machine, and of any; ``WRITE_PAGES=1`` writes them anew."""
    text = PAGE.read_text(encoding="utf-8")
    before, _begin, rest = text.partition(BEGIN)
    written, _end, after = rest.partition(END)
    measured = figures()
    if os.environ.get("WRITE_PAGES"):
        PAGE.write_text(before + BEGIN + measured + END + after, encoding="utf-8")
    else:
        assert written == measured
