"""One event of every kind."""

from __future__ import annotations

from dancu.events import Attempted, BreakerMoved, CacheRead, Ended, Event, IdentityChanged, IdentityEnding, Waited

REFERENCE = "01M83517EC3ZCASEE6Z8634QT3"


def ended(result: str = "found", **changed: object) -> Ended:
    """The end of a call."""
    parts: dict[str, object] = {
        "reference": REFERENCE,
        "operation": "look_up",
        "result": result,
        "code": None,
        "source": "upstream",
        "attempts": 1,
        "seconds": 0.25,
    }
    return Ended(**parts | changed)  # type: ignore[arg-type]  # a table of attributes


def attempted(attempt: int = 1, **changed: object) -> Attempted:
    """The end of an exchange."""
    parts: dict[str, object] = {
        "reference": REFERENCE,
        "operation": "look_up",
        "attempt": attempt,
        "code": None,
        "seconds": 0.125,
    }
    return Attempted(**parts | changed)  # type: ignore[arg-type]  # a table of attributes


ALL: tuple[Event, ...] = (
    attempted(),
    attempted(code="timed_out"),
    Waited(reference=REFERENCE, operation="look_up", code="timed_out", seconds=0.1),
    CacheRead(reference=REFERENCE, operation="look_up", state="miss"),
    ended(),
    ended("unavailable", code="timed_out"),
    BreakerMoved(state="open"),
    BreakerMoved(state="closed"),
    IdentityChanged(state="replaced"),
    IdentityChanged(state="kept"),
    IdentityEnding(days=7),
)
