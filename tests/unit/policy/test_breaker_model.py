"""R16: breaker and limiter beside a model that remembers everything, over 5,000 random traces in virtual time."""

from __future__ import annotations

import datetime
import random

from dancu import Rejected, Unavailable
from dancu.policy.breaker import Breaker, BreakerRule
from dancu.policy.limits import Limiter, LimitRule

TRACES = 2500
"""Of each; a trace has about 120 steps."""
SEED = 20261123
BEGAN = datetime.datetime(2026, 11, 23, 16, 0, tzinfo=datetime.UTC)
"""An hour before midnight in Viet Nam."""


class BreakerModel:
    """The specification in plain lists: nothing is counted ahead, each answer looks at the whole past."""

    def __init__(self, rule: BreakerRule) -> None:
        self.rule = rule
        self.moves: list[tuple[str, float]] = [("closed", 0.0)]
        self.ended: list[tuple[int, float, bool, float]] = []  # move, time, failed, seconds
        self.inside: list[int] = []  # of which move

    def goes(self, now: float) -> bool:
        """Whether a call would be let through."""
        state, until = self.moves[-1]
        if state == "open":
            return now >= until
        here = len(self.moves)
        counted = sum(move == here for move, *_call in self.ended)
        return state == "closed" or self.inside.count(here) + counted < self.rule.probes

    def enter(self, now: float) -> int:
        """Let one through; the number of the state it is in."""
        if self.moves[-1][0] == "open":
            self.moves.append(("half_open", now))
        self.inside.append(len(self.moves))
        return len(self.moves)

    def leave(self, move: int, now: float, seconds: float, *, failed: bool | None, jitter: float) -> None:
        """Look at all that ended since the last move."""
        self.inside.remove(move)
        if failed is None or move != len(self.moves):
            return
        self.ended.append((move, now, failed, seconds))
        here = [call for call in self.ended if call[0] == move]
        closed = self.moves[-1][0] == "closed"
        if closed:
            here = [call for call in here[-self.rule.calls :] if now - call[1] <= self.rule.seconds]
        if len(here) < (self.rule.least if closed else self.rule.probes):
            return
        bad = sum(call[2] for call in here) / len(here) >= self.rule.failures
        slow = sum(call[3] > self.rule.slow_after for call in here) / len(here) >= self.rule.slow
        if bad or slow:
            self.moves.append(("open", now + self.rule.open * (1 + jitter)))
        elif not closed:
            self.moves.append(("closed", now))


class LimitModel:
    """The specification by simulation: tokens drip in one by one, a day's calls are a list of dates."""

    def __init__(self, rule: LimitRule) -> None:
        self.rule = rule
        self.inside = 0
        self.days: list[datetime.date] = []
        self.starts: list[float] = []  # when each attempt of the queue may ask

    def enter(self, now: float, at: datetime.datetime, until: float) -> float | str:
        """The wait, or the code of the refusal."""
        if self.inside == self.rule.parallel + self.rule.queue:
            return "too_busy"
        day = (at + datetime.timedelta(hours=7)).date()
        if self.rule.per_day is not None and self.days.count(day) == self.rule.per_day:
            return "quota_spent"
        start = now
        if self.rule.per_second is not None:
            start = self._start(now, self.rule.per_second)
            if start > now and start >= until:
                return "too_busy"
            self.starts.append(start)
        self.inside += 1
        self.days.append(day)
        return start - now

    def _start(self, now: float, rate: float) -> float:
        """The first sixteenth of a second from which a token is there, all earlier attempts served first."""
        level, clock = max(1.0, rate), 0.0
        for start in self.starts:
            level, clock = min(max(1.0, rate), level + (start - clock) * rate) - 1.0, start
        ready = max(now, clock)
        while min(max(1.0, rate), level + (ready - clock) * rate) < 1.0:
            ready += 0.0625
        return ready


def test_the_breaker_does_what_its_model_does() -> None:
    """Over 2,500 random traces state, refusals and probes agree at every step, cancelled and late calls included."""
    chance = random.Random(SEED)
    for trace in range(TRACES):
        _compare_breakers(chance, f"seed {SEED}, trace {trace}")


def _compare_breakers(chance: random.Random, told: str) -> None:
    rule = BreakerRule(least=chance.choice([3, 5, 20]), calls=chance.choice([20, 30]), seconds=chance.choice([4.0, 60]))
    draws: list[float] = []

    def drawn() -> float:
        draws.append(chance.random())
        return draws[-1]

    ours, model = Breaker(rule, random=drawn), BreakerModel(rule)
    sickness, now, inside = chance.random(), 0.0, list[tuple[int, int, float]]()
    for _step in range(120):
        now += chance.choice([0.0, 0.125, 0.5, 2.0])
        if inside and chance.random() < 0.5:
            turn, move, began = inside.pop(chance.randrange(len(inside)))
            failed = chance.choice([None, chance.random() < sickness, chance.random() < sickness])
            seconds = (now - began) * chance.choice([1, 8])
            draws.clear()
            ours.leave(turn, now=now, seconds=seconds, failed=failed)
            model.leave(move, now, seconds, failed=failed, jitter=0.2 * sum(draws))
        else:
            try:
                turn = ours.enter(now)
            except Unavailable:
                assert not model.goes(now), told
            else:
                assert model.goes(now), told
                inside.append((turn, model.enter(now), now))
        assert ours.state == model.moves[-1][0], told


def test_the_limiter_does_what_its_model_does() -> None:
    """Over 2,500 random traces waits and refusals agree at every step, over midnight as well."""
    chance = random.Random(SEED + 1)
    for trace in range(TRACES):
        _compare_limiters(chance, f"seed {SEED + 1}, trace {trace}")


def _compare_limiters(chance: random.Random, told: str) -> None:
    rule = LimitRule(
        parallel=chance.randint(1, 4),
        queue=chance.randint(0, 8),
        per_second=chance.choice([None, 0.5, 1, 2, 4, 8]),
        per_day=chance.choice([None, 3, 20]),
    )
    ours, model = Limiter(rule), LimitModel(rule)
    now = 0.0
    for _step in range(60):
        now += chance.choice([0.0, 0.0625, 0.25, 1.0, 600.0 if chance.random() < 0.1 else 0.0])
        if model.inside and chance.random() < 0.4:
            ours.leave(asked=True)
            model.inside -= 1
            continue
        at, until = BEGAN + datetime.timedelta(seconds=now), now + chance.choice([0.25, 1.0, 20.0])
        answer: float | str
        try:
            answer = ours.enter(now, at=at, until=until)
        except (Unavailable, Rejected) as error:
            answer = error.code
        assert answer == model.enter(now, at, until), told
