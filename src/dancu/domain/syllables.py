"""Letters, tones and syllables of Vietnamese spelling, and the key under which the place of a tone does not matter."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FOLDED_MARKS", "LETTERS", "TONES", "one_syllable", "tone_key", "without_marks"]

TONES: Mapping[str, str] = MappingProxyType({"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"})
"""Combining tone mark to its number: acute, grave, hook, tilde, dot below are 1 to 5; 0 is a level tone."""

FOLDED_MARKS = frozenset("\u0302\u0306\u031b\u030c") | frozenset(TONES)
"""Circumflex, breve, horn, caron and the tones: every mark over which a name may be folded."""

_PLAIN = "abcdefghijklmnopqrstuvwxyzđƀčñĕĭŏŭ"
_TONED = "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in ("", *TONES))
LETTERS = "".join(sorted({*_PLAIN, *_PLAIN.upper(), *_TONED, *_TONED.upper()}))
"""The Latin letters, those of Vietnamese with every tone, and those of the Central Highlands; NFC, both cases."""

_VOWELS = frozenset("aeiouy")
_STROKES = {"đ": "d", "ƀ": "b", "Đ": "D", "Ƀ": "B"}

_ONSET = r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
_RHYME = (
    r"(?:ai|ao|au|ay|âu|ây|eo|êu|ia|iu|iêu|oai|oao|oay|oeo|oi|ôi|ơi|ua|uây|uêu|ui|uôi|uơ|uya|uyu"
    r"|ưa|ưi|ưu|ươi|ươu|yêu"
    r"|(?:[aăâeêioôơuưy]|iê|oa|oă|oe|uâ|uê|uô|uy|uyê|ươ|yê)(?:ch|ng|nh|[cmnpt])?|oo(?:ng|c))"
)


class _WithoutMarks(dict[int, str]):
    """A table for ``str.translate`` that knows every letter of the country and looks up the others."""

    def __missing__(self, code: int) -> str:
        return "".join(
            _STROKES.get(char, char)
            for char in unicodedata.normalize("NFD", chr(code))
            if not unicodedata.combining(char)
        )


_MARKS_OFF = _WithoutMarks()
_MARKS_OFF.update({ord(letter): _MARKS_OFF[ord(letter)] for letter in LETTERS + "' -."})
_WITH_MARKS = re.compile(_ONSET + _RHYME)
_UNMARKED = re.compile((_ONSET + _RHYME).translate(_MARKS_OFF))
# The consonants of the highlands may run together before the vowels: Knuếc.
_OF_ONE_TONE = re.compile(f"(?:{_ONSET}|[b-df-hj-np-tvwxzđƀčñ]+){_RHYME}")


def without_marks(text: str) -> str:
    """The same letters without any mark or stroke: ``Đắk`` is ``Dak``, ``Ƀlăk`` is ``Blak``."""
    return text.translate(_MARKS_OFF)


def one_syllable(word: str) -> bool:
    """Whether a word in lower case has the letters of one Vietnamese syllable.

    Tone marks are not looked at. A word of plain letters may have lost its accents: ``tuyen``
    is one syllable as ``tuyên`` is. ``hòaanh`` and ``niê`` are none.
    """
    if word.isascii():
        return _UNMARKED.fullmatch(word) is not None
    letters = unicodedata.normalize("NFC", "".join(_without_tones(word)[0]))
    return _WITH_MARKS.fullmatch(letters) is not None


def tone_key(cleaned: str) -> str:
    """A key under which two placements of the same tone mark are equal (hòa, hoà), and nothing else but case.

    Per word the tones are taken off and their numbers appended (vn-data.md §3.2). Only within
    one syllable does it not matter where a tone stands: a word whose vowels are no rhyme of
    Vietnamese keeps its tones where they are, so that ``HòaAnh`` and ``HoaÀnh`` stay apart.
    ñ stays apart from n, since only a vowel carries a tone.
    """
    return " ".join(map(_tone_key_of, cleaned.casefold().split(" ")))


def _tone_key_of(word: str) -> str:
    if word.isascii():
        return f"{word}0"
    kept, tones = _without_tones(word)
    if not tones:
        return f"{word}0"
    letters = unicodedata.normalize("NFC", "".join(kept))
    vowels = sum(char in _VOWELS for char in kept)
    if vowels == 1 or (len(tones) == 1 and _OF_ONE_TONE.fullmatch(letters)):
        return letters + "".join(tones)
    return f"{unicodedata.normalize('NFC', word)}{''.join(tones)}"


def _without_tones(word: str) -> tuple[list[str], list[str]]:
    """The decomposed word without the tones of its vowels, and their numbers in order."""
    letter = ""
    kept: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        if char in TONES and letter in _VOWELS:
            tones.append(TONES[char])
            continue
        if not unicodedata.combining(char):
            letter = char
        kept.append(char)
    return kept, tones
