from __future__ import annotations

import json

import pytest

from dancu import Confirmed, Verified, from_json

from .conftest import CARD, MAU, REAL, Terminal

TYPED = "066790000001\nNguyễn Thị Mẫu\n2-1-1990\n"
ARGUMENTS = ["--number", MAU["number"], "--name", MAU["name"], "--birth-date"]


@pytest.mark.parametrize(
    ("options", "stdin"),
    [
        ([], TYPED),
        (["--stdin"], json.dumps(MAU)),
        (["--stdin"], "\ufeff" + json.dumps(MAU, ensure_ascii=False)),
        (["--card", "-"], CARD),
        (["--card", "-"], CARD + "|66|NGUYỄN VĂN CHA MẪU\r\n"),
        ([*ARGUMENTS, "02011990"], ""),
        ([*ARGUMENTS, "02/01/1990"], ""),
        ([*ARGUMENTS, "1990-01-02"], ""),
    ],
)
def test_keys_come_in_four_ways(terminal: Terminal, options: list[str], stdin: str) -> None:
    """By prompt, as JSON, from a card, as arguments about an invented person: the same question."""
    ended = terminal.run("confirm", *options, "--json", stdin=stdin)
    assert ended.code == 0
    answered = from_json(ended.stdout)
    assert isinstance(answered, Confirmed)
    assert answered.keys == ("number", "name", "birth_date")


def test_questions_to_a_person_stay_out_of_the_answer(terminal: Terminal) -> None:
    """The prompts go to standard error, and what was typed is not repeated there."""
    ended = terminal.run("confirm", "--json", stdin=TYPED)
    assert "Số định danh / Number" in ended.stderr
    assert ended.stdout.startswith("{") and ended.stdout.count("\n") == 1
    assert "066790000001" not in ended.stderr and "Mẫu" not in ended.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--number", REAL, "--name", "Nguyễn Thị Mẫu", "--birth-date", "1990"],
        ["--number", REAL[:3] + " " + REAL[3:], "--name", "Nguyễn Thị Mẫu", "--birth-date", "1990"],
        ["--number", "123456789", "--name", "Nguyễn Thị Mẫu", "--birth-date", "1990"],
        ["--number", "không phải số"],
        ["--name", "Nguyễn Thị Mẫu"],
        ["--birth-date", "02/01/1990"],
        [REAL],
        ["--" + REAL],
        ["--nubmer", REAL],
    ],
)
@pytest.mark.parametrize("command", ["lookup", "confirm", "verify"])
def test_a_person_is_not_taken_from_the_command_line(terminal: Terminal, command: str, options: list[str]) -> None:
    """A number that could be somebody's, or none, is refused in one line that repeats nothing; nothing is sent."""
    before = len(terminal.mock.journal.calls)
    needed = {"lookup": ["--field", "name"], "confirm": [], "verify": ["--claim", "gender=Nữ"]}[command]
    ended = terminal.run(command, *needed, *options)
    assert (ended.code, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert [value for value in options if not value.startswith("--") and value in ended.stderr] == []
    assert REAL not in ended.stderr
    assert len(terminal.mock.journal.calls) == before


@pytest.mark.parametrize("arguments", [[REAL], ["--" + REAL], ["-" + REAL], ["confirm", f"--json={REAL}"]])
def test_a_misplaced_number_is_not_repeated(terminal: Terminal, arguments: list[str]) -> None:
    """A number where a command or a flag should stand is refused with 2 and not shown."""
    ended = terminal.bare(*arguments)
    assert ended.code == 2
    assert REAL not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("options", "stdin", "field"),
    [
        (["--stdin", "--card", "-"], CARD, "number"),
        (["--stdin", "--number", MAU["number"]], json.dumps(MAU), "number"),
        (["--card", "card.txt"], CARD, "card"),
        (["--card", "-"], "", "card"),
        (["--card", "-"], CARD.rpartition("|")[0], "card"),
        (["--card", "-"], b"\xff|", "card"),
        (["--stdin"], "", "stdin"),
        (["--stdin"], b"\xff", "stdin"),
        (["--stdin"], "[" * 50_000, "stdin"),
        (["--stdin"], "[]", "stdin"),
        (["--stdin"], " " * 70_000, "stdin"),
        (["--stdin"], json.dumps({"number": MAU["number"], "name": MAU["name"]}), "birth_date"),
        (["--stdin"], json.dumps({**MAU, "claim": {"gender": "Nữ"}}), "stdin"),
        (["--stdin"], json.dumps({**MAU, "number": 66790000001}), "number"),
        (["--stdin"], json.dumps({**MAU, "name": None}), "name"),
        (["--stdin"], json.dumps({**MAU, "birth_date": [1990]}), "birth_date"),
        ([], "", "stdin"),
        ([], "066790000001\n", "stdin"),
        ([], "\n\n\n", "birth_date"),
        ([], "066790000001\nMẫu\n31/02/1990\n", "birth_date"),
    ],
)
def test_keys_that_cannot_be_read_are_named(
    terminal: Terminal, options: list[str], stdin: str | bytes, field: str
) -> None:
    """Each way to give keys wrongly ends with 2 and the part's name, never its value."""
    ended = terminal.run("confirm", *options, "--json", stdin=stdin)
    assert (ended.code, ended.json()["error"]["field"]) == (2, field)
    assert "066790000001" not in ended.stdout + ended.stderr


