"""The names of one list by their bare spelling, made on first use, a province at a time."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, NamedTuple

from dancu.domain.spelling import Marks, spelling
from dancu.domain.units import UnitRow, all_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.domain.units import Level, UnitVintage

__all__ = ["Named", "named", "names_by_spelling"]


class Named(NamedTuple):
    """A row of a table with the spelling of its short name."""

    row: UnitRow
    bare: str
    marks: Marks


def named(level: Level, vintage: UnitVintage, province: str | None = None) -> list[Named]:
    """Every row of one list, or of one province, in the order of the table, equal texts as one object."""
    rows = (UnitRow(*map(sys.intern, row)) for row in all_rows(level, vintage=vintage, province=province))
    return [Named(row, *spelling(row.short_name)) for row in rows]


@functools.cache
def names_by_spelling(
    level: Level, vintage: UnitVintage, province: str | None = None
) -> Mapping[str, tuple[Named, ...]]:
    """The rows of one list, or of one province known to be in it, by the bare spelling of the short name."""
    found: dict[str, tuple[Named, ...]] = {}
    for one in named(level, vintage, province):
        found[one.bare] = (*found.get(one.bare, ()), one)
    return found
