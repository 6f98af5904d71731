"""Addresses: codes as they came, and the text they stand for under the list of their day.

Since 1 July 2025 an address is detail, commune and province; before, a district stood
between. One answer may carry both kinds, and the same code may stand in both lists for
different places, so an address first decides its ``vintage`` (vn-data.md §1.5). Where it
cannot, both readings are given and none is preferred.
"""

from __future__ import annotations

import datetime  # noqa: TC003  # pydantic resolves the annotations of Address at run time
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.domain.codes import nationality
from dancu.domain.names import clean_name, tone_key
from dancu.domain.units import (
    NEW_SINCE,
    Unit,
    UnitVintage,
    find_commune,
    find_district,
    find_province,
    find_row,
    padded,
    unit_codes,
)
from dancu.privacy import masked_repr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dancu.domain.units import Level, UnitRow

__all__ = ["Address", "Unit", "UnitVintage", "Vintage", "find_commune", "find_district", "find_province"]

Vintage = Literal["new", "old", "unknown"]

_BOTH: tuple[UnitVintage, UnitVintage] = ("new", "old")
_WORD = re.compile(r"[^\s,;.\u2010-\u2015-]+")
_SEPARATORS = " \t\n\r\u00a0,;.-"
_SHORT = {
    "Tỉnh": "T",
    "Thành phố": "TP",
    "Quận": "Q",
    "Huyện": "H",
    "Thị xã": "TX",
    "Phường": "P",
    "Xã": "X",
    "Thị trấn": "TT",
    "Đặc khu": "ĐK",
}


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """A place as the register writes it: ``MaTinhThanh``, ``MaQuanHuyen``, ``MaPhuongXa``, ``ChiTiet``.

    ``str`` is the complete text, ``Phường 9, Thành phố Tuy Hòa, tỉnh Phú Yên``; ``repr`` is
    masked. A code that its list does not have in that place appears as the code.

    Attributes:
        province: two digits as they came, or None.
        district: three digits, or None; no district has existed since 2025-07-01.
        commune: five digits, or None.
        detail: house, street or hamlet; it may repeat the names (wire.md §5 quirk 13).
        country: ISO 3166 alpha-2, or None; shown where it is not ``VN``.
        as_of: the day on which the address was recorded, or None.

    Blank text counts as None.
    """

    province: str | None = None
    district: str | None = None
    commune: str | None = None
    detail: str | None = None
    country: str | None = None
    as_of: datetime.date | None = None

    def __post_init__(self) -> None:
        for name in ("province", "district", "commune", "detail", "country"):
            if not (getattr(self, name) or "").strip():
                object.__setattr__(self, name, None)

    @property
    def vintage(self) -> Vintage:
        """Whether the codes are of the list before (``old``) or since (``new``) 2025-07-01.

        In this order: a district means old; so does a province that vanished; a commune
        code that only one list has in that province decides; then ``as_of``; else unknown.
        """
        if self.district is not None or self._province_vanished():
            return "old"
        is_new, is_old = (self._row("commune", vintage) is not None for vintage in _BOTH)
        if is_new != is_old:
            return "new" if is_new else "old"
        if self.as_of is None:
            return "unknown"
        return "new" if self.as_of.toordinal() >= NEW_SINCE.toordinal() else "old"

    @property
    def readings(self) -> tuple[str, ...]:
        """The text under the new and under the old list where the vintage is unknown, else the one text."""
        vintage = self.vintage
        return tuple(", ".join(self._parts(one)) for one in (_BOTH if vintage == "unknown" else (vintage,)))

    def __str__(self) -> str:
        vintage = self.vintage
        if vintage == "unknown":
            return _both(self._parts("new"), self._parts("old"))
        return ", ".join(self._parts(vintage))

    def __repr__(self) -> str:
        return masked_repr(self)

    def _province_vanished(self) -> bool:
        if self.province is None:
            return False
        code = padded("province", self.province)
        return code in unit_codes("province", vintage="old") and code not in unit_codes("province", vintage="new")

    def _parts(self, vintage: UnitVintage) -> list[str]:
        units = [self._row("commune", vintage), self._district(vintage), self._row("province", vintage)]
        found = [row.unit() for row in units if row]
        detail = _without_names(self.detail.strip(), found) if self.detail else ""
        names = [
            _shown(row, code) for row, code in zip(units, (self.commune, self.district, self.province), strict=True)
        ]
        country = nationality(self.country) if self.country else None
        parts = [part for part in (detail, *names) if part]
        return [*parts, str(country)] if country and (country.code != "VN" or not parts) else parts

    def _row(self, level: Level, vintage: UnitVintage) -> UnitRow | None:
        """The row of a code of this address, unless it lies outside the units named with it."""
        code = getattr(self, level)
        row = find_row(level, code, vintage=vintage, as_of=self.as_of) if code else None
        if row is None or (self.province and row.province != padded("province", self.province)):
            return None
        if self.district and row.district and row.district != padded("district", self.district):
            return None
        return row

    def _district(self, vintage: UnitVintage) -> UnitRow | None:
        """The district; of an address surely old also the one that its commune code implies."""
        if vintage == "new":
            return None
        if self.district is not None:
            return self._row("district", vintage)
        commune = self._row("commune", vintage)
        if commune is None or self.vintage != "old":
            return None
        return find_row("district", commune.district, vintage=vintage)


def _shown(row: UnitRow | None, code: str | None) -> str | None:
    if row is None:
        return code
    name = row.unit().name
    return name[0].lower() + name[1:] if len(row.code) == 2 else name


def _both(new: list[str], old: list[str]) -> str:
    """Two readings as one text: what both share stands once, the rest as ``new (hoặc: old)``."""
    if new == old:
        return ", ".join(new)
    head, tail = _shared(new, old), _shared(new[::-1], old[::-1])
    newer, older = (parts[head : len(parts) - tail] for parts in (new, old))
    if not newer or not older:
        return f"{', '.join(new)} (hoặc: {', '.join(old)})"
    return ", ".join([*new[:head], f"{', '.join(newer)} (hoặc: {', '.join(older)})", *new[len(new) - tail :]])


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((index for index, (mine, theirs) in enumerate(pairs) if mine != theirs), min(len(one), len(other)))


def _without_names(detail: str, units: list[Unit]) -> str:
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
    short = _SHORT[unit.type_word]
    spellings = (unit.name, f"{short} {unit.short_name}", f"{short}{unit.short_name}")
    return next((start for name in spellings if (start := _start_of(text, name)) is not None), None)


def _start_of_bare(text: str, unit: Unit) -> int | None:
    start = _start_of(text, unit.short_name)
    return start if start is not None and text[:start].rstrip().endswith((",", ";")) else None


def _start_of(text: str, name: str) -> int | None:
    """Where ``name`` begins at the end of ``text``, whatever its case, tone placement and separators."""
    words = list(_WORD.finditer(text))
    wanted = [_key(word) for word in _WORD.findall(name)]
    if len(words) < len(wanted) or [_key(word.group()) for word in words[-len(wanted) :]] != wanted:
        return None
    return words[-len(wanted)].start()


def _key(word: str) -> str:
    return tone_key(clean_name(word))
