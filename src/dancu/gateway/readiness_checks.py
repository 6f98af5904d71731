"""The checks behind ``/readyz``: the audit's disk, the platforms, certificates, the clock."""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import os
import shutil
import sqlite3
from typing import TYPE_CHECKING

from dancu.gateway.entries import last_checkpoint
from dancu.gateway.readiness import Finding
from dancu.policy.limits import VIET_NAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from dancu.errors import ConfigurationError
    from dancu.flows.context import Clock
    from dancu.gateway.listening import Listening
    from dancu.gateway.parts import GrantPart
    from dancu.gateway.readiness import State
    from dancu.gateway.upstream_views import UpstreamView

__all__ = [
    "AUDIT_HANGS",
    "CHECKPOINTS_BEHIND",
    "AuditCheck",
    "CheckpointCheck",
    "ClockCheck",
    "certificate_finding",
    "check_listening",
    "check_permissions",
    "check_rules",
    "check_upstreams",
    "is_synchronised",
]

_LOCK_SECONDS = 0.2
_LITTLE_BYTES, _NO_BYTES = 1 << 30, 16 << 20
_NEAR: tuple[tuple[int, State], ...] = ((30, "warning"), (7, "degraded"), (0, "failing"))
_LIST_NEAR = datetime.timedelta(days=1)
_STEP_SECONDS = 5.0
_REMEMBERED_SECONDS = 600.0
_TIMEX_BYTES = 512
_TIME_ERROR = 5
_ON_ITS_WAY_SECONDS = 10.0
_TAIL_BYTES = 1 << 16

AUDIT_HANGS = Finding("audit", "failing", "audit_hangs")
CHECKPOINTS_BEHIND = Finding("checkpoints", "degraded", "checkpoints_behind")
"""The same where the second place hangs: questions are answered, and their records are in the first place."""


class AuditCheck:
    """Whether the store takes a record: its lock can be had, its disk has room, and the last record was kept.

    Args:
        path: of the database.
        failing: whether the record that was written last could not be kept.
        free: bytes that a directory's disk has left.
    """

    def __init__(
        self,
        path: Path,
        *,
        failing: Callable[[], bool],
        free: Callable[[Path], int] = lambda directory: shutil.disk_usage(directory).free,
    ) -> None:
        self._path = path
        self._failing = failing
        self._free = free

    def __call__(self) -> Iterator[Finding]:
        """One finding."""
        try:
            free = self._free(self._path.parent)
            writable = not self._failing() and self._takes_the_lock()
        except OSError:
            free, writable = 0, False
        if not writable:
            yield Finding("audit", "failing", "audit_unwritable")
        elif free < _NO_BYTES:
            yield Finding("audit", "failing", "audit_disk_full")
        elif free < _LITTLE_BYTES:
            yield Finding("audit", "warning", "audit_disk_low")
        else:
            yield Finding("audit", "ok", "audit_written")

    def _takes_the_lock(self) -> bool:
        """Nothing is written, and nothing is made where the file is gone."""
        place = f"{self._path.resolve().as_uri()}?mode=rw"
        try:
            with contextlib.closing(
                sqlite3.connect(place, uri=True, timeout=_LOCK_SECONDS, isolation_level=None)
            ) as database:
                database.execute("BEGIN IMMEDIATE")
                database.execute("ROLLBACK")
        except sqlite3.Error:
            return False
        return True


class CheckpointCheck:
    """Whether the chain's last checkpoint has come to its second place.

    Args:
        path: of the database.
        second: the file of the second place.
        clock: the gateway's.
    """

    def __init__(self, path: Path, second: Path, *, clock: Clock) -> None:
        self._path = path
        self._second = second
        self._clock = clock

    def __call__(self) -> Iterator[Finding]:
        """One finding."""
        signed = last_checkpoint(self._path)
        if signed is None or self._is_new(signed[0]) or signed[1] in self._kept():
            yield Finding("checkpoints", "ok", "checkpoints_kept")
        else:
            yield CHECKPOINTS_BEHIND

    def _is_new(self, moment: str) -> bool:
        """Whether it may still be on its way."""
        return (self._clock.now() - datetime.datetime.fromisoformat(moment)).total_seconds() < _ON_ITS_WAY_SECONDS

    def _kept(self) -> list[bytes]:
        try:
            with self._second.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
                return file.read().split(b"\n")
        except OSError:
            return []


