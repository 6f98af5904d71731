from __future__ import annotations

import re

import pytest

from dancu import Ambiguous, Found, NotMatched, Subject

from ..answers import (  # noqa: TID252  # one set of documents for all unit tests
    CITIZEN,
    NOBODY,
    NUMBER,
    OLD_NUMBER,
    OTHER_NUMBER,
    SUBJECT,
    changed,
    collection,
    confirmation,
)
from .by_hand import Walk, confirming, looking_up, reply, walk

NAME = "Nguyễn Văn Mẫu"
NUMBER_ELEMENT = f"<ns1:SoDinhDanh>{NUMBER}</ns1:SoDinhDanh>"
OLD_ELEMENT = f"<ns1:SoCMND>{OLD_NUMBER}</ns1:SoCMND>"
DAY = "<ns1:NgayThangNam>19900102</ns1:NgayThangNam>"


def subject(**keys: str) -> Subject:
    """The subject with other keys."""
    return Subject(**{"number": NUMBER, "name": NAME, "birth_date": "1990-01-02", **keys})


def asked(about: Subject, *records: str) -> Walk:
    """A look-up answered with these records."""
    return walk(looking_up(about), send=reply(collection(*records)))


def findings(walked: Walk) -> list[str]:
    """The codes of the findings; those of the answer and those of the audit are the same."""
    assert isinstance(walked.result, Found)
    codes = [note.code for note in walked.result.findings]
    assert list(walked.outcome.findings) == codes
    return codes


def hints(walked: Walk) -> list[str]:
    """The codes of the hints of an answer without a record."""
    assert isinstance(walked.result, NotMatched)
    return [note.code for note in walked.result.hints]


def test_a_record_with_the_three_keys_has_no_findings() -> None:
    """Number, folded name and birth date are the asked ones: found, without a remark."""
    assert findings(asked(SUBJECT, CITIZEN)) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((NUMBER_ELEMENT, f"<ns1:SoDinhDanh>{OTHER_NUMBER}</ns1:SoDinhDanh>"), "renumbered"),
        ((NUMBER_ELEMENT, "<ns1:SoDinhDanh/>"), "number_missing"),
        ((NUMBER_ELEMENT, ""), "number_missing"),
        (("NGUYỄN VĂN MẪU", "NGUYỄN VĂN KHÁC"), "name_differs"),
        (("<ns1:Ten>NGUYỄN VĂN MẪU</ns1:Ten>", "<ns1:Ten/>"), "name_differs"),
    ],
)
def test_a_remarkable_record_is_found_with_a_finding(change: tuple[str, str], expected: str) -> None:
    """A re-issued or missing number with equal name and birth date, or another name under the number, is remarked."""
    assert findings(asked(SUBJECT, changed(change))) == [expected]


@pytest.mark.parametrize(
    "changes",
    [
        [(NUMBER_ELEMENT, f"<ns1:SoDinhDanh>{OTHER_NUMBER}</ns1:SoDinhDanh>"), ("NGUYỄN VĂN MẪU", "NGUYỄN VĂN KHÁC")],
        [(NUMBER_ELEMENT, f"<ns1:SoDinhDanh>{OTHER_NUMBER}</ns1:SoDinhDanh>"), (DAY, DAY.replace("0102", "0103"))],
        [(NUMBER_ELEMENT, "<ns1:SoDinhDanh/>"), ("<ns1:Nam>1990</ns1:Nam>", ""), (DAY, "")],
        [(DAY, DAY.replace("19900102", "19900103"))],
        [(DAY, DAY.replace("19900102", "19910102"))],
    ],
    ids=["other-number-and-name", "other-number-and-day", "no-number-no-date", "other-day", "other-year"],
)
def test_somebody_elses_record_is_an_answer_mismatch(changes: list[tuple[str, str]]) -> None:
    """A record whose keys contradict those sent is never shown and never asked for again."""
    walked = asked(SUBJECT, changed(*changes))
    assert (walked.failure.code, walked.failure.retryable, walked.result) == ("answer_mismatch", False, None)
    assert (walked.outcome.result, walked.outcome.code, walked.outcome.fields) == ("unavailable", "answer_mismatch", ())


@pytest.mark.parametrize("held", ["19900101", "19900102"])
def test_a_register_that_fills_in_new_years_day_is_believed(held: str) -> None:
    """1 January of the same year is a filler for "only the year is known", so it does not contradict a day."""
    assert findings(asked(SUBJECT, changed((DAY, DAY.replace("19900102", held))))) == []


def test_a_record_that_knows_the_year_alone_fits() -> None:
    """A record without a day fits a subject of that year."""
    assert findings(asked(SUBJECT, changed((DAY, "")))) == []


@pytest.mark.parametrize(("held", "fits"), [("19900131", True), ("19900201", False)])
def test_a_month_is_compared_after_the_answer(held: str, fits: bool) -> None:
    """A month-precision date goes out as its year; a record of another month is then no match."""
    walked = asked(subject(birth_date="1990-01"), changed((DAY, DAY.replace("19900102", held))))
    assert b"<dan:Nam>1990</dan:Nam>" in walked.sent.request.body
    assert b"NgayThangNam>" not in walked.sent.request.body
    assert walked.intent.keys == ("number", "name", "birth_year")
    assert isinstance(walked.result, Found if fits else NotMatched)
    assert walked.outcome.result == ("found" if fits else "not_matched")


