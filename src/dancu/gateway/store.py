"""The gateway's audit: SQLite, one table of chained lines, every commit on disk before anything goes on.

The lines are the truth; the columns are made of them by SQLite, so that they cannot say anything else. Five views
read as tables::

    intents       a question that was granted, before the platform hears it
    outcomes      what came of it, before the application does
    refusals      a question that was turned away at the door
    links         a draft session that became a dossier
    inspections   a question that was put to the audit itself
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.migrations import CURRENT, make_tables, transaction, version_of
from dancu.policy.chain import read_link
from dancu.runtime.chained import CHECKPOINT_SECONDS, Sealer, Tail
from dancu.runtime.sinks import FileSink, GroupSink

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from dancu.policy.chain import ChainKeys
    from dancu.runtime.sinks import AuditSink

__all__ = [
    "ApplicationSink",
    "SqliteSink",
    "is_store",
    "opened_to_write",
    "read_only",
    "stored_lines",
    "tail_of",
]

_ADD = "INSERT INTO log (sequence, line) VALUES (?, ?)"
_LAST = "SELECT sequence, line FROM log ORDER BY sequence DESC LIMIT 1"
_UNCHAINED_BYTES = "SELECT coalesce(sum(length(CAST(line AS BLOB)) + 1), 0) FROM log WHERE sequence < 0"
_FIRST_SECONDS = 0.2
_COMMIT_SECONDS = 0.03


class SqliteSink(GroupSink):
    """Records in a database of write-ahead log and ``synchronous=FULL``; a group is one commit.

    Args:
        path: of the database.
        keys: what the lines are chained with.
        checkpoints: a file for the chain's checkpoints besides, best on another machine's disk.
        checkpoint_seconds: how long a record waits for a checkpoint.
    """

    def __init__(
        self,
        path: Path,
        *,
        keys: ChainKeys,
        checkpoints: Path | None = None,
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ) -> None:
        self._second = None if checkpoints is None else FileSink(checkpoints)
        export = None if self._second is None else self._second.append
        self._chain = Sealer(keys, export=export, every=checkpoint_seconds)
        super().__init__(self._chain)
        self._path = path
        self._database: sqlite3.Connection | None = None

    def check(self) -> None:
        """Make sure that the database can be opened and written; an older one is made a new one.

        Raises:
            OSError: it cannot.
            ConfigurationError: a newer version of dancu made it.
        """
        try:
            opened_to_write(self._path, seconds=_FIRST_SECONDS).close()
        except sqlite3.Error:
            raise OSError("the audit database cannot be written") from None

    def _keep(self, lines: list[bytes], *, until: float) -> None:
        left = until - _COMMIT_SECONDS - time.monotonic()
        if left <= 0:
            raise OSError("too late: the call was refused, and no record is to say otherwise")
        try:
            if self._database is None:
                self._database = opened_to_write(self._path, seconds=left)
            # A lock is waited for as long as the record can still be in time, and no longer.
            self._database.execute(f"PRAGMA busy_timeout={int(left * 1000)}")
            with transaction(self._database) as database:
                last, tail = tail_of(database)
                sealed = [*self._chain.begin(tail), *self._chain.seal(lines)]
                rows = ((last + place, line.decode()) for place, line in enumerate(sealed, 1))
                database.executemany(_ADD, rows)
        except sqlite3.Error:
            raise OSError("the audit database cannot be written") from None
        except ConfigurationError:
            raise OSError("the audit database is a newer version's") from None
        self._chain.settle()

    def _drop(self) -> None:
        self._chain.forget()
        if self._database is not None:
            self._database.close()
            self._database = None

    def close(self) -> None:
        """End both writers, of the database and of its checkpoints."""
        super().close()
        if self._second is not None:
            self._second.close()


def is_store(path: Path) -> bool:
    """Whether a file is a database, by its first bytes."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def read_only(path: Path) -> sqlite3.Connection:
    """A store for reading, while a gateway may write; any thread may use and close it.

    Raises:
        sqlite3.Error: there is none.
    """
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)


def stored_lines(path: Path) -> Iterator[bytes]:
    """All lines of a store in order, read while a gateway may write, then an empty one.

    Raises:
        sqlite3.Error: the database cannot be read.
    """
    with contextlib.closing(read_only(path)) as database:
        for (line,) in database.execute("SELECT CAST(line AS BLOB) FROM log ORDER BY sequence"):
            yield line
    yield b""


def opened_to_write(path: Path, *, seconds: float) -> sqlite3.Connection:
    """A store, made or made current where need be; somebody else's lock is waited for so long.

    Raises:
        sqlite3.Error: it cannot be written.
        ConfigurationError: a newer version of dancu made it.
    """
    path.touch(mode=0o600)
    with contextlib.ExitStack() as unless_used:
        database = sqlite3.connect(path, timeout=seconds, check_same_thread=False, isolation_level=None)
        unless_used.callback(database.close)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        if version_of(database) < CURRENT:
            with transaction(database):
                make_tables(database)
        unless_used.pop_all()
    return database


def tail_of(database: sqlite3.Connection) -> tuple[int, Tail]:
    """The last number, and the end of the log."""
    row: tuple[int, str] | None = database.execute(_LAST).fetchone()
    if row is not None:
        last = row[1].encode()
        link = read_link(last)
        if link is not None:
            return row[0], Tail((last, link), b"", ended=True, size=0)
    before = database.execute(_UNCHAINED_BYTES).fetchone()[0]
    return max(-1, -1 if row is None else row[0]), Tail(None, b"", ended=True, size=before)


class ApplicationSink:
    """A sink that says for which application each record is, and what is known of its officer.

    Args:
        sink: where records go.
        application: its name.
        marks: what records say besides; by default that the application named the officer itself.
    """

    def __init__(self, sink: AuditSink, application: str, marks: Mapping[str, object] | None = None) -> None:
        self._sink = sink
        said = {"application": application, "officer_named_by": "application", **(marks or {})}
        self._mark = b"," + json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()[1:]

    def append(self, line: bytes) -> Future[None]:
        """Mark a record and pass it on."""
        return self._sink.append(line[:-1] + self._mark)

    def close(self) -> None:
        """The gateway closes the store itself."""
