"""`dancu gateway init` begins a gateway, and the commands after it keep, move and bring it back."""

from __future__ import annotations

import contextlib
import sqlite3
import tomllib
from typing import TYPE_CHECKING

import pytest

from dancu.gateway.applications import hash_key
from dancu.gateway.config import load_config
from dancu.gateway.migrations import CURRENT
from dancu.gateway.store_keys import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Terminal

WORDS = ["--unit", "H15.42", "--procedure", "1.004194"]
RECORD = b'{"record":"refusal","time":"2026-11-23T01:00:00.000Z","code":"not_granted"}'


@pytest.fixture
def begun(terminal: Terminal, tmp_path: Path) -> Path:
    """The gateway.toml of a gateway before the mock, with a record in its audit."""
    done = terminal.bare("gateway", "init", str(tmp_path / "g"), *WORDS, "--profile", str(terminal.profile))
    assert done.code == 0, done.stderr
    config = tmp_path / "g" / "gateway.toml"
    sink = open_store(load_config(config))
    sink.append(RECORD).result(5)
    sink.close()
    return config


def test_the_check_says_what_is_to_be_filled_in(terminal: Terminal, tmp_path: Path) -> None:
    """After a beginning with a shipped profile the check's faults are its address and files, and nothing else."""
    at = tmp_path / "g"
    assert terminal.bare("gateway", "init", str(at), *WORDS, "--family", "hash-basic").code == 0
    done = terminal.bare("gateway", "check", "--config", str(at / "gateway.toml"), "--json")
    faults = {one["place"].removeprefix("upstream.profile.") for one in done.json() if one["level"] == "fault"}
    assert faults == {"endpoint.url", "tls.ca", "tls.certificate", "tls.key", "credential.secret.file"}
    notes = [one for one in done.json() if one["level"] == "note"]
    assert {one["en"] for one in notes} == {"no permission is named"}


def test_nobody_else_reads_the_files(begun: Path) -> None:
    """The directory is of mode 700, each file that was begun of mode 600."""
    assert begun.parent.stat().st_mode & 0o777 == 0o700
    for path in begun.parent.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600 or path.name.startswith("audit.sqlite-"), path.name


def test_the_key_is_shown_once(terminal: Terminal, tmp_path: Path) -> None:
    """The key is printed, and only its hash is kept."""
    done = terminal.bare("gateway", "init", str(tmp_path / "g"), *WORDS, "--family", "hash-basic")
    key = done.stdout.splitlines()[0].removeprefix("key: ")
    text = (tmp_path / "g" / "gateway.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["application"][0]["key_sha256"] == hash_key(key)
    assert all(key.encode() not in one.read_bytes() for one in (tmp_path / "g").iterdir())


@pytest.mark.parametrize("words", [["--family", "none-such"], [], ["--family", "esb", "--application", "Không"]])
def test_what_cannot_be_begun_leaves_nothing(terminal: Terminal, tmp_path: Path, words: list[str]) -> None:
    """An unknown family, none, or a name that is none ends with 2, and there is no half of a gateway."""
    assert terminal.bare("gateway", "init", str(tmp_path / "g"), *WORDS, *words).code == 2
    assert not (tmp_path / "g").exists()


def test_nothing_is_begun_over_files(terminal: Terminal, begun: Path) -> None:
    """A directory that holds something is refused and keeps it."""
    before = begun.read_bytes()
    assert terminal.bare("gateway", "init", str(begun.parent), *WORDS, "--family", "esb").code == 2
    assert begun.read_bytes() == before


def test_backup_and_restore(terminal: Terminal, begun: Path, tmp_path: Path) -> None:
    """A copy for a recipient is restored with the identity, and the audit verifies there."""
    assert terminal.bare("gateway", "recipient", "--out", str(tmp_path / "r")).code == 0
    copy = tmp_path / "copy.tar"
    words = ["--config", str(begun), "--to", str(copy), "--recipient", str(tmp_path / "r" / "recipient.pub")]
    done = terminal.bare("gateway", "backup", *words, "--json")
    assert done.code == 0, done.stderr
    identity = str(tmp_path / "r" / "recipient.identity")
    there = terminal.bare(
        "gateway", "restore", str(copy), "--to", str(tmp_path / "there"), "--identity", identity, "--json"
    )
    assert there.code == 0, there.stderr
    assert there.json()["sequence"] == done.json()["sequence"]
    assert terminal.bare("audit", "verify", there.json()["config"]).code == 0
    assert terminal.bare("gateway", "check", "--config", there.json()["config"]).code == 0


def test_upgrade_and_rollback(terminal: Terminal, begun: Path, tmp_path: Path) -> None:
    """Back to the version before; the check foresees the change; the upgrade copies first; the audit is whole."""
    config = ["--config", str(begun)]
    now = terminal.bare("gateway", "upgrade", "--check", *config, "--json").json()
    assert [one["place"] for one in now if one["level"] != "note"] == []
    assert terminal.bare("gateway", "rollback", *config).code == 0
    foreseen = terminal.bare("gateway", "upgrade", "--check", *config, "--json")
    told = [(one["level"], one["place"]) for one in foreseen.json() if one["level"] != "note"]
    assert told == [("change", "audit.database")]
    assert foreseen.code == 1
    assert _version(begun) == CURRENT - 1
    assert terminal.bare("gateway", "upgrade", *config).code == 2
    done = terminal.bare("gateway", "upgrade", *config, "--to", str(tmp_path), "--json")
    assert done.code == 0, done.stderr
    assert _version(begun) == CURRENT
    assert terminal.bare("audit", "verify", str(begun)).code == 0
    copy = done.json()["copy"]
    assert terminal.bare("gateway", "restore", copy, "--to", str(tmp_path / "there")).code == 0


def test_a_newer_audit_is_refused(terminal: Terminal, begun: Path) -> None:
    """The tables of a version to come are a fault of the check, and a gateway does not start over them."""
    with contextlib.closing(sqlite3.connect(begun.parent / "audit.sqlite")) as database:
        database.execute(f"PRAGMA user_version={CURRENT + 1}")
    assert terminal.bare("gateway", "upgrade", "--check", "--config", str(begun)).code == 2
    done = terminal.bare("gateway", "serve", "--config", str(begun))
    assert done.code == 2
    assert "newer dancu" in done.stderr


def _version(config: Path) -> int:
    with contextlib.closing(sqlite3.connect(config.parent / "audit.sqlite")) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])
