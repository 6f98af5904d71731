"""Questions that did not fit, counted in a file that all processes of a gateway share; no person stands in it.

Who asks is counted before the platform hears it: while an answer is awaited its question counts as one that did not
fit, so a thousand guesses at once are no way around the limit.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dancu.domain.outcomes import NotMatched, Verified
from dancu.gateway.problems import Problem
from dancu.policy.mismatches import blocked

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from pathlib import Path

    from dancu.gateway.config import GatewayConfig
    from dancu.policy.mismatches import Limits
    from dancu.prefill.record import Record

__all__ = ["Asking", "Mismatches", "Watch", "counters_of", "fits", "missed"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mismatches (application TEXT, officer TEXT, subject TEXT, time REAL);
CREATE INDEX IF NOT EXISTS mismatches_by_subject ON mismatches (application, subject, time);
CREATE INDEX IF NOT EXISTS mismatches_by_officer ON mismatches (application, officer, time);
"""
_TIMES = "SELECT time FROM mismatches WHERE application = ? AND {} time > ? ORDER BY time DESC LIMIT ?"
_OF_SUBJECT = _TIMES.format("subject = ? AND")
_OF_OFFICER = _TIMES.format("officer = ? AND")
_OF_APPLICATION = _TIMES.format("")
_WAIT_SECONDS = 0.25
_BUSY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks about whom: names of the configuration and of the purpose, and keyed hashes of numbers."""

    application: str
    officer: str
    subjects: tuple[str, ...]


@dataclass(slots=True)
class Watch:
    """What came of the questions that are watched."""

    missed: set[str] = field(default_factory=set[str])

    def saw(self, subject: str, outcome: object) -> None:
        """Take an outcome about one of the subjects."""
        if not fits(outcome):
            self.missed.add(subject)


def counters_of(config: GatewayConfig) -> Path:
    """The file of the counts."""
    return config.directory / (config.protection.counters or f"{config.audit.database}.mismatches")


def fits(outcome: object) -> bool:
    """Whether an outcome tells a guesser nothing: somebody under the keys, and no claim that differs."""
    return not (isinstance(outcome, NotMatched) or (isinstance(outcome, Verified) and outcome.overall == "mismatch"))


def missed(record: Record) -> set[str]:
    """The roles of a form whose keys fitted nobody."""
    return {
        role
        for one in record.form.fields
        if (role := one.role) and (known := record.fields.get(one.key)) and known.reason == "not_matched"
    }


class Mismatches:
    """The counts of a gateway.

    Args:
        path: of the file; it is made.
        limits: how many are let pass.
        now: seconds since the epoch, since the counts outlive a process.
    """

    def __init__(self, path: Path, limits: Limits, now: Callable[[], float]) -> None:
        path.touch(mode=0o600)
        self._limits = limits
        self._now = now
        self._awaited: Counter[tuple[str, str]] = Counter()
        self._database = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_SCHEMA)

    @contextlib.contextmanager
    def watching(self, asking: Asking) -> Generator[Watch]:
        """Count what comes of questions; an outage counts for nothing.

        Raises:
            Problem: ``subject_locked``, ``quota_spent`` of the officer or the application, ``too_busy`` where answers
                about the same person are awaited up to the limit; ``audit_unavailable`` where nothing can be counted.
        """
        try:
            self._check(asking)
        except sqlite3.Error:
            raise Problem("audit_unavailable") from None
        watch, keys = Watch(), [(asking.application, subject) for subject in asking.subjects]
        self._awaited.update(keys)
        try:
            yield watch
            self._note(asking, watch.missed)
        except sqlite3.Error:
            raise Problem("audit_unavailable") from None
        finally:
            self._awaited.subtract(keys)

    def unlock(self, application: str, subject: str) -> int:
        """Forget what was counted about one person for one application; how many that were."""
        forgotten = self._database.execute(
            "DELETE FROM mismatches WHERE application = ? AND subject = ?", (application, subject)
        )
        return forgotten.rowcount

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _check(self, asking: Asking) -> None:
        now, limits = self._now(), self._limits
        since, application = now - limits.window, asking.application
        officer = self._times(_OF_OFFICER, application, asking.officer, since, limits.officer)
        of_application = self._times(_OF_APPLICATION, application, since, limits.application)
        for subject in asking.subjects:
            missed = self._times(_OF_SUBJECT, application, subject, since, limits.subject)
            block = blocked(limits, subject=missed, officer=officer, application=of_application)
            if block is not None:
                code = "subject_locked" if block.by == "subject" else "quota_spent"
                raise Problem(code, retry_after=block.until - now)
            if len(missed) + self._awaited[application, subject] >= limits.subject:
                raise Problem("too_busy", retry_after=_BUSY_SECONDS)

    def _times(self, query: str, *parts: object) -> list[float]:
        return [time for (time,) in self._database.execute(query, parts)]

    def _note(self, asking: Asking, missed: Iterable[str]) -> None:
        now = self._now()
        rows = [(asking.application, asking.officer, subject, now) for subject in missed]
        if rows:
            self._database.execute("DELETE FROM mismatches WHERE time <= ?", (now - self._limits.window,))
            self._database.executemany("INSERT INTO mismatches VALUES (?, ?, ?, ?)", rows)
