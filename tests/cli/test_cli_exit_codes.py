from __future__ import annotations

import pytest

from dancu import CODES, Found
from dancu.cli import answering
from dancu.cli.answering import exit_code
from dancu.errors import error_for

from .conftest import FAULTS, MAU, PURPOSE, Terminal

CLASSES = {"InvalidInput": 2, "FieldNotAsked": 2, "ConfigurationError": 2, "Rejected": 3, "Unavailable": 4}


@pytest.mark.parametrize(
    ("command", "options", "keys", "code"),
    [
        ("lookup", ["--field", "name"], {}, 0),
        ("confirm", [], {}, 0),
        ("verify", [], {"claim": {"gender": "Nữ"}}, 0),
        ("lookup", ["--field", "name"], {"birth_date": "03/01/1990"}, 1),
        ("confirm", [], {"birth_date": "03/01/1990"}, 1),
        ("verify", [], {"birth_date": "03/01/1990", "claim": {"gender": "Nữ"}}, 1),
        ("verify", [], {"claim": {"gender": "Nam"}}, 1),
        ("verify", [], {"claim": {"birth_date": "1990"}}, 1),
        ("lookup", ["--field", "name"], {"number": FAULTS["wrong_hash"]}, 3),
        ("confirm", [], {"number": FAULTS["wrong_hash"]}, 3),
        ("verify", [], {"number": FAULTS["wrong_hash"], "claim": {"gender": "Nữ"}}, 3),
        ("lookup", ["--field", "name"], {"number": FAULTS["html_200"]}, 4),
        ("confirm", [], {"number": FAULTS["html_200"]}, 4),
        ("verify", [], {"number": FAULTS["maintenance_503"], "claim": {"gender": "Nữ"}}, 4),
    ],
)
def test_each_end_has_its_exit_code(
    terminal: Terminal, command: str, options: list[str], keys: dict[str, object], code: int
) -> None:
    """0 found or matched, 1 not, 3 rejected, 4 unavailable, for each of the three commands."""
    assert terminal.asked(command, *options, **keys).code == code


@pytest.mark.parametrize(("command", "extra"), [("lookup", {}), ("verify", {"claim": {"gender": "Nam"}})])
def test_several_records_end_with_five(terminal: Terminal, command: str, extra: dict[str, object]) -> None:
    """Two records that fit are neither found nor absent: 5, a count, and no data of either."""
    options = ["--field", "name"] if command == "lookup" else []
    doubled = {"number": "066698000029", "name": "Nguyễn Văn Đôi Mẫu", "birth_date": "26/07/1998"}
    ended = terminal.asked(command, *options, "--json", **doubled, **extra)
    assert ended.code == 5
    assert (ended.json()["outcome"], ended.json()["count"]) == ("ambiguous", 2)
    assert "NGUYỄN" not in terminal.asked(command, *options, **doubled, **extra).stdout


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["lookup", *PURPOSE], "fields"),
        (["lookup", *PURPOSE, "--field", "everything"], "fields"),
        (["confirm", *PURPOSE[2:]], "procedure"),
        (["confirm", *PURPOSE[:4], *PURPOSE[6:]], "officer.code"),
        (["confirm", *PURPOSE[:6]], "dossier"),
        (["verify", *PURPOSE], "claim"),
        (["verify", *PURPOSE, "--claim", "everything"], "claim"),
        (["verify", *PURPOSE, "--claim", "permanent_address= "], "permanent_address"),
        (["confirm", *PURPOSE, "Mẫu"], "arguments"),
        (["confirm", *PURPOSE, "--nubmer", "1"], "arguments"),
    ],
)
def test_a_question_that_is_off_ends_with_two(terminal: Terminal, arguments: list[str], field: str) -> None:
    """What is missing or malformed is named before anything is sent."""
    before = len(terminal.mock.journal.calls)
    keys = ["--number", MAU["number"], "--name", MAU["name"], "--birth-date", MAU["birth_date"]]
    ended = terminal.bare(*arguments, "--profile", str(terminal.profile), *keys, "--json")
    assert (ended.code, ended.json()["error"]["field"]) == (2, field)
    assert len(terminal.mock.journal.calls) == before


def test_a_profile_comes_from_the_environment_too(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """``DANCU_PROFILE`` serves where ``--profile`` is not given; neither is a configuration error, 2."""
    keys = ["--number", MAU["number"], "--name", MAU["name"], "--birth-date", MAU["birth_date"]]
    assert terminal.bare("confirm", *PURPOSE, *keys).code == 2
    assert terminal.bare("confirm", *PURPOSE, *keys, "--profile", "none.toml", "--json").code == 2
    monkeypatch.setenv("DANCU_PROFILE", str(terminal.profile))
    assert terminal.bare("confirm", *PURPOSE, *keys).code == 0


def test_every_code_of_the_table_has_an_exit_code() -> None:
    """No error ends with 0, 1 or 5: an outage never reads as "no such citizen"."""
    assert {code: exit_code(error_for(code)) for code in CODES} == {
        code: CLASSES[entry.error.__name__] for code, entry in CODES.items()
    }


def test_a_failure_of_the_command_itself_is_no_answer(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unforeseen error ends with 4 and one sentence that repeats nothing of it, not with a traceback and 1."""

    def fail(_outcome: Found) -> None:
        raise OSError("no room for Nguyễn Thị Mẫu")

    monkeypatch.setattr(answering, "print_table", fail)
    ended = terminal.asked("confirm")
    assert (ended.code, ended.stdout, ended.stderr.count("\n")) == (4, "", 1)
    assert "OSError" in ended.stderr and "Mẫu" not in ended.stderr
