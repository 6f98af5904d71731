"""How fast an application may ask: a bucket of tokens each, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.gateway.parts import ApplicationPart

__all__ = ["Rates"]


class Rates:
    """Token buckets by application; a bucket holds one second's worth, and at least one token."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_for(self, application: ApplicationPart) -> float:
        """0 when the application may ask now, which takes a token; else the seconds until it may."""
        now = self._monotonic()
        most = max(1.0, application.per_second)
        tokens, since = self._buckets.get(application.name, (most, now))
        tokens = min(most, tokens + (now - since) * application.per_second)
        if tokens >= 1.0:
            self._buckets[application.name] = (tokens - 1.0, now)
            return 0.0
        self._buckets[application.name] = (tokens, now)
        return (1.0 - tokens) / application.per_second
