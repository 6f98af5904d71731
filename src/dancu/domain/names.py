"""Names: cleaned for keeping, folded for the wire, keyed for comparing.

The register's platforms want a name unaccented, upper-case and without spaces
(wire.md §2.6). No letter is ever dropped on the way: what has no agreed folding is a
typed error on ``name`` and nothing is sent.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

from dancu.errors import InvalidInput
from dancu.privacy import PersonalText

__all__ = ["Name", "NameStyle", "clean_name", "fold_name", "parse_name", "tone_key"]

NameStyle = Literal["folded", "spaced", "raw"]

LONGEST = 100
_D_TWINS = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ"})
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u02bb\u02b9\u2032\u00b4`\uff07", "'"))
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\uff0d", "-"))
_PUNCTUATION = frozenset("'.-")
_STROKES = {"đ": "D", "Đ": "D", "ƀ": "B", "Ƀ": "B"}
_TONES = {"\u0300": "2", "\u0301": "1", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_VOWEL_MARKS = frozenset("\u0302\u0306\u031b\u030c")
_FOLDED_MARKS = _VOWEL_MARKS | frozenset(_TONES)
_VOWELS = frozenset("aeiouy")
_ASCII_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Name(PersonalText):
    """A person's whole name as it is kept: NFC, single spaces, never split or reordered."""

    __slots__ = ()


def clean_name(text: str) -> str:
    """Undo what keyboards and fonts do to a name without changing how it reads.

    NFC; the look-alikes of Đ (U+00D0, U+0189) become Đ; every apostrophe and hyphen
    becomes the plain one; invisible format characters go; runs of space become one.
    """
    # First what is invisible: a letter composes with its mark only where nothing stands between them.
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = unicodedata.normalize("NFC", visible).translate(_D_TWINS).translate(_APOSTROPHES).translate(_HYPHENS)
    return " ".join(text.split())


def parse_name(text: str, *, field: str = "name") -> Name:
    """Clean a name and make sure that it can be sent.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``field``: empty, longer than 100
            characters, or with a character that cannot be folded.
    """
    if not isinstance(text, str):
        raise InvalidInput("invalid_subject", field=field, detail="a name is text")
    cleaned = clean_name(text)
    if len(cleaned) > LONGEST:
        raise InvalidInput("invalid_subject", field=field, detail=f"longer than {LONGEST} characters")
    if not fold_name(cleaned, "folded", field=field):
        raise InvalidInput("invalid_subject", field=field, detail="empty")
    return Name(cleaned)


def fold_name(name: str, style: NameStyle, *, field: str = "name") -> str:
    """Render a name for the wire.

    ``folded`` is ``H'HEN NIE`` without accents, apostrophe and space: ``HHENNIE``;
    ``spaced`` keeps single spaces; ``raw`` is the cleaned name itself.

    Raises:
        InvalidInput: ``invalid_subject`` on a digit, ``?``, U+FFFD or any letter without
            an agreed folding.
    """
    cleaned = clean_name(name)
    words = [_fold_word(word, field) for word in cleaned.split(" ")]
    if style == "raw":
        return cleaned
    return ("" if style == "folded" else " ").join(filter(None, words))


def _fold_word(word: str, field: str) -> str:
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        folded = _STROKES.get(char) or char.upper()
        if folded in _ASCII_LETTERS:
            letters.append(folded)
        elif char in _FOLDED_MARKS and letters:
            continue
        elif char not in _PUNCTUATION:
            raise InvalidInput("invalid_subject", field=field, detail="a character that cannot be folded")
    return "".join(letters)


def tone_key(cleaned: str) -> str:
    """A key under which two placements of the same tone mark are equal (hòa, hoà).

    Per syllable the tone is taken off and its number appended (vn-data.md §3.2); ñ stays
    apart from n, since only a vowel carries a tone.
    """
    return " ".join(_tone_key_of(syllable) for syllable in cleaned.casefold().split(" "))


def _tone_key_of(syllable: str) -> str:
    tone, letter = "0", ""
    kept: list[str] = []
    for char in unicodedata.normalize("NFD", syllable):
        if char in _TONES and letter in _VOWELS:
            tone = _TONES[char]
            continue
        if not unicodedata.combining(char):
            letter = char
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)) + tone
