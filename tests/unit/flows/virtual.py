"""Many flows at once in virtual time: nothing waits, and every exchange takes as long as a test says."""

from __future__ import annotations

import datetime
import heapq
import random
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from dancu.errors import DancuError, error_for
from dancu.flows.context import Clock
from dancu.flows.effects import Audit, Send, Sleep
from dancu.flows.resilient import Guards
from dancu.policy.audit import Outcome
from dancu.policy.breaker import Breaker, BreakerRule
from dancu.policy.limits import Limiter, LimitRule
from dancu.policy.quota import RetryQuota
from dancu.policy.retry import RetryRule

from .by_hand import CONTEXT, NOW, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dancu.flows.context import Context
    from dancu.flows.effects import Effect, Flow
    from dancu.wire.messages import WireReply

SEED = 20261123


@dataclass(frozen=True, slots=True)
class Took:
    """What an exchange comes to, and after how many seconds."""

    seconds: float
    result: WireReply | DancuError


@dataclass
class End:
    """A call that ended: when it began and ended, and what with."""

    began: float
    ended: float
    result: Any = None
    error: BaseException | None = None

    @property
    def code(self) -> str | None:
        """The error's code, None for an answer."""
        return self.error.code if isinstance(self.error, DancuError) else None


def answered(seconds: float = 0.1) -> Took:
    """A record, found."""
    return Took(seconds, reply())


def failed(code: str, seconds: float = 0.001, **details: Any) -> Took:
    """An error of the way or the platform."""
    return Took(seconds, error_for(code, **details))  # type: ignore[arg-type]  # a code, as the test names it


@dataclass
class World:
    """A clock and a platform.

    Attributes:
        platform: from the exchange and the moment to what it comes to, or to a flow whose value it is.
        now: seconds.
        sent: moment and exchange, one after the other.
        slept: seconds, one after the other.
        outcomes: of the audit.
    """

    platform: Callable[[Send, float], Took | Flow[WireReply]]
    now: float = 0.0
    sent: list[tuple[float, Send]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def context(self, guards: Guards | None) -> Context:
        """A context of this world; each call has a reference of its own."""
        numbers = count(1)
        clock = Clock(lambda: self.now, lambda: NOW + datetime.timedelta(seconds=self.now))
        return replace(CONTEXT, clock=clock, guards=guards, references=lambda: f"01HF7YAT{next(numbers):018d}")

    def one(self, flow: Flow[Any]) -> End:
        """Run one flow to its end."""
        return self.run([(self.now, lambda: flow)])[0]

    def run(self, calls: Iterable[tuple[float, Callable[[], Flow[Any]]]]) -> list[End]:
        """Run flows that begin at these moments; their ends in the order of their beginnings."""
        order, ends = count(), list[End]()
        heap: list[tuple[float, int, list[Flow[Any]], Any, End]] = []
        for at, make in calls:
            ends.append(End(at, at))
            heapq.heappush(heap, (at, next(order), [make()], None, ends[-1]))
        while heap:
            self.now, _order, stack, answer, end = heapq.heappop(heap)
            step = self._step(stack, answer, end)
            if step is not None:
                heapq.heappush(heap, (step[0], next(order), stack, step[1], end))
        return ends

    def _step(self, stack: list[Flow[Any]], answer: Any, end: End) -> tuple[float, Any] | None:
        """One effect further: when it is done and with what; None at the flow's end."""
        flow = stack[-1]
        try:
            effect = flow.throw(answer) if isinstance(answer, BaseException) else flow.send(answer)
        except StopIteration as done:
            answer = done.value
        except DancuError as error:
            answer = error
        else:
            return self._perform(effect, stack)
        stack.pop()
        if stack:
            return self.now, answer
        end.ended = self.now
        end.result, end.error = (None, answer) if isinstance(answer, DancuError) else (answer, None)
        return None

    def _perform(self, effect: Effect, stack: list[Flow[Any]]) -> tuple[float, Any]:
        match effect:
            case Audit(record):
                if isinstance(record, Outcome):
                    self.outcomes.append(record)
                return self.now, None
            case Sleep(seconds, until):
                self.slept.append(seconds)
                assert self.now + seconds <= until
                return self.now + seconds, None
            case Send():
                self.sent.append((self.now, effect))
                took = self.platform(effect, self.now)
                if not isinstance(took, Took):
                    stack.append(took)
                    return self.now, None
                if self.now + took.seconds > effect.until:
                    return effect.until, error_for("timed_out")
                return self.now + took.seconds, took.result
            case _:
                raise AssertionError(effect)


def guards(
    *,
    retry: RetryRule | None = None,
    breaker: BreakerRule | None = None,
    limits: LimitRule | None = None,
    seed: int = SEED,
) -> Guards:
    """Guards as a profile makes them; a breaker only where a rule is given, and chance from a seed."""
    chance = random.Random(seed).random
    return Guards(
        retry=retry or RetryRule(),
        quota=RetryQuota(),
        limits=Limiter(limits or LimitRule(queue=60_000)),
        breaker=None if breaker is None else Breaker(breaker, random=chance),
        random=chance,
    )
