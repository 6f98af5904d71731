"""Tokens that are good for one call: which were shown already, for all gateways on one file."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SpentTokens"]

_TABLE = "CREATE TABLE IF NOT EXISTS spent (token BLOB PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID"
_BUSY_SECONDS = 1.0


class SpentTokens:
    """Remembers tokens by a hash until they are no good anyway; any thread and any process may ask."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None

    def spend(self, issuer: str, jti: str, *, until: float, now: float) -> bool:
        """Whether this is the first time; seconds since 1970.

        Raises:
            OSError: it cannot be known.
        """
        token = hashlib.sha256(f"{issuer}\0{jti}".encode()).digest()
        try:
            with self._lock, self._opened() as database:
                database.execute("DELETE FROM spent WHERE until < ?", (now,))
                return database.execute("INSERT OR IGNORE INTO spent VALUES (?, ?)", (token, until)).rowcount == 1
        except sqlite3.Error:
            raise OSError("the file of spent tokens cannot be used") from None

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            self._path.touch(mode=0o600)
            self._database = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute(_TABLE)
        return self._database

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None
