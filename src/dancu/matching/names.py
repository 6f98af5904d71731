"""Compare names by a ladder of exact steps; no score, and no guess (vn-data.md §3.2)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from dancu.domain.names import clean_name, tone_key
from dancu.matching.verdicts import verdict

if TYPE_CHECKING:
    from dancu.domain.outcomes import FieldVerdict

__all__ = ["compare_names"]

_OPEN_Y = str.maketrans({"y": "i", "ý": "í", "ỳ": "ì", "ỷ": "ỉ", "ỹ": "ĩ", "ỵ": "ị"})
_VOWELS = frozenset("aeiouyăâêôơư")
_SPACED = str.maketrans({"-": " ", ".": " "})


def compare_names(claimed: str, held: str | None) -> FieldVerdict:
    """Compare a claimed name with the register's; the first step that fits decides."""
    if not held:
        return verdict("not_registered")
    if claimed == held:
        return verdict("exact")
    mine, theirs = clean_name(claimed).casefold(), clean_name(held).casefold()
    if mine == theirs:
        return verdict("same_after_cleaning")
    if tone_key(mine) == tone_key(theirs):
        return verdict("tone_placement")
    if _spellings(mine) & _spellings(theirs):
        return verdict("spelling_variant")
    bare_mine, bare_theirs = _bare(mine), _bare(theirs)
    if bare_mine == bare_theirs and (_is_bare(mine) or _is_bare(theirs)):
        return verdict("accents_missing")
    if _part_of(mine, theirs) or _part_of(theirs, mine):
        return verdict("order_or_missing_part")
    return verdict("different")


def _spellings(name: str) -> set[str]:
    """Hyphen, dot and apostrophe gone; y as i at the end of an open syllable.

    Once with the tones keyed for each syllable, once with the tones where they stand, since
    names joined into one word have no syllables to key. Only the first holds digits.
    """
    syllables = [_open_i(syllable) for syllable in name.translate(_SPACED).replace("'", "").split()]
    return {"".join(map(tone_key, syllables)), "".join(syllables)}


def _open_i(syllable: str) -> str:
    """Lý and Lí are one sound, tay and tai are not: only after a consonant, or after qu."""
    stem, last = syllable[:-1], syllable[-1:]
    if not stem or (_base(stem[-1]) in _VOWELS and not stem.endswith("qu")):
        return syllable
    return stem + last.translate(_OPEN_Y)


def _base(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def _bare(name: str) -> str:
    plain = "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))
    return "".join(plain.replace("đ", "d").replace("ƀ", "b").translate(_SPACED).replace("'", "").split())


def _is_bare(name: str) -> bool:
    return name.isascii()


def _part_of(some: str, whole: str) -> bool:
    parts, rest = tone_key(some).split(" "), tone_key(whole).split(" ")
    return len(parts) > 1 and all(parts.count(part) <= rest.count(part) for part in parts)
