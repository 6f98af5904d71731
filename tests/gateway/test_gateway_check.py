"""`dancu gateway check` names every fault and says what to look at, and writes nothing."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dancu.errors import ConfigurationError
from dancu.gateway.checking import examine
from dancu.gateway.config import load_config
from dancu_mock import Mock, MockServer

from .signing import EcSigner, key_set

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.datetime(2026, 11, 23, 1, 0, tzinfo=datetime.UTC)
WHOLE = """
[listen]
plain = true
[upstream]
profile = "profile.toml"
[audit]
database = "audit.sqlite"
[rules]
permissions_required = true
sensitive_apart = true
[officers]
table = "officers.csv"
[[agency]]
name = "tu-phap"
units = ["H15.42"]
profile = "profile.toml"
sign_in = { issuer = "https://sign-in.example/", audience = "dancu", jwks = "keys.json" }
[[application]]
name = "mot-cua"
key_sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
units = ["H15.42"]
officers = "signed"
[[grant]]
application = "mot-cua"
agency = "tu-phap"
procedure = "1.004194"
service = "look_up"
fields = ["name"]
permission = { reference = "12/GP", until = 2027-12-31 }
"""
TABLE = "officer,unit,undertaking,revoked\ncan.bo.mau,H15.42,2026-01-31,\n"
OLD_KEY = f"old_key = {{ sha256 = '{'b' * 64}', until = 2026-01-01T00:00:00Z }}\n"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Files that nothing is off with."""
    with MockServer(Mock()) as platform:
        platform.write_files(tmp_path)
    (tmp_path / "gateway.toml").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "officers.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "keys.json").write_text(key_set(EcSigner("a")), encoding="utf-8")
    return tmp_path


def remarks(directory: Path) -> list[tuple[str, str]]:
    """Level and place of each remark."""
    return [(one.level, one.place) for one in examine(directory / "gateway.toml", now=NOW)]


def test_whole_files_have_no_remark_and_nothing_is_written(directory: Path) -> None:
    """The files of this module are fine, and there are no others afterwards."""
    before = sorted(directory.iterdir())
    assert remarks(directory) == []
    assert sorted(directory.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("gateway.toml", "[audit]", "[audit", ("fault", "gateway")),
        ("gateway.toml", 'service = "look_up"', 'service = "all"', ("fault", "grant.0.service")),
        (
            "gateway.toml",
            'profile = "profile.toml"\n[audit]',
            'profile = "x"\n[audit]',
            ("fault", "upstream.profile.profile"),
        ),
        ("gateway.toml", '"keys.json"', '"none.json"', ("fault", "agency.tu-phap.sign_in.jwks")),
        ("officers.csv", "2026-01-31", "31/01/2026", ("fault", "officers.table")),
        ("officers.csv", "2026-01-31", "2020-01-31", ("note", "officers.table")),
        ("gateway.toml", 'officers = "signed"\n', "banned = true\n", ("note", "application.mot-cua")),
        ("gateway.toml", 'officers = "signed"\n', OLD_KEY, ("note", "application.mot-cua.old_key")),
        ("gateway.toml", WHOLE[WHOLE.index("[[grant]]") :], "", ("note", "application.mot-cua")),
        ("gateway.toml", "2027-12-31", "2026-11-22", ("note", "grant.0")),
        ("gateway.toml", "2027-12-31", "2026-12-01", ("note", "grant.0")),
        ("gateway.toml", '["name"]', "[]", ("note", "grant.0")),
    ],
)
def test_each_thing_that_is_off_is_named(
    directory: Path, name: str, old: str, new: str, found: tuple[str, str]
) -> None:
    """One remark with its level and place for one change."""
    text = (directory / name).read_text(encoding="utf-8")
    assert old in text
    (directory / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert remarks(directory) == [found]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('permission = { reference = "12/GP", until = 2027-12-31 }\n', "", "a grant without a permission"),
        ('["name"]', '["name", "religion"]', "a grant with sensitive fields among others"),
        ('agency = "tu-phap"\n', 'agency = "khac"\n', "a grant for an agency that is not listed"),
        ('units = ["H15.42"]\nofficers', 'units = ["H15.42", "X"]\nofficers', "signed officers need the sign_in"),
        ("plain = true", 'plain = true\ncallers_ca = "ca.pem"', "callers_ca needs TLS"),
        (
            "[[application]]",
            '[[agency]]\nname = "hai"\nunits = ["H15.42"]\n[[application]]',
            "two agencies of one name, or with one unit",
        ),
        ('officers = "signed"', f'certificates = ["{"3" * 64}"]', "certificates of applications need"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(directory: Path, old: str, new: str, told: str) -> None:
    """Each rule of the file says in words what it asks for."""
    path = directory / "gateway.toml"
    assert old in WHOLE
    path.write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_config(path)
    assert told in (caught.value.detail or "")


def test_the_command_ends_with_2_on_a_fault(directory: Path) -> None:
    """0 and one sentence where nothing is off, 2 and both languages where the files cannot be used."""
    command = [sys.executable, "-m", "dancu.cli", "gateway", "check", "--config", str(directory / "gateway.toml")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    fine = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=environment)
    assert (fine.returncode, fine.stdout) == (0, "không có gì cần sửa / nothing is off\n")
    (directory / "officers.csv").write_text("x", encoding="utf-8")
    asked = [*command, "--json"]
    off = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False, env=environment)
    assert off.returncode == 2
    assert [(one["level"], one["place"]) for one in json.loads(off.stdout)] == [("fault", "officers.table")]
