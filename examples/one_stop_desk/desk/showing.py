"""What a page shows of a filled form: a line for each field, in a section for each person."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.render.formats import write
from desk.words import WORDS, explained, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dancu import FieldValue, Prefill
    from dancu.prefill.forms import FormField

__all__ = ["Line", "Section", "changed", "element", "sections", "still"]

_VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
_FROM_REGISTER = frozenset({"filled", "stale"})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Line:
    """One field on the page.

    Attributes:
        key: of the form; id: of its element.
        label: what stands beside it.
        kind: ``locked``, ``open``, or ``choice`` where an old address has several successors.
        state: the register's word, or empty for what no register holds.
        value: as it is written on the form.
        source: where the value comes from, and as of when.
        why: what the state means for the officer.
        difference: how what was declared, or the card, differs.
        choices: of an address.
        disputable: whether the citizen can say that the register is wrong.
        is_missing: whether it is still to be asked for.
        overridden: an officer changed it, on record.
    """

    key: str
    id: str
    label: str
    kind: Literal["locked", "open", "choice"]
    state: str
    value: str
    source: str
    why: str
    difference: str
    choices: tuple[str, ...]
    disputable: bool
    is_missing: bool
    overridden: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one person, or what belongs to nobody."""

    title: str
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = ()


def element(key: str) -> str:
    """The id of the element of a field."""
    return f"f-{key.replace('.', '-')}"


def sections(filled: Prefill) -> list[Section]:
    """The whole form; people who were not given are left out, but for what stands in no register."""
    missing = {one.key for one in filled.missing()}
    found: dict[str | None, list[Line]] = {}
    for one in filled.form.fields:
        known = filled.fields.get(one.key)
        if known is not None or one.attribute is None:
            section = _person(filled, one)
            found.setdefault(section, []).append(_line(one, known, is_missing=one.key in missing))
    in_order = sorted(found.items(), key=lambda one: one[0] is None)
    return [Section(_title(filled, role), tuple(lines), _remarks(filled, role)) for role, lines in in_order]


def still(filled: Prefill) -> list[tuple[str, str]]:
    """What is still to be asked for: the id of each element, and its label with the person's."""
    fields = {one.key: one for one in filled.form.fields}
    found: list[tuple[str, str]] = []
    for one in filled.missing():
        role = _person(filled, fields[one.key])
        known = filled.fields.get(one.key)
        at = f"{element(one.key)}-0" if known is not None and known.choices else element(one.key)
        found.append((at, one.label_vi if role is None else f"{_title(filled, role)}: {one.label_vi}"))
    return found


def changed(filled: Prefill, posted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The open fields whose text is another than the page had shown, with that text."""
    for one in filled.form.fields:
        known, text = filled.fields.get(one.key), posted.get(f"value.{one.key}")
        is_open = known is None or not (known.lockable or known.choices)
        if text is not None and is_open and text.strip() != _written(one, known):
            yield one.key, text


def _person(filled: Prefill, one: FormField) -> str | None:
    """Whose section a field stands in: its own person's, or the one whom its key names."""
    named = one.key.partition(".")[0]
    return one.role or (named if named in filled.form.roles else None)


def _remarks(filled: Prefill, role: str | None) -> tuple[str, ...]:
    return tuple(note.vi for note in filled.remarks.get(role or "", ()))


def _title(filled: Prefill, role: str | None) -> str:
    return WORDS["other"] if role is None else filled.form.roles[role].label_vi


def _line(one: FormField, known: FieldValue | None, *, is_missing: bool) -> Line:
    return Line(
        key=one.key,
        id=element(one.key),
        label=one.label_vi,
        kind=_kind(known),
        state="" if known is None or known.reason == "not_in_register" else known.state,
        value=_written(one, known),
        source="" if known is None else _source(known),
        why="" if known is None else explained(known),
        difference=_difference(known),
        choices=() if known is None else tuple(map(str, known.choices)),
        disputable=known is not None and known.state in _FROM_REGISTER and known.source == "register",
        is_missing=is_missing,
        overridden=known is not None and known.overridden,
    )


def _kind(known: FieldValue | None) -> Literal["locked", "open", "choice"]:
    if known is None:
        return "open"
    return "locked" if known.lockable else "choice" if known.choices else "open"


def _written(one: FormField, known: FieldValue | None) -> str:
    """The value as the form has it; as it stands where the form's format has no place for it."""
    if known is None or known.value is None:
        return ""
    written = write(known.value, one.format)
    return written if isinstance(written, str) else str(known.value)


def _source(known: FieldValue) -> str:
    source = source_of(known)
    time = "" if known.as_of is None else f"{known.as_of.astimezone(_VIETNAM):%H:%M %d/%m/%Y}"
    open_word = WORDS["not_locked"] if known.source == "register" and not known.lockable else ""
    return ", ".join(part for part in (source, time, open_word) if part)


def _difference(known: FieldValue | None) -> str:
    compared = None if known is None else known.difference
    return "" if compared is None or compared.verdict == "match" else compared.reason_vi
