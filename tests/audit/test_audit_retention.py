"""Old lines go up to a checkpoint, the chain says so itself, and whoever takes more away is found."""

from __future__ import annotations

import datetime
import json
import random
import runpy
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from dancu.cli.app import app
from dancu.gateway.retention import LEAST_MONTHS, months_before, prune
from dancu.gateway.store import SqliteSink, stored_lines
from dancu.policy.chain import FORMAT, Chain, ChainKeys, mac_key
from dancu.policy.chain_reading import verify_chain
from dancu.privacy import Secret
from dancu.runtime.chained import file_lines

from ..unit.policy.chain_edits import KEYS, MAC, SECRET, SIGNER, Kept, a_log, edited, record  # noqa: TID252  # one set of keys for all tests
from .planted import MONDAY, Planter, Question, planter, store

if TYPE_CHECKING:
    from dancu.policy.chain_reading import Report

EXAMPLE = Path(__file__).parents[2] / "examples" / "verify_audit.py"
DAY = 86_400
SEED = 20261128
YEARS = months_before(MONDAY + datetime.timedelta(days=100), -60)
"""When what was asked on the 100th day after `MONDAY` is 60 months old."""


def planted(path: Path, days: int, *, unchained: bool = False) -> list[bytes]:
    """A question each day for so many days, each closed by a checkpoint; the checkpoints."""
    chain = Chain(KEYS, "00a0b0c0d0e0f003")
    made = Planter(chain, [chain.mark("log", time=MONDAY, node="may-mau", format=FORMAT, before=4 * unchained)])
    for day in range(days):
        made.ask(Question(after=day * DAY))
        made.checkpoint(day * DAY + 60)
    store(path, made.lines)
    if unchained:
        change(path, "INSERT INTO log (sequence, line) VALUES (-1, '{ }')")
    return [line for line in made.lines if line.startswith(b'{"record":"checkpoint"')]


def change(path: Path, statement: str) -> None:
    """Edit the database as somebody with its file may."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)


def read(path: Path, exported: list[bytes] | None = None) -> Report:
    """The report on a store."""
    return verify_chain(stored_lines(path), keys={1: MAC}, exported=exported)


def test_what_is_older_goes_and_the_chain_is_whole(tmp_path: Path) -> None:
    """After 60 months the days before the 100th are gone, up to a checkpoint; a signed line of the log says so."""
    path = tmp_path / "audit.sqlite"
    kept = planted(path, 120)
    pruned = prune(path, keys=KEYS, now=YEARS)
    assert pruned.lines == pruned.first == 3 * 100
    report = read(path, kept)
    assert (report.broken, report.pruned, report.exported) == (None, 300, 21)
    assert report.records == 3 * 20 + 1 + 1
    lines = [json.loads(line) for line in stored_lines(path) if line]
    assert (lines[0]["record"], lines[0]["sequence"]) == ("checkpoint", 300)
    assert {name: lines[-1][name] for name in ("record", "until", "months")} == {
        "record": "pruned",
        "until": 300,
        "months": 60,
    }


@pytest.mark.parametrize("at_once", [1, 7, 50, 10_000])
def test_it_goes_in_steps_and_again_and_again(tmp_path: Path, at_once: int) -> None:
    """However large the steps, the same lines go; the log is written on and pruned anew; nothing to do is nothing."""
    path = tmp_path / "audit.sqlite"
    kept = planted(path, 30, unchained=True)
    assert read(path, kept).unchained == 1
    for days, first in ((10, 30), (10, 30), (20, 60)):
        now = months_before(MONDAY + datetime.timedelta(days=days), -60)
        pruned = prune(path, keys=KEYS, now=now, at_once=at_once, pause=lambda _seconds: None)
        assert pruned.first == first
        report = read(path, kept)
        assert (report.broken, report.pruned, report.unchained) == (None, first, 0)
    sink = SqliteSink(path, keys=KEYS)
    sink.append(record(1)).result(5)
    sink.close()
    assert read(path, kept).broken is None


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("DELETE FROM log WHERE sequence < 33", "missing"),
        ("DELETE FROM log WHERE sequence < 31", "missing"),
        ("DELETE FROM log WHERE sequence = 40", "missing"),
        ("DELETE FROM log WHERE line LIKE '%pruned%'", "missing"),
        ("UPDATE log SET line = replace(line, '\"until\":30', '\"until\":33') WHERE line LIKE '%pruned%'", "changed"),
        ("INSERT INTO log (sequence, line) VALUES (3, '{}')", "missing"),
    ],
)
def test_whoever_takes_more_is_found(tmp_path: Path, statement: str, kind: str) -> None:
    """Lines behind the first kept one, the line that says so, another number in it, or a line put before: told."""
    path = tmp_path / "audit.sqlite"
    planted(path, 20)
    prune(path, keys=KEYS, now=months_before(MONDAY + datetime.timedelta(days=10), -60))
    change(path, statement)
    broken = read(path).broken
    assert broken is not None and broken.kind == kind


def test_a_beginning_cut_off_by_hand_is_no_retention(tmp_path: Path) -> None:
    """Without the log's own word the lines are missing, though a checkpoint stands first."""
    path = tmp_path / "audit.sqlite"
    kept = planted(path, 20)
    change(path, "DELETE FROM log WHERE sequence < 30")
    for exported in (None, kept):
        broken = read(path, exported).broken
        assert broken is not None and broken.kind == "missing"


