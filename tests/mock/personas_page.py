"""The tables of ``docs/personas.md``, made from the code; run as a script it writes them anew into the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dancu.cli.mock_people import COLUMNS
from dancu_mock.personas import PERSONAS

if TYPE_CHECKING:
    from dancu_mock.person import Person

PAGE = Path(__file__).parents[2] / "docs" / "personas.md"


def personas_table() -> str:
    """Every persona, in order."""
    rows = (
        f"| `{name}` | {one.person.asked_number} | `{one.person.key}` | {_birth(one.person)} | {one.en}<br>{one.vi} |"
        for name, one in PERSONAS.items()
    )
    return "\n".join(("| name | number | key | birth | what for |", "| --- | --- | --- | --- | --- |", *rows))


def columns_table() -> str:
    """The columns of ``dancu mock people``."""
    rows = (f"| `{column}` | {what} |" for column, what in COLUMNS.items())
    return "\n".join(("| column | what stands in it |", "| --- | --- |", *rows))


def _birth(person: Person) -> str:
    if person.month is None or person.day is None:
        return f"{person.year:04}"
    return f"{person.year:04}-{person.month:02}-{person.day:02}"


def main() -> None:
    """Replace each table of the page by the one of the code."""
    text = PAGE.read_text(encoding="utf-8")
    for table in (personas_table(), columns_table()):
        before, _head, after = text.partition(table.splitlines()[0])
        text = before + table + "\n\n" + after.partition("\n\n")[2]
    PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
