"""``dancu doctor`` at a terminal and for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from dancu.diagnose import CHECKS

from .conftest import CARD, MAU, PURPOSE, REAL, Terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def copied(terminal: Terminal, tmp_path: Path) -> Terminal:
    """The same platform under files that a test may break."""
    for path in terminal.profile.parent.iterdir():
        other = tmp_path / path.name
        other.write_bytes(path.read_bytes())
        other.chmod(path.stat().st_mode)
    return Terminal(terminal.mock, tmp_path / "profile.toml")


def change(terminal: Terminal, old: str, new: str) -> int:
    """Change the profile's text; the line where that is."""
    text = terminal.profile.read_text(encoding="utf-8")
    assert text.count(old) == 1
    terminal.profile.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_good_set_up_ends_with_zero(terminal: Terminal) -> None:
    """Every check stands in the table in both languages, none failed."""
    done = terminal.run("doctor")
    assert (done.code, done.stderr) == (0, "")
    flat = " ".join(done.stdout.split())
    assert "HỎNG" not in flat and "Không phát hiện lỗi / No check failed" in flat
    assert flat.count("đạt / passed") >= len(CHECKS) - 1


@pytest.mark.parametrize(
    ("old", "new", "code", "check", "wanted"),
    [
        ('skin = "soap"', 'skim = "soap"', 2, "profile", "wire.skim"),
        ('{ file = "secret.txt" }', '{ env = "NOT_SET_ANYWHERE" }', 2, "secrets", "credential.secret"),
        ('"milliseconds"', '"seconds"', 3, "timestamp_unit", 'credential.timestamp → timestamp = "milliseconds"'),
        ('path = "tracuu"', 'path = "khac"', 4, "service_path", "services.look_up.path"),
    ],
)
def test_the_first_cause_and_its_line_are_printed(
    copied: Terminal, old: str, new: str, code: int, check: str, wanted: str
) -> None:
    """File, line, setting and remedy are told in Vietnamese, then in English; the exit code says whose it is."""
    line = change(copied, old, new)
    done = copied.run("doctor")
    assert done.code == code
    flat = " ".join(done.stdout.split())
    vietnamese, english = flat.index(f"Nguyên nhân đầu tiên: {check}"), flat.index(f"First cause: {check}")
    assert vietnamese < english
    unfolded = done.stdout.replace("\n", "").replace(" ", "")
    assert unfolded.count(f"profile.toml:{line}{wanted}".replace(" ", "")) == 2


def test_a_platform_that_is_not_there_ends_with_four(copied: Terminal) -> None:
    """A refused connection is the far side's."""
    text = copied.profile.read_text(encoding="utf-8")
    url = next(line for line in text.splitlines() if line.startswith("url"))
    change(copied, url, 'url = "https://127.0.0.1:1/dancu/"')
    assert copied.run("doctor").code == 4


def test_a_program_gets_one_line_of_json(copied: Terminal) -> None:
    """``--json`` holds every check, the first cause and the line, in both languages."""
    line = change(copied, '"milliseconds"', '"seconds"')
    done = copied.run("doctor", "--json")
    assert done.code == 3 and done.stdout.count("\n") == 1
    report = done.json()
    assert report["first_cause"] == "timestamp_unit" and report["questions"] == 2
    assert [check["name"] for check in report["checks"]] == [spec.name for spec in CHECKS]
    failed = next(check for check in report["checks"] if check["state"] == "failed")
    assert failed["line"] == {
        "setting": "credential.timestamp",
        "number": line,
        "suggestion": 'timestamp = "milliseconds"',
    }
    assert failed["code"] == "credential_refused" and failed["remedy_vi"] != failed["remedy_en"]


def test_without_a_purpose_nothing_is_asked(terminal: Terminal) -> None:
    """The rest is examined all the same, and what was not reached is counted."""
    before = len(terminal.mock.journal.calls)
    done = terminal.bare("doctor", "--profile", str(terminal.profile), "--json")
    assert done.code == 0 and done.json()["questions"] == 0
    assert len(terminal.mock.journal.calls) == before + 1


def test_half_a_purpose_is_refused(terminal: Terminal) -> None:
    """A purpose that misses a part is the caller's, and nothing is examined."""
    done = terminal.bare("doctor", "--profile", str(terminal.profile), "--unit", "H15.42", "--json")
    assert done.code == 2 and done.json()["error"]["code"] == "invalid_purpose"


def test_a_person_comes_by_standard_input_only(terminal: Terminal) -> None:
    """``--live`` reads the three keys from standard input; in arguments they are refused, and never repeated."""
    done = terminal.run("doctor", "--live", "--json", stdin=json.dumps(MAU))
    assert done.code == 0 and terminal.mock.journal.calls[-1].service == "confirm"
    assert MAU["number"] not in done.stdout and MAU["name"] not in done.stdout
    typed = terminal.run("doctor", "--number", REAL)
    assert typed.code == 2 and REAL not in typed.stdout + typed.stderr
    assert terminal.run("doctor", "--card", "-", stdin=CARD).code == 2
    assert PURPOSE
