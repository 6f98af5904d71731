from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.ids import OldPersonNumber, PersonNumber, is_synthetic, parse_number, read_number
from dancu.errors import InvalidInput


@pytest.mark.parametrize(
    "typed",
    [
        "066790000001",
        " 066790000001 ",
        "066 790 000 001",
        "066.790.000.001",
        "066\u00a0790\u2009000\u202f001",
        "\ufeff066790000001\t",
    ],
)
def test_twelve_digits_are_a_personal_number(typed: str) -> None:
    """Spaces, dots and invisible characters between twelve digits are ignored."""
    number = parse_number(typed)
    assert type(number) is PersonNumber
    assert number == "066790000001"


def test_nine_digits_are_an_old_number() -> None:
    """Nine digits are the number of an old card, which is another element on the wire."""
    number = parse_number("000 000 001")
    assert type(number) is OldPersonNumber
    assert number == "000000001"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "empty"),
        (" . ", "empty"),
        ("06679000000", "12 digits, or 9 of an old card"),
        ("0667900000012", "12 digits, or 9 of an old card"),
        ("06679000000x", "digits 0-9 only"),
        ("-66790000001", "digits 0-9 only"),
        ("٠٦٦٧٩٠٠٠٠٠٠١", "digits 0-9 only"),
        ("０６６７９０００００００１", "digits 0-9 only"),
        ("06679000000²", "digits 0-9 only"),
        (66790000001, "a number is text, not an integer"),
        (None, "a number is text, not an integer"),
    ],
)
def test_anything_else_is_refused_with_the_reason(typed: str, why: str) -> None:
    """What is not 12 or 9 ASCII digits is an error that names the field and the reason."""
    with pytest.raises(InvalidInput) as caught:
        parse_number(typed, field="father.number")
    assert (caught.value.code, caught.value.field, caught.value.detail) == ("invalid_subject", "father.number", why)


@given(st.text(), st.booleans())
def test_parsing_answers_or_refuses_and_never_repeats_the_text(text: str, planted: bool) -> None:
    """Any text gives digits of one of the two lengths, or an error without the text."""
    try:
        number = parse_number(f"CANARY{text}" if planted else text)
    except InvalidInput as error:
        said = f"{error} {error!r} {error.message('vi')} {error.args}"
    else:
        said = ""
        assert len(number) in {9, 12} and number.isascii() and number.isdigit()
    assert "CANARY" not in said


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("066790000001", True),
        ("066690000001", True),
        ("066990000001", True),
        ("000190000001", True),
        ("999190000001", True),
        ("000000001", True),
        ("0661" + "90000001", False),
        ("0665" + "90000001", False),
        ("1000" + "90000001", False),
        ("240000001", False),
        ("", False),
        ("0007", False),
    ],
)
def test_synthetic_numbers_are_those_nobody_can_bear(number: str, expected: bool) -> None:
    """A 4th digit of 6 to 9 or the prefix 000 or 999 marks an invented number; an old one begins with 000."""
    assert is_synthetic(number) is expected


@pytest.mark.parametrize(
    ("number", "prefix", "gender", "year"),
    [
        ("066690000001", "066", "male", 1990),
        ("066790000001", "066", "female", 1990),
        ("054805000001", "054", "male", 2005),
        ("054905000001", "054", "female", 2005),
        ("000090000001", "000", "male", 1990),
        ("999310000001", "999", "female", 2010),
    ],
)
def test_a_number_suggests_place_gender_and_year(number: str, prefix: str, gender: str, year: int) -> None:
    """An invented number reads as the person it imitates, and says that it is invented."""
    reading = read_number(PersonNumber(number))
    assert reading is not None
    assert (reading.prefix, reading.gender, reading.year, reading.synthetic) == (prefix, gender, year, True)


@pytest.mark.parametrize("century", ["4", "5"])
def test_a_birth_after_2099_is_not_read(century: str) -> None:
    """The century digits 4 and 5 suggest nothing about a person of today."""
    assert read_number(PersonNumber(f"000{century}90000001")) is None


def test_what_a_number_suggests_is_not_shown_by_accident() -> None:
    """The reading of a number hides place, gender and year from ``repr``."""
    assert repr(read_number(PersonNumber("066790000001"))) == "NumberReading(synthetic=True, ***)"
