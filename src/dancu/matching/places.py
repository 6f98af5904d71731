"""Compare addresses as they are today; text never decides where a place is (vn-data.md §1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.domain.address_text import ParsedAddress
from dancu.domain.names import clean_name
from dancu.domain.units import padded
from dancu.matching.verdicts import verdict

if TYPE_CHECKING:
    from dancu.domain.outcomes import FieldVerdict
    from dancu.domain.places import Address

__all__ = ["compare_addresses"]

_HOME = "VN"


@dataclass(frozen=True, slots=True)
class _Today:
    """Where a side of the comparison may be today.

    Attributes:
        places: province and commune; the commune is None where that side knows none.
        by: ``code`` as it came, ``conversion``, ``population``, ``choice`` of several, or ``vintage``:
            the list of its codes is not known.
    """

    places: frozenset[tuple[str, str | None]]
    by: str


def compare_addresses(claimed: Address | ParsedAddress, held: Address | None) -> FieldVerdict:
    """Compare two addresses by the commune of today.

    Codes of before 1 July 2025 are converted first. One certain commune on both sides is a
    match or a mismatch; a split, an unsure list or a missing commune is ``compatible`` as
    long as the two have a place in common. House and street only add a notice.
    """
    if held is None or not _tells_a_place(held):
        return verdict("not_registered")
    sides = [one for one in _sides(claimed) if _tells_a_place(one)]
    if not sides:
        return verdict("place_unknown")
    if all(_foreign(one) != _foreign(held) for one in sides):
        return verdict("different")
    if _foreign(held) is not None:
        return verdict("same_country")
    if any(_same_codes(one, held) for one in sides) and len(sides) == 1:
        return verdict("detail_differs" if _details_differ(sides[0], held) else "same_unit")
    mine, theirs = _together([_today(one) for one in sides]), _today(held)
    if not mine.places or not theirs.places:
        return verdict("place_unknown")
    rule = _rule(mine, theirs)
    if rule.startswith("same_unit") and len(sides) == 1 and _details_differ(sides[0], held):
        return verdict("detail_differs")
    return verdict(rule)


def _rule(mine: _Today, theirs: _Today) -> str:
    common = {(one, other) for one in mine.places for other in theirs.places if _meet(one, other)}
    if not common:
        return "different"
    ways = {mine.by, theirs.by}
    if any(one[1] is None or other[1] is None for one, other in common):
        return "same_province"
    if "vintage" in ways:
        return "vintage_unknown"
    if "choice" in ways:
        return "split_unit"
    if "population" in ways:
        return "same_unit_by_population"
    return "same_unit_after_conversion" if "conversion" in ways else "same_unit"


def _meet(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
    return one[0] == other[0] and (one[1] is None or other[1] is None or one[1] == other[1])


def _today(address: Address) -> _Today:
    converted = address.converted()
    if converted.address is not None:
        before = (padded("province", address.province or ""), address.commune and padded("commune", address.commune))
        place = _place(converted.address)
        by = "code" if before == place and address.vintage != "old" else "conversion"
        return _Today(frozenset({place}), "population" if converted.outcome == "by_population" else by)
    by = "vintage" if converted.outcome == "vintage_unknown" else "choice"
    return _Today(frozenset(map(_place, converted.candidates)), by)


def _together(sides: list[_Today]) -> _Today:
    """What a text that fits several places comes to."""
    if len(sides) == 1:
        return sides[0]
    return _Today(frozenset(place for side in sides for place in side.places), "choice")


def _sides(claimed: Address | ParsedAddress) -> tuple[Address, ...]:
    if not isinstance(claimed, ParsedAddress):
        return (claimed,)
    return claimed.candidates if claimed.address is None else (claimed.address,)


def _tells_a_place(address: Address) -> bool:
    return bool(address.province or address.commune or address.country)


def _same_codes(one: Address, other: Address) -> bool:
    """Whether both name one commune under one list: what it became does not matter then."""
    codes = [(side.province, side.district, side.commune) for side in (one, other)]
    return codes[0] == codes[1] and one.commune is not None and one.vintage == other.vintage != "unknown"


def _place(address: Address) -> tuple[str, str | None]:
    return address.province or "", address.commune


def _foreign(address: Address) -> str | None:
    """The country, unless it is Vietnam or not told."""
    country = (address.country or _HOME).strip().upper()
    return None if country == _HOME else country


def _details_differ(claimed: Address, held: Address) -> bool:
    """Whether both tell house, street or hamlet, in other words."""
    return bool(claimed.detail and held.detail) and _key(claimed.detail) != _key(held.detail)


def _key(text: str | None) -> str:
    return clean_name(text or "").casefold()
