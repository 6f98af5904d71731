"""Storms on a dead platform, in virtual time: what R3 and T27 measure, for the tests and for docs/reliability.md."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dancu.domain.serial import to_json
from dancu.errors import DancuError
from dancu.flows.upstreams.gateway import OurGateway
from dancu.gateway.problems import from_error, render
from dancu.policy.breaker import BreakerRule
from dancu.policy.retry import RetryRule
from dancu.wire.messages import WireReply
from dancu.wire.native import native_services
from dancu.wire.services.spec import WireStyle

from ..unit.flows.by_hand import looking_up, reply  # noqa: TID252  # one way to drive flows by hand
from ..unit.flows.virtual import SEED, Took, World, answered, failed, guards  # noqa: TID252  # and one virtual time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dancu.flows.context import Context
    from dancu.flows.effects import Flow, Send
    from dancu.flows.resilient import Guards

CALLS = 10_000
PER_SECOND = 100
SEEDS = range(SEED, SEED + 5)
DEAD = {
    "refuses": failed("connect_failed"),
    "hangs up": failed("disconnected", 0.05),
    "says 503": Took(0.02, reply(status=503)),
    "throttles": Took(0.02, reply(status=429, headers=(("Retry-After", "1"),))),
}


def arriving(
    context: Context, *, begin: float, calls: int, per_second: int = PER_SECOND
) -> Iterable[tuple[float, Any]]:
    """So many look-ups, one after the other."""
    return [(begin + number / per_second, lambda: looking_up(context=context)) for number in range(calls)]


def defaults(*, breaker: bool = True, seed: int = SEED) -> Guards:
    """Guards as a profile that says nothing has them."""
    return guards(breaker=BreakerRule() if breaker else None, seed=seed)


def stacked(world: World, gateway: Context) -> Any:
    """A platform of applications that is a gateway over a platform of its own."""
    own = world.platform

    def ask_gateway() -> Flow[WireReply]:
        try:
            answer = yield from looking_up(context=gateway)
        except DancuError as error:
            problem = render(from_error(error))
            return WireReply(problem.status_code, tuple(problem.headers.items()), bytes(problem.body))
        return reply(to_json(answer).encode())

    def platform(send: Send, now: float) -> Took | Flow[WireReply]:
        return ask_gateway() if "/v1/" in send.request.url else own(send, now)

    return platform


def behind_gateway(world: World, *, breaker: bool = True, seed: int = SEED) -> Context:
    """An application of the gateway."""
    shared = replace(defaults(breaker=breaker, seed=seed), retry=RetryRule(behind_gateway=True))
    upstream = OurGateway(native_services("https://gateway.example/"), WireStyle())
    return replace(world.context(shared), upstream=upstream)


@functools.cache
def attempts(dead: str, *, breaker: bool) -> float:
    """Attempts for each of 10,000 calls at a platform that stays dead."""
    world = World(lambda _send, _now: DEAD[dead])
    ends = world.run(arriving(world.context(defaults(breaker=breaker)), begin=0.0, calls=CALLS))
    assert all(isinstance(end.error, DancuError) for end in ends)
    assert len(world.sent) == sum(outcome.attempts for outcome in world.outcomes)
    return len(world.sent) / CALLS


@functools.cache
def attempts_behind_a_gateway(dead: str, *, breaker: bool) -> float:
    """The same for the calls of two processes through one gateway; what reaches the platform."""
    world = World(lambda _send, _now: DEAD[dead])
    world.platform = stacked(world, world.context(defaults(breaker=breaker)))
    first, second = (behind_gateway(world, breaker=breaker, seed=SEED + number) for number in range(2))
    half = CALLS // 2
    world.run([*arriving(first, begin=0.0, calls=half), *arriving(second, begin=0.005, calls=half)])
    return sum("/v1/" not in send.request.url for _at, send in world.sent) / CALLS


@functools.cache
def answered_again(dead: str, seed: int) -> float:
    """The share of the calls from 5 s after its return on that are answered."""
    back = 10.0 + seed % 5 * 0.93
    world = World(lambda _send, now: answered() if now >= back else DEAD[dead])
    ends = world.run(arriving(world.context(defaults(seed=seed)), begin=0.0, calls=1_000, per_second=50))
    return _share([end.error is None for end in ends if end.began >= back + 5.0])


@functools.cache
def answered_after_silence(seed: int) -> float:
    """The same for one that took connections and said nothing: from 13 s on, an attempt's time and the breaker's."""
    back = 60.0 + seed % 5 * 1.7
    world = World(lambda _send, now: answered() if now >= back else answered(3600.0))
    ends = world.run(arriving(world.context(defaults(seed=seed)), begin=0.0, calls=1_800, per_second=20))
    return _share([end.error is None for end in ends if end.began >= back + 8.0 + 4.8 + 0.2])


def _share(told: list[bool]) -> float:
    assert len(told) > 50
    return sum(told) / len(told)
