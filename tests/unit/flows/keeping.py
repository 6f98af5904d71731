"""Flows over a cache driven by hand: a clock that a test moves, a store in a dictionary, a platform that counts."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from dancu.errors import DancuError
from dancu.events import CacheRead
from dancu.flows.cached import Cache
from dancu.flows.context import Clock
from dancu.flows.effects import Audit, Forget, Load, Send, Shared, Store
from dancu.flows.look_up import look_up
from dancu.flows.verify import verify
from dancu.policy.audit import Intent, Outcome
from dancu.policy.cache_keys import CacheKey, Scope

from ..answers import PURPOSE, SUBJECT  # noqa: TID252  # one set of documents for all unit tests
from .by_hand import CONTEXT, NOW, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu import Claim
    from dancu.events import Event
    from dancu.flows.context import Context
    from dancu.flows.effects import Effect, Flow
    from dancu.policy.audit import AuditRecord
    from dancu.wire.messages import WireReply

SEED = 20261123
SCOPE = Scope("profile", "credential", "demo-app")


def key(version: int = 1) -> CacheKey:
    """A key of the cache, made of its version."""
    return CacheKey(bytes([version]) * 32, version=version)


def cache(*keys: CacheKey, scope: Scope = SCOPE, seed: int = SEED) -> Cache:
    """A cache under these keys, whose chance comes from a seed."""
    chance = random.Random(seed)
    return Cache(keys or (key(),), scope, chance.random, chance.randbytes)


@dataclass
class Keeping:
    """A platform, a store and a clock.

    Attributes:
        cache: None for none.
        platform: answers an exchange.
        now: seconds.
        kept: name to value, end of its time, and tags.
        sent: how often the platform was asked.
        effects: all that the flows yielded.
        reads: what observers were told of looks into the cache.
    """

    cache: Cache | None = field(default_factory=cache)
    platform: Callable[[Send], WireReply | DancuError] = lambda _send: reply()
    now: float = 0.0
    kept: dict[str, tuple[bytes, float, tuple[str, ...]]] = field(default_factory=dict)
    sent: int = 0
    effects: list[Effect] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = count(1)
        clock = Clock(lambda: self.now, lambda: NOW + datetime.timedelta(seconds=self.now))
        self._context = replace(
            CONTEXT, clock=clock, references=lambda: f"01HF7YAT{next(numbers):018d}", tell=self._told
        )

    def _told(self, event: Event) -> None:
        if isinstance(event, CacheRead):
            self.reads.append(event.state)

    @property
    def context(self) -> Context:
        """For the flows."""
        return replace(self._context, cache=self.cache)

    @property
    def records(self) -> list[AuditRecord]:
        """The audit."""
        return [effect.record for effect in self.effects if isinstance(effect, Audit)]

    @property
    def outcomes(self) -> list[Outcome]:
        """What the calls came to, by the audit."""
        return [record for record in self.records if isinstance(record, Outcome)]

    @property
    def intents(self) -> list[Intent]:
        """What the calls were for, by the audit."""
        return [record for record in self.records if isinstance(record, Intent)]

    def look_up(self, *fields: str, subject: Any = SUBJECT, purpose: Any = PURPOSE) -> Any:
        """One look-up to its end."""
        return self.run(look_up(self.context, subject, fields=fields, purpose=purpose, deadline=None))

    def verify(self, claim: Claim, *, purpose: Any = PURPOSE) -> Any:
        """One verification to its end."""
        return self.run(verify(self.context, SUBJECT, claim, purpose=purpose, deadline=None))

    def run(self, flow: Flow[Any]) -> Any:
        """Drive a flow to its end."""
        answer: Any = None
        while True:
            try:
                effect = flow.throw(answer) if isinstance(answer, DancuError) else flow.send(answer)
            except StopIteration as end:
                return end.value
            self.effects.append(effect)
            try:
                answer = self._perform(effect)
            except DancuError as error:
                answer = error

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case Send():
                self.sent += 1
                return self.platform(effect)
            case Shared(_key, make):
                return self.run(make())
            case Load(name):
                value, end, _tags = self.kept.get(name, (None, 0.0, ()))
                return value if self.now < end else None
            case Store(name, value, ttl, tags):
                self.kept.pop(name, None)
                if ttl > 0:
                    self.kept[name] = (value, self.now + ttl, tags)
            case Forget(tags):
                found = [name for name, (_value, _end, borne) in self.kept.items() if set(tags) & set(borne)]
                return len([self.kept.pop(name) for name in found])
            case _:
                pass
        return None
