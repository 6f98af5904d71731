from __future__ import annotations

from importlib.metadata import version

import pytest

from dancu import FIELDS, Ambiguous, Citizen, Confirmed, Found, NotMatched, Relative, Verified, from_json, to_json
from dancu.cli.labels import FIELD_LABELS
from dancu.cli.tables import print_table

from .conftest import FAULTS, Terminal


def test_a_table_shows_the_fields_asked_for_and_no_others(terminal: Terminal) -> None:
    """Each field asked for has a row under its two names; what the register lacks is said, not left out."""
    orphan = {"number": "066694000026", "name": "Phan Văn Mồ Côi Mẫu", "birth_date": "23/04/1994"}
    ended = terminal.asked("lookup", "--field", "name", "--field", "household_book", "--field", "father", **orphan)
    shown = ended.stdout.splitlines()
    assert [line.split("  ")[0] for line in shown[1:-1]] == [
        "Họ và tên / Full name",
        "Cha / Father",
        "Số sổ hộ khẩu / Household book",
    ]
    assert "PHAN VĂN MỒ CÔI MẪU" in shown[1] and "not in the register" in shown[2] and "MAU-0001" in shown[3]
    assert orphan["number"] not in ended.stdout and ended.stderr == ""


def test_a_table_of_verdicts_holds_no_value_of_the_register(terminal: Terminal) -> None:
    """Verdict and reason for each claimed field, in two languages; the record's gender is not told."""
    ended = terminal.asked("verify", claim={"gender": "Nam", "name": "Nguyễn Thị Mẫu"})
    assert ended.code == 1
    assert "Giới tính / Gender" in ended.stdout and "Không khớp / mismatch" in ended.stdout
    assert "Nữ" not in ended.stdout


@pytest.mark.parametrize(
    ("command", "options", "keys", "kind"),
    [
        ("lookup", ["--field", "name", "--field", "father"], {}, Found),
        ("lookup", ["--field", "name"], {"birth_date": "01/02/1990"}, NotMatched),
        ("confirm", [], {}, Confirmed),
        ("verify", [], {"claim": {"gender": "Nữ"}}, Verified),
    ],
)
def test_json_is_the_serialisers(
    terminal: Terminal, command: str, options: list[str], keys: dict[str, object], kind: type
) -> None:
    """Standard output is one line: exactly what ``to_json`` writes, and ``from_json`` reads it back."""
    ended = terminal.asked(command, *options, "--json", **keys)
    outcome = from_json(ended.stdout)
    assert isinstance(outcome, kind)
    assert ended.stdout == to_json(outcome) + "\n"
    assert ended.stderr == ""


def test_an_error_in_json_says_whose_it_is(terminal: Terminal) -> None:
    """Standard output holds the error's parts, standard error the same in one sentence, each with the reference."""
    ended = terminal.asked("confirm", "--json", number=FAULTS["maintenance_503"])
    error = ended.json()["error"]
    assert ended.json().keys() == {"error"}
    assert list(error) == ["code", "origin", "message_vi", "message_en", "field", "reference", "retryable"]
    assert (error["code"], error["origin"], error["retryable"]) == ("maintenance", "provider", True)
    assert error["message_vi"].startswith("Nền tảng đang bảo trì")
    assert len(error["reference"]) == 26
    assert error["reference"] in ended.stderr and ended.stderr.count("\n") == 1


def test_without_json_an_error_leaves_standard_output_empty(terminal: Terminal) -> None:
    """The sentence stands on standard error, Vietnamese before English, and has no key in it."""
    ended = terminal.asked("confirm", number=FAULTS["html_200"])
    assert ended.stdout == ""
    assert ended.stderr.startswith("dancu: ") and " / " in ended.stderr
    assert FAULTS["html_200"] not in ended.stderr and "Mẫu" not in ended.stderr


def test_hints_stand_below_a_table(terminal: Terminal) -> None:
    """What the typed keys suggest is said when no record fits."""
    ended = terminal.asked("confirm", birth_date="01/02/1990")
    assert ended.code == 1
    assert "No record fits" in ended.stdout and "Ngày và tháng có thể bị đảo" in ended.stdout


def test_text_from_the_wire_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Control and direction characters become U+FFFD, and markup of the table's own language is plain text."""
    name = "[bold]MẪU[/]\x1b[2J\x9b1m\u202e\u00a0HAI :smile:"
    print_table(Found(Citizen.model_validate({"name": name})))
    shown = capsys.readouterr().out
    assert "[bold]MẪU[/]\ufffd[2J\ufffd1m\ufffd HAI :smile:" in shown


def test_a_relative_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """A relative who was asked for is shown with each part that the record has, and an empty one as absent."""
    father = {"name": "NGUYỄN VĂN CHA MẪU", "old_number": "45"}
    print_table(Found(Citizen.model_validate({"father": father, "mother": Relative()})))
    assert "NGUYỄN VĂN CHA MẪU; 45" in (shown := capsys.readouterr().out)
    assert "not in the register" in shown


def test_several_records_are_a_count(capsys: pytest.CaptureFixture[str]) -> None:
    """The table of an ambiguous answer is its heading and the reference."""
    print_table(Ambiguous(3, reference="01M8"))
    assert "3 records fit" in (shown := capsys.readouterr().out)
    assert shown.count("\n") == 2


def test_every_field_has_its_two_names() -> None:
    """A field added to the SDK is named here too, in both languages."""
    assert FIELD_LABELS.keys() == FIELDS.keys() | {"birth_year"}
    assert [label for label in FIELD_LABELS.values() if label.count(" / ") != 1] == []


def test_it_says_its_version(terminal: Terminal) -> None:
    """One line, exit code 0, and nothing else is asked."""
    done = terminal.bare("--version")
    assert (done.code, done.stdout.split()) == (0, ["dancu", version("dancu")])
