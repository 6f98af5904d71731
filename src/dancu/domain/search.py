"""Finding places for people who type: accents, type word and the rest of a word may be missing."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from dancu.domain.place_index import Named, named, names_by_spelling
from dancu.domain.spelling import Word, bare_of, fits, types_at, words_of
from dancu.domain.units import Unit, find_row, padded

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Sequence

    from dancu.domain.units import Level, UnitVintage

__all__ = ["find_places"]

_LEVELS: tuple[Level, ...] = ("province", "district", "commune")
_LEVEL_OF_WIDTH: dict[int, Level] = {2: "province", 3: "district", 5: "commune"}
_LONGEST_PROVINCE = 4
_LATER, _CONTRADICTED = 3, 4


class _Haystack(NamedTuple):
    """All names of a list by level and code, in one text, each word after a space, and where each begins."""

    text: str
    starts: list[int]
    names: list[Named]


class _Inside(NamedTuple):
    provinces: frozenset[str] | None
    districts: frozenset[str] | None
    level: Level | None

    def holds(self, one: Named) -> bool:
        """Whether the unit is of that level and lies in one of those places, itself among them."""
        if self == (None, None, None):
            return True
        row = one.row
        return (
            (self.provinces is None or row.province in self.provinces)
            and (self.districts is None or row.district in self.districts)
            and (self.level is None or _LEVEL_OF_WIDTH[len(row.code)] == self.level)
        )


def find_places(
    text: str,
    *,
    level: Level | None = None,
    province: str | None = None,
    vintage: UnitVintage = "new",
    as_of: datetime.date | None = None,
    limit: int = 20,
) -> tuple[Unit, ...]:
    """The places of one list whose names the text may mean, the likeliest first; empty where there is none.

    The text is a name or its beginning, or the beginning of one of its later words, with or
    without accents and type word (``p tuy hoa``). After a comma, or behind the whole name,
    may stand the province, in the old list also the district. First come whole names with
    all accents, then whole names, beginnings, later words, and last of all names whose
    accents differ; equals are ordered by level, province first, and by code.

    Args:
        text: what somebody typed.
        level: only provinces, districts or communes.
        province: only what lies in the province of this code, of that list.
        vintage: which list.
        as_of: names the units as on that day; without it as today.
        limit: at most so many.
    """
    head, *outer = ([*words_of(part)] for part in re.split("[,;\n]", text))
    inside = _inside([words for words in outer if words], vintage, level=level, province=province)
    if inside is None:
        return ()
    ranks = _ranks(head, vintage, inside)
    if not ranks and not outer and inside.provinces is None:
        ranks = _ranks_before_province(head, vintage, level)
    names = _haystack(vintage).names
    best = sorted(sorted(ranks), key=ranks.__getitem__)[: max(limit, 0)]
    return tuple(_unit(names[index], vintage, as_of) for index in best)


def _unit(one: Named, vintage: UnitVintage, as_of: datetime.date | None) -> Unit:
    row = find_row(_LEVEL_OF_WIDTH[len(one.row.code)], one.row.code, vintage=vintage, as_of=as_of)
    return (row or one.row).unit()


def _inside(
    outer: list[list[Word]], vintage: UnitVintage, *, level: Level | None, province: str | None
) -> _Inside | None:
    """What the outer parts of the text and the caller allow; None where they allow nothing."""
    provinces = None if province is None else frozenset({padded("province", province)})
    if not outer:
        return _Inside(provinces, None, level)
    named_last = _codes("province", vintage, outer[-1])
    provinces = named_last if provinces is None else provinces & named_last
    districts = _codes("district", vintage, outer[0]) if len(outer) > 1 else None
    if not provinces or len(outer) > 2 or (districts is not None and not districts):
        return None
    return _Inside(provinces, districts, level)


def _codes(level: Level, vintage: UnitVintage, words: list[Word]) -> frozenset[str]:
    """The codes of the units of that level whose whole name the words are, else of those that begin so."""
    inside = _Inside(None, None, level)
    ranks = _ranks(words, vintage, inside)
    whole = {index for index, rank in ranks.items() if rank < 2}
    return frozenset(_haystack(vintage).names[index].row.code for index in whole or ranks)


def _ranks_before_province(words: list[Word], vintage: UnitVintage, level: Level | None) -> dict[int, int]:
    """The ranks of the first words where the last ones are a province."""
    for size in range(1, min(_LONGEST_PROVINCE, len(words) - 1) + 1):
        provinces = names_by_spelling("province", vintage).get(bare_of(words[-size:]), ())
        codes = frozenset(one.row.code for one in provinces if fits(words[-size:], one.marks))
        if codes and (ranks := _ranks(words[:-size], vintage, _Inside(codes, None, level))):
            return ranks
    return {}


def _ranks(words: Sequence[Word], vintage: UnitVintage, inside: _Inside) -> dict[int, int]:
    """The rank of every name that the words may mean, with or without a type word in front."""
    ranks: dict[int, int] = {}
    typed = [(kind, words[size:]) for kind, size in types_at(words) if len(words) > size]
    for kind, rest in [(None, words), *typed]:
        bare = bare_of(rest)
        marked = rest if any(word.marks for word in rest) else ()
        for index, one, offset in _hits(bare, vintage):
            if (kind is None or one.row.type_word == kind) and inside.holds(one):
                rank = _rank(bare, marked, one, offset) if marked or not offset else _LATER
                ranks[index] = min(rank, ranks.get(index, rank))
    return ranks


def _hits(bare: str, vintage: UnitVintage) -> Iterator[tuple[int, Named, int]]:
    """Each name with these bare words in it, the last perhaps only begun: its index, itself, where in its letters."""
    text, starts, names = _haystack(vintage)
    wanted = f" {bare}"
    index, place = -1, text.find(wanted) if bare else -1
    while place >= 0:
        index = bisect_right(starts, place, index + 1) - 1
        yield index, names[index], place - starts[index]
        place = text.find(wanted, starts[index + 1] if index + 1 < len(starts) else len(text))


def _rank(bare: str, marked: Sequence[Word], one: Named, offset: int) -> int:
    """The rank of one name; ``marked`` are the words typed, or none where no word has an accent."""
    if marked and not fits(marked, one.marks[one.bare.count(" ", 0, offset) :]):
        return _CONTRADICTED
    if offset:
        return _LATER
    if bare != one.bare:
        return 2
    return int(
        any(one.marks)
        if not marked
        else any(word.marks != there for word, there in zip(marked, one.marks, strict=True))
    )


@functools.cache
def _haystack(vintage: UnitVintage) -> _Haystack:
    """Every unit of the list in its latest period."""
    latest = {one.row.code: one for level in _LEVELS for one in named(level, vintage)}
    names = list(latest.values())
    starts: list[int] = []
    place = 0
    for one in names:
        starts.append(place)
        place += len(one.bare) + 2
    return _Haystack("".join(f" {one.bare}\n" for one in names), starts, names)
