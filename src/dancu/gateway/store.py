"""The gateway's audit: SQLite, three tables, every commit on disk before anything goes on.

::

    intents    a question that was granted, before the platform hears it
    outcomes   what came of it, before the application does
    refusals   a question that was turned away at the door
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
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
CREATE TABLE IF NOT EXISTS refusals (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL,
    application TEXT NOT NULL, code TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS intents_by_reference ON intents (reference);
CREATE INDEX IF NOT EXISTS outcomes_by_reference ON outcomes (reference);
"""
_INTENT = "INSERT INTO intents (reference, time, application, record) VALUES (?, ?, ?, ?)"
_OUTCOME = "INSERT INTO outcomes (reference, time, application, result, record) VALUES (?, ?, ?, ?, ?)"
_REFUSAL = "INSERT INTO refusals (time, application, code, record) VALUES (?, ?, ?, ?)"
_FIRST_SECONDS = 0.2
_COMMIT_SECONDS = 0.03


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
            _opened(self._path, seconds=_FIRST_SECONDS).close()
        except sqlite3.Error:
            raise OSError("the audit database cannot be written") from None

    def _keep(self, lines: list[bytes], *, until: float) -> None:
        left = until - _COMMIT_SECONDS - time.monotonic()
        if left <= 0:
            raise OSError("too late: the call was refused, and no record is to say otherwise")
        try:
            if self._database is None:
                self._database = _opened(self._path, seconds=left)
            # A lock is waited for as long as the record can still be in time, and no longer.
            self._database.execute(f"PRAGMA busy_timeout={int(left * 1000)}")
            with self._database as database:
                for line in lines:
                    _insert(database, line)
        except sqlite3.Error:
            raise OSError("the audit database cannot be written") from None

    def _drop(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _opened(path: Path, *, seconds: float) -> sqlite3.Connection:
    path.touch(mode=0o600)
    with contextlib.ExitStack() as unless_used:
        database = sqlite3.connect(path, timeout=seconds, check_same_thread=False)
        unless_used.callback(database.close)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.executescript(_SCHEMA)
        unless_used.pop_all()
    return database


def _insert(database: sqlite3.Connection, line: bytes) -> None:
    text = line.decode()
    parts: dict[str, Any] = json.loads(text)
    common = (parts["time"], parts.get("application", ""))
    match parts["record"]:
        case "intent":
            database.execute(_INTENT, (parts["reference"], *common, text))
        case "outcome":
            database.execute(_OUTCOME, (parts["reference"], *common, parts["result"], text))
        case _:
            database.execute(_REFUSAL, (*common, parts["code"], text))


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
