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

from dancu.domain.data import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AS_OF",
    "NEW_SINCE",
    "Level",
    "Unit",
    "UnitRow",
    "UnitVintage",
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
    """

    code: str
    name: str
    type_word: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None

    @property
    def short_name(self) -> str:
        """The name without its type word: ``Tuy Hòa``, ``9``."""
        return self.name.removeprefix(f"{self.type_word} ")


class UnitRow(NamedTuple):
    """One row of a packed table: a unit, and where it lies; dates as ISO text or empty."""

    code: str
    province: str
    district: str
    type_word: str
    short_name: str
    valid_from: str
    valid_to: str

    def unit(self) -> Unit:
        """The unit of this row."""
        name = f"{self.type_word} {self.short_name}"
        return Unit(self.code, name, self.type_word, _date(self.valid_from), _date(self.valid_to))

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
    periods = _table(level, vintage).get(padded(level, code))
    if periods is None:
        return None
    current = (row for row in periods if as_of is not None and row.lasts_on(as_of))
    return next(current, periods[-1])


def unit_codes(level: Level, *, vintage: UnitVintage) -> frozenset[str]:
    """Every code of one list; no districts in the new one."""
    return frozenset(_table(level, vintage))


def padded(level: Level, code: str) -> str:
    """The code as the tables write it: without spaces around, zeros in front."""
    return code.strip().zfill(_WIDTHS[level])


@functools.cache
def _table(level: Level, vintage: UnitVintage) -> Mapping[str, tuple[UnitRow, ...]]:
    table: dict[str, tuple[UnitRow, ...]] = {}
    for row in map(UnitRow._make, read_rows(_TABLES[level, vintage])):
        table[row.code] = (*table.get(row.code, ()), row)
    return MappingProxyType(table)


def _date(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
