"""Events as Prometheus metrics; needs the extra ``prometheus``.

============================== ========= ============================ =======================================
metric                         kind      labels                       counts
============================== ========= ============================ =======================================
dancu_calls_total              counter   operation, result, code,     calls that ended
                                         source
dancu_call_seconds             histogram operation, source            their length, from intent to outcome
dancu_attempts_total           counter   operation, code              exchanges with the platform
dancu_attempt_seconds          histogram operation                    their length
dancu_retries_total            counter   operation, code              further attempts
dancu_cache_reads_total        counter   operation, state             looks into the response cache
dancu_breaker_state            gauge     state                        1 for the state it is in
dancu_identity_changes_total   counter   state                        replaced and kept client certificates
dancu_identity_days_left       gauge                                  of the client certificate, when few
============================== ========= ============================ =======================================

Labels are names of a closed list with values of closed lists, so the number of series is bounded whoever is
asked about (security.md T9); a reference is in no label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

from dancu.errors import error_for
from dancu.events import Attempted, BreakerMoved, CacheRead, Ended, Event, IdentityChanged, IdentityEnding, Waited

try:
    from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
except ModuleNotFoundError:
    raise error_for("extra_missing", detail="pip install 'dancu[prometheus]'") from None

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LABELS", "PrometheusObserver"]

M = TypeVar("M")

LABELS: Final = frozenset({"operation", "result", "code", "source", "state"})
"""The only labels a metric of dancu may bear."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 8.0, 10.0, 20.0)
_STATES = ("closed", "open", "half_open")


def _named(*labels: str) -> tuple[str, ...]:
    """The labels of a metric.

    Raises:
        ValueError: one is not of `LABELS`.
    """
    foreign = set(labels) - LABELS
    if foreign:
        raise ValueError(f"no label of dancu: {', '.join(sorted(foreign))}")
    return labels


class PrometheusObserver:
    """An observer that counts; one for each registry.

    Args:
        registry: where the metrics are registered, prometheus_client's own by default.

    Raises:
        ValueError: the registry has an observer of dancu already.
    """

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        calls = Counter(
            "dancu_calls", "Calls that ended.", _named("operation", "result", "code", "source"), registry=registry
        )
        call_seconds = Histogram(
            "dancu_call_seconds",
            "From intent to outcome.",
            _named("operation", "source"),
            registry=registry,
            buckets=_SECONDS,
        )
        attempts = Counter("dancu_attempts", "Exchanges.", _named("operation", "code"), registry=registry)
        attempt_seconds = Histogram(
            "dancu_attempt_seconds", "Of one exchange.", _named("operation"), registry=registry, buckets=_SECONDS
        )
        self._retries = Counter("dancu_retries", "Further attempts.", _named("operation", "code"), registry=registry)
        self._cache = Counter("dancu_cache_reads", "Cache reads.", _named("operation", "state"), registry=registry)
        self._breaker = Gauge("dancu_breaker_state", "1 for the state it is in.", _named("state"), registry=registry)
        self._identity = Counter(
            "dancu_identity_changes", "Certificates replaced or kept.", _named("state"), registry=registry
        )
        self._days = Gauge("dancu_identity_days_left", "Of the client certificate, when few.", registry=registry)
        self._calls: _Kept[Counter] = _Kept(calls.labels)
        self._call_seconds: _Kept[Histogram] = _Kept(call_seconds.labels)
        self._attempts: _Kept[Counter] = _Kept(attempts.labels)
        self._attempt_seconds: _Kept[Histogram] = _Kept(attempt_seconds.labels)

    def __call__(self, event: Event) -> None:
        """Count an event."""
        match event:
            case Ended(operation=operation, result=result, code=code, source=source, seconds=seconds):
                self._calls.at(operation, result, code or "none", source).inc()
                self._call_seconds.at(operation, source).observe(seconds)
            case Attempted(operation=operation, code=code, seconds=seconds):
                self._attempts.at(operation, code or "none").inc()
                self._attempt_seconds.at(operation).observe(seconds)
            case Waited(operation=operation, code=code):
                self._retries.labels(operation, code).inc()
            case CacheRead(operation=operation, state=state):
                self._cache.labels(operation, state).inc()
            case BreakerMoved(state=state):
                for one in _STATES:
                    self._breaker.labels(one).set(one == state)
            case IdentityChanged(state=state):
                self._identity.labels(state).inc()
            case IdentityEnding(days=days):
                self._days.set(days)


class _Kept(Generic[M]):
    """A metric's children by their labels: looking one up anew costs more than counting."""

    def __init__(self, make: Callable[..., M]) -> None:
        self._make = make
        self._children: dict[tuple[str, ...], M] = {}

    def at(self, *labels: str) -> M:
        child = self._children.get(labels)
        if child is None:
            child = self._children[labels] = self._make(*labels)
        return child
