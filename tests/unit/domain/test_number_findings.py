from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain import codes
from dancu.domain.codes import Coded
from dancu.domain.ids import is_synthetic
from dancu.domain.number_findings import NUMBER_FINDINGS, check_number
from dancu.domain.units import unit_codes
from dancu.errors import InvalidInput

# In parts, since no file holds a number that a living person could bear.
REAL = "066" + "190000001"  # female, 1990


def found(number: str, **stated: object) -> list[tuple[str, str]]:
    """Code and level of each finding, in order."""
    return [(one.code, one.level) for one in check_number(number, **stated)]  # type: ignore[arg-type]  # stated as a table does


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("", [("empty", "error")]),
        (" . ", [("empty", "error")]),
        ("O66790000001", [("not_digits", "error")]),
        ("０６６790000001", [("not_digits", "error")]),
        ("06679000000", [("wrong_length", "error")]),
        ("0667900000012", [("wrong_length", "error")]),
        ("24" + "0000001", [("old_number", "note")]),
        ("000 000 001", [("invented_number", "warning"), ("old_number", "note")]),
        (REAL, []),
        ("066 190.000\u00a0001", []),
        ("100" + REAL[3:], [("unknown_prefix", "note")]),
        ("003" + REAL[3:], [("unknown_prefix", "note")]),
        ("0664" + REAL[4:], [("future_birth", "warning")]),
        ("0665" + REAL[4:], [("future_birth", "warning")]),
        ("066790000001", [("invented_number", "warning")]),
        ("000190000001", [("invented_number", "warning")]),
        ("999190000001", [("invented_number", "warning")]),
        ("100790000001", [("invented_number", "warning"), ("unknown_prefix", "note")]),
    ],
)
def test_a_number_is_judged_by_itself(number: str, expected: list[tuple[str, str]]) -> None:
    """Length and digits are errors, the far future and an invented number warnings, an unknown prefix a note."""
    assert found(number) == expected


@pytest.mark.parametrize(
    ("gender", "differs"),
    [
        ("1", True),
        ("2", False),
        (codes.gender("1"), True),
        (codes.gender("2"), False),
        ("0", False),
        (codes.gender("0"), False),
        (None, False),
        ("9", False),
        (Coded("", "khác"), False),
    ],
)
def test_the_stated_gender_is_compared_where_it_is_known(gender: Coded | str | None, differs: bool) -> None:
    """Male against a woman's number is a warning; no information and unknown codes are not compared."""
    assert found(REAL, gender=gender) == ([("gender_differs", "warning")] if differs else [])


@pytest.mark.parametrize(
    ("birth_date", "differs"),
    [("1990-01-02", False), ("1990", False), (datetime.date(1991, 1, 2), True), ("1890", True), (None, False)],
)
def test_the_stated_year_is_compared(birth_date: str | datetime.date | None, differs: bool) -> None:
    """Another birth year than the number's is a warning, whatever the precision of the date."""
    assert found(REAL, birth_date=birth_date) == ([("birth_year_differs", "warning")] if differs else [])


def test_an_invented_number_is_compared_as_the_person_it_imitates() -> None:
    """The fourth digit 7 stands for a woman born in the 1900s, so both comparisons work in tests."""
    both = [("invented_number", "warning"), ("gender_differs", "warning"), ("birth_year_differs", "warning")]
    assert found("066790000001", gender="1", birth_date="2001") == both
    assert found("066790000001", gender="2", birth_date="1990") == both[:1]


def test_a_birth_after_2099_suggests_nothing_else() -> None:
    """Where the century digit is 4 or 5, gender and year are not compared."""
    assert found("0664" + REAL[4:], gender="2", birth_date="1990") == [("future_birth", "warning")]


@pytest.mark.parametrize("number", ["0664" + REAL[4:], "066790000001", "000190000001", "000000001"])
def test_where_only_living_people_are_wanted_the_impossible_is_an_error(number: str) -> None:
    """Strictness lifts the far future and invented numbers to errors, and errors come first."""
    findings = check_number(number, gender="1", birth_date="2001", strict=True)
    assert findings[0].code in {"future_birth", "invented_number"} and findings[0].level == "error"
    assert all(one.level != "error" for one in findings[1:])


def test_strictness_changes_nothing_about_a_plausible_number() -> None:
    """Gender and year may have been corrected by law, so they stay warnings."""
    assert found(REAL, strict=True) == []
    assert [level for _code, level in found(REAL, gender="1", birth_date="2001", strict=True)] == ["warning"] * 2


def test_the_prefixes_are_those_of_the_sixty_three_provinces() -> None:
    """Each old province code behind a zero is known; every other prefix that is not ours for tests is a note."""
    known = {f"0{code}" for code in unit_codes("province", vintage="old")}
    assert len(known) == 63
    for prefix in (f"{value:03}" for value in range(1000)):
        noted = ("unknown_prefix", "note") in found(prefix + REAL[3:])
        assert noted is (prefix not in known | {"000", "999"}), prefix


def test_synthetic_numbers_are_exactly_those_of_the_rule() -> None:
    """Over every prefix and century digit: 000, 999 or a fourth digit of 6 to 9, and no other."""
    for value in range(10_000):
        start = f"{value:04}"
        expected = start[:3] in {"000", "999"} or int(start[3]) >= 6
        assert is_synthetic(start + "90000001") is expected, start
        assert (("invented_number", "warning") in found(start + "90000001")) is expected, start


def test_old_numbers_are_synthetic_by_their_first_three_digits() -> None:
    """Over every beginning of nine digits: 000 and no other."""
    assert [value for value in range(1000) if is_synthetic(f"{value:03}000001")] == [0]


def test_each_finding_says_what_to_do_in_both_languages() -> None:
    """The table is closed, its keys are its codes, and no sentence holds a place for a value."""
    for code, finding in NUMBER_FINDINGS.items():
        assert (finding.code, str(finding)) == (code, finding.en)
        assert not {"{", "%"} & set(finding.vi + finding.en)
        assert finding.vi != finding.en and ";" in finding.vi and ";" in finding.en


def test_a_stated_date_that_is_none_is_refused() -> None:
    """What was stated has to be a date; the error names it and does not repeat it."""
    with pytest.raises(InvalidInput, match="birth_date") as caught:
        check_number(REAL, birth_date="hôm qua")
    assert "hôm" not in str(caught.value)


@given(st.text(max_size=20), st.sampled_from(["0", "1", "2", "", "x", None]), st.booleans())
def test_any_text_is_judged_and_never_repeated(text: str, gender: str | None, strict: bool) -> None:
    """Whatever was typed gives findings of the table, ordered by severity."""
    findings = check_number(text, gender=gender, strict=strict)
    assert {one.code for one in findings} <= NUMBER_FINDINGS.keys()
    levels = [["error", "warning", "note"].index(one.level) for one in findings]
    assert levels == sorted(levels)
    assert all((one.vi, one.en) == (NUMBER_FINDINGS[one.code].vi, NUMBER_FINDINGS[one.code].en) for one in findings)
