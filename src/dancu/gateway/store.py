"""The gateway's audit: SQLite, two tables, every commit on disk before anything goes on."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from dancu.runtime.sinks import GroupSink

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from dancu.runtime.sinks import AuditSink

__all__ = ["ApplicationSink", "SqliteSink"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS intents (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL, time TEXT NOT NULL,
    application TEXT NOT NULL, record TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS outcomes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL, time TEXT NOT NULL,
    application TEXT NOT NULL, result TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS intents_by_reference ON intents (reference);
CREATE INDEX IF NOT EXISTS outcomes_by_reference ON outcomes (reference);
"""
_INTENT = "INSERT INTO intents (reference, time, application, record) VALUES (?, ?, ?, ?)"
_OUTCOME = "INSERT INTO outcomes (reference, time, application, result, record) VALUES (?, ?, ?, ?, ?)"


class SqliteSink(GroupSink):
    """Records in a database of write-ahead log and ``synchronous=FULL``; a group is one commit."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._database: sqlite3.Connection | None = None

    def check(self) -> None:
        """Make sure that the database can be opened and written.

        Raises:
            OSError: it cannot.
        """
        try:
            _opened(self._path).close()
        except sqlite3.Error:
            raise OSError("the audit database cannot be written") from None

    def _keep(self, lines: list[bytes]) -> None:
        try:
            if self._database is None:
                self._database = _opened(self._path)
            with self._database as database:
                for line in lines:
                    _insert(database, line)
        except sqlite3.Error:
            raise OSError("the audit database cannot be written") from None

    def _drop(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _opened(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    database = sqlite3.connect(path, timeout=0.2, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.executescript(_SCHEMA)
    return database


def _insert(database: sqlite3.Connection, line: bytes) -> None:
    text = line.decode()
    parts: dict[str, Any] = json.loads(text)
    common = (parts["reference"], parts["time"], parts.get("application", ""))
    if parts["record"] == "intent":
        database.execute(_INTENT, (*common, text))
    else:
        database.execute(_OUTCOME, (*common, parts["result"], text))


class ApplicationSink:
    """A sink that says for which application each record is, and that it named the officer itself."""

    def __init__(self, sink: AuditSink, application: str) -> None:
        self._sink = sink
        self._mark = f',"application":{json.dumps(application)},"officer_named_by":"application"}}'.encode()

    def append(self, line: bytes) -> Future[None]:
        """Mark a record and pass it on."""
        return self._sink.append(line[:-1] + self._mark)

    def close(self) -> None:
        """The gateway closes the store itself."""
