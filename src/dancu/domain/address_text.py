"""Reading an address as people write it and cards print it, of the list before or since 1 July 2025.

``12 Lê Lợi, Phường 9, TP Tuy Hòa, tỉnh Phú Yên`` and ``12 Lê Lợi, Phường Tuy Hòa, tỉnh Đắk
Lắk``: the names are looked for from the end, the province first, and what stands before the
innermost one is the detail. Accents may be missing, never different. Nothing is guessed:
what fits several places gives all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.domain.address_readings import Reading, leaves_a_name, readings, readings_without_province
from dancu.domain.places import Address
from dancu.domain.spelling import words_of
from dancu.domain.units import AS_OF, NEW_SINCE
from dancu.privacy import masked_repr

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from dancu.domain.spelling import Word

__all__ = ["ParsedAddress", "parse_address"]

MOST_CANDIDATES = 10
_SEPARATORS = " \t\r\n\u00a0,;-\u2010\u2011\u2012\u2013\u2014\u2015"


@dataclass(frozen=True, slots=True, repr=False)
class ParsedAddress:
    """What a text says; ``repr`` is masked.

    Attributes:
        outcome: ``unique``, ``ambiguous`` or ``unknown``.
        address: the one address of ``unique``, else None. It has no commune where the text names none.
        candidates: every address of ``ambiguous``, those of the new list first.
        text, as_of: what was read, and the day on which it was written.
    """

    outcome: Literal["unique", "ambiguous", "unknown"]
    address: Address | None = None
    candidates: tuple[Address, ...] = ()
    text: str = ""
    as_of: datetime.date | None = None

    def __repr__(self) -> str:
        return masked_repr(self)


def parse_address(text: str, *, as_of: datetime.date | None = None) -> ParsedAddress:
    """The codes behind the names of a written address; the detail is kept as written.

    A vanished province or a district makes it old; where both lists fit, ``as_of``, the day
    on which it was written, decides, and else an address that is whole with its type words
    (``Phường Tuy Hòa, tỉnh Đắk Lắk`` is whole in the new list, and in the old one lacks its
    district); else both stay candidates. A text that names no province is never ``unique``,
    and ``unknown`` where more than ten places fit. A commune that its province does not have
    makes the text ``unknown``.

    The address bears ``as_of``. One with a commune of the new list bears at least the day of
    the tables where ``as_of`` is missing, for its codes alone would not tell the list.
    """
    words = _without_country(words_of(text))
    before = as_of is not None and as_of.toordinal() < NEW_SINCE.toordinal()
    new = [] if before else _best(readings(words, "new"), words)
    old = _best(readings(words, "old"), words)
    found = _of_one_list(new, old, dated=as_of is not None)
    certain = bool(found)
    if not found:
        found = readings_without_province(words, vintages=("old",) if before else ("new", "old"))
    addresses = tuple(dict.fromkeys(_address(text, words, one, as_of) for one in found))
    if certain and len(addresses) == 1:
        return ParsedAddress("unique", addresses[0], text=text, as_of=as_of)
    if certain or 0 < len(addresses) <= MOST_CANDIDATES:
        return ParsedAddress("ambiguous", candidates=addresses, text=text, as_of=as_of)
    return ParsedAddress("unknown", text=text, as_of=as_of)


def _without_country(words: list[Word]) -> list[Word]:
    for name in (["viet", "nam"], ["vn"]):
        kept = len(words) - len(name)
        if kept > 0 and words[kept].after_break and [word.bare for word in words[kept:]] == name:
            return words[:kept]
    return words


def _best(found: Iterable[Reading], words: Sequence[Word]) -> list[Reading]:
    """The readings of one list that take in the most words, unless they leave a typed name over."""
    every = list(found)
    first = min((one.start for one in every), default=0)
    return [one for one in every if one.start == first and not _leaves_a_name(one, words)]


def _leaves_a_name(reading: Reading, words: Sequence[Word]) -> bool:
    """Whether the last part before a bare innermost name begins with the type word of another unit."""
    if reading.commune is not None and reading.typed:
        return False
    starts = [index for index in range(reading.start) if words[index].after_break]
    return bool(starts) and leaves_a_name(words[starts[-1] : reading.start])


def _of_one_list(new: list[Reading], old: list[Reading], *, dated: bool) -> list[Reading]:
    """The readings that count among those of both lists."""
    if not new or not old:
        return new or old
    if dated:
        return new if new[0].depth >= min(old[0].depth, 2) else old
    for measure in (_wholeness, _depth):
        of_new, of_old = measure(new), measure(old)
        if of_new != of_old:
            return new if of_new > of_old else old
    return [*new, *old]


def _wholeness(side: list[Reading]) -> int:
    return max(one.wholeness for one in side)


def _depth(side: list[Reading]) -> int:
    return min(side[0].depth, 1)


def _address(text: str, words: Sequence[Word], reading: Reading, as_of: datetime.date | None) -> Address:
    end = words[reading.start].start
    row = reading.commune or reading.district or reading.province
    day = as_of
    if reading.vintage == "new" and reading.commune is not None:
        day = as_of or AS_OF
    return Address(
        province=row.province if row else None,
        district=row.district or None if row else None,
        commune=reading.commune.code if reading.commune else None,
        detail=text[:end].strip(_SEPARATORS) or None,
        as_of=day,
    )
