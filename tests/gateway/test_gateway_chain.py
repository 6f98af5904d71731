"""The gateway's store holds the same chain as the SDK's file, and is checked by the same reader."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from dancu.gateway.config import load_config
from dancu.gateway.serve import open_store
from dancu.gateway.store import SqliteSink, is_store, stored_lines
from dancu.policy.chain import mac_key
from dancu.policy.chain_reading import verify_chain
from dancu.privacy import Secret
from dancu.runtime.chained import file_lines

from ..unit.policy.chain_edits import KEYS, MAC, record  # noqa: TID252  # one set of records for all tests
from .conftest import CONFIG, question

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dancu.policy.chain_reading import Report

    from .conftest import Served

LIMIT = 5.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "audit.sqlite"


def write(path: Path, count: int, **options: Any) -> None:
    """Open a store, append records and close it."""
    sink = SqliteSink(path, keys=KEYS, **options)
    for number in range(count):
        sink.append(record(number)).result(LIMIT)
    sink.close()


def read(path: Path, *, keys: Mapping[int, bytes] | None = None, **options: Any) -> Report:
    """The report on a store."""
    return verify_chain(stored_lines(path), keys=keys or {1: MAC}, **options)


def change(path: Path, statement: str, *values: object) -> None:
    """Edit the database as somebody with its file may."""
    with sqlite3.connect(path) as database:
        database.execute(statement, values)
    database.close()


def test_a_store_is_a_log(path: Path) -> None:
    """Header, records and checkpoint are rows under their own numbers; opened again, the chain goes on."""
    write(path, 2)
    write(path, 1)
    lines = [json.loads(line) for line in stored_lines(path) if line]
    assert [line["record"] for line in lines] == ["log", "intent", "intent", "checkpoint", "intent", "checkpoint"]
    with sqlite3.connect(path) as database:
        assert [row[0] for row in database.execute("SELECT sequence FROM log")] == [line["sequence"] for line in lines]
    database.close()
    assert is_store(path)
    report = read(path)
    assert (report.broken, report.records, report.after_checkpoint) == (None, 6, 0)


def test_columns_can_say_nothing_else_than_the_line(path: Path) -> None:
    """The columns to search by are made of the line: they cannot be written, and follow it; two have an index."""
    write(path, 2)
    with pytest.raises(sqlite3.OperationalError, match="generated column"):
        change(path, "UPDATE log SET reference = 'R7' WHERE sequence = 1")
    with sqlite3.connect(path) as database:
        plans = [
            database.execute(f"EXPLAIN QUERY PLAN SELECT record FROM intents WHERE {column} = 'R1'").fetchall()
            for column in ("reference", "subject")
        ]
        assert [row[0] for row in database.execute("SELECT reference FROM intents")] == ["R0", "R1"]
    database.close()
    assert "log_by_reference" in str(plans[0]) and "log_by_subject" in str(plans[1])


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE log SET line = replace(line, 'R1', 'R9') WHERE sequence = 2", "changed"),
        ("DELETE FROM log WHERE sequence = 2", "missing"),
        ("DELETE FROM log WHERE sequence = 0", "missing"),
        ("INSERT INTO log SELECT 100, line FROM log WHERE sequence = 2", "duplicated"),
        ("INSERT INTO log VALUES (-1, '{}')", "inserted"),
        ("UPDATE log SET sequence = 50 WHERE sequence = 2", "missing"),
        ("DELETE FROM log WHERE sequence > 2", "cut"),
    ],
)
def test_an_edited_row_is_found(path: Path, tmp_path: Path, statement: str, kind: str) -> None:
    """Rows changed, deleted, copied, added, moved or cut off are told."""
    second = tmp_path / "elsewhere.jsonl"
    write(path, 4, checkpoints=second)
    assert read(path, exported=file_lines(second)).broken is None
    change(path, statement)
    broken = read(path, exported=file_lines(second)).broken
    assert broken is not None and broken.kind == kind


def test_sinks_and_threads_keep_one_chain(path: Path) -> None:
    """Three sinks of one database and six threads: every record once, in one unbroken chain."""
    sinks = [SqliteSink(path, keys=KEYS) for _ in range(3)]
    for sink in sinks:
        sink.check()
    kept: list[str] = []

    def append(number: int) -> None:
        for place in range(10 * number, 10 * number + 10):
            if sinks[number % 3].append(record(place)).exception(LIMIT) is None:
                kept.append(f"R{place}")  # noqa: PERF401  # many threads fill it

    threads = [threading.Thread(target=append, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    for sink in sinks:
        sink.close()
    assert read(path).broken is None
    told = [json.loads(line).get("reference") for line in stored_lines(path) if line]
    assert sorted(filter(None, told)) == sorted(kept)
    assert len(kept) >= 30


def test_an_older_store_is_continued(path: Path) -> None:
    """Records of three tables come before the chain in the order of their times; later ones are chained."""
    old = [json.loads(record(number)) for number in (3, 1, 2)]
    old[1] |= {"record": "outcome", "result": "found"}
    with sqlite3.connect(path) as database:
        for table in ("intents", "outcomes"):
            database.execute(f"CREATE TABLE {table} (sequence INTEGER PRIMARY KEY, time TEXT, record TEXT)")
        for line in old:
            statement = f"INSERT INTO {line['record']}s (time, record) VALUES (?, ?)"
            database.execute(statement, (line["time"], json.dumps(line)))
    database.close()
    write(path, 1)
    report = read(path)
    assert (report.broken, report.unchained, report.records) == (None, 3, 3)
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT sequence, reference FROM log WHERE reference IS NOT NULL ORDER BY sequence")
        assert rows.fetchall() == [(-3, "R1"), (-2, "R2"), (-1, "R3"), (1, "R0")]
        assert database.execute("SELECT reference, result FROM outcomes").fetchall() == [("R1", "found")]
    database.close()
    change(path, "DELETE FROM log WHERE sequence = -2")
    broken = read(path).broken
    assert broken is not None and broken.kind == "missing"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration, as far as the audit goes."""
    path = tmp_path / "gateway.toml"
    path.write_text(
        CONFIG.format(key="a" * 64, slow="b" * 64, fields='["name"]', protection="", listening=""), encoding="utf-8"
    )
    return path


