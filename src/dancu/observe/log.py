"""Events as records of the standard library's logging, under the logger ``dancu``.

``INFO`` for what ended well or was refused, ``WARNING`` for what was unavailable or failed and for a certificate
near its end, ``DEBUG`` for single attempts. The message is the event's name and its attributes as
``name=value``; the same attributes stand on the record as ``record.dancu``, for formatters that write JSON.
"""

from __future__ import annotations

import logging
from dataclasses import fields

from dancu.events import Attempted, BreakerMoved, CacheRead, Ended, Event, IdentityChanged, IdentityEnding, Waited

__all__ = ["log_event"]

_LOGGER = logging.getLogger("dancu")
# A program that sets no logging up hears nothing from a library, not even through logging's last resort.
_LOGGER.addHandler(logging.NullHandler())
_TROUBLES = frozenset({"unavailable", "failed"})


def log_event(event: Event) -> None:
    """An observer: one log record for an event."""
    level = _level(event)
    if _LOGGER.isEnabledFor(level):
        told = {one.name: getattr(event, one.name) for one in fields(event)}
        text = " ".join(f"{name}={_shown(value)}" for name, value in told.items())
        _LOGGER.log(level, "%s %s", type(event).__name__, text, extra={"dancu": told})


def _level(event: Event) -> int:
    match event:
        case Attempted() | CacheRead():
            return logging.DEBUG
        case Ended(result=result):
            return logging.WARNING if result in _TROUBLES else logging.INFO
        case Waited():
            return logging.INFO
        case BreakerMoved(state="closed") | IdentityChanged(state="replaced"):
            return logging.INFO
        case BreakerMoved() | IdentityChanged() | IdentityEnding():
            return logging.WARNING


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
