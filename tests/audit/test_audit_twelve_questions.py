"""A log of 200,000 rows and twelve questions of an inspector, each put with what `--help` says and nothing else."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dancu.cli.app import app
from dancu.gateway.store import read_only

from .planted import FIRST, SECOND, Question, planter, store, write_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = 200_000
CITIZEN, OLD, OTHER = "066790000001", "066690000001", "066790090000"
WHO = ("--inspector", "thanh.tra.mau", "--reason", "Kế hoạch kiểm tra quý IV")
EVERY = 4.0
"""Seconds from one question to the next: 100,000 of them take 4.6 days."""


@dataclass(frozen=True)
class Asked:
    """A question of an inspector.

    Attributes:
        words: what they want to know.
        says: what of it stands in the help of the command, whatever its case.
        command: name and arguments, ``LOG`` for the database.
        finds: whether the answer, its standard output, is the right one.
    """

    words: str
    says: tuple[str, ...]
    command: tuple[str, ...]
    finds: Callable[[str], object]
    stdin: str = ""


def references(text: str) -> list[str]:
    """Of the looks in an answer for programs."""
    return [look["reference"] for look in json.loads(text)["looks"]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """100,000 questions, those of interest among them; two keys, one person renumbered."""
    directory = tmp_path_factory.mktemp("log")
    path = directory / "audit.sqlite"
    made = planter(path)
    for number in range(ROWS // 2):
        made.ask(_question(number))
        if number % 1000 == 999:
            made.checkpoint(number * EVERY)
    made.link(Question(session="nhap-7"), "HS-NHAP-7", days=1)
    store(path, made.lines)
    for version, secret in ((1, FIRST), (2, SECOND)):
        write_key(directory / f"{version}.key", secret)
    return path


def _question(number: int) -> Question:
    """The ordinary one, or one of those that are looked for; the key was changed half-way."""
    parts: dict[str, Any] = {"after": number * EVERY, "key": int(number >= ROWS // 4)}
    if number in {10, 40_000, 60_000, 90_000}:
        person = OLD if number < 50_000 else CITIZEN
        return Question(person, dossier=f"HS-{number}", officer="co.mau", **parts)
    if number == 7:
        return Question(OTHER, session="nhap-7", officer="thu.mau", **parts)
    if 20_000 <= number < 20_003:
        return Question(OTHER, session="nhap-bo", officer="bo.mau", **parts)
    if number == 30_000:
        return Question(OTHER, fields=("religion",), dossier="HS-TG", officer="ton.mau", **parts)
    if number == 30_001:
        return Question(OTHER, dossier="HS-X", application="sap.mau", result=None, **parts)
    person = f"0667900{number % 50_000 + 10:05d}"
    return Question(person, dossier=f"HS-{number}", officer=f"cb.{number % 97}", **parts)


QUESTIONS = [
    Asked("Is the log whole?", ("changed", "cut off"), ("verify", "LOG"), lambda text: "NGUYÊN VẸN" in text),
    Asked(
        "Who looked at this citizen, under both numbers and both keys?",
        ("who looked at this person", "when and why"),
        ("subject", "LOG", "--key", "1=KEY1", "--key", "2=KEY2", "--json"),
        lambda text: (
            [look["dossier"] for look in json.loads(text)["looks"]] == ["HS-10", "HS-40000", "HS-60000", "HS-90000"]
        ),
        stdin=f"{CITIZEN}\n{OLD}\n\n",
    ),
    Asked(
        "What did this officer ask?",
        ("what an officer asked",),
        ("officer", "LOG", "co.mau", "--json"),
        lambda text: len(references(text)) == 4,
    ),
    Asked(
        "And on that one day?",
        ("what an officer asked", "last day"),
        ("officer", "LOG", "co.mau", "--from", "06/11/2026", "--to", "06/11/2026", "--json"),
        lambda text: [look["dossier"] for look in json.loads(text)["looks"]] == ["HS-90000"],
    ),
    Asked(
        "Whom did this application touch in that time?",
        ("every person it touched",),
        ("application", "LOG", "mot-cua", "--from", "02/11/2026", "--to", "02/11/2026", "--json"),
        lambda text: len({look["subject"] for look in json.loads(text)["looks"]}) == 13_500,
    ),
    Asked(
        "Which questions have no known end?",
        ("result", "unknown"),
        ("application", "LOG", "sap.mau", "--result", "unknown", "--json"),
        lambda text: len(references(text)) == 1,
    ),
    Asked(
        "Who read somebody's religion?",
        ("field", "religion"),
        ("officer", "LOG", "ton.mau", "--field", "religion", "--json"),
        lambda text: [look["dossier"] for look in json.loads(text)["looks"]] == ["HS-TG"],
    ),
    Asked(
        "What was asked for this dossier, its draft included?",
        ("dossier", "draft sessions"),
        ("dossier", "LOG", "HS-NHAP-7"),
        lambda text: "thu.mau" in text and "1 lượt hỏi" in text,
    ),
    Asked(
        "Which look-ups became no dossier?",
        ("no dossier in 5 working days",),
        ("unlinked", "LOG"),
        lambda text: "bo.mau: 3" in text and "thu.mau" not in text,
    ),
    Asked(
        "What should I look at first?",
        ("what to look at first", "nights"),
        ("anomalies", "LOG", "--json"),
        lambda text: "night" in {one["kind"] for one in json.loads(text)["anomalies"]},
    ),
    Asked(
        "Give me the records of an hour, to keep.",
        ("copy the records", "seals"),
        ("export", "LOG", "--from", "06/11/2026", "--out", "OUT"),
        lambda text: text == "",
    ),
    Asked(
        "Who else has questioned this log?",
        ("questions to the audit itself",),
        ("inspections", "LOG"),
        lambda text: text.count("thanh.tra.mau") >= 1,
    ),
]


def run(*arguments: str, stdin: str = "") -> Any:
    """The command in this process."""
    return CliRunner().invoke(app, ["audit", *arguments], input=stdin, env={"COLUMNS": "200"})


def test_there_are_twelve_over_200_000_rows(log: Path) -> None:
    """As many as were promised, over as many rows, marks not counted."""
    with closing(read_only(log)) as database:
        (rows,) = database.execute("SELECT count(*) FROM log WHERE kind IN ('intent', 'outcome')").fetchone()
    assert (len(QUESTIONS), rows) == (12, ROWS - 1)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.words)
def test_a_question_is_answered_by_what_the_help_says(log: Path, asked: Asked) -> None:
    """The help names the command, its options and what it answers; the command answers, and is right."""
    name = asked.command[0]
    helped = " ".join(re.sub(r"[│╭╮╰╯─]", " ", run(name, "--help").stdout).split()).casefold()
    assert name in run("--help").stdout
    for word in (*asked.says, *(option for option in asked.command if option.startswith("--"))):
        assert word in helped, word
    places = {"LOG": str(log), "OUT": str(log.with_name("out.jsonl"))}
    keys = {f"{version}=KEY{version}": f"{version}={log.with_name(f'{version}.key')}" for version in (1, 2)}
    given = [(places | keys).get(word, word) for word in asked.command]
    ended = run(*given, *(() if name == "verify" else WHO), stdin=asked.stdin)
    assert ended.exit_code == 0, ended.stderr
    assert asked.finds(ended.stdout), ended.stdout[:2000]
