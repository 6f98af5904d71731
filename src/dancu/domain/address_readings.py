"""Every way in which the last words of an address name a commune, a district and a province."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dancu.domain.place_index import names_by_spelling
from dancu.domain.spelling import bare_of, fits, type_before, types_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dancu.domain.place_index import Named
    from dancu.domain.spelling import Word
    from dancu.domain.units import UnitRow, UnitVintage

    Names = Mapping[str, tuple[Named, ...]]

__all__ = ["Reading", "leaves_a_name", "readings", "readings_without_province"]

_LONGEST_NAME = 7
_PROVINCIAL = {"Tỉnh"}


class Reading(NamedTuple):
    """One way to read a text.

    Attributes:
        vintage: the list of its units.
        commune: the row of the commune, or None; so for district and province.
        start: index of the first word of the innermost unit.
        typed: whether the innermost unit bears its type word.
        apart: whether a type word or a separator shows where each outer unit begins.
    """

    vintage: UnitVintage
    commune: UnitRow | None
    district: UnitRow | None
    province: UnitRow | None
    start: int
    typed: bool
    apart: bool = True

    @property
    def depth(self) -> int:
        """2 with a commune, 1 with a district only, 0 with a province only."""
        return 2 if self.commune else int(self.district is not None)

    @property
    def wholeness(self) -> int:
        """0 where a level of the list or the commune's type word is missing, 2 where all units stand apart, else 1."""
        named = self.commune is not None and (self.vintage == "new" or self.district is not None)
        return int(named and self.typed) * (1 + self.apart)


class _Name(NamedTuple):
    row: UnitRow
    start: int
    typed: bool

    def stands_alone(self, words: Sequence[Word]) -> bool:
        """Whether a type word or a separator shows where the name begins."""
        return self.typed or words[self.start].after_break


def readings(words: Sequence[Word], vintage: UnitVintage) -> Iterator[Reading]:
    """Every reading of one list that ends with a province."""
    for province in _names_at(words, len(words), names_by_spelling("province", vintage)):
        code, apart = province.row.code, province.stands_alone(words)
        outer = Reading(vintage, None, None, province.row, province.start, province.typed, apart)
        if apart:
            yield outer
        yield from _communes(words, names_by_spelling("commune", vintage, code), outer)
        if vintage == "old":
            yield from _in_districts(words, names_by_spelling("district", vintage, code), outer)


def readings_without_province(words: Sequence[Word], *, vintages: Sequence[UnitVintage]) -> list[Reading]:
    """Every reading that names a commune, perhaps a district, and no province; those that take in most words."""
    found: list[Reading] = []
    for vintage in vintages:
        nothing = Reading(vintage, None, None, None, len(words), typed=False)
        found += _communes(words, names_by_spelling("commune", vintage), nothing)
        if vintage == "old":
            inside = _in_districts(words, names_by_spelling("district", vintage), nothing)
            found += (one for one in inside if one.commune)
    first = min((one.start for one in found), default=0)
    return [one for one in found if one.start == first]


def leaves_a_name(words: Sequence[Word]) -> bool:
    """Whether these words begin with the type word of a commune or a district and go on."""
    return any(size < len(words) and kind not in _PROVINCIAL for kind, size in types_at(words))


def _in_districts(words: Sequence[Word], districts: Names, outer: Reading) -> Iterator[Reading]:
    for district in _names_at(words, outer.start, districts):
        alone = district.stands_alone(words)
        inner = outer._replace(
            district=district.row, start=district.start, typed=district.typed, apart=outer.apart and alone
        )
        if alone:
            yield inner
        yield from _communes(words, names_by_spelling("commune", "old", district.row.province), inner)


def _communes(words: Sequence[Word], communes: Names, outer: Reading) -> Iterator[Reading]:
    for commune in _names_at(words, outer.start, communes):
        inside = outer.district is None or commune.row.district == outer.district.code
        if inside and commune.stands_alone(words):
            yield outer._replace(commune=commune.row, start=commune.start, typed=commune.typed)


def _names_at(words: Sequence[Word], end: int, names: Names) -> Iterator[_Name]:
    """The names that end in front of word ``end``, with their type word or with none in front of them.

    Where accents are written, in the name or in its type word, a name that bears just these
    goes before those that bear more.
    """
    for size in range(1, min(_LONGEST_NAME, end) + 1):
        spelt = words[end - size : end]
        found = [one for one in names.get(bare_of(spelt), ()) if fits(spelt, one.marks)]
        kinds, start = type_before(words, end - size) or (None, end - size)
        if any(word.marks for word in words[start:end]):
            marks = tuple(word.marks for word in spelt)
            found = [one for one in found if one.marks == marks] or found
        yield from (
            _Name(one.row, start, typed=kinds is not None)
            for one in found
            if kinds is None or one.row.type_word in kinds
        )
