"""The audit's tables move forward and back, whole or not at all, and the chain with them."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dancu.errors import ConfigurationError
from dancu.gateway.keeping.chain_head import head_of
from dancu.gateway.migrations import CURRENT, STEPS, Step, make_tables, migrate, transaction, version_of
from dancu.gateway.store import SqliteSink
from dancu.policy.chain import ChainKeys, mac_key, signing_key
from dancu.privacy import Secret

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ChainKeys(mac_key(Secret("of a test")), signing_key(Secret("ab" * 32)))
RECORD = b'{"record":"link","time":"2026-11-23T01:00:00.000Z","session":"nhap-1","dossier":"h-1"}'
DYING = """
import os, signal, sqlite3, sys
from dancu.gateway.migrations import migrate, transaction
left = int(sys.argv[3])
def count(statement):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.set_trace_callback(count)
with transaction(database):
    migrate(database, to=int(sys.argv[2]))
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of this version with three records."""
    path = tmp_path / "audit.sqlite"
    sink = SqliteSink(path, keys=KEYS)
    for _number in range(3):
        sink.append(RECORD).result(5)
    sink.close()
    return path


def _version(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return version_of(database)


def _schema(path: Path) -> list[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT type, name FROM sqlite_master ORDER BY name").fetchall()
        columns = database.execute("SELECT name FROM pragma_table_xinfo('log')").fetchall()
        return [*rows, *columns]


def _move(path: Path, to: int) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database, transaction(database):
        migrate(database, to=to)


def test_back_is_what_the_older_version_makes(store: Path, tmp_path: Path) -> None:
    """Back from the newest version stands the very schema that the version before had, and forward again this one."""
    newest, head = _schema(store), head_of(store, {})
    older = tmp_path / "older.sqlite"
    _move(older, CURRENT - 1)
    _move(store, CURRENT - 1)
    assert (_schema(store), _version(store)) == (_schema(older), CURRENT - 1)
    assert head_of(store, {}) == head
    _move(store, CURRENT)
    assert (_schema(store), _version(store)) == (newest, CURRENT)
    assert head_of(store, {}) == head


@pytest.mark.parametrize(("begin", "to"), [(CURRENT, CURRENT - 1), (CURRENT - 1, CURRENT)])
def test_killed_at_every_statement(store: Path, begin: int, to: int) -> None:
    """A process that dies at any statement leaves the version before, and the log whole."""
    _move(store, begin)
    before, head = _schema(store), head_of(store, {})
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for statements in range(30):
        command = [sys.executable, "-c", DYING, str(store), str(to), str(statements)]
        code = subprocess.run(command, env=environment, check=False).returncode
        if code == 0:
            break
        assert code == -signal.SIGKILL
        assert (_version(store), _schema(store)) == (begin, before), statements
        assert head_of(store, {}) == head
    else:
        pytest.fail("it never came to its end")
    assert statements > 8
    assert _version(store) == to
    assert head_of(store, {}) == head


def test_a_newer_version_is_refused(store: Path) -> None:
    """A store of a version to come is named as such and not touched."""
    with contextlib.closing(sqlite3.connect(store)) as database:
        database.execute(f"PRAGMA user_version={CURRENT + 1}")
    content = store.read_bytes()
    with pytest.raises(ConfigurationError, match=r"audit\.database"):
        SqliteSink(store, keys=KEYS).check()
    assert store.read_bytes() == content


def test_a_record_for_a_newer_store_is_not_kept(store: Path) -> None:
    """A writer that meets a newer store refuses the record and lives on."""
    with contextlib.closing(sqlite3.connect(store)) as database:
        database.execute(f"PRAGMA user_version={CURRENT + 1}")
    sink = SqliteSink(store, keys=KEYS)
    for _number in range(2):
        with pytest.raises(OSError, match="newer version"):
            sink.append(RECORD).result(5)
    sink.close()


def test_a_planted_next_version_goes_both_ways(store: Path) -> None:
    """A step to come is taken and taken back by the same mechanism."""
    steps = (*STEPS, Step("CREATE TABLE next (a TEXT)", "DROP TABLE next"))
    before = _schema(store)
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as database:
        with transaction(database):
            migrate(database, to=CURRENT + 1, steps=steps)
        assert database.execute("PRAGMA user_version").fetchone() == (CURRENT + 1,)
        with transaction(database):
            migrate(database, to=CURRENT, steps=steps)
    assert _schema(store) == before


def test_no_way_back_is_said(store: Path) -> None:
    """Back behind the first version there is no way, and nothing changes."""
    before = _schema(store)
    with pytest.raises(ConfigurationError, match=r"audit\.database"):
        _move(store, 0)
    assert _schema(store) == before


def test_tables_are_made_once(store: Path) -> None:
    """Making the tables of a current store does nothing."""
    before = _schema(store)
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as database:
        make_tables(database)
    assert _schema(store) == before
