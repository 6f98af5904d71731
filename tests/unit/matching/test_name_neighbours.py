"""Every surname and given name of tests/data/names against everything one key away from it, without sampling."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dancu.matching.names import compare_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Neighbours = Callable[["Spelt"], Iterator["Spelt"]]
    Spelt = tuple[tuple[str, str], ...]

FOLDER = Path(__file__).parents[2] / "data" / "names"
SURNAMES = (FOLDER / "surnames.txt").read_text(encoding="utf-8").splitlines()
GIVEN_NAMES = (FOLDER / "given_names.txt").read_text(encoding="utf-8").splitlines()
NAMES = SURNAMES + GIVEN_NAMES

ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
VOWELS = frozenset("aăâeêioôơuưy")
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
Y_AS_I = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
TOLD_APART = {"different", "accents_missing", "order_or_missing_part"}
# What may stand before an i that may be a y: a consonant that is written so before i, or qu.
BEFORE_I = frozenset(
    [
        "b",
        "d",
        "đ",
        "g",
        "h",
        "l",
        "m",
        "n",
        "p",
        "r",
        "s",
        "t",
        "v",
        "x",
        "k",
        "ch",
        "gh",
        "kh",
        "ng",
        "nh",
        "ngh",
        "ph",
        "qu",
        "th",
        "tr",
    ]
)


def spelt(name: str) -> Spelt:
    """The letters of a name in lower case, each with the tone that stands on it."""
    letters: list[tuple[str, str]] = []
    for char in name.lower():
        decomposed = unicodedata.normalize("NFD", char)
        tone = next((mark for mark in decomposed if mark in TONES), "") if char != "ñ" else ""
        letters.append((unicodedata.normalize("NFC", decomposed.replace(tone, "") if tone else decomposed), tone))
    return tuple(letters)


def joined(name: Spelt) -> str:
    """The letters and tones as text."""
    return unicodedata.normalize("NFC", "".join(letter + tone for letter, tone in name))


def other_tones(name: Spelt) -> Iterator[Spelt]:
    """Each syllable with each other tone, on each of its vowels."""
    start = 0
    for syllable in joined(name).split(" "):
        own = spelt(syllable)
        tone = next((mark for _letter, mark in own if mark), "")
        bare = tuple((letter, "") for letter, _mark in own)
        for index, (letter, _mark) in enumerate(own):
            if letter in VOWELS:
                for other in (mark for mark in TONES if mark != tone):
                    changed = (*bare[:index], (letter, other), *bare[index + 1 :])
                    yield (*name[:start], *changed, *name[start + len(own) :])
        start += len(own) + 1


def other_letters(name: Spelt) -> Iterator[Spelt]:
    """Each letter replaced by each other of the alphabet; a vowel in a vowel's place keeps its tone."""
    for index, (letter, tone) in enumerate(name):
        if letter == " ":
            continue
        for other in ALPHABET:
            if other != letter:
                yield (*name[:index], (other, tone if other in VOWELS else ""), *name[index + 1 :])


def more_and_fewer_letters(name: Spelt) -> Iterator[Spelt]:
    """Each letter left out, and each letter of the alphabet put in at each place."""
    for index, (letter, _tone) in enumerate(name):
        if letter != " ":
            yield (*name[:index], *name[index + 1 :])
    for index in range(len(name) + 1):
        for letter in ALPHABET:
            yield (*name[:index], (letter, ""), *name[index:])


def is_variant(one: Spelt, other: Spelt) -> bool:
    """Whether the two spellings of one sound are all that differs: i and y, alone behind a consonant."""
    words, others = joined(one), joined(other)
    if words.translate(Y_AS_I) != others.translate(Y_AS_I):
        return False
    return all(map(_same_or_variant, words.split(" "), others.split(" ")))


def _same_or_variant(one: str, other: str) -> bool:
    (*onset, (last, tone)), (*other_onset, (other_last, other_tone)) = spelt(one), spelt(other)
    return one == other or (
        onset == other_onset
        and tone == other_tone
        and {last, other_last} == {"i", "y"}
        and "".join(letter + mark for letter, mark in onset) in BEFORE_I
    )


@pytest.mark.slow
@pytest.mark.parametrize("neighbours", [other_tones, other_letters, more_and_fewer_letters])
def test_one_key_away_is_another_name(neighbours: Neighbours) -> None:
    """No name is held equal to one that differs in one tone or letter, but for i and y, which are noticed."""
    compared = 0
    for name in NAMES:
        own = spelt(name)
        for other in neighbours(own):
            compared += 1
            rule = compare_names(joined(other), name).rule
            expected = "spelling_variant" if is_variant(own, other) else rule
            assert rule == expected, (name, joined(other), rule)
            assert rule in TOLD_APART or is_variant(own, other), (name, joined(other), rule)
    assert compared > 10 * len(NAMES)


# Open syllables with two vowels, in which some write the tone on the first and some on the second.
OPEN_PAIRS = ("oa", "oe", "uy")


def placements(name: str) -> set[str]:
    """The name with the tone of each open oa, oe and uy on either vowel, and that of qu and gi as some type it."""
    found = {""}
    for syllable in name.split(" "):
        own = spelt(syllable)
        letters = "".join(letter for letter, _tone in own)
        tone = "".join(mark for _letter, mark in own)
        movable = letters.endswith(OPEN_PAIRS) or (letters[:2] in {"qu", "gi"} and letters[2:] in set("aeoơêyu"))
        first = len(letters) - 2
        spellings = [syllable]
        if movable and tone:
            bare = tuple((letter, "") for letter in letters)
            spellings = [joined((*bare[:at], (bare[at][0], tone), *bare[at + 1 :])) for at in (first, first + 1)]
        found = {f"{before} {spelling}".strip() for before in found for spelling in spellings}
    return found


def typings(name: str) -> Iterator[str]:
    """The same name as keyboards, fonts and files deliver it."""
    decomposed = unicodedata.normalize("NFD", name)
    yield from (name.lower(), name.upper(), name.title(), decomposed, decomposed.upper(), f"{name}.", f" {name}\t")
    yield from (name.replace(" ", space) for space in ("  ", "\u00a0", " \u2009", "\u3000", " \u200b"))
    yield from ("\u200b".join(name), "\ufeff" + name, "\u200d".join(decomposed), "\ufe0f".join(name))
    yield name.replace("Đ", "\u00d0").replace("đ", "\u00f0")
    yield name.replace("Đ", "\u0189").replace("đ", "\u0256")
    yield name.replace("Đ", "D\u0335").replace("đ", "d\u0336")


def test_another_typing_is_the_same_name() -> None:
    """Case, composition, spaces, invisible characters, eth and a full stop at the end make no other name."""
    for name in NAMES:
        for typed in typings(name):
            assert compare_names(typed, name).rule in {"exact", "same_after_cleaning"}, (name, typed)


def test_another_place_of_the_tone_is_the_same_name() -> None:
    """The tone on either vowel of an open oa, oe or uy, and behind qu and gi, makes no other name."""
    moved = 0
    for name in NAMES:
        for other in placements(name.lower()) - {name.lower()}:
            moved += 1
            for typed in (other, other.upper(), unicodedata.normalize("NFD", other)):
                assert compare_names(typed, name).rule == "tone_placement", (name, other)
    assert moved > 100
