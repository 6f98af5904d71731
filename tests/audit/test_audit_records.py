"""Questions to the audit are on record before they are answered, and without a record there is no answer."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from dancu.gateway.store import stored_lines
from dancu.policy.chain import mac_key
from dancu.policy.chain_reading import verify_chain
from dancu.privacy import Secret
from dancu.runtime.chained import file_lines

from .conftest import WHO, Inspected
from .planted import PERSONS, Question

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Planting

NEW = "066790000001"
QUESTIONS: list[tuple[str, ...]] = [
    ("subject", "--number", NEW),
    ("officer", "can.bo.mau"),
    ("application", "mot-cua"),
    ("dossier", "H15.42-261122-0001"),
    ("unlinked",),
    ("export",),
    ("anomalies",),
    ("inspections",),
]


@pytest.fixture
def log(planting: Planting) -> Inspected:
    """A store of one question."""
    return planting([Question(dossier="H15.42-261122-0001")])


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked[0])
def test_every_question_leaves_a_record(log: Inspected, asked: tuple[str, ...]) -> None:
    """Who asked, as whom on the machine, what and why; the chain stays whole."""
    keys = log.keys if asked[0] == "subject" else ()
    assert log.run(*asked, *keys).exit_code == 0
    (record,) = log.records("inspection")
    assert (record["inspector"], record["question"]) == ("thanh.tra.mau", asked[0])
    assert record["reason"] == "Đơn của công dân số 12"
    assert record["account"] and not record["refused"]
    assert record["about"] == ({asked[0]: asked[1]} if len(asked) == 2 else {})
    key = mac_key(Secret(log.log.with_name("audit.sqlite.key").read_text(encoding="ascii")))
    assert verify_chain(stored_lines(log.log), keys={1: key}).broken is None


def test_the_account_is_the_processs_own(log: Inspected, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of the user is not believed."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody.else")
    assert log.run("officer", "can.bo.mau").exit_code == 0
    assert log.records("inspection")[0]["account"] != "somebody.else"


def test_a_person_is_on_record_as_hashes_only(log: Inspected) -> None:
    """One for each key; the number is nowhere in the database."""
    assert log.run("subject", *log.keys, "--number", NEW).exit_code == 0
    (record,) = log.records("inspection")
    assert record["subjects"] == [hashes.of_number(NEW) for hashes in PERSONS]
    assert NEW.encode() not in log.log.read_bytes()


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked[0])
def test_without_a_record_there_is_no_answer(log: Inspected, asked: tuple[str, ...]) -> None:
    """While the store cannot be written the command says so, with exit code 4 and nothing on standard output."""
    keys = log.keys if asked[0] == "subject" else ()
    other = sqlite3.connect(log.log, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        ended = log.run(*asked, *keys)
    finally:
        other.close()
    assert (ended.exit_code, ended.stdout) == (4, "")
    assert "audit_unavailable" in ended.stderr


def test_a_copy_is_questioned_under_another_log(log: Inspected, tmp_path: Path) -> None:
    """A copy without keys is refused; with --journal the record goes there and the copy stays as it is."""
    copy = tmp_path / "elsewhere" / "copy.sqlite"
    copy.parent.mkdir()
    with sqlite3.connect(log.log) as database:
        database.execute("VACUUM INTO ?", (str(copy),))
    database.close()
    here = Inspected(copy, log.references, ())
    refused = here.run("officer", "can.bo.mau")
    assert refused.exit_code == 2 and "--journal" in refused.stderr
    before = copy.read_bytes()
    journal = tmp_path / "journal.jsonl"
    for _again in range(2):
        assert here.found("officer", "can.bo.mau", "--journal", journal) == log.references
    assert copy.read_bytes() == before
    assert not copy.with_name("copy.sqlite.key").exists()
    key = mac_key(Secret((tmp_path / "journal.jsonl.key").read_text(encoding="ascii")))
    report = verify_chain(file_lines(journal), keys={1: key})
    assert report.broken is None
    assert journal.read_text(encoding="utf-8").count('"record":"inspection"') == 2


def test_a_log_with_its_keys_takes_the_record_itself(log: Inspected, tmp_path: Path) -> None:
    """Nobody has their question to a log that is written put on record elsewhere."""
    ended = log.run("officer", "can.bo.mau", "--journal", tmp_path / "journal.jsonl")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "--journal" in ended.stderr and not (tmp_path / "journal.jsonl").exists()


@pytest.mark.parametrize(
    "who",
    [
        ("--inspector", "a", "--reason", "x"),
        ("--inspector", "a", "--reason", "Ông 066 790 000 001 hỏi"),
        ("--inspector", "a", "--reason", "x" * 501),
        ("--inspector", "", "--reason", "Đơn số 12"),
        ("--inspector", "a"),
        ("--reason", "Đơn số 12"),
    ],
)
def test_a_question_names_its_inspector_and_reason(log: Inspected, who: tuple[str, ...]) -> None:
    """Without either, with a reason of one letter or of 501, or with a person's number in it, nothing is answered."""
    ended = log.run("officer", "can.bo.mau", who=who)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "066 790" not in ended.stderr
    assert log.records("inspection") == []


def test_inspections_are_listed(log: Inspected) -> None:
    """Earlier questions and this one itself, the oldest first."""
    assert log.run("officer", "can.bo.mau").exit_code == 0
    told = log.run("inspections").stdout.splitlines()
    assert [line.split(" · ")[2] for line in told] == ["officer", "inspections"]
    assert "thanh.tra.mau" in told[0] and "Đơn của công dân số 12" in told[0]
    assert len(log.json("inspections")["inspections"]) == 3


def test_what_cannot_be_read_is_one_sentence(log: Inspected, tmp_path: Path) -> None:
    """A missing log, an empty database and one of an older version: exit code 2, no traceback, no record."""
    empty = tmp_path / "empty.sqlite"
    empty.write_bytes(b"SQLite format 3\0")
    old = tmp_path / "old.sqlite"
    with sqlite3.connect(old) as database:
        database.execute("CREATE TABLE log (sequence INTEGER PRIMARY KEY, line TEXT)")
    database.close()
    for name in ("key", "signing.key"):
        shutil.copy(f"{log.log}.{name}", f"{old}.{name}")
    for path in (tmp_path / "absent.sqlite", empty):
        ended = Inspected(path, [], ()).run("officer", "a")
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert ended.stderr.startswith("dancu: ") and ended.stderr.count("\n") == 1
    assert WHO[1] not in (tmp_path / "empty.sqlite").read_bytes().decode("latin-1")