def certificate_finding(about: str, left: datetime.timedelta) -> Finding:
    """A certificate by the time that it has: 30 days are a warning, 7 are degraded, none is failing."""
    state: State = "ok"
    for days, near in _NEAR:
        state = near if left <= datetime.timedelta(days=days) else state
    reason = {"ok": "certificate_good", "failing": "certificate_ended"}.get(state, "certificate_ends")
    return Finding("certificates", state, reason, about, left.days)


def check_listening(listening: Listening, *, now: datetime.datetime) -> Iterator[Finding]:
    """The gateway's own certificate, whether the newest files are in use, and the lists of revoked certificates."""
    shown = listening.current
    if shown.not_after is not None:
        yield certificate_finding("listen.certificate", shown.not_after - now)
    if listening.trouble is not None:
        yield Finding("certificates", "degraded", "certificate_not_taken", listening.trouble.field or "listen")
    if shown.lists_end is not None and shown.lists_end - now <= _LIST_NEAR:
        is_over = shown.lists_end <= now
        yield Finding("certificates", "degraded" if is_over else "warning", "list_ended" if is_over else "list_ends")


def check_upstreams(views: Iterable[UpstreamView], *, now: datetime.datetime) -> Iterator[Finding]:
    """Breakers and client certificates; one agency of several that cannot ask is not the whole gateway."""
    seen = tuple(views)
    for view in seen:
        reason, state = _BREAKER[view.breaker]
        yield Finding("upstream", state, reason, view.agency)
        if view.identity_trouble:
            yield Finding("certificates", "degraded", "certificate_not_taken", view.about_certificate)
        if view.not_after is not None:
            found = certificate_finding(view.about_certificate, view.not_after - now)
            is_all = len(seen) == 1 or found.state != "failing"
            yield found if is_all else Finding("certificates", "degraded", found.reason, found.about, found.days)


_BREAKER: dict[str, tuple[str, State]] = {
    "closed": ("upstream_answers", "ok"),
    "half_open": ("upstream_tried", "degraded"),
    "open": ("upstream_silent", "degraded"),
}


def check_permissions(grants: Iterable[GrantPart], *, now: datetime.datetime) -> Iterator[Finding]:
    """The permissions that grants rest on, each once; in force to the end of its last day in Viet Nam."""
    today = now.astimezone(VIET_NAM).date()
    lasts: dict[str, datetime.date] = {}
    for permission in (grant.permission for grant in grants if grant.permission is not None):
        lasts[permission.reference] = min(permission.until, lasts.get(permission.reference, permission.until))
    for reference, last in lasts.items():
        days = (last - today).days
        state: State = "degraded" if days <= 7 else "warning" if days <= 30 else "ok"
        reason = "permission_ended" if days < 0 else "permission_good" if state == "ok" else "permission_ends"
        yield Finding("permissions", state, reason, reference, days)


def check_rules(trouble: ConfigurationError | None) -> Iterator[Finding]:
    """Whether the newest files of rules are in force; the setting is named where they are not."""
    if trouble is None:
        yield Finding("rules", "ok", "rules_in_force")
    else:
        yield Finding("rules", "degraded", "rules_kept", trouble.field or "")


class ClockCheck:
    """Whether the wall clock can be believed: T1 timestamps, tokens and the audit's times hang on it.

    Args:
        clock: the gateway's.
        synchronised: what the system says, None where it says nothing.
    """

    def __init__(self, clock: Clock, *, synchronised: Callable[[], bool | None]) -> None:
        self._clock = clock
        self._synchronised = synchronised
        self._offset = self._read_offset()
        self._stepped = float("-inf")

    def __call__(self) -> Iterator[Finding]:
        """One finding."""
        offset, now = self._read_offset(), self._clock.monotonic()
        if abs(offset - self._offset) > _STEP_SECONDS:
            self._stepped = now
        self._offset = offset
        synchronised = self._synchronised()
        if now - self._stepped < _REMEMBERED_SECONDS:
            yield Finding("clock", "degraded", "clock_stepped")
        elif synchronised is None:
            yield Finding("clock", "ok", "clock_unknown")
        elif synchronised:
            yield Finding("clock", "ok", "clock_synchronised")
        else:
            yield Finding("clock", "warning", "clock_unsynchronised")

    def _read_offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()


def is_synchronised() -> bool | None:
    """What Linux says of its clock (adjtimex(2), which only reads here); None elsewhere."""
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (AttributeError, OSError, TypeError):
        return None
    return None if state < 0 else state != _TIME_ERROR
