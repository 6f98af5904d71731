"""The tables ``[retry]``, ``[breaker]`` and ``[limits]``, and the guards that come of them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from dancu.flows.resilient import Guards
from dancu.policy.breaker import Breaker, BreakerRule
from dancu.policy.limits import Limiter, LimitRule
from dancu.policy.quota import RetryQuota
from dancu.policy.retry import RetryRule
from dancu.profiles.parts import Part, Seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.policy.breaker import State

__all__ = ["BreakerPart", "Limits", "Retry", "make_guards"]

_SLOW_SHARE_OF_AN_ATTEMPT = 0.75

Share = Annotated[float, Field(gt=0, le=1, strict=False)]


class Retry(Part):
    """Repeats of a question that was not answered; each may cost a fee.

    Attributes:
        attempts: at most, the first included; 1 switches repeats off.
        base: seconds that the first wait is a random share of; each further one of twice as much.
        cap: seconds that a wait is a share of at most.
    """

    attempts: Annotated[int, Field(ge=1, le=5)] = 3
    base: Seconds = 0.2
    cap: Seconds = 5.0


class BreakerPart(Part):
    """When a platform is no longer asked; see `dancu.policy.breaker.BreakerRule`.

    Attributes:
        enabled: whether there is one.
        failures: share of failed calls from which it opens.
        slow: share of slow calls from which it opens; slow is above three quarters of ``deadline.attempt``.
        least: calls below which it does not open.
        calls: how many of the last calls are looked at.
        seconds: how far back they may lie.
        open: seconds until it tries again, and up to 20 % more by chance.
        probes: calls by which it tries.
    """

    enabled: bool = True
    failures: Share = 0.5
    slow: Share = 0.8
    least: Annotated[int, Field(ge=1, le=1000)] = 20
    calls: Annotated[int, Field(ge=1, le=1000)] = 100
    seconds: Seconds = 60.0
    open: Seconds = 4.0
    probes: Annotated[int, Field(ge=1, le=100)] = 3


class Limits(Part):
    """What may be asked of the platform by one process.

    Attributes:
        parallel: questions at once.
        queue: questions that may wait for one of those to end.
        per_second: questions a second; any number by default.
        per_day: questions a day, which ends at midnight in Viet Nam; any number by default.
    """

    parallel: Annotated[int, Field(ge=1, le=256)] = 16
    queue: Annotated[int, Field(ge=0, le=65_536)] = 1024
    per_second: Annotated[float, Field(gt=0, le=10_000, strict=False)] | None = None
    per_day: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None


def make_guards(
    retry: Retry,
    breaker: BreakerPart,
    limits: Limits,
    *,
    attempt_seconds: float,
    behind_gateway: bool,
    moved: Callable[[State], None] | None = None,
) -> Guards:
    """New guards, closed and full.

    Args:
        retry: the profile's table of that name; so the next two.
        breaker: whether and when it opens.
        limits: what may be asked.
        attempt_seconds: what one attempt may take.
        behind_gateway: the far side is a gateway of ours.
        moved: told each new state of the breaker.
    """
    random = secrets.SystemRandom().random
    rule = BreakerRule(
        failures=breaker.failures,
        slow=breaker.slow,
        slow_after=_SLOW_SHARE_OF_AN_ATTEMPT * attempt_seconds,
        least=breaker.least,
        calls=breaker.calls,
        seconds=breaker.seconds,
        open=breaker.open,
        probes=breaker.probes,
    )
    return Guards(
        retry=RetryRule(retry.attempts, retry.base, retry.cap, behind_gateway),
        quota=RetryQuota(),
        limits=Limiter(LimitRule(limits.parallel, limits.queue, limits.per_second, limits.per_day)),
        breaker=Breaker(rule, random=random, moved=moved) if breaker.enabled else None,
        random=random,
    )
