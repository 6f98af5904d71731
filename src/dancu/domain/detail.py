"""The detail of an address, which often repeats the names that the codes stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.domain.names import clean_name, tone_key
from dancu.domain.spelling import SHORT_TYPES, WORD

if TYPE_CHECKING:
    from dancu.domain.units import Unit

__all__ = ["without_names"]

_SEPARATORS = " \t\n\r\u00a0,;.-"


def without_names(detail: str, units: list[Unit]) -> str:
    """The detail without the names of these units where it ends with them; the innermost unit comes first.

    A name with its type word, whole or short (``P. 9``, ``TP Tuy Hòa``), is always taken
    off. A bare name may be a hamlet's: it goes only after a comma, and only as the
    province's or in front of an outer name that went.
    """
    kept = detail
    for unit in reversed(units):
        end = _start_of_typed(kept, unit)
        if end is None and (kept != detail or len(unit.code) == 2):
            end = _start_of_bare(kept, unit)
        if end is not None:
            kept = kept[:end].rstrip(_SEPARATORS)
    return kept


def _start_of_typed(text: str, unit: Unit) -> int | None:
    short = SHORT_TYPES[unit.type_word]
    spellings = (unit.name, f"{short} {unit.short_name}", f"{short}{unit.short_name}")
    return next((start for name in spellings if (start := _start_of(text, name)) is not None), None)


def _start_of_bare(text: str, unit: Unit) -> int | None:
    start = _start_of(text, unit.short_name)
    return start if start is not None and text[:start].rstrip().endswith((",", ";")) else None


def _start_of(text: str, name: str) -> int | None:
    """Where ``name`` begins at the end of ``text``, whatever its case, tone placement and separators."""
    words = list(WORD.finditer(text))
    wanted = [_key(word) for word in WORD.findall(name)]
    if len(words) < len(wanted) or [_key(word.group()) for word in words[-len(wanted) :]] != wanted:
        return None
    return words[-len(wanted)].start()


def _key(word: str) -> str:
    return tone_key(clean_name(word))
