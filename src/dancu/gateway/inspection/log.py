"""A log to put questions to: the gateway's store as it is, the SDK's file as a store in memory."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from dancu.gateway.migrations import make_tables
from dancu.gateway.store import is_store, read_only
from dancu.runtime.chained import file_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["opened_log"]


def opened_log(path: Path) -> closing[sqlite3.Connection]:
    """The tables of a log, to be closed by ``with``.

    Raises:
        OSError: the file cannot be read.
        sqlite3.Error: the database cannot be read, or is older than this version.
    """
    return closing(read_only(path) if is_store(path) else _in_memory(path))


def _in_memory(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    make_tables(database)
    with database:
        database.execute("BEGIN")
        database.executemany("INSERT INTO log (sequence, line) VALUES (?, ?)", enumerate(_records(path)))
    return database


def _records(path: Path) -> Iterator[str]:
    """The lines that are records; what a crash cut short is none."""
    for line in file_lines(path):
        try:
            text = line.decode()
            if isinstance(json.loads(text), dict):
                yield text
        except ValueError:
            continue
