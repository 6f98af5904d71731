"""The tables of ``docs/scenarios.md``, made from the code; run as a script it writes them anew into the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dancu_mock.scenario_files.library import Library, shipped_names
from dancu_mock.scenario_files.refusals import REFUSALS
from dancu_mock.scenarios import SCENARIOS

if TYPE_CHECKING:
    from dancu_mock.scenario_files.model import Expected, Scenario

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


def scenarios_table() -> str:
    """Every scenario that comes with the mock."""
    library = Library()
    rows = (_row(library.get(name)) for name in shipped_names())
    return "\n".join(
        ("| name | what is played, and what for | comes to | source |", "| --- | --- | --- | --- |", *rows)
    )


def faults_table() -> str:
    """The names that ``fault`` takes."""
    return "\n".join(("| `fault` |", "| --- |", f"| {', '.join(f'`{name}`' for name in SCENARIOS)} |"))


def refusals_table() -> str:
    """The names that ``refuse`` takes."""
    rows = (
        f"| `{name}` | {one.status or '`refusal_status`'} | {'gate' if one.at_the_gate else 'service'} |"
        for name, one in REFUSALS.items()
    )
    return "\n".join(("| `refuse` | HTTP | who says it |", "| --- | --- | --- |", *rows))


def _row(scenario: Scenario) -> str:
    use = scenario.use or scenario.title
    played = f"{scenario.title.en}. {use.en}<br>{scenario.title.vi}. {use.vi}"
    come_to = "<br>".join(_told(one) for one in scenario.expect)
    return f"| `{scenario.name}` | {played} | {come_to} | {scenario.source} |"


def _told(expected: Expected) -> str:
    told = f"`{expected.code or expected.outcome}`"
    if expected.questions > 1:
        told = f"{expected.questions} × {told}"
    return f"{', '.join(expected.services)}: {told}" if expected.services else told


def main() -> None:
    """Replace each table of the page by the one of the code."""
    text = PAGE.read_text(encoding="utf-8")
    for table in (scenarios_table(), faults_table(), refusals_table()):
        before, _head, after = text.partition(table.splitlines()[0])
        text = before + table + "\n\n" + after.partition("\n\n")[2]
    PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
