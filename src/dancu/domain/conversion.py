"""From the list of before 1 July 2025 to the list of today: one answer, or every candidate.

The table is the one of the National Statistics Office with three rows put right
(vn-data.md §1.2). 440 of the 10,035 old communes were split; of 57 the whole population
went to one of the parts, which settles a person's address and is labelled as such. No
street, name or distance decides anything here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.domain.units import NEW_SINCE, Unit, all_rows, find_commune, find_province, find_row, padded

if TYPE_CHECKING:
    import datetime

    from dancu.domain.units import UnitRow, UnitVintage

__all__ = ["Conversion", "ConversionOutcome", "convert", "convert_district", "convert_province", "province_vanished"]

ConversionOutcome = Literal["unique", "by_population", "ambiguous", "unknown", "vintage_unknown"]


@dataclass(frozen=True, slots=True)
class Conversion:
    """Where a commune code leads today.

    Attributes:
        outcome: ``unique``; ``by_population``, a split whose whole population went to
            ``unit``; ``ambiguous``, a split that the officer decides; ``unknown``, a code
            that no list has there; ``vintage_unknown``, both lists have the code and lead
            to different places.
        unit: the answer of ``unique`` and ``by_population``, as it is today; else None.
        candidates: every possible unit of ``ambiguous`` and ``by_population``, the chosen one first.
        as_new: under ``vintage_unknown`` the unit, if the code is of the new list.
        as_old: under ``vintage_unknown`` the conversion, if the code is of the old list.
    """

    outcome: ConversionOutcome
    unit: Unit | None = None
    candidates: tuple[Unit, ...] = ()
    as_new: Unit | None = None
    as_old: Conversion | None = None


def convert(
    code: str, *, as_of: datetime.date | None = None, province: str | None = None, district: str | None = None
) -> Conversion:
    """The commune of today behind a code of either list.

    The first that speaks decides which list the code is of: a district (old); a province
    that vanished (old); a list that alone has the code; ``as_of``, the day on which the code
    was recorded. Where none does, the answer is ``unique`` only if both readings lead to
    the same commune with certainty. A reading is ruled out where the code does not lie in
    the given province or district. Every unit is given as it is today, whatever ``as_of``.

    Args:
        code: up to five digits; zeros lost in front are put back.
        as_of: the day on which the code was recorded.
        province: up to two digits, of the list that the code is of; blank counts as None.
        district: up to three digits; blank counts as None.
    """
    vintage = _reading(code, as_of=as_of, province=_given(province), district=_given(district))
    if vintage is None:
        return Conversion("unknown")
    if vintage == "new":
        return Conversion("unique", find_commune(code, vintage="new"))
    row = find_row("commune", code, vintage="old")
    converted = _successors(row) if row else Conversion("unknown")
    if vintage == "old":
        return converted
    unit = find_commune(code, vintage="new")
    if converted.outcome == "unique" and converted.unit == unit:
        return converted
    return Conversion("vintage_unknown", as_new=unit, as_old=converted)


def convert_district(code: str, *, province: str | None = None) -> Conversion:
    """The communes of today that an old district went into.

    ``unique`` where all of it went into one, as the island districts without communes did;
    never ``by_population``, for that is known of communes only.
    """
    row = find_row("district", code, vintage="old")
    if row is None or (province is not None and row.province != padded("province", province)):
        return Conversion("unknown")
    if row.successors:
        return _successors(row)
    inside = (one for one in all_rows("commune", vintage="old", province=row.province) if one.district == row.code)
    codes = sorted({code.removesuffix("*") for one in inside for code in one.successors.split()})
    return _successors(row._replace(successors=" ".join(codes)))


def convert_province(code: str) -> Conversion:
    """The province of today that a province code of either list lies in; no code means two of them."""
    row = find_row("province", code, vintage="old")
    unit = find_province(row.successors if row else code, vintage="new")
    return Conversion("unknown") if unit is None else Conversion("unique", unit)


def _reading(
    code: str, *, as_of: datetime.date | None, province: str | None, district: str | None
) -> UnitVintage | Literal["either"] | None:
    """The list that a commune code is of: ``new``, ``old``, ``either``, or None where no list has it there."""
    is_old = _lies(code, "old", province=province, district=district)
    if district is not None or (province is not None and province_vanished(province)):
        return "old" if is_old else None
    is_new = _lies(code, "new", province=province, district=None)
    if is_new != is_old:
        return "new" if is_new else "old"
    if not is_new:
        return None
    if as_of is None:
        return "either"
    return "new" if as_of.toordinal() >= NEW_SINCE.toordinal() else "old"


def province_vanished(province: str) -> bool:
    """Whether the code is of one of the 29 provinces that ended on 2025-06-30."""
    is_old, is_new = (find_row("province", province, vintage=one) is not None for one in ("old", "new"))
    return is_old and not is_new


def _successors(row: UnitRow) -> Conversion:
    """The conversion of a row of the old list that names its successors; ``unknown`` where it names none."""
    codes = row.successors.split()
    found = (find_commune(code.removesuffix("*"), vintage="new") for code in codes)
    units = tuple(unit for unit in found if unit is not None)
    if not units:
        return Conversion("unknown")
    if len(units) == 1:
        return Conversion("unique", units[0])
    if codes[0].endswith("*"):
        return Conversion("by_population", units[0], units)
    return Conversion("ambiguous", candidates=units)


def _given(code: str | None) -> str | None:
    return code if code and code.strip() else None


def _lies(code: str, vintage: UnitVintage, *, province: str | None, district: str | None) -> bool:
    row = find_row("commune", code, vintage=vintage)
    if row is None:
        return False
    if province is not None and row.province != padded("province", province):
        return False
    return district is None or row.district == padded("district", district)
