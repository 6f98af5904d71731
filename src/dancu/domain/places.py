"""Addresses: codes as they came, and the text they stand for under the list of their day.

Since 1 July 2025 an address is detail, commune and province; before, a district stood
between. One answer may carry both kinds, and the same code may stand in both lists for
different places, so an address first decides its ``vintage`` (vn-data.md §1.5). Where it
cannot, both readings are given and none is preferred.
"""

from __future__ import annotations

import datetime  # noqa: TC003  # pydantic resolves the annotations of Address at run time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from dancu.domain.codes import nationality
from dancu.domain.conversion import Conversion, convert, convert_district, convert_province, province_vanished
from dancu.domain.detail import without_names
from dancu.domain.units import (
    AS_OF,
    NEW_SINCE,
    Unit,
    UnitVintage,
    find_commune,
    find_district,
    find_province,
    find_row,
    padded,
)
from dancu.privacy import masked_repr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dancu.domain.conversion import ConversionOutcome
    from dancu.domain.units import Level, UnitRow

__all__ = [
    "Address",
    "ConvertedAddress",
    "Unit",
    "UnitVintage",
    "Vintage",
    "find_commune",
    "find_district",
    "find_province",
]

Vintage = Literal["new", "old", "unknown"]

_BOTH: tuple[UnitVintage, UnitVintage] = ("new", "old")


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

    def converted(self) -> ConvertedAddress:
        """This address under the list of today; a split or an unsure list gives every candidate.

        Without a commune, a province alone is ``unique``, for none was divided, and its
        address has no commune. A district is ``unique`` where all of it became one commune,
        as the five island districts did, else ``ambiguous`` with every commune it went into.
        """
        if self.vintage == "new" and self._row("commune", "new"):
            return ConvertedAddress(self, "unique", self)
        conversion = self._conversion()
        units = conversion.candidates
        if conversion.as_old is not None:
            was_old = conversion.as_old
            every = (conversion.as_new, was_old.unit, *was_old.candidates)
            units = tuple(dict.fromkeys(unit for unit in every if unit is not None))
        address = self._moved(conversion.unit) if conversion.unit else None
        return ConvertedAddress(self, conversion.outcome, address, tuple(map(self._moved, units)))

    def __str__(self) -> str:
        vintage = self.vintage
        if vintage == "unknown":
            return _both(self._parts("new"), self._parts("old"))
        return ", ".join(self._parts(vintage))

    def __repr__(self) -> str:
        return masked_repr(self)

    def _conversion(self) -> Conversion:
        if self.commune is not None:
            return convert(self.commune, as_of=self.as_of, province=self.province, district=self.district)
        if self.district is not None:
            return convert_district(self.district, province=self.province)
        return convert_province(self.province) if self.province is not None else Conversion("unknown")

    def _moved(self, unit: Unit) -> Address:
        """This address in a unit of today's list; a day before that list would make its codes old."""
        is_new = self.as_of is not None and self.as_of.toordinal() >= NEW_SINCE.toordinal()
        commune = unit.code if unit.code != unit.province else None
        day = self.as_of if is_new else AS_OF
        return replace(self, province=unit.province, district=None, commune=commune, as_of=day)

    def _province_vanished(self) -> bool:
        return self.province is not None and province_vanished(self.province)

    def _parts(self, vintage: UnitVintage) -> list[str]:
        units = [self._row("commune", vintage), self._district(vintage), self._row("province", vintage)]
        found = [row.unit() for row in units if row]
        detail = without_names(self.detail.strip(), found) if self.detail else ""
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


@dataclass(frozen=True, slots=True, repr=False)
class ConvertedAddress:
    """An address beside what it is under the list of today; ``repr`` is masked.

    The new addresses keep detail, country and ``as_of``. Where that day lies before the new
    list, or is not known, they bear the day of the tables, ``units.AS_OF``: a code alone
    does not tell its list.

    Attributes:
        original: the address as it was.
        outcome: the words of ``conversion.Conversion``.
        address: the answer of ``unique`` and ``by_population``, else None.
        candidates: every possible address of the other outcomes but ``unknown``; of
            ``by_population`` too, the chosen one first.
    """

    original: Address
    outcome: ConversionOutcome
    address: Address | None = None
    candidates: tuple[Address, ...] = ()

    def __repr__(self) -> str:
        return masked_repr(self)


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
