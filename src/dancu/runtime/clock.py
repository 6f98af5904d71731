"""The machine's clocks."""

from __future__ import annotations

import datetime
import time

from dancu.flows.context import Clock

__all__ = ["system_clock"]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def system_clock() -> Clock:
    """Monotonic seconds for deadlines, UTC for people."""
    return Clock(time.monotonic, _now)
