"""Whether the gateway can do its work: findings of several checks, and what they come to together.

========== ============================================================= ==================== ======
state      means                                                         ``/readyz``          Nagios
========== ============================================================= ==================== ======
ok         nothing to do                                                 200 ``ready``        0
warning    something to do within days                                   200 ``ready``        1
degraded   something to do now; questions are still answered             200 ``degraded``     2
failing    no question would be answered: send them to another gateway   503 ``not_ready``    2
========== ============================================================= ==================== ======

A platform that is down is ``degraded``: another gateway would have no other platform.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from dancu.gateway.daemons import in_daemon
from dancu.gateway.readiness_words import REASONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dancu.words import Phrase

    Check: TypeAlias = Callable[[], Iterable["Finding"]]

__all__ = ["CHECKS", "STATES", "STATUS", "CheckName", "Finding", "Readiness", "Report", "State", "worst"]

State = Literal["ok", "warning", "degraded", "failing"]
STATES: tuple[State, ...] = ("ok", "warning", "degraded", "failing")
"""From good to bad."""
CheckName = Literal["audit", "checkpoints", "upstream", "certificates", "permissions", "rules", "clock", "draining"]
CHECKS: tuple[CheckName, ...] = (
    *("audit", "checkpoints", "upstream", "certificates", "permissions", "rules", "clock", "draining"),
)

STATUS: Mapping[State, str] = MappingProxyType(
    {"ok": "ready", "warning": "ready", "degraded": "degraded", "failing": "not_ready"}
)
"""The word for a load balancer."""
_FRESH_SECONDS = 1.0
_PATIENCE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found out about one thing.

    Attributes:
        check: which one.
        state: see the module.
        reason: a key of `REASONS`.
        about: the agency, certificate or permission it is about; empty where there is only one.
        days: whole days that are left, where the finding is about an end.
    """

    check: CheckName
    state: State
    reason: str
    about: str = ""
    days: int | None = None

    @property
    def words(self) -> Phrase:
        """The reason for people."""
        return REASONS[self.reason]

    def told(self) -> dict[str, Any]:
        """For a program, with both sentences."""
        days = {} if self.days is None else {"days": self.days}
        found = {"check": self.check, "state": self.state, "reason": self.reason, "about": self.about, **days}
        return {**found, "message_vi": self.words.vi, "message_en": self.words.en}


def worst(states: Iterable[State]) -> State:
    """The worst of some states; ok where there is none."""
    found: State = "ok"
    for state in states:
        found = state if STATES.index(state) > STATES.index(found) else found
    return found


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one look."""

    findings: tuple[Finding, ...]

    @property
    def state(self) -> State:
        """The worst of all."""
        return worst(one.state for one in self.findings)

    @property
    def status(self) -> str:
        """``ready``, ``degraded`` or ``not_ready``."""
        return STATUS[self.state]

    @property
    def http_status(self) -> int:
        """What a load balancer acts on: 200, or 503."""
        return 503 if self.state == "failing" else 200

    def brief(self) -> dict[str, Any]:
        """For whoever has no key: the state of each check, and nothing about why."""
        names = dict.fromkeys(one.check for one in self.findings)
        states = {name: worst(one.state for one in self.findings if one.check == name) for name in names}
        return {"status": self.status, "checks": states}

    def told(self) -> dict[str, Any]:
        """For the operator: every finding."""
        return {"status": self.status, "state": self.state, "findings": [one.told() for one in self.findings]}


class Readiness:
    """Looks when somebody asks, once a second at most.

    Args:
        checks: quick ones, in the event loop.
        disks: those that touch a disk, each in a thread, with what is found where it hangs; that holds nobody.
    """

    def __init__(self, checks: Iterable[Check], *, disks: Iterable[tuple[Check, Finding]]) -> None:
        self._checks = tuple(checks)
        self._disks = tuple(_Disk(check, hangs) for check, hangs in disks)
        self._draining = False
        self._looked = float("-inf")
        self._found: tuple[Finding, ...] = ()

    def drain(self) -> None:
        """From now on, no new work: the next look says so at once."""
        self._draining = True

    async def look(self) -> Report:
        """What is found now, or was within the last second."""
        if self._draining:
            return Report((Finding("draining", "failing", "draining"), *self._found))
        now = time.monotonic()
        if now - self._looked >= _FRESH_SECONDS:
            self._looked = now
            quick = tuple(one for check in self._checks for one in check())
            slow = await asyncio.gather(*(disk.look() for disk in self._disks))
            self._found = (*(one for found in slow for one in found), *quick)
        return Report(self._found)


class _Disk:
    """A check in a thread, one at a time: behind a disk that hangs no threads queue up."""

    def __init__(self, check: Check, hangs: Finding) -> None:
        self._check = check
        self._hangs = hangs
        self._looking: asyncio.Future[tuple[Finding, ...]] | None = None

    async def look(self) -> tuple[Finding, ...]:
        if self._looking is None:
            self._looking = in_daemon(lambda: tuple(self._check()))
        await asyncio.wait({self._looking}, timeout=_PATIENCE_SECONDS)
        if not self._looking.done():
            return (self._hangs,)
        found, self._looking = self._looking.result(), None
        return found
