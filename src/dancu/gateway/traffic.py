"""How much each application asked within the last hour, by minutes; in memory, and of nobody asked about."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass

__all__ = ["MINUTES", "Traffic", "Volume"]

MINUTES = 60
"""So many are remembered."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Answers to one application.

    Attributes:
        application: its name; empty for whoever showed no valid key.
        answered: status 2xx.
        refused: 4xx.
        failed: 5xx.
    """

    application: str
    answered: int
    refused: int
    failed: int

    @property
    def asked(self) -> int:
        """All together."""
        return self.answered + self.refused + self.failed


class Traffic:
    """Counts by minute, the oldest forgotten."""

    def __init__(self) -> None:
        self._minutes: OrderedDict[int, Counter[tuple[str, int]]] = OrderedDict()

    def count(self, application: str, *, status: int, minute: int) -> None:
        """One answer in a minute, counted from 1970."""
        if minute not in self._minutes:
            self._minutes[minute] = Counter()
            while len(self._minutes) > MINUTES:
                self._minutes.popitem(last=False)
        self._minutes[minute][application, status // 100] += 1

    def within(self, minutes: int, *, until: int) -> list[Volume]:
        """What each application asked in the last minutes up to one, the busiest first."""
        total: Counter[tuple[str, int]] = Counter()
        for minute, counts in self._minutes.items():
            if until - minutes < minute <= until:
                total.update(counts)
        names = {name for name, _class in total}
        found = [Volume(name, total[name, 2], total[name, 4], total[name, 5]) for name in names]
        return sorted(found, key=lambda one: (-one.asked, one.application))
