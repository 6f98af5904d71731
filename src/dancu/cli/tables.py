"""Outcomes as tables for a person: only the fields asked for, Vietnamese before English."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dancu.cli.labels import FIELD_LABELS, VERDICT_LABELS
from dancu.domain.fields import FIELDS
from dancu.domain.outcomes import Ambiguous, Confirmed, Found, NotMatched, Verified
from dancu.domain.people import Relative

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dancu.domain.outcomes import Note
    from dancu.domain.serial import Outcome

__all__ = ["plain", "print_table"]

_NOTHING = "không có trong CSDL / not in the register"


def print_table(outcome: Outcome) -> None:
    """Print an outcome to standard output; a letter that the console lacks becomes a question mark."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
    console.print(plain(_heading(outcome), bold=True))
    rows = list(_rows(outcome))
    if rows:
        console.print(_table(rows))
    for note in _notes(outcome):
        console.print(plain(f"! {note.vi} / {note.en}"))
    console.print(plain(f"Mã tham chiếu / Reference: {outcome.reference} ({outcome.source})"))
    sys.stdout.flush()


def _heading(outcome: Outcome) -> str:
    match outcome:
        case Found():
            return "Tìm thấy / Found"
        case NotMatched():
            return "Không có hồ sơ khớp / No record fits these three keys"
        case Ambiguous(count):
            return f"Có {count} hồ sơ cùng khớp / {count} records fit; none is shown"
        case Confirmed():
            return "Xác nhận có người này / Confirmed; compared were:"
        case Verified(overall):
            return f"Kết quả đối chiếu / Overall: {VERDICT_LABELS[overall]}"


def _rows(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    match outcome:
        case Found(citizen):
            for name in FIELDS:
                if name in citizen.asked:
                    yield FIELD_LABELS[name], _shown(getattr(citizen, name))
        case Confirmed(keys):
            for key in keys:
                yield (FIELD_LABELS[key],)
        case Verified(fields=verdicts):
            for name, one in verdicts.items():
                yield FIELD_LABELS[name], VERDICT_LABELS[one.verdict], f"{one.reason_vi} / {one.reason_en}"
        case _:
            return


def _notes(outcome: Outcome) -> tuple[Note, ...]:
    match outcome:
        case NotMatched(hints=notes) | Found(findings=notes) | Verified(findings=notes):
            return notes
        case _:
            return ()


def _shown(value: object) -> str:
    if isinstance(value, Relative):
        # Asked for by name, so shown whole; its str is masked, as that of every container.
        parts = (value.name, value.number, value.old_number, value.nationality, value.relation)
        return "; ".join(str(part) for part in parts if part is not None) or _NOTHING
    return _NOTHING if value is None else str(value)


def _table(rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for row in rows:
        table.add_row(*(plain(cell) for cell in row))
    return table


def plain(text: str, *, bold: bool = False) -> Text:
    """Text without control characters: what came over a wire does not steer the terminal."""
    safe = "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text)
    return Text(safe, style="bold" if bold else "", overflow="fold")