def test_a_real_number_is_asked_about_when_it_comes_by_prompt(terminal: Terminal) -> None:
    """What arguments refuse, the prompt takes; the question is sent, and matches none of the invented people."""
    before = len(terminal.mock.journal.calls)
    ended = terminal.run("confirm", "--json", stdin=f"{REAL}\nNguyễn Thị Mẫu\n1990\n")
    assert (ended.code, ended.json()["outcome"]) == (1, "not_matched")
    assert len(terminal.mock.journal.calls) == before + 1
    assert REAL not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("options", "stdin"),
    [
        (["--stdin"], json.dumps({**MAU, "claim": {"gender": "Nữ", "birth_date": "02/01/1990"}})),
        ([*ARGUMENTS, "02011990", "--claim", "gender=Nữ", "--claim", "birth_date=2-1-1990"], ""),
        (["--claim", "gender", "--claim", "birth_date"], TYPED + "Nữ\n02/01/1990\n"),
        (["--claim", "gender=Nữ", "--claim", "birth_date"], TYPED + "02/01/1990\n"),
        (["--card", "-", "--claim", "gender", "--claim", "birth_date"], CARD),
    ],
)
def test_a_claim_comes_as_the_keys_do(terminal: Terminal, options: list[str], stdin: str) -> None:
    """In the JSON, as arguments about an invented person, by prompt, or as printed on the card."""
    ended = terminal.run("verify", *options, "--json", stdin=stdin)
    verified = from_json(ended.stdout)
    assert isinstance(verified, Verified)
    assert (ended.code, verified.overall, sorted(verified.fields)) == (0, "match", ["birth_date", "gender"])


def test_a_claim_takes_an_address_and_a_relative_as_objects(terminal: Terminal) -> None:
    """In JSON an address is its codes and a relative a name, or an object with one."""
    place = {"province": "66", "commune": "22015"}
    mother = {"name": "trần  thị mẹ mẫu", "number": "066764000003"}
    claim = {"permanent_address": place, "mother": mother, "father": "Nguyễn Văn Cha Mẫu", "religion": None}
    ended = terminal.asked("verify", "--json", claim=claim)
    assert (ended.code, sorted(ended.json()["fields"])) == (0, ["father", "mother", "permanent_address"])


@pytest.mark.parametrize(
    ("options", "keys", "field"),
    [
        ([], {}, "claim"),
        ([], {"claim": {}}, "claim"),
        ([], {"claim": ["gender"]}, "claim"),
        ([], {"claim": {"shoe_size": "38"}}, "claim"),
        ([], {"claim": {"gender": {"code": "2"}}}, "gender"),
        ([], {"claim": {"permanent_address": " "}}, "permanent_address"),
        ([], {"claim": {"permanent_address": {"provnice": "66"}}}, "permanent_address"),
        ([], {"claim": {"permanent_address": {"province": 66}}}, "permanent_address"),
        ([], {"claim": {"mother": {"name": "M3"}}}, "mother"),
        ([], {"claim": {"birth_date": "31/02/1990"}}, "birth_date"),
        (["--claim", "gender=Nữ"], {"claim": {"gender": "Nữ"}}, "claim"),
        (["--claim", "gender"], {}, "claim"),
        (["--claim", "gender=Nữ"], {"number": REAL}, "claim"),
    ],
)
def test_a_claim_that_cannot_be_used_is_named(
    terminal: Terminal, options: list[str], keys: dict[str, object], field: str
) -> None:
    """A claim that is empty, unknown, of the wrong kind, given twice or on the line about somebody ends with 2."""
    ended = terminal.asked("verify", *options, "--json", **keys)
    assert (ended.code, ended.json()["error"]["field"]) == (2, field)


@pytest.mark.parametrize("name", ["mother", "old_number", "origin"])
def test_a_card_is_not_asked_for_what_it_does_not_say(terminal: Terminal, name: str) -> None:
    """A field that is not printed, is empty or has no codes cannot be claimed from a card."""
    ended = terminal.run("verify", "--card", "-", "--claim", name, "--json", stdin=CARD)
    assert (ended.code, ended.json()["error"]["field"]) == (2, name)
