"""The audit's last entries as the console shows them: whatever stands in a record, no person is shown."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dancu.gateway.entries import last_checkpoint, last_entries
from dancu.gateway.store import SqliteSink
from dancu.policy.chain import ChainKeys, mac_key, signing_key
from dancu.privacy import Secret

if TYPE_CHECKING:
    from pathlib import Path

PERSONAL = ("066790000001", "Nguyễn Thị Mẫu", "can.bo.mau", "k1:abcdef", "H15.42-261122-0001")


def stored(path: Path, *records: dict[str, Any]) -> None:
    """A store with these records."""
    keys = ChainKeys(mac_key(Secret("m" * 64)), signing_key(Secret("5" * 64)))
    sink = SqliteSink(path, keys=keys)
    for record in records:
        sink.append(json.dumps(record, ensure_ascii=False).encode()).result(5)
    sink.close()


def entry(kind: str, **parts: Any) -> dict[str, Any]:
    """A record about a person."""
    number, name, officer, subject, dossier = PERSONAL
    about = {"subject": subject, "officer": officer, "dossier": dossier, "name": name, "number": number}
    return {"record": kind, "time": "2026-11-23T03:00:00.000+00:00", **about, **parts}


def test_no_person_is_shown_whatever_the_record_is(tmp_path: Path) -> None:
    """Of each kind, also one of tomorrow, only what is on the list; a code that nobody configured is a mark."""
    path = tmp_path / "audit.sqlite"
    stored(
        path,
        entry("intent", application="mot-cua", operation="look_up", procedure="1.004194", unit="H15.42", reference="R"),
        entry("refusal", application="mot-cua", service="confirm", code="not_granted", procedure=PERSONAL[1], unit=""),
        entry("of_tomorrow", application=PERSONAL[0]),
    )
    found = last_entries(path, known=["mot-cua", "1.004194", "H15.42"])
    assert [one.kind for one in found] == ["of_tomorrow", "refusal", "intent"]
    assert not [value for value in PERSONAL if value in str([asdict(one) for one in found])]
    assert (found[0].application, found[1].procedure, found[1].unit) == ("#", "#", "")
    assert (found[1].operation, found[1].result) == ("confirm", "not_granted")
    assert (found[2].procedure, found[2].unit, found[2].reference) == ("1.004194", "H15.42", "R")


def test_the_newest_are_shown_and_the_chains_own_lines_are_not(tmp_path: Path) -> None:
    """At most as many as asked for; the checkpoint is told by its time."""
    path = tmp_path / "audit.sqlite"
    stored(path, *(entry("outcome", reference=str(place)) for place in range(9)))
    assert [one.reference for one in last_entries(path, known=(), limit=3)] == ["8", "7", "6"]
    assert {one.kind for one in last_entries(path, known=())} == {"outcome"}
    signed = last_checkpoint(path)
    assert signed is not None and json.loads(signed[1])["record"] == "checkpoint"


def test_where_nothing_can_be_read_nothing_is_shown(tmp_path: Path) -> None:
    """No store, an empty one and one that is none: no entries, no checkpoint, no exception."""
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    (tmp_path / "text.sqlite").write_text("no database " * 100, encoding="utf-8")
    for name in ("missing.sqlite", "empty.sqlite", "text.sqlite"):
        assert last_entries(tmp_path / name, known=()) == []
        assert last_checkpoint(tmp_path / name) is None
    assert not (tmp_path / "missing.sqlite").exists()
