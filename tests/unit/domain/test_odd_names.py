"""The table tests/data/names/odd.csv, and what is not odd: no name of the word lists is refused."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

import pytest

from dancu.domain.name_residue import RESIDUES, residue_of
from dancu.domain.names import clean_name, fold_name, parse_name
from dancu.domain.syllables import without_marks
from dancu.errors import InvalidInput

FOLDER = Path(__file__).parents[2] / "data" / "names"
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8}))")
REASONS = {str(residue): words for residue, words in RESIDUES.items()} | {
    "folded": "a character that cannot be folded",
    "stops": "full stops in a row: a part may be cut off",
    "empty": "empty",
}


class Odd(NamedTuple):
    typed: str
    folded: str
    refused: str
    reason: str


def _rows() -> list[Odd]:
    with (FOLDER / "odd.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    typed = [_ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), row["typed"]) for row in rows]
    return [Odd(text, row["folded"], row["refused"], row["reason"]) for text, row in zip(typed, rows, strict=True)]


def _words(file: str) -> list[str]:
    return (FOLDER / file).read_text(encoding="utf-8").splitlines()


ROWS = _rows()
SURNAMES, GIVEN_NAMES = _words("surnames.txt"), _words("given_names.txt")


def _letters(name: str) -> int:
    decomposed = unicodedata.normalize("NFD", clean_name(name))
    return sum(unicodedata.category(char).startswith("L") for char in decomposed)


@pytest.mark.parametrize("row", [row for row in ROWS if row.folded], ids=lambda row: f"{row.typed!a}")
def test_an_odd_name_is_sent_whole(row: Odd) -> None:
    """What can be read has one form for the wire, with a letter for every letter."""
    assert fold_name(parse_name(row.typed), "folded") == row.folded, row.reason
    assert len(row.folded) == _letters(row.typed)


@pytest.mark.parametrize("row", [row for row in ROWS if row.refused], ids=lambda row: f"{row.typed!a}")
def test_what_is_no_name_is_refused(row: Odd) -> None:
    """What cannot be read is an error that names the field and the cause, not the name."""
    with pytest.raises(InvalidInput) as caught:
        parse_name(row.typed, field="father.name")
    found = (caught.value.code, caught.value.field, caught.value.detail)
    assert found == ("invalid_subject", "father.name", REASONS[row.refused]), row.reason


def test_the_table_is_whole() -> None:
    """200 rows and more, each once, each either sent or refused, for every cause."""
    assert len({row.typed for row in ROWS}) == len(ROWS) >= 200
    assert all(bool(row.folded) != bool(row.refused) and row.reason for row in ROWS)
    assert {row.refused for row in ROWS} == {"", *REASONS}


def test_the_word_lists_are_whole() -> None:
    """100 surnames and 2,000 given names at least, each once and as cleaning leaves it."""
    for words, fewest in ((SURNAMES, 100), (GIVEN_NAMES, 2000)):
        assert len(set(words)) == len(words) >= fewest
        assert [clean_name(word) for word in words] == words


def test_no_name_of_the_lists_is_taken_for_residue() -> None:
    """Every surname and given name passes: in any case, without accents, joined, and with eth for Đ."""
    for name in SURNAMES + GIVEN_NAMES:
        bare = without_marks(name)
        joined = name.replace(" ", "")
        eth = name.replace("Đ", "\u00d0").replace("đ", "\u00f0")
        for typed in (name, name.lower(), name.upper(), bare, bare.upper(), joined, bare.replace(" ", ""), eth):
            assert residue_of(typed) is None, typed
            assert len(fold_name(typed, "folded")) == _letters(name), typed


def test_surnames_before_given_names_are_not_residue() -> None:
    """No surname before a given name looks like another encoding, though each has letters of those."""
    latin = [name for name in GIVEN_NAMES if not name.isascii() and _is_latin(name)]
    for surname in filter(_is_latin, SURNAMES):
        for name in latin:
            assert residue_of(f"{surname} {name}") is None, (surname, name)
    assert len(latin) > 300


def _is_latin(name: str) -> bool:
    return all(ord(char) < 0x100 for char in name)
