"""``dancu mock people``: the mock's population as a file, or as a table of the first."""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from dancu_mock.person import Person

__all__ = ["COLUMNS", "people"]

COLUMNS: Mapping[str, str] = {
    "number": "12 digits",
    "old_number": "9 digits, or empty",
    "name": "as the register writes it",
    "key": "as the wire carries it: unaccented, without spaces",
    "birth": "yyyy-mm-dd, or yyyy where that is all",
    "gender": "1 male, 2 female",
    "ethnic_group": "01 to 54 in the order of 1979",
    "birth_commune": "code of its time",
    "commune": "code since 2025-07-01",
    "address": "the line before the commune",
    "father": "number, or name where there is none",
    "mother": "number, or name where there is none",
    "spouse": "number, or empty",
    "household": "the book; the same for all who live together",
    "head": "number of its head",
}
"""Column: what stands in it; all are texts."""

_SHOWN = ("number", "name", "birth", "gender", "commune", "household")
_FIRST = 20


def people(
    size: Annotated[int, typer.Option(min=0, max=1_000_000, help="How many.")] = 1_000_000,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other people.")] = 1,
    out: Annotated[Path | None, typer.Option(help="people.jsonl or people.csv; without it, a table.")] = None,
) -> None:
    """Write the invented population into a file, or show its first 20 / Danh sách công dân giả lập."""
    try:
        from dancu_mock.population import Population
    except ModuleNotFoundError:
        _give_up("the mock needs the extra 'mock': pip install 'dancu[cli,mock]'", code=2)
    rows = map(_row, Population(seed, size))
    if out is None:
        _show(islice(rows, _FIRST))
        return
    write = _WRITERS.get(out.suffix.lower())
    if write is None:
        _give_up("--out ends in .jsonl or .csv", code=2)
    with _told(out):
        write(rows, out)


def _row(person: Person) -> dict[str, str]:
    relatives = {role: getattr(person, role) for role in ("father", "mother", "spouse", "head")}
    named = {role: "" if kin is None else kin.number or kin.name for role, kin in relatives.items()}
    day = "" if person.month is None or person.day is None else f"-{person.month:02}-{person.day:02}"
    row = {
        "number": person.asked_number,
        "old_number": person.old_number,
        "name": str(person.name),
        "key": person.key,
        "birth": f"{person.year:04}{day}",
        "gender": person.gender,
        "ethnic_group": person.ethnic_group,
        "birth_commune": person.birth_place.commune,
        "commune": person.permanent.commune,
        "address": person.permanent.detail,
        "household": person.household_book,
    }
    return {column: (row | named)[column] for column in COLUMNS}


def _jsonl(rows: Iterable[Mapping[str, str]], out: Path) -> None:
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(rows: Iterable[Mapping[str, str]], out: Path) -> None:
    """With a byte order mark: without one Excel reads UTF-8 as the code page of the machine."""
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, tuple(COLUMNS))
        writer.writeheader()
        writer.writerows(rows)


_WRITERS = {".jsonl": _jsonl, ".csv": _csv}


def _show(rows: Iterable[Mapping[str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    table = Table(*_SHOWN)
    for row in rows:
        table.add_row(*(row[column] for column in _SHOWN))
    Console(file=sys.stdout, markup=False, emoji=False, highlight=False).print(table)


@contextlib.contextmanager
def _told(out: Path) -> Generator[None]:
    """A file that cannot be written is told in one line."""
    try:
        yield
    except OSError as error:
        _give_up(f"{out}: {error.strerror}", code=1)


def _give_up(reason: str, *, code: int) -> NoReturn:
    print(f"dancu: {reason}", file=sys.stderr)
    raise typer.Exit(code)