def test_keys_are_made_once_and_a_second_place_is_kept(config: Path, tmp_path: Path) -> None:
    """Beside the database, private; the named file gets the checkpoints; a new version of the key goes on."""
    text = config.read_text(encoding="utf-8")
    config.write_text(
        text.replace('"audit.sqlite"', '"audit.sqlite"\ncheckpoints = "file:second.jsonl"'), encoding="utf-8"
    )
    for _start in range(2):
        sink = open_store(load_config(config))
        sink.append(record(1)).result(LIMIT)
        sink.close()
    for name in ("audit.sqlite.key", "audit.sqlite.signing.key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    (tmp_path / "new.key").write_text("a new secret of nobody", encoding="ascii")
    (tmp_path / "new.key").chmod(0o600)
    newer = '"audit.sqlite"\nkey = { file = "new.key" }\nkey_version = 2'
    config.write_text(text.replace('"audit.sqlite"', newer), encoding="utf-8")
    sink = open_store(load_config(config))
    sink.append(record(2)).result(LIMIT)
    sink.close()
    secrets = [(tmp_path / name).read_text(encoding="ascii") for name in ("audit.sqlite.key", "new.key")]
    keys = {version: mac_key(Secret(text)) for version, text in enumerate(secrets, 1)}
    report = read(tmp_path / "audit.sqlite", keys=keys, exported=file_lines(tmp_path / "second.jsonl"))
    assert (report.broken, report.exported, report.checkpoints) == (None, 2, 3)


@pytest.fixture
def audited(served: Served) -> Served:
    """A gateway that has answered."""
    assert served.post("v1/lookup", question(fields=["name"])).status_code == 200
    assert served.post("v1/confirm", question()).status_code == 200
    return served


def test_a_running_gateway_is_checked_by_the_command(audited: Served) -> None:
    """While it serves, `dancu audit verify` reads its store and finds it whole; the command says so in one object."""
    command = [sys.executable, "-m", "dancu.cli", "audit", "verify", str(audited.directory / "audit.sqlite"), "--json"]
    environment = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=20, check=False)
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["whole"], told["macs_checked"]) == (0, True, True)
    assert told["records"] >= 5
