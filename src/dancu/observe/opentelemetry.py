"""Events as OpenTelemetry spans; needs the extra ``opentelemetry``.

A span ``dancu.<operation>`` for a call, below the caller's current span, and a span ``dancu.attempt`` below
it for each exchange. Their attributes are those of the events; there is no URL, header or body, and no
context of the trace is sent to the platform.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cachetools import LRUCache

from dancu.errors import error_for
from dancu.events import Attempted, Ended, Event

try:
    from opentelemetry import trace
except ModuleNotFoundError:
    raise error_for("extra_missing", detail="pip install 'dancu[opentelemetry]'") from None

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.util.types import AttributeValue

__all__ = ["OpenTelemetryObserver"]

_MOST_OPEN = 10_000
_NANO = 1_000_000_000
_TROUBLES = frozenset({"unavailable", "failed"})


class OpenTelemetryObserver:
    """An observer that makes spans; safe for threads.

    Args:
        tracer: whose spans; the global provider's by default.
        now: nanoseconds since 1970, for tests.
    """

    def __init__(self, tracer: trace.Tracer | None = None, *, now: Callable[[], int] = time.time_ns) -> None:
        self._tracer = trace.get_tracer("dancu") if tracer is None else tracer
        self._now = now
        # Attempts wait here for their call; a call that never ends leaves no more behind than this.
        self._attempts: LRUCache[str, tuple[tuple[Attempted, int], ...]] = LRUCache(_MOST_OPEN)

    def __call__(self, event: Event) -> None:
        """Keep an attempt, or make the spans of a call that ended."""
        if isinstance(event, Attempted):
            self._attempts[event.reference] = (*self._attempts.get(event.reference, ()), (event, self._now()))
        elif isinstance(event, Ended):
            self._call(event, self._now())

    def _call(self, event: Ended, ended: int) -> None:
        span = self._tracer.start_span(
            f"dancu.{event.operation}",
            start_time=ended - _nano(event.seconds),
            attributes=_present(
                reference=event.reference,
                result=event.result,
                code=event.code,
                source=event.source,
                attempts=event.attempts,
            ),
        )
        if event.result in _TROUBLES:
            span.set_status(trace.StatusCode.ERROR)
        below = trace.set_span_in_context(span)
        for attempt, at in self._attempts.pop(event.reference, ()):
            self._tracer.start_span(
                "dancu.attempt",
                context=below,
                start_time=at - _nano(attempt.seconds),
                attributes=_present(attempt=attempt.attempt, code=attempt.code),
            ).end(end_time=at)
        span.end(end_time=ended)


def _nano(seconds: float) -> int:
    return round(seconds * _NANO)


def _present(**attributes: AttributeValue | None) -> dict[str, AttributeValue]:
    return {f"dancu.{name}": value for name, value in attributes.items() if value is not None}
