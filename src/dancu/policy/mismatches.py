"""When a question is refused because too many before it did not fit (security.md T11). Pure: times in, a time out.

A birth date has some 36,500 values, so whoever may ask without end finds it. Questions that did not fit are counted
in a sliding window, three ways::

    per subject, by one application   past the limit every question of that application about that person is refused,
                                      right or wrong, so that no answer tells which it would have been
    per officer of an application     past the limit every question of that officer
    per application                   past the limit every question of it

What one application does locks nobody out for another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Block", "Counted", "Limits", "blocked", "free_at"]

Counted: TypeAlias = Literal["subject", "officer", "application"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many questions that did not fit are let pass within ``window`` seconds."""

    subject: int = 10
    officer: int = 30
    application: int = 1000
    window: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Block:
    """What is refused, and until when (seconds of the clock of the times)."""

    by: Counted
    until: float


def free_at(times: Sequence[float], limit: int, window: float) -> float | None:
    """When there are fewer than ``limit`` within the window again; None where there are now.

    The times, in any order, are those within the window.
    """
    if len(times) < limit:
        return None
    return sorted(times)[-limit] + window


def blocked(
    limits: Limits, *, subject: Sequence[float], officer: Sequence[float], application: Sequence[float]
) -> Block | None:
    """The block that lasts longest, or None."""
    counted: tuple[tuple[Counted, Sequence[float], int], ...] = (
        ("subject", subject, limits.subject),
        ("officer", officer, limits.officer),
        ("application", application, limits.application),
    )
    found = [
        Block(name, until)
        for name, times, limit in counted
        if (until := free_at(times, limit, limits.window)) is not None
    ]
    return max(found, key=lambda block: block.until, default=None)
