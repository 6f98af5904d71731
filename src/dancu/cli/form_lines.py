"""A filled form for a person: what is known, from where, and an honest word for what is not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console

from dancu.cli.tables import plain
from dancu.render.formats import write

if TYPE_CHECKING:
    from dancu.prefill.forms import FormField
    from dancu.prefill.record import FieldValue, Origin, State
    from dancu.prefilled import Prefill

__all__ = ["STATE_LABELS", "print_form"]

_NOTHING = "……"
_LOCKED = "khóa / locked"

STATE_LABELS: dict[State, str] = {
    "filled": "có trong CSDL / filled",
    "absent": "CSDL không có / absent",
    "restricted": "chưa được quyền xem / restricted",
    "not_licensed": "chưa được cấp quyền / not licensed",
    "unavailable": "chưa tra cứu được / unavailable",
    "stale": "dữ liệu cũ / stale",
}
_SOURCES: dict[Origin, str] = {"register": "CSDL / register", "card": "thẻ / card", "typed": "nhập tay / typed"}


def print_form(filled: Prefill) -> None:
    """Print a form to standard output; a letter that the console lacks becomes a question mark."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
    console.print(plain(filled.form.title_vi, bold=True))
    for one in filled.form.fields:
        if (known := filled.fields.get(one.key)) is not None:
            for line in _lines(one, known):
                console.print(plain(line), soft_wrap=True)
    for role, notes in filled.remarks.items():
        for note in notes:
            console.print(plain(f"! {filled.form.roles[role].label_vi}: {note.vi} / {note.en}"), soft_wrap=True)
    missing = filled.missing()
    if missing:
        console.print(plain("Còn phải hỏi / still to be asked for:", bold=True))
        for left in missing:
            console.print(plain(f"- {left.label_vi} / {left.label_en}"), soft_wrap=True)
    proof = filled.proof()
    if proof is not None:
        for line in proof.text("vi").splitlines():
            console.print(plain(line), soft_wrap=True)
    sys.stdout.flush()


def _lines(one: FormField, known: FieldValue) -> tuple[str, str]:
    """The value, and under it the register's word."""
    written = None if known.value is None else write(known.value, one.format)
    if not isinstance(written, str):
        written = _NOTHING if known.value is None else str(known.value)
    words = [STATE_LABELS[known.state]]
    words += [_SOURCES[known.source]] if known.source else []
    words += [_LOCKED] if known.lockable else []
    return f"{one.label_vi}: {written}", f"    {'; '.join(words)}"
