"""Names of places as people type them: words, what accents they bear, and the type words.

Two spellings fit where their letters are equal and the shorter-marked one lacks marks but
contradicts none: ``Dak Lak`` and ``Đăk Lăk`` fit ``Đắk Lắk``, ``Tuy Hóa`` does not fit
``Tuy Hòa``. Where on a syllable a mark stands does not matter (hòa, hoà).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from dancu.domain.names import clean_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["SHORT_TYPES", "WORD", "Marks", "Word", "bare_of", "fits", "spelling", "type_before", "types_at", "words_of"]

Marks = tuple[frozenset[str], ...]

SHORT_TYPES: Mapping[str, str] = MappingProxyType(
    {
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
)
WORD = re.compile(r"[^\s,;.\u2010-\u2015-]+")
_BREAK = re.compile(r"[,;\n\u2010-\u2015-]")
_GLUED = re.compile(r"([PpQq])([0-9]{1,2})")
_LETTERS = {"đ": "d", "ƀ": "b", "'": ""}


class Word(NamedTuple):
    """A word of a text: its letters without marks, its marks, where it stands, and whether a separator precedes."""

    bare: str
    marks: frozenset[str]
    start: int
    end: int
    after_break: bool


def words_of(text: str) -> list[Word]:
    """The words of a text; ``P9`` and ``Q1`` are two words each."""
    found: list[Word] = []
    last = 0
    for match in WORD.finditer(text):
        start, end = match.span()
        broken = not found or _BREAK.search(text, last, start) is not None
        glued = _GLUED.fullmatch(match.group())
        cut = start + 1 if glued else end
        found.append(Word(*_plain(text[start:cut]), start, cut, broken))
        if glued:
            found.append(Word(*_plain(text[cut:end]), cut, end, after_break=False))
        last = end
    return found


def spelling(name: str) -> tuple[str, Marks]:
    """The bare words of a name with a space between, and the marks of each; words are kept, so not for free text."""
    words = [_known(word) for word in WORD.findall(name)]
    return " ".join(bare for bare, _marks in words), tuple(marks for _bare, marks in words)


def bare_of(words: Sequence[Word]) -> str:
    """The bare words with a space between."""
    return " ".join(word.bare for word in words)


def fits(words: Sequence[Word], marks: Marks) -> bool:
    """Whether no mark of these words contradicts the name's; the letters are known to be equal."""
    return all(word.marks <= there for word, there in zip(words, marks, strict=False))


def types_at(words: Sequence[Word]) -> list[tuple[str, int]]:
    """The types that these words may begin with, and how many words each takes."""
    return [(word, size) for size in (2, 1) for word in _types(words[:size], size)]


def type_before(words: Sequence[Word], end: int) -> tuple[list[str], int] | None:
    """The types that the words before ``end`` name, and where they begin; the longest spelling counts."""
    for size in (2, 1):
        if end >= size and (found := _types(words[end - size : end], size)):
            return found, end - size
    return None


def _types(words: Sequence[Word], size: int) -> list[str]:
    """Types spelt by exactly these words: with all their accents, or with none."""
    if len(words) != size:
        return []
    marks = tuple(word.marks for word in words)
    bare = not any(marks)
    return [kind for kind, right in _type_spellings().get(bare_of(words), ()) if bare or marks == right]


@functools.cache
def _type_spellings() -> dict[str, list[tuple[str, Marks]]]:
    found: dict[str, list[tuple[str, Marks]]] = {}
    for kind, short in SHORT_TYPES.items():
        for text in (kind, short):
            bare, marks = spelling(text)
            found.setdefault(bare, []).append((kind, marks))
    return found


@functools.cache
def _known(word: str) -> tuple[str, frozenset[str]]:
    return _plain(word)


def _plain(word: str) -> tuple[str, frozenset[str]]:
    """Letters in lower case without marks, and the marks; a number loses its zeros in front."""
    letters: list[str] = []
    marks: set[str] = set()
    for char in unicodedata.normalize("NFD", clean_name(word).casefold()):
        if char in _LETTERS or unicodedata.combining(char):
            marks.add(char)
        if not unicodedata.combining(char):
            letters.append(_LETTERS.get(char, char))
    bare = "".join(letters)
    return (bare.lstrip("0") or "0") if bare.isdecimal() else bare, frozenset(marks)
