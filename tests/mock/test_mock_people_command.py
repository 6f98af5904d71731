"""``dancu mock people``: the population as a file or a table."""

from __future__ import annotations

import csv
import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from dancu.cli.mock_people import COLUMNS, people
from dancu_mock.population import Population

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


def run(*arguments: str) -> Result:
    """The command, in an app of its own."""
    app = typer.Typer()
    app.command()(people)
    return CliRunner().invoke(app, arguments)


def test_lines_of_json_hold_everybody(tmp_path: Path) -> None:
    """Each line is one person with the columns in order; relatives are numbers where they have one."""
    out = tmp_path / "people.jsonl"
    assert run("--size", "40", "--seed", "3", "--out", str(out)).exit_code == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    population = list(Population(3, 40))
    assert [row["number"] for row in rows] == [person.asked_number for person in population]
    assert {tuple(row) for row in rows} == {tuple(COLUMNS)}
    first, person = rows[0], population[0]
    assert person.head is not None
    assert person.month is not None
    assert (first["name"], first["key"], first["head"]) == (person.name, person.key, person.head.number)
    assert first["birth"] == f"{person.year}-{person.month:02}-{person.day:02}"
    by_number = {row["number"] for row in rows}
    assert {row["spouse"] for row in rows} - {""} <= by_number


def test_a_csv_opens_in_excel(tmp_path: Path) -> None:
    """The file begins with a byte order mark, has a header, and reads back as the same rows."""
    table, lines = tmp_path / "people.csv", tmp_path / "people.JSONL"
    for out in (table, lines):
        assert run("--size", "20", "--out", str(out)).exit_code == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbfnumber,")
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]


def test_a_year_alone_stays_one(tmp_path: Path) -> None:
    """A birth known by its year has four digits, not a made-up day."""
    out = tmp_path / "people.jsonl"
    run("--size", "2000", "--out", str(out))
    births = [json.loads(line)["birth"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert {len(birth) for birth in births} == {4, 10}


def test_without_a_file_the_first_twenty_are_shown() -> None:
    """The table names the first people of the seed, and no more than twenty."""
    result = run()
    assert result.exit_code == 0
    shown = list(Population(size=21))
    assert sum(person.asked_number in result.stdout for person in shown) == 20


@pytest.mark.parametrize(("out", "code"), [("people.xlsx", 2), ("missing/people.csv", 1)])
def test_a_file_that_cannot_be_is_told_in_a_line(tmp_path: Path, out: str, code: int) -> None:
    """Another ending is a mistake of the caller, a missing folder one of the machine; neither is a traceback."""
    result = run("--size", "1", "--out", str(tmp_path / out))
    assert result.exit_code == code
    assert result.stderr.startswith("dancu: ")
    assert result.stderr.count("\n") == 1


def test_writing_keeps_nobody_in_memory(tmp_path: Path) -> None:
    """Five thousand people pass through less than a megabyte; their rows alone would fill several."""
    out = tmp_path / "people.jsonl"
    run("--size", "100", "--out", str(out))
    tracemalloc.start()
    try:
        run("--size", "5000", "--out", str(out))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
