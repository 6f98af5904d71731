"""How fast somebody may ask: one number for each, the moment from which a second's worth would be free again (GCRA).

::

            now           due                    a question moves `due` on by 1 / per_second
             │◄── used ───►│                     it is refused where `used` would pass the burst
             │◄────────── burst ──────────►│     whoever asks nothing lets `due` fall behind `now`
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Pace", "Paced"]


@dataclass(frozen=True, slots=True)
class Paced:
    """What became of one question.

    Attributes:
        due: to be kept, in place of the one before.
        wait: 0 where it may be asked, else the seconds until it may.
        left: whole questions that may follow at once.
        full: seconds until all of the burst is free again.
    """

    due: float
    wait: float
    left: int
    full: float


@dataclass(frozen=True, slots=True)
class Pace:
    """A steady rate.

    Attributes:
        per_second: above 0; one second's worth may go at once, and one question at least.
    """

    per_second: float

    @property
    def burst(self) -> float:
        """Questions that may go at once."""
        return max(1.0, self.per_second)

    @property
    def policy(self) -> tuple[int, int]:
        """Whole questions, in so many whole seconds."""
        if self.per_second >= 1:
            return int(self.per_second), 1
        return 1, math.ceil(1 / self.per_second)

    def asked(self, due: float, now: float) -> Paced:
        """One question at ``now``; both in seconds of one clock.

        A moment beyond anything that this rate could have come to, as after a change of it, counts as a spent burst.
        """
        each, most = 1 / self.per_second, self.burst / self.per_second
        used = min(max(0.0, due - now), most)
        if used + each > most + 1e-9:
            return Paced(now + used, used + each - most, 0, used)
        used += each
        return Paced(now + used, 0.0, math.floor((most - used) * self.per_second + 1e-6), used)
