"""``dancu profile``: to start from one, to check it, and to see it conform."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dancu.cli.app import app
from dancu.profiles.shipped import shipped_names, shipped_text
from dancu_mock import Authority, Mock, MockServer
from dancu_mock.files import write_files

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str) -> Any:
    """The command in this process."""
    return CliRunner().invoke(app, ["profile", *arguments])


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile whose files are all there."""
    return write_files(tmp_path, Mock().settings, Authority.create(), url="https://platform.example/dancu/")


def test_the_shipped_profiles_are_listed_and_shown() -> None:
    """What is listed can be shown, and shown it is the shipped file; another name ends with 2."""
    assert run("list").stdout.split() == list(shipped_names())
    assert run("show", "xroad").stdout == shipped_text("xroad")
    wrong = run("show", "nothing")
    assert (wrong.exit_code, "xroad" in wrong.stderr) == (2, True)


def test_the_schema_is_json() -> None:
    """Editors take it as it is."""
    assert json.loads(run("schema").stdout)["title"] == "dancu profile"


def test_a_good_profile_passes(profile: Path) -> None:
    """With secrets and certificates in place it can be used."""
    assert run("check", str(profile)).exit_code == 0
    assert json.loads(run("check", str(profile), "--json").stdout) == {"ok": True}


@pytest.mark.parametrize(
    ("old", "new", "setting"),
    [
        ('family = "hash-basic"', 'family = "hash-basics"', "credential.family"),
        ('timestamp = "milliseconds"', 'timestamp = "minutes"', "credential.timestamp"),
        ('ca = "ca.pem"', 'ca = "gone.pem"', "tls.ca"),
        ('skin = "soap"', 'skin = "soup"', "wire.skin"),
    ],
)
def test_a_wrong_line_is_named_with_its_remedy(profile: Path, old: str, new: str, setting: str) -> None:
    """The line, the reason and the remedy; for programs in JSON, and never the value."""
    text = profile.read_text(encoding="utf-8")
    assert old in text
    profile.write_text(text.replace(old, new), encoding="utf-8")
    line = profile.read_text(encoding="utf-8").splitlines().index(new) + 1
    said = run("check", str(profile))
    assert said.exit_code == 2
    assert said.stderr.startswith(f"dòng / line {line}: {setting}: ")
    told = json.loads(run("check", str(profile), "--json").stdout)
    assert (told["setting"], told["line"], told["ok"]) == (setting, line, False)
    assert told["remedy_vi"] and told["remedy_en"]
    assert new.rpartition("= ")[2].strip('"') not in said.stderr


def test_what_is_not_toml_is_named_by_its_line(profile: Path) -> None:
    """A line that TOML cannot read is found although nothing of the file is."""
    profile.write_text(profile.read_text(encoding="utf-8") + "\n[broken\n", encoding="utf-8")
    said = run("check", str(profile))
    assert (said.exit_code, said.stderr.startswith("dòng / line ")) == (2, True)


def test_a_profile_conforms(profile: Path) -> None:
    """Every case passes through both clients; the table counts them."""
    said = run("conform", str(profile))
    assert said.exit_code == 0
    passed, _slash, all_of_them = said.stdout.split()[-3:]
    assert passed == all_of_them and int(passed) > 90


def test_a_profile_that_does_not_conform_ends_with_1(profile: Path) -> None:
    """A wrong integration code is found by its cases."""
    text = profile.read_text(encoding="utf-8")
    profile.write_text(text.replace('integration = "037"', 'integration = "038"'), encoding="utf-8")
    said = run("conform", str(profile), "--json")
    assert said.exit_code == 1
    broken = {one["service"] for one in json.loads(said.stdout) if not one["passed"]}
    assert broken == {"look_up"}


def test_live_asks_about_nobody(tmp_path: Path) -> None:
    """Against a real endpoint one invented person is asked for by each service, and audited."""
    mock = Mock()
    with MockServer(mock) as server:
        path = server.write_files(tmp_path)
        purpose = ("--procedure", "1.004194", "--unit", "H15.42", "--officer", "can.bo.mau", "--session", "conform")
        said = run("conform", str(path), "--live", *purpose)
    assert said.exit_code == 0
    assert {call.outcome for call in mock.journal.calls} == {"not_matched"}
    services = tomllib.loads(path.read_text(encoding="utf-8"))["services"]
    assert len(mock.journal.calls) == len(services)
    assert (tmp_path / "audit.jsonl").read_bytes().count(b'"record":"intent"') == len(services)
