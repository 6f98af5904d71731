"""Whether the places in the address of a scanned card were changed on their way through a keyboard.

A part of the address that names a place as the tables write it is sound. One that names none,
but would if an input method had, or had not, been at work (``Kroong Busk`` for ``Krông Búk``,
``Ea Kả`` for ``Ea Kar``), or that lacks every accent of its name, was changed. Whatever else
a part may be, such as a hamlet, is not judged.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

from dancu.domain.input_methods import typed_with
from dancu.domain.names import tone_key
from dancu.domain.spelling import types_at, words_of
from dancu.domain.units import all_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dancu.domain.input_methods import InputMethod
    from dancu.domain.units import Level, UnitRow, UnitVintage

__all__ = ["PlaceFault", "place_fault"]

PlaceFault = Literal["telex_keys", "vni_keys", "method_on", "accents_lost"]

_WORD = re.compile(r"[^\W_]+")
_LISTS: tuple[tuple[Level, UnitVintage], ...] = (("commune", "new"), ("commune", "old"), ("district", "old"))
_FEWEST_LETTERS = 3


class _Names(NamedTuple):
    """Names of places in the shapes in which a mangled one may be recognised, each with its type word and without."""

    sound: frozenset[str]
    typed: frozenset[str]
    bare: frozenset[str]
    remains: frozenset[str]


def place_fault(address: str) -> PlaceFault | None:
    """What happened to the places of an address, in NFC, which stand between commas with the province last; or None."""
    parts = [part.casefold() for part in address.split(",") if part.strip()]
    if not parts:
        return None
    unaccented = address.isascii()
    if fault := _fault_of(parts[-1], _provinces(), unaccented=unaccented):
        return fault
    # Where there is room for one, the first part is a house or a hamlet, which no table has.
    inner = parts[1:-1] if len(parts) > 2 else parts[:-1]
    for part in inner:
        names = _places_in(_provinces_named(parts[-1]))
        if fault := _fault_of(part, names, unaccented=unaccented):
            return fault
    return None


def _fault_of(part: str, names: _Names, *, unaccented: bool) -> PlaceFault | None:
    bodies = _bodies(part)
    if any(_key(body) in names.sound for body in bodies):
        return None
    if any(_key(body, "telex") in names.typed for body in bodies):
        return "telex_keys" if part.isascii() else "method_on"
    if any(_key(body, "vni") in names.sound for body in bodies):
        return "vni_keys"
    lost = unaccented and any(_joined(body) in names.bare | names.remains for body in bodies)
    return "accents_lost" if lost else None


def _bodies(part: str) -> list[str]:
    """The part itself, and what follows its type word."""
    words = words_of(part)
    return [part, *(part[words[size].start :] for _kind, size in types_at(words) if size < len(words))]


def _key(text: str, method: InputMethod | None = None) -> str:
    words = _WORD.findall(text)
    return " ".join(typed_with(method, word).key if method else tone_key(word) for word in words)


def _joined(text: str) -> str:
    return " ".join(_WORD.findall(text))


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return _joined("".join(char for char in letters if not unicodedata.combining(char)))


def _remains(text: str) -> str:
    """What is left where every letter that a plain keyboard does not have was dropped."""
    return _joined("".join(char for char in text if char.isascii()))


def _names(rows: Iterable[UnitRow]) -> _Names:
    texts = {text.casefold() for row in rows for text in (row.short_name, f"{row.type_word} {row.short_name}")}
    marked = [text for text in texts if not text.isascii()]
    remains = (_remains(text) for text in marked)
    return _Names(
        sound=frozenset(map(_key, texts)),
        typed=frozenset(_key(text, "telex") for text in texts),
        bare=frozenset(map(_bare, marked)),
        remains=frozenset(text for text in remains if len(text) >= _FEWEST_LETTERS),
    )


@functools.cache
def _provinces() -> _Names:
    return _names(row for vintage in _VINTAGES for row in all_rows("province", vintage=vintage))


@functools.cache
def _places_in(provinces: frozenset[tuple[UnitVintage, str]]) -> _Names:
    """The districts and communes of these provinces, each a list and a code."""
    return _names(
        row
        for level, vintage in _LISTS
        for listed, code in provinces
        if listed == vintage
        for row in all_rows(level, vintage=vintage, province=code)
    )


def _provinces_named(part: str) -> frozenset[tuple[UnitVintage, str]]:
    bodies = {_key(body) for body in _bodies(part)}
    return frozenset((vintage, code) for vintage, code, name in _province_keys() if name in bodies)


@functools.cache
def _province_keys() -> tuple[tuple[UnitVintage, str, str], ...]:
    return tuple(_each_province_key())


def _each_province_key() -> Iterator[tuple[UnitVintage, str, str]]:
    for vintage in _VINTAGES:
        for row in all_rows("province", vintage=vintage):
            yield vintage, row.code, _key(row.short_name.casefold())


_VINTAGES: tuple[UnitVintage, ...] = ("new", "old")