def test_a_month_fits_a_record_that_knows_only_the_year() -> None:
    """What a record does not know cannot contradict a month."""
    assert findings(asked(subject(birth_date="1990-07"), changed((DAY, "")))) == []


def test_an_old_number_goes_out_and_is_compared_as_such() -> None:
    """A 9-digit number is sent as ``SoCMND`` and compared with the record's old number."""
    walked = asked(subject(number=OLD_NUMBER), CITIZEN)
    assert f"<dan:SoCMND>{OLD_NUMBER}</dan:SoCMND>".encode() in walked.sent.request.body
    assert b"SoDinhDanh" not in walked.sent.request.body
    assert findings(walked) == []


@pytest.mark.parametrize(("element", "expected"), [("<ns1:SoCMND/>", "number_missing"), ("", "number_missing")])
def test_an_old_number_that_the_record_lacks_is_remarked(element: str, expected: str) -> None:
    """A record without an old number is theirs by name and birth date, with a finding."""
    assert findings(asked(subject(number=OLD_NUMBER), changed((OLD_ELEMENT, element)))) == [expected]


def test_of_several_records_only_their_count_is_told() -> None:
    """Two records are ambiguous: a count, no data, and no field in the audit."""
    walked = asked(SUBJECT, CITIZEN, changed((NUMBER, OTHER_NUMBER)))
    assert isinstance(walked.result, Ambiguous)
    assert walked.result.count == 2
    assert not re.search(r"MẪU|0000900", repr(walked.result))
    assert (walked.outcome.result, walked.outcome.fields) == ("ambiguous", ())


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, ["day_month_swapped"]),
        ({"birth_date": "1990-01-13"}, []),
        ({"birth_date": "1990-02-02"}, []),
        ({"birth_date": "1990-01"}, []),
        ({"birth_date": "1990"}, ["year_only"]),
        ({"birth_date": "1990-01-01"}, ["filler_date"]),
        ({"number": "066790000001", "birth_date": "1990-02-02"}, []),
        ({"number": "066790000001", "birth_date": "1991"}, ["number_suggests_other_year", "year_only"]),
        ({"number": "066790000001", "birth_date": "1991-02-03"}, ["number_suggests_other_year", "day_month_swapped"]),
        ({"number": "005790000001", "birth_date": "1990-02-02"}, ["prefix_of_no_province"]),
        ({"number": "100790000001", "birth_date": "1990-02-02"}, []),
        ({"number": "000190000001", "birth_date": "1991-02-02"}, []),
        ({"number": "999190000001", "birth_date": "1991-02-02"}, []),
        ({"number": OLD_NUMBER, "birth_date": "1990-02-02"}, ["old_number"]),
        ({"name": "Mẫu", "birth_date": "1990-02-02"}, ["one_word_name"]),
        ({"name": "Bà Nguyễn Thị Mẫu", "birth_date": "1990-02-02"}, ["title_in_name"]),
        ({"name": "ÔNG. Nguyễn Văn Mẫu", "birth_date": "1990-02-02"}, ["title_in_name"]),
        ({"name": "Anhs Văn Mẫu", "birth_date": "1990-02-02"}, []),
        (
            {"number": OLD_NUMBER, "name": "Mẫu", "birth_date": "1990-02-03"},
            ["old_number", "one_word_name", "day_month_swapped"],
        ),
    ],
)
def test_hints_come_from_what_was_typed(keys: dict[str, str], expected: list[str]) -> None:
    """When nobody fits, the hints are what the typed keys themselves suggest."""
    about = subject(**keys)
    assert hints(walk(looking_up(about), send=reply(NOBODY))) == expected
    assert hints(walk(confirming(about), send=reply(confirmation("false")))) == expected


def test_hints_do_not_depend_on_the_register() -> None:
    """A record of another month and no record at all give the same hints: they tell nothing of the register."""
    about = subject(birth_date="1990-03")
    assert hints(asked(about, CITIZEN)) == hints(asked(about)) == []


def test_only_the_asked_fields_leave_the_flow() -> None:
    """The citizen holds the fields asked for and no others, although the record holds all."""
    walked = walk(looking_up(fields=("gender", "father")))
    assert walked.result.citizen.asked == {"gender", "father"}
    assert walked.outcome.fields == ("gender", "father")


@pytest.mark.parametrize(("birth_date", "born"), [("1990-01-02", "birth_date"), ("1990", "birth_year")])
def test_a_confirmation_names_the_keys_that_were_compared(birth_date: str, born: str) -> None:
    """The answer says whether a whole birth date or only its year was compared."""
    walked = walk(confirming(subject(birth_date=birth_date)), send=reply(confirmation("true")))
    assert walked.result.keys == walked.intent.keys == ("number", "name", born)
