from __future__ import annotations

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.dates import PartialDate, parse_date, parse_typed_date, parse_wire_date
from dancu.errors import InvalidInput

days = st.dates(min_value=datetime.date(1800, 1, 1))
partial_dates = st.builds(
    lambda day, parts: PartialDate(*(day.year, day.month, day.day)[:parts]), days, st.integers(min_value=1, max_value=3)
)
date_like = (
    st.from_regex(r"\A[0-9./ -]{0,12}\Z")
    | st.from_regex(r"\A(ngày )?[0-9 ]{0,3}tháng [0-9]{1,2} năm [0-9]{4}\Z")
    | st.text(max_size=12)
)


@given(partial_dates)
def test_text_and_date_are_one(date: PartialDate) -> None:
    """``str`` of a date at any precision reads back as the same date, on the wire as well."""
    assert parse_date(str(date)) == date
    assert parse_wire_date(str(date)) == date
    assert (
        len(str(date)) == {(True, True): 4, (False, True): 7, (False, False): 10}[date.month is None, date.day is None]
    )


@given(days)
def test_a_day_is_read_in_every_notation(day: datetime.date) -> None:
    """A calendar date, ISO text, what people type and what the wire carries are the same day."""
    expected = PartialDate(day.year, day.month, day.day)
    assert parse_date(day) == expected
    assert parse_typed_date(f"{day.day}/{day.month}/{day.year:04}") == expected
    assert parse_typed_date(f"{day.day:02}-{day.month:02}-{day.year:04}") == expected
    assert parse_typed_date(f"{day.day:02}{day.month:02}{day.year:04}") == expected
    assert parse_wire_date(f"{day.year:04}{day.month:02}{day.day:02}") == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("02/01/1990", PartialDate(1990, 1, 2)),
        ("2-1-1990", PartialDate(1990, 1, 2)),
        ("2.1.1990", PartialDate(1990, 1, 2)),
        ("02011990", PartialDate(1990, 1, 2)),
        ("1990-01-02", PartialDate(1990, 1, 2)),
        (" 01/1990 ", PartialDate(1990, 1)),
        ("1-1990", PartialDate(1990, 1)),
        ("1990-01", PartialDate(1990, 1)),
        ("1990", PartialDate(1990)),
        ("2 / 1 / 1990", PartialDate(1990, 1, 2)),
        ("2 1 1990", PartialDate(1990, 1, 2)),
        ("02 /01/ 1990", PartialDate(1990, 1, 2)),
        ("2\u00a0\u2013\u00a01 \u2212 1990", PartialDate(1990, 1, 2)),
        ("02\u201001\u20111990", PartialDate(1990, 1, 2)),
        ("2\u22151\u20441990", PartialDate(1990, 1, 2)),
        ("\uff10\uff12\uff0f\uff10\uff11\uff0f\uff11\uff19\uff19\uff10", PartialDate(1990, 1, 2)),
        ("\ufeff02/01/\u200b1990", PartialDate(1990, 1, 2)),
        ("29/02/2000", PartialDate(2000, 2, 29)),
        ("01/01/1800", PartialDate(1800, 1, 1)),
        ("31/12/9999", PartialDate(9999, 12, 31)),
    ],
)
def test_the_day_comes_first_in_what_people_type(typed: str, expected: PartialDate) -> None:
    """Typed dates are day first, with strokes, hyphens, dots, spaces or nothing between, in any of their looks."""
    assert parse_typed_date(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ngày 2 tháng 1 năm 1990", PartialDate(1990, 1, 2)),
        ("Ngày 02, tháng 01, năm 1990", PartialDate(1990, 1, 2)),
        ("2 tháng 1, 1990", PartialDate(1990, 1, 2)),
        ("ngày 2/1/1990", PartialDate(1990, 1, 2)),
        ("NGAY 2 THANG 1 NAM 1990", PartialDate(1990, 1, 2)),
        ("nga\u0300y 2 tha\u0301ng 1 n\u0103m 1990", PartialDate(1990, 1, 2)),
        ("tháng 1 năm 1990", PartialDate(1990, 1)),
        ("tháng 1/1990", PartialDate(1990, 1)),
        ("năm 1990", PartialDate(1990)),
        ("ngày 00 tháng 00 năm 1990", PartialDate(1990)),
    ],
)
def test_a_date_may_be_typed_with_its_words(typed: str, expected: PartialDate) -> None:
    """``ngày``, ``tháng`` and ``năm`` around the figures are understood, with or without accents."""
    assert parse_typed_date(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("00/00/1990", PartialDate(1990)),
        ("00/01/1990", PartialDate(1990, 1)),
        ("00001990", PartialDate(1990)),
        ("00011990", PartialDate(1990, 1)),
        ("19900000", PartialDate(1990)),
        ("19900100", PartialDate(1990, 1)),
    ],
)
def test_two_zeros_mean_unknown(typed: str, expected: PartialDate) -> None:
    """The filler of health data leaves a typed date at the precision before it."""
    assert parse_typed_date(typed) == expected


@pytest.mark.parametrize("day", [datetime.date(1990, 1, 2), datetime.date(2009, 11, 30), datetime.date(2012, 12, 20)])
def test_eight_digits_may_begin_with_the_year(day: datetime.date) -> None:
    """Eight digits that can be no ddMMyyyy are read as yyyyMMdd."""
    assert parse_typed_date(f"{day:%Y%m%d}") == PartialDate(day.year, day.month, day.day)


