"""Compare names by a ladder of exact steps; no score, and no guess (vn-data.md §3.2).

=========================  ====================================================================
exact                      character by character
same_after_cleaning        capitals, composed or not, spaces, look-alikes (`clean_name`)
tone_placement             hòa and hoà (`tone_key`)
spelling_variant           i or y where a syllable ends in nothing else (Lý, Lí; not tay and tai,
                           nor thúy and thúi); a space, hyphen or apostrophe more or less
accents_missing            one side has no accent at all, and the letters are the same
order_or_missing_part      the same syllables in another order, or two and more of them and some more
different                  everything else
=========================  ====================================================================

A space more or less makes one name only where the joined word cannot be read as one
syllable: ``KimAnh`` is ``Kim Anh``, but ``Khoa`` is not ``K'Hoa`` and ``Thuý`` not ``Thu Ý``.
Names are never split or put in order here; it is only said that they differ so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dancu.domain.names import clean_name, tone_key
from dancu.domain.syllables import one_syllable, without_marks
from dancu.matching.verdicts import verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.domain.outcomes import FieldVerdict

__all__ = ["compare_names"]

_BORDERS = str.maketrans(dict.fromkeys("-.'", " "))
_BARE = _BORDERS | {ord("y"): "i"}
# As `tone_key` writes a syllable of i or y alone behind a consonant.
_OPEN_Y = re.compile("^(ngh?|nh|gh|kh|ph|th|tr|ch|qu|[bdđghklmnprstvx])y([0-5])$")


def compare_names(claimed: str, held: str | None) -> FieldVerdict:
    """Compare a claimed name with the register's; the first step that fits decides."""
    if not held:
        return verdict("not_registered")
    if claimed == held:
        return verdict("exact")
    mine, theirs = clean_name(claimed).casefold(), clean_name(held).casefold()
    if mine == theirs:
        return verdict("same_after_cleaning")
    return verdict(_rule(mine, theirs))


def _rule(mine: str, theirs: str) -> str:
    """The step for two cleaned names. Most pairs differ in their plain letters, which is quick to see."""
    bare, others = _bare(mine), _bare(theirs)
    if bare.replace(" ", "") == others.replace(" ", "") and (rule := _rule_of_letters(mine, theirs)):
        return rule
    if _share(bare.split(), others.split()) and _share(_spellings(mine), _spellings(theirs)):
        return "order_or_missing_part"
    return "different"


def _rule_of_letters(mine: str, theirs: str) -> str | None:
    """The step for names of the same plain letters in the same order; None where the accents contradict."""
    if tone_key(mine) == tone_key(theirs):
        return "tone_placement"
    if _agree(mine, theirs, _spelling):
        return "spelling_variant"
    if mine.isascii() != theirs.isascii() and _agree(without_marks(mine), without_marks(theirs), str):
        return "accents_missing"
    return None


def _share(some: list[str], whole: list[str]) -> bool:
    """Whether one has all the words of the other, two at least, in any order."""
    if len(some) > len(whole):
        some, whole = whole, some
    return len(some) > 1 and all(some.count(word) <= whole.count(word) for word in some)


def _bare(name: str) -> str:
    return without_marks(name).translate(_BARE)


def _spellings(name: str) -> list[str]:
    return list(map(_spelling, _words(name)))


def _words(name: str) -> list[str]:
    return name.translate(_BORDERS).split()


def _spelling(word: str) -> str:
    return _OPEN_Y.sub(r"\1i\2", tone_key(word))


def _agree(mine: str, theirs: str, spelt: Callable[[str], str]) -> bool:
    """Whether the words agree, some of them written as one on one side."""
    one, other = _words(mine)[::-1], _words(theirs)[::-1]
    while one and other:
        joined, parts = (one, other) if len(one[-1]) >= len(other[-1]) else (other, one)
        if not _takes(joined.pop(), parts, spelt):
            return False
    return not one and not other


def _takes(joined: str, parts: list[str], spelt: Callable[[str], str]) -> bool:
    """Take from the end of ``parts`` the words that this one consists of; False where they are not its own."""
    if parts and len(parts[-1]) < len(joined) and one_syllable(joined):
        return False
    while joined and parts:
        part = parts.pop()
        if spelt(joined[: len(part)]) != spelt(part):
            return False
        joined = joined[len(part) :]
    return not joined
