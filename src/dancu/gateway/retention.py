"""How long the audit is kept: what is older goes, and the chain says so itself, so that it stays whole.

Lines go up to a checkpoint, which becomes the first line and vouches for all that stood above it. In the same commit a
signed line of the log's own says that they went, and after how many months. Neither is there without the other.
"""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import time
from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.gateway.migrations import transaction
from dancu.gateway.store import opened_to_write, tail_of
from dancu.policy.chain import Chain

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from pathlib import Path

    from dancu.policy.chain import ChainKeys

__all__ = ["KEEP_MONTHS", "LEAST_MONTHS", "Pruned", "months_before", "prune"]

KEEP_MONTHS = 60
"""As long as the use of an electronic identity is kept (Decree 59/2022 art. 21); see security.md §1.3."""
LEAST_MONTHS = 24
"""What enterprises must keep (Decree 53/2022)."""

_AT_ONCE = 2000
_BETWEEN_SECONDS = 0.05
_LOCK_SECONDS = 5.0
_FIRST = "SELECT min(sequence) FROM log WHERE sequence >= 0"
_KEPT = "SELECT sequence FROM log WHERE sequence >= 0 AND time >= ? ORDER BY sequence LIMIT 1"
_LAST_WITHIN = "SELECT max(sequence) FROM log WHERE kind = 'checkpoint' AND sequence > ? AND sequence <= ?"
_NEXT = "SELECT min(sequence) FROM log WHERE kind = 'checkpoint' AND sequence > ? AND sequence <= ?"
_END = "SELECT max(sequence) FROM log"
_ADD = "INSERT INTO log (sequence, line) VALUES (?, ?)"
_GO = "DELETE FROM log WHERE sequence < ?"


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went.

    Attributes:
        lines: how many; nothing where it is 0.
        first: number of the line that is the first now.
        before: up to when lines went, UTC.
    """

    lines: int
    first: int
    before: datetime.datetime


def months_before(moment: datetime.datetime, months: int) -> datetime.datetime:
    """So many months earlier; the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def prune(
    path: Path,
    *,
    keys: ChainKeys,
    months: int = KEEP_MONTHS,
    now: datetime.datetime,
    at_once: int = _AT_ONCE,
    pause: Callable[[float], None] = time.sleep,
) -> Pruned:
    """Let go what is older, in steps, so that a gateway that writes meanwhile waits for none of them long.

    Args:
        path: of the store.
        keys: of its chain.
        months: so many are kept, `LEAST_MONTHS` at least.
        now: UTC.
        at_once: lines of one step, roughly: a step ends at a checkpoint.
        pause: waits between steps.

    Raises:
        ValueError: fewer months.
        OSError: the store cannot be written; the steps before stand.
    """
    if months < LEAST_MONTHS:
        raise ValueError("fewer months than must be kept")
    before = months_before(now, months)
    gone = 0
    try:
        with contextlib.closing(opened_to_write(path, seconds=_LOCK_SECONDS)) as database:
            # What is deleted is overwritten as well.
            database.execute("PRAGMA secure_delete=ON")
            first = _number(database, _FIRST)
            while (until := _next_first(database, first, before, at_once)) is not None:
                if gone:
                    pause(_BETWEEN_SECONDS)
                gone += _step(database, until, keys=keys, months=months, now=now)
                first = until
            if gone:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        raise OSError("the audit database cannot be written") from None
    return Pruned(gone, first, before)


def _next_first(database: sqlite3.Connection, first: int, before: datetime.datetime, at_once: int) -> int | None:
    """The checkpoint up to which lines may go next; None where none may."""
    kept = database.execute(_KEPT, (before.isoformat(timespec="milliseconds"),)).fetchone()
    limit = _number(database, _END) if kept is None else int(kept[0])
    found = database.execute(_LAST_WITHIN, (first, min(limit, first + at_once))).fetchone()[0]
    return database.execute(_NEXT, (first, limit)).fetchone()[0] if found is None else int(found)


def _step(database: sqlite3.Connection, until: int, *, keys: ChainKeys, months: int, now: datetime.datetime) -> int:
    """Lines before a checkpoint go, and the chain says so, in one commit; how many went."""
    with transaction(database):
        last, tail = tail_of(database)
        if tail.last is None:
            raise sqlite3.DatabaseError("a store with a checkpoint has a chain")
        chain = Chain.after(*tail.last, keys=keys)
        mark = chain.mark("pruned", time=now, node=socket.gethostname(), until=until, months=months)
        database.execute(_ADD, (last + 1, mark.decode()))
        return database.execute(_GO, (until,)).rowcount


def _number(database: sqlite3.Connection, query: str) -> int:
    return int(database.execute(query).fetchone()[0] or 0)
