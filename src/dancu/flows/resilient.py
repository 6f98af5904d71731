"""Attempts at one question: limits, breaker, the exchange, and again where that may help.

::

         ┌────────────────────── Sleep, seconds ◄──────────────────────┐
         ▼                                                             │ again
    places left? ─► breaker closed? ─► authorise ─► Send ─► read ─► error ─► enough: raised
         └ too_busy,      └ circuit_open                      └ answer
           quota_spent      at once, nothing sent

One deadline holds over everything: waiting, tokens, and every attempt. All services are reads, so
a repeat is safe; it may cost a fee, so each attempt is counted and is in the audit. What is sent
once more because a kept connection had closed is not an attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dancu.errors import DancuError
from dancu.events import Attempted, Waited
from dancu.flows.effects import sleep
from dancu.policy.retry import Repeats

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.errors import Code
    from dancu.flows.context import Context
    from dancu.flows.effects import Flow
    from dancu.policy.breaker import Breaker
    from dancu.policy.limits import Limiter
    from dancu.policy.quota import RetryQuota
    from dancu.policy.retry import RetryRule

__all__ = ["Guards", "Tally", "resilient"]

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Guards:
    """What all calls to one upstream under one credential share.

    Attributes:
        retry: how often and how soon a question is repeated.
        quota: tokens for repeats.
        limits: how much may be asked.
        breaker: None where the profile switches it off.
        random: from 0 to below 1.
    """

    retry: RetryRule
    quota: RetryQuota
    limits: Limiter
    breaker: Breaker | None
    random: Callable[[], float]


@dataclass(slots=True)
class Tally:
    """What a call is, and has come to so far.

    Attributes:
        reference, operation: as in the audit.
        attempts: how often the platform was asked.
        began: when it last was, seconds of the monotonic clock.
    """

    reference: str
    operation: str
    attempts: int = 0
    began: float = 0.0


def resilient(context: Context, once: Callable[[int, float], Flow[A]], *, until: float, tally: Tally) -> Flow[A]:
    """Run attempts until one is answered or it is enough.

    Args:
        context: with guards, or without, where there is one attempt.
        once: one attempt, from its number (1 for the first) and its end.
        until: the call's end, seconds of the monotonic clock.
        tally: counts.

    Raises:
        Rejected, Unavailable: the last attempt's; ``too_busy``, ``quota_spent`` or
            ``circuit_open`` where not even the first was let through.
    """
    guards, monotonic = context.guards, context.clock.monotonic
    if guards is None:
        return (yield from _begun(context, once, until, tally, monotonic()))
    repeats = Repeats(guards.retry, quota=guards.quota, random=guards.random, until=until)
    failure: DancuError | None = None
    while True:
        asked = tally.attempts
        try:
            answer = yield from _admitted(context, guards, once, until, tally)
        except DancuError as error:
            if tally.attempts == asked:
                # What went wrong before says more than that there was no further try.
                raise failure or error from None
            now = monotonic()
            pause = repeats.after(error, now=now, took=now - tally.began)
            if pause is None:
                # A further try that had less time than the first, and ran out of it, says less than that one.
                raise failure if failure is not None and error.code == "timed_out" else error from None
            failure = error
        else:
            repeats.answered()
            return answer
        told = Waited(reference=tally.reference, operation=tally.operation, code=failure.code, seconds=pause)
        context.tell(told)
        yield from sleep(pause, until=until)


def _admitted(
    context: Context, guards: Guards, once: Callable[[int, float], Flow[A]], until: float, tally: Tally
) -> Flow[A]:
    """An attempt within the limits; nobody waits for a place while the breaker is open."""
    now, asked = context.clock.monotonic(), tally.attempts
    if guards.breaker is not None:
        guards.breaker.check(now)
    wait = guards.limits.enter(now, at=context.clock.now(), until=until)
    try:
        if wait:
            yield from sleep(wait, until=until)
            now = context.clock.monotonic()
        if guards.breaker is None:
            return (yield from _begun(context, once, until, tally, now))
        return (yield from _watched(context, guards.breaker, once, until, tally, now))
    finally:
        guards.limits.leave(asked=tally.attempts > asked)


def _watched(
    context: Context, breaker: Breaker, once: Callable[[int, float], Flow[A]], until: float, tally: Tally, now: float
) -> Flow[A]:
    """An attempt that the breaker learns from; one that is given up teaches it nothing."""
    turn = breaker.enter(now)
    failed: bool | None = None
    try:
        answer = yield from _begun(context, once, until, tally, now)
        failed = False
        return answer
    except DancuError as error:
        failed = breaker.failed(error, allowed=min(until - now, context.times.attempt))
        raise
    finally:
        ended = context.clock.monotonic()
        breaker.leave(turn, now=ended, seconds=ended - now, failed=failed)


def _begun(context: Context, once: Callable[[int, float], Flow[A]], until: float, tally: Tally, now: float) -> Flow[A]:
    tally.attempts += 1
    tally.began = now
    code: Code | None = None
    try:
        return (yield from once(tally.attempts, min(until, now + context.times.attempt)))
    except DancuError as error:
        code = error.code
        raise
    finally:
        context.tell(
            Attempted(
                reference=tally.reference,
                operation=tally.operation,
                attempt=tally.attempts,
                code=code,
                seconds=context.clock.monotonic() - now,
            )
        )