@given(st.dates(datetime.date(1800, 1, 1), datetime.date(2099, 12, 31)), days)
def test_eight_digits_have_one_reading(year_first: datetime.date, day_first: datetime.date) -> None:
    """Neither order ever takes the digits of the other for a date of its own."""
    for day, digits in (
        (year_first, f"{year_first:%Y%m%d}"),
        (day_first, f"{day_first.day:02}{day_first.month:02}{day_first.year:04}"),
    ):
        assert parse_typed_date(digits) == PartialDate(day.year, day.month, day.day)


SHAPE = "day first and the year in four digits: dd/mm/yyyy, mm/yyyy or yyyy"
MONTH = "no such month; the day comes first: dd/mm/yyyy"
DAY = "no such day, or before 1800"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        *(
            (text, SHAPE)
            for text in ("", "1/2/90", "010290", "1021990", "1990/01/02", "2 Jan 1990", "\u0661\u0669\u0669\u0660")
        ),
        *(
            (text, SHAPE)
            for text in ("ngày 1990", "tháng 1990", "ngày 2 năm 1990", "năm 90", "02/01/1990 âm lịch", "2//1/1990")
        ),
        *((text, MONTH) for text in ("01/31/1990", "20133112", "13/1990", "ngày 1 tháng 31 năm 1990")),
        *(
            (text, DAY)
            for text in ("30/02/1990", "31022000", "29/02/1900", "19900230", "29101201", "01/01/1799", "32/01/1990")
        ),
        *((text, DAY) for text in ("0/1/1990", "1/0/1990", "01/00/1990", "00/1/0999", "1799", "00000000")),
    ],
)
def test_a_typed_date_that_is_none_is_refused(text: str, detail: str) -> None:
    """A day that does not exist, a short year or another order is an error on the field that says what is wanted."""
    with pytest.raises(InvalidInput) as caught:
        parse_typed_date(text, field="claim.birth_date")
    assert (caught.value.code, caught.value.field) == ("invalid_subject", "claim.birth_date")
    assert caught.value.detail == detail


@pytest.mark.parametrize(
    "value",
    [
        "",
        "02/01/1990",
        "1990-1-2",
        "1990-13",
        "1990-02-30",
        "1799",
        "0000",
        "10000",
        "1990-01-02T00",
        1990,
        None,
        b"1990",
        datetime.date(1799, 12, 31),
    ],
)
def test_a_date_that_is_none_is_refused(value: str) -> None:
    """Other notations, days outside the calendar or before 1800 and other types are one error on the field."""
    with pytest.raises(InvalidInput) as caught:
        parse_date(value)
    assert (caught.value.code, caught.value.field) == ("invalid_subject", "birth_date")


@given(date_like)
def test_reading_a_date_raises_nothing_else(text: str) -> None:
    """Any text is a date or `InvalidInput`; on the wire it is a date or None."""
    for parse in (parse_date, parse_typed_date):
        with contextlib.suppress(InvalidInput):
            assert isinstance(parse(text), PartialDate)
    assert isinstance(parse_wire_date(text), PartialDate | None)


@pytest.mark.parametrize("value", [datetime.date(1990, 1, 2), datetime.datetime(1990, 1, 2, 3, 4, tzinfo=datetime.UTC)])
def test_a_typed_date_may_be_a_date(value: str) -> None:
    """A caller that hands a calendar date where text is usual is understood."""
    assert parse_typed_date(value) == PartialDate(1990, 1, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19900102", PartialDate(1990, 1, 2)),
        ("1990", PartialDate(1990)),
        ("19900000", PartialDate(1990)),
        ("19900100", PartialDate(1990, 1)),
        ("19900002", PartialDate(1990)),
        ("1990-00-00", PartialDate(1990)),
        ("00000000", None),
        ("19900230", None),
        ("17990101", None),
        ("02/01/1990", None),
        ("", None),
        ("1990010", None),
        ("199001021", None),
        ("1990-01-02T00", None),
    ],
)
def test_zero_on_the_wire_means_unknown(text: str, expected: PartialDate | None) -> None:
    """Zero month or day leaves the date at the precision before it; what is no date is None."""
    assert parse_wire_date(text) == expected


@pytest.mark.parametrize(
    "parts", [(1990, None, 2), (1990, 13), (1990, 2, 30), (1990, 0), (1990, 1, 0), (1799,), (10000,), (0,)]
)
def test_no_such_date_is_made(parts: tuple[int, ...]) -> None:
    """A day without a month, outside the calendar or before 1800 does not exist."""
    with pytest.raises(ValueError, match=r"date|day|month|year"):
        PartialDate(*parts)


@given(partial_dates, partial_dates)
def test_dates_fit_where_both_know(one: PartialDate, other: PartialDate) -> None:
    """Fitting is mutual, and a date fits each coarser form of itself."""
    assert one.fits(other) is other.fits(one)
    assert one.fits(PartialDate(one.year)) and one.fits(PartialDate(one.year, one.month)) and one.fits(one)
    assert not one.fits(PartialDate(one.year - 1 if one.year > 1800 else 1801))


def test_a_date_begins_on_its_first_day() -> None:
    """A year or month is after a day only when its first day is."""
    today = datetime.date(2026, 11, 22)
    assert [
        date.begins_after(today) for date in (PartialDate(2026), PartialDate(2026, 11), PartialDate(2026, 11, 22))
    ] == [False] * 3
    assert [
        date.begins_after(today) for date in (PartialDate(2027), PartialDate(2026, 12), PartialDate(2026, 11, 23))
    ] == [True] * 3


def test_a_date_shows_itself_in_text_only() -> None:
    """``str`` and an f-string show the date; ``repr`` does not."""
    date = PartialDate(1990, 1, 2)
    assert f"{date}" == "1990-01-02"
    assert repr(date) == "PartialDate(***)"
