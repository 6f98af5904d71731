"""The audit's last entries as the console shows them: what was asked by which application, and of nobody asked about.

Of a record only what is listed here is shown, and a code only where the configuration knows it: an application may
have put anything into a refused question.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["Entry", "last_checkpoint", "last_entries"]

_OF_THE_CHAIN = ("log", "checkpoint", "resumed")
# Only the end of the table is looked at: before the first checkpoint of a long log there may be millions of lines.
_END = "FROM log WHERE sequence > (SELECT max(sequence) FROM log) - 2000 AND kind"
_LAST = f"SELECT line {_END} NOT IN {_OF_THE_CHAIN} ORDER BY sequence DESC LIMIT ?"
_CHECKPOINT = f"SELECT line {_END} = 'checkpoint' ORDER BY sequence DESC LIMIT 1"
_BUSY_SECONDS = 0.2
_UNKNOWN = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record, without a person.

    Attributes:
        time: UTC, ISO 8601.
        kind: ``intent``, ``outcome``, ``refusal`` and others of the audit.
        application: its name.
        operation: what was asked.
        procedure, unit: of the purpose; ``#`` where the configuration knows no such.
        result: what came of it, or the code of an error or refusal.
        reference: ULID of the call.
    """

    time: str
    kind: str
    application: str
    operation: str
    procedure: str
    unit: str
    result: str
    reference: str

    def told(self) -> dict[str, str]:
        """For a program."""
        return asdict(self)


def last_entries(path: Path, *, known: Collection[str], limit: int = 50) -> list[Entry]:
    """The newest entries of a store, the newest first; none where it cannot be read.

    Args:
        path: of the database.
        known: applications, procedures and units of the configuration.
        limit: so many at most.
    """
    return [_entry(json.loads(line), frozenset(known)) for (line,) in _rows(path, _LAST, limit)]


def last_checkpoint(path: Path) -> tuple[str, bytes] | None:
    """When the chain was last signed, UTC and ISO 8601, and that line; None where it never was, or cannot be read."""
    rows = _rows(path, _CHECKPOINT)
    return None if not rows else (str(json.loads(rows[0][0])["time"]), str(rows[0][0]).encode())


def _rows(path: Path, query: str, *parameters: int) -> list[tuple[Any, ...]]:
    place = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(place, uri=True, timeout=_BUSY_SECONDS)) as database:
            return database.execute(query, parameters).fetchall()
    except sqlite3.Error:
        return []


def _entry(record: dict[str, Any], known: frozenset[str]) -> Entry:
    def text(*names: str) -> str:
        return next((str(record[name]) for name in names if record.get(name)), "")

    def code(name: str) -> str:
        return found if (found := text(name)) in known or not found else _UNKNOWN

    return Entry(
        time=text("time"),
        kind=text("record"),
        application=code("application"),
        operation=text("operation", "service"),
        procedure=code("procedure"),
        unit=code("unit"),
        result=text("code", "result"),
        reference=text("reference"),
    )