def test_a_forged_word_is_found(tmp_path: Path) -> None:
    """A line that says so, chained last by somebody without the keys, is no word of the log."""
    path = tmp_path / "audit.sqlite"
    planted(path, 20)
    forger = ChainKeys(mac_key(Secret("a guess")), SIGNER)
    prune(path, keys=forger, now=months_before(MONDAY + datetime.timedelta(days=10), -60))
    broken = read(path).broken
    assert broken is not None and broken.kind == "changed"


def test_checkpoints_of_lines_that_went_prove_nothing_wrong(tmp_path: Path) -> None:
    """Those kept elsewhere of lines that are gone are passed over; one of the kept lines that differs is found."""
    path = tmp_path / "audit.sqlite"
    kept = planted(path, 20)
    prune(path, keys=KEYS, now=months_before(MONDAY + datetime.timedelta(days=10), -60))
    assert read(path, kept[:5]).broken is None
    other = [line.replace(b"may-mau", b"may-xau") for line in kept[10:11]]
    broken = read(path, [*kept[:10], *other]).broken
    assert broken is not None and broken.kind == "wrong_signature"


def test_fewer_months_than_must_be_kept_are_refused(tmp_path: Path) -> None:
    """23 months are; 24 are not."""
    planted(tmp_path / "audit.sqlite", 1)
    with pytest.raises(ValueError, match="fewer months"):
        prune(tmp_path / "audit.sqlite", keys=KEYS, months=LEAST_MONTHS - 1, now=YEARS)
    assert prune(tmp_path / "audit.sqlite", keys=KEYS, months=LEAST_MONTHS, now=MONDAY).lines == 0


@pytest.mark.parametrize(
    ("moment", "months", "earlier"),
    [
        ("2026-11-23", 60, "2021-11-23"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2026-01-15", 24, "2024-01-15"),
        ("2026-12-31", 1, "2026-11-30"),
    ],
)
def test_months_are_the_calendars(moment: str, months: int, earlier: str) -> None:
    """The same day of an earlier month, or its last one."""
    assert months_before(datetime.datetime.fromisoformat(moment), months).date().isoformat() == earlier


def test_a_gateway_writes_meanwhile(tmp_path: Path) -> None:
    """While lines go in small steps every record is kept in time, and the chain is whole."""
    path = tmp_path / "audit.sqlite"
    planted(path, 400)
    sink = SqliteSink(path, keys=KEYS)
    sink.check()
    ended = threading.Event()
    kept: list[int] = []

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            if sink.append(record(number)).exception(5) is None:
                kept.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        prune(path, keys=KEYS, now=months_before(MONDAY + datetime.timedelta(days=390), -60), at_once=60)
    finally:
        ended.set()
        writer.join(10)
        sink.close()
    told = {json.loads(line).get("reference") for line in stored_lines(path) if line}
    assert kept and told >= {f"R{number}" for number in kept}
    report = read(path)
    assert (report.broken, report.pruned) == (None, 1170)


def test_the_command_prunes_and_verify_says_so(tmp_path: Path) -> None:
    """``dancu audit prune`` keeps 60 months, says what went, and `verify` tells how many lines were let go."""
    path = tmp_path / "audit.sqlite"
    made = planter(path, days=-2001)
    for day in range(-2000, -1990):
        made.ask(Question(after=day * DAY))
        made.checkpoint(day * DAY + 60)
    made.ask(Question())
    store(path, made.lines)
    run = CliRunner().invoke
    assert run(app, ["audit", "prune", str(path), "--keep-months", "23"]).exit_code == 2
    ended = run(app, ["audit", "prune", str(path)])
    assert (ended.exit_code, "30 dòng" in ended.stdout) == (0, True), ended.stderr
    told = run(app, ["audit", "verify", str(path)])
    assert told.exit_code == 0
    assert "30 dòng đã hết hạn lưu" in told.stdout
    file = tmp_path / "audit.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in stored_lines(path) if line))
    assert run(app, ["audit", "prune", str(file)]).exit_code == 2
    assert len([line for line in file_lines(file) if line]) == len([line for line in stored_lines(path) if line])


def test_a_verifier_without_dancu_agrees(tmp_path: Path) -> None:
    """The example finds a pruned log whole, and one whose beginning went without a word not."""
    check = runpy.run_path(str(EXAMPLE))["check"]
    path = tmp_path / "audit.sqlite"
    kept = b"\n".join(planted(path, 20))
    prune(path, keys=KEYS, now=months_before(MONDAY + datetime.timedelta(days=10), -60))

    def said(*gone: str) -> str:
        text = b"\n".join(line for line in stored_lines(path) if not any(word.encode() in line for word in gone))
        return str(check(text, kept, [SECRET.reveal().encode()], KEYS.public))

    assert said() == ""
    assert said('"record":"pruned"') == "cut, or not what the checkpoints saw"
    change(path, "DELETE FROM log WHERE sequence < 33")
    assert said() == "cut, or not what the checkpoints saw"


def test_random_edits_of_a_pruned_log_are_found(tmp_path: Path) -> None:
    """2,000 logs with a line flipped, gone, moved, copied, back-dated or brought in: each is broken."""
    chance = random.Random(SEED)
    path = tmp_path / "audit.sqlite"
    kept = planted(path, 20)
    prune(path, keys=KEYS, now=months_before(MONDAY + datetime.timedelta(days=10), -60))
    whole = Kept(tuple(line for line in stored_lines(path) if line), tuple(kept))
    assert verify_chain(whole.text.split(b"\n"), keys={1: MAC}, exported=kept).broken is None
    for number in range(2000):
        name, text = edited(chance, whole, a_log())
        report = verify_chain(text.split(b"\n"), keys={1: MAC}, exported=kept)
        assert report.broken is not None, f"seed {SEED}, edit {number}: {name}"
