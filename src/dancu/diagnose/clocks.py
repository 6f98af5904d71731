"""The platform's clock and ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu.diagnose.patient import Patient

__all__ = ["SKEW_SECONDS", "seconds_ahead"]

SKEW_SECONDS = 300.0
"""How far the clocks may differ (design.md §5): a T1 timestamp outside of it is refused."""


def seconds_ahead(patient: Patient) -> float | None:
    """How far the platform's clock is ahead of ours; None where it tells no time. Whole seconds: so does ``Date``."""
    date = patient.way.date
    return None if date is None else round((date - patient.clock.now()).total_seconds())
