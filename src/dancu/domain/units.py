"""Provinces, districts and communes by code: the lists before and since 1 July 2025.

A code alone means nothing: 3,316 of the 3,321 new commune codes were old codes too, often
of another place (vn-data.md §1.1). So every look-up names its ``vintage``: ``old``, the 63
provinces with districts as of 2025-06-30, or ``new``, the 34 provinces without. Within the
new list units change as well; ``as_of`` chooses the period.

Sources: Decision 19/2025/QĐ-TTg; Resolutions 30/2026/QH16 and 237/NQ-UBTVQH16 for the
change of 2026-04-30 in Đồng Nai. The tables are loaded on first use.
"""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from dancu.domain.data import find_lines, read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "AS_OF",
    "NEW_SINCE",
    "Level",
    "Unit",
    "UnitRow",
    "UnitVintage",
    "all_rows",
    "find_commune",
    "find_district",
    "find_province",
    "find_row",
    "padded",
    "unit_codes",
]

UnitVintage = Literal["new", "old"]
Level = Literal["province", "district", "commune"]

AS_OF = datetime.date(2026, 11, 22)
"""The day on which the tables were last compared with their sources."""

NEW_SINCE = datetime.date(2025, 7, 1)
"""The first day of the 34 provinces and of the communes without districts."""

_WIDTHS: Mapping[Level, int] = MappingProxyType({"province": 2, "district": 3, "commune": 5})
_TABLES: Mapping[tuple[Level, UnitVintage], str] = MappingProxyType(
    {
        ("province", "new"): "provinces_new",
        ("province", "old"): "provinces_old",
        ("district", "old"): "districts_old",
        ("commune", "new"): "communes_new",
        ("commune", "old"): "communes_old",
    }
)


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit during one period of validity.

    Attributes:
        code: NSO code as text: province 2 digits, district 3, commune 5.
        name: whole name with its type word: ``Phường Tuy Hòa``, ``Tỉnh Đắk Lắk``.
        type_word: ``Tỉnh``, ``Thành phố``, ``Quận``, ``Huyện``, ``Thị xã``, ``Phường``,
            ``Xã``, ``Thị trấn`` or ``Đặc khu``.
        valid_from: first day, or None where the table does not know it.
        valid_to: last day, or None while it lasts.
        province: code of the province it lies in; a province's own.
        district: code of the district of an old commune, an old district's own; else None.
    """

    code: str
    name: str
    type_word: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    province: str
    district: str | None = None

    @property
    def short_name(self) -> str:
        """The name without its type word: ``Tuy Hòa``, ``9``."""
        return self.name.removeprefix(f"{self.type_word} ")


class UnitRow(NamedTuple):
    """One row of a packed table: a unit, and where it lies; dates as ISO text or empty.

    ``successors`` are the new codes of an old province, commune or district without communes,
    with a space between; one that took the whole population of a split comes first, with ``*``.
    """

    code: str
    province: str
    district: str
    type_word: str
    short_name: str
    valid_from: str
    valid_to: str
    successors: str = ""

    def unit(self) -> Unit:
        """The unit of this row."""
        name = f"{self.type_word} {self.short_name}"
        period = _date(self.valid_from), _date(self.valid_to)
        return Unit(self.code, name, self.type_word, *period, self.province, self.district or None)

    def lasts_on(self, day: datetime.date) -> bool:
        """Whether the unit bears this name on that day."""
        return self.valid_from <= day.isoformat()[:10] <= (self.valid_to or "9999-12-31")


def find_province(code: str, *, vintage: UnitVintage, as_of: datetime.date | None = None) -> Unit | None:
    """A province by its code of one or two digits; None where that list has no such code.

    ``as_of`` chooses among several periods; without it, or outside all, the latest is given.
    """
    row = find_row("province", code, vintage=vintage, as_of=as_of)
    return row.unit() if row else None


def find_district(code: str) -> Unit | None:
    """A district of the old list by its code of up to three digits, or None."""
    row = find_row("district", code, vintage="old")
    return row.unit() if row else None


def find_commune(code: str, *, vintage: UnitVintage, as_of: datetime.date | None = None) -> Unit | None:
    """A commune by its code of up to five digits; None where that list has no such code.

    ``as_of`` chooses among several periods; without it, or outside all, the latest is given.
    """
    row = find_row("commune", code, vintage=vintage, as_of=as_of)
    return row.unit() if row else None


def find_row(level: Level, code: str, *, vintage: UnitVintage, as_of: datetime.date | None = None) -> UnitRow | None:
    """The row behind a unit, which also says where the unit lies; None for an unknown code."""
    periods = [_row(line) for line in find_lines(_lines(level, vintage), padded(level, code))]
    if not periods:
        return None
    current = (row for row in periods if as_of is not None and row.lasts_on(as_of))
    return next(current, periods[-1])


def all_rows(level: Level, *, vintage: UnitVintage, province: str | None = None) -> Iterator[UnitRow]:
    """Every row of one list, or of one of its provinces (two digits), by code and then by period; none where absent."""
    if (level, vintage) in _TABLES:
        inside = None if province is None else province.encode(errors="replace")
        place = slice(width := _WIDTHS[level] + 1, width + 2)
        yield from (_row(line) for line in _lines(level, vintage) if inside is None or line[place] == inside)


def unit_codes(level: Level, *, vintage: UnitVintage) -> frozenset[str]:
    """Every code of one list; no districts in the new one."""
    return frozenset(row.code for row in all_rows(level, vintage=vintage))


def padded(level: Level, code: str) -> str:
    """The code as the tables write it: without spaces around, zeros in front."""
    return code.strip().zfill(_WIDTHS[level])


@functools.cache
def _lines(level: Level, vintage: UnitVintage) -> tuple[bytes, ...]:
    """A table as lines, since parsing all rows costs ten times what reading them does."""
    return read_lines(_TABLES[level, vintage])


def _row(line: bytes) -> UnitRow:
    return UnitRow(*line.decode().split("\t"))


def _date(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
