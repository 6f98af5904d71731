from __future__ import annotations

import datetime
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.date_words import date_in_words, number_in_words
from dancu.domain.dates import PartialDate

PLAIN = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
ONES = {word: number for number, word in enumerate(PLAIN)} | {"mốt": 1, "tư": 4, "lăm": 5}
PLACES = {"nghìn": 1000, "trăm": 100, "mươi": 10}


def number_from(words: str) -> int:
    """The number that words say: each digit counts by the place behind it, ``mười`` is ten, ``linh`` is nothing."""
    value, digit = 0, 0
    for word in words.split(" "):
        if word in ONES:
            digit = ONES[word]
            continue
        value += 10 if word == "mười" else digit * PLACES.get(word, 0)
        assert word in {"mười", "linh", *PLACES}, words
        digit = 0
    return value + digit


def test_every_number_reads_back() -> None:
    """Each number from 0 to 9999 has its own words, which a separate reading takes back to it."""
    words = [number_in_words(number) for number in range(10_000)]
    assert [number_from(text) for text in words] == list(range(10_000))
    assert len(set(words)) == 10_000


def test_digits_sound_by_where_they_stand() -> None:
    """No number joins two words that are not said together."""
    said = {pair for number in range(10_000) for pair in itertools.pairwise(number_in_words(number).split(" "))}
    wrong_ones = {("mươi", "một"), ("mươi", "bốn"), ("mươi", "năm"), ("mươi", "không")}
    wrong_tens = {("mười", "mốt"), ("mười", "tư"), ("mười", "năm"), ("mười", "không"), ("một", "mươi")}
    wrong_links = {("linh", "mốt"), ("linh", "tư"), ("linh", "lăm"), ("linh", "không"), ("nghìn", "linh")}
    assert not said & (wrong_ones | wrong_tens | wrong_links)
    assert {("mươi", "mốt"), ("mươi", "tư"), ("mươi", "lăm"), ("mười", "lăm"), ("linh", "năm")} <= said


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (1, "một"),
        (4, "bốn"),
        (5, "năm"),
        (7, "bảy"),
        (9, "chín"),
        (10, "mười"),
        (11, "mười một"),
        (12, "mười hai"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (19, "mười chín"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (22, "hai mươi hai"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (30, "ba mươi"),
        (31, "ba mươi mốt"),
        (44, "bốn mươi tư"),
        (45, "bốn mươi lăm"),
        (51, "năm mươi mốt"),
        (55, "năm mươi lăm"),
        (91, "chín mươi mốt"),
        (99, "chín mươi chín"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (111, "một trăm mười một"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (200, "hai trăm"),
        (444, "bốn trăm bốn mươi tư"),
        (505, "năm trăm linh năm"),
        (555, "năm trăm năm mươi lăm"),
        (615, "sáu trăm mười lăm"),
        (991, "chín trăm chín mươi mốt"),
        (1000, "một nghìn"),
        (1001, "một nghìn không trăm linh một"),
        (1010, "một nghìn không trăm mười"),
        (1015, "một nghìn không trăm mười lăm"),
        (1100, "một nghìn một trăm"),
        (1800, "một nghìn tám trăm"),
        (1901, "một nghìn chín trăm linh một"),
        (1905, "một nghìn chín trăm linh năm"),
        (1945, "một nghìn chín trăm bốn mươi lăm"),
        (1954, "một nghìn chín trăm năm mươi tư"),
        (1975, "một nghìn chín trăm bảy mươi lăm"),
        (1990, "một nghìn chín trăm chín mươi"),
        (1991, "một nghìn chín trăm chín mươi mốt"),
        (1999, "một nghìn chín trăm chín mươi chín"),
        (2000, "hai nghìn"),
        (2004, "hai nghìn không trăm linh bốn"),
        (2005, "hai nghìn không trăm linh năm"),
        (2010, "hai nghìn không trăm mười"),
        (2015, "hai nghìn không trăm mười lăm"),
        (2021, "hai nghìn không trăm hai mươi mốt"),
        (2024, "hai nghìn không trăm hai mươi tư"),
        (2026, "hai nghìn không trăm hai mươi sáu"),
        (5005, "năm nghìn không trăm linh năm"),
        (9999, "chín nghìn chín trăm chín mươi chín"),
    ],
)
def test_numbers_are_said_as_at_school(number: int, words: str) -> None:
    """The words of single numbers, written by hand."""
    assert number_in_words(number) == words


@pytest.mark.parametrize("number", [-1, 10_000])
def test_other_numbers_have_no_words(number: int) -> None:
    """Four places are what a date needs; more is refused and not said wrongly."""
    with pytest.raises(ValueError, match="0 to 9999"):
        number_in_words(number)


@pytest.mark.parametrize(
    ("date", "words"),
    [
        (PartialDate(1990, 1, 2), "ngày hai tháng một năm một nghìn chín trăm chín mươi"),
        (PartialDate(2005, 4, 24), "ngày hai mươi tư tháng tư năm hai nghìn không trăm linh năm"),
        (PartialDate(2004, 4, 4), "ngày bốn tháng tư năm hai nghìn không trăm linh bốn"),
        (PartialDate(2000, 12, 31), "ngày ba mươi mốt tháng mười hai năm hai nghìn"),
        (PartialDate(1955, 5, 15), "ngày mười lăm tháng năm năm một nghìn chín trăm năm mươi lăm"),
        (PartialDate(1975, 11, 10), "ngày mười tháng mười một năm một nghìn chín trăm bảy mươi lăm"),
        (PartialDate(1948, 10), "tháng mười năm một nghìn chín trăm bốn mươi tám"),
        (PartialDate(1948, 4), "tháng tư năm một nghìn chín trăm bốn mươi tám"),
        (PartialDate(1948), "năm một nghìn chín trăm bốn mươi tám"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(date: PartialDate, words: str) -> None:
    """Day, month and year by their numbers, the fourth month as ``tháng tư``; an unknown part is not said."""
    assert date_in_words(date) == words


@given(st.dates(min_value=datetime.date(1800, 1, 1)))
def test_every_day_reads_back(day: datetime.date) -> None:
    """The words behind ``ngày``, ``tháng`` and ``năm`` are those of the date's numbers."""
    found = re.fullmatch("ngày (.+) tháng (.+?) năm (.+)", date_in_words(PartialDate(day.year, day.month, day.day)))
    assert found is not None
    assert [number_from(words) for words in found.groups()] == [day.day, day.month, day.year]
