"""Names: cleaned for keeping, folded for the wire, keyed for comparing.

The register's platforms want a name unaccented, upper-case and without spaces
(wire.md §2.6). No letter is ever dropped on the way: what has no agreed folding, and
what a wrong encoding or input method left behind, is a typed error on ``name``, and
nothing is sent.

What cleaning takes for the same letter or sign, because it looks the same in print:

=========================  ==================================================================
Đ, đ                       U+00D0 and U+00F0 (eth), U+0189 and U+0256, d under a stroke overlay
Ƀ, ƀ (Ê-đê, Gia-rai)       b under a stroke overlay
ă, ĕ, ĭ, ŏ, ŭ              the same vowel under a caron, which no orthography of the country has
i                          the dotless and the dotted one (ICAO 9303 folds both to I)
Latin letters              full-width ones, as East Asian keyboards send them
', -, .                    curly, raised, full-width ones and primes; dashes; full-width
a space                    every space of Unicode, several of them, and those at either end
nothing                    format characters, variation selectors, one full stop at the end
=========================  ==================================================================

Letters of another script are refused, however alike (Cyrillic А): they say that the name
was put together, not typed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from dancu.domain.name_residue import RESIDUES, residue_of
from dancu.domain.syllables import FOLDED_MARKS, LETTERS, tone_key
from dancu.errors import InvalidInput
from dancu.privacy import PersonalText

__all__ = ["Name", "NameStyle", "clean_name", "fold_name", "parse_name", "tone_key"]

NameStyle = Literal["folded", "spaced", "raw"]

LONGEST = 100
_LOOK_ALIKES = str.maketrans(
    {"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ", "\u0131": "i"}
    | {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code).isalpha()}
    | dict.fromkeys("\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u2032\u2035\u00b4`\ua78c\uff07\uff40", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u02d7\ufe58\ufe63\uff0d", "-")
    | {"\uff0e": "."}
)
_OVERLAID = re.compile("([BDbd])[\u0335\u0336]")
_STRUCK = {"B": "Ƀ", "D": "Đ", "b": "ƀ", "d": "đ"}
_EXTRA_DOT = re.compile("([Ii]\u0323?)\u0307")
_CARON = re.compile("([AEIOUaeiou][\u0302\u031b\u0323]*)\u030c")
# Variation selectors and the grapheme joiner are marks by category, and as invisible as format characters.
_INVISIBLE = re.compile("[\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_CLEAN = re.compile(rf"[{LETTERS}'-]+(?: [{LETTERS}'-]+)*")

_PUNCTUATION = frozenset("'.-")
_STROKES = {"đ": "D", "Đ": "D", "ƀ": "B", "Ƀ": "B"}
_ASCII_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_CARON_MARK = "\u030c"


class Name(PersonalText):
    """A person's whole name as it is kept: NFC, single spaces, never split or reordered."""

    __slots__ = ()


def clean_name(text: str) -> str:
    """Undo what keyboards and fonts do to a name without changing how it reads; the module says what.

    It judges nothing: any text is cleaned, a name or not.
    """
    if _CLEAN.fullmatch(text):
        return text
    # First what is invisible: a letter composes with its mark only where nothing stands between them.
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = unicodedata.normalize("NFD", _INVISIBLE.sub("", visible)).translate(_LOOK_ALIKES)
    text = _OVERLAID.sub(lambda match: _STRUCK[match[1]], text)
    text = _CARON.sub("\\1\u0306", _EXTRA_DOT.sub(r"\1", text))
    return _without_full_stop(" ".join(unicodedata.normalize("NFC", text).split()))


def _without_full_stop(text: str) -> str:
    """Without the one at the end; several in a row are kept, since they say that something was cut off."""
    while text.endswith(".") and not text.endswith(".."):
        text = text[:-1].rstrip()
    return text


def parse_name(text: str, *, field: str = "name") -> Name:
    """Clean a name and make sure that it can be sent.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``field``: empty, longer than 100
            characters, or one that `fold_name` refuses.
    """
    if not isinstance(text, str):
        raise InvalidInput("invalid_subject", field=field, detail="a name is text")
    cleaned = clean_name(text)
    if len(cleaned) > LONGEST:
        raise InvalidInput("invalid_subject", field=field, detail=f"longer than {LONGEST} characters")
    if not fold_name(text, "folded", field=field):
        raise InvalidInput("invalid_subject", field=field, detail="empty")
    return Name(cleaned)


def fold_name(name: str, style: NameStyle, *, field: str = "name") -> str:
    """Render a name for the wire.

    ``folded`` is ``H'HEN NIE`` without accents, apostrophe and space: ``HHENNIE``;
    ``spaced`` keeps single spaces; ``raw`` is the cleaned name itself.

    Raises:
        InvalidInput: ``invalid_subject`` on a digit, ``?``, U+FFFD or any letter without
            an agreed folding, on full stops in a row, and on what
            `dancu.domain.name_residue` recognises.
    """
    if residue := residue_of(name):
        raise InvalidInput("invalid_subject", field=field, detail=RESIDUES[residue])
    cleaned = clean_name(name)
    if ".." in cleaned:
        raise InvalidInput("invalid_subject", field=field, detail="full stops in a row: a part may be cut off")
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
        elif char in FOLDED_MARKS and letters and (char != _CARON_MARK or letters[-1] == "C"):
            continue
        elif char not in _PUNCTUATION:
            raise InvalidInput("invalid_subject", field=field, detail="a character that cannot be folded")
    return "".join(letters)
