from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.codes import Coded, blood_group, ethnic_group, gender, marital_status, nationality, religion
from dancu.domain.dates import PartialDate
from dancu.domain.names import Name
from dancu.domain.people import Relative
from dancu.matching.values import compare_codes, compare_dates, compare_relatives, compare_texts
from dancu.matching.verdicts import RULES, verdict
from dancu.privacy import PersonalText

born = st.dates().filter(lambda day: day.year >= 1800)
partial_dates = st.builds(
    lambda day, parts: PartialDate(*(day.year, day.month, day.day)[:parts]), born, st.integers(1, 3)
)


@pytest.mark.parametrize(
    ("rule", "claimed", "held"),
    [
        ("exact", (1990, 1, 2), (1990, 1, 2)),
        ("exact", (1990,), (1990,)),
        ("compatible_year", (1990, 1, 1), (1990, 5, 6)),
        ("compatible_year", (1990,), (1990, 5, 6)),
        ("compatible_year", (1990, 5), (1990,)),
        ("compatible_year", (1990, 5), (1990, 1, 1)),
        ("compatible_month", (1990, 5), (1990, 5, 6)),
        ("swapped_day_month", (1990, 2, 3), (1990, 3, 2)),
        ("different", (1990, 5, 6), (1990, 5, 7)),
        ("different", (1990, 5), (1990, 6, 5)),
        ("different", (1990, 1, 1), (1991, 1, 1)),
        ("different", (1990,), (1991,)),
    ],
)
def test_dates_are_compared_to_what_both_know(rule: str, claimed: tuple[int, ...], held: tuple[int, ...]) -> None:
    """1 January is the filler of a year; swapped day and month are their own reason; the rest goes by precision."""
    one, other = PartialDate(*claimed), PartialDate(*held)
    assert compare_dates(one, other).rule == compare_dates(other, one).rule == rule


@given(partial_dates, partial_dates)
def test_dates_that_fit_are_never_called_different(one: PartialDate, other: PartialDate) -> None:
    """Whatever agrees in all that both know is exact or compatible; another year is always different."""
    rule = compare_dates(one, other).rule
    assert not one.fits(other) or rule in {"exact", "compatible_year", "compatible_month"}
    assert (one.year == other.year) or rule == "different"
    assert (rule == "exact") is (one == other)


@pytest.mark.parametrize(
    ("rule", "claimed", "held"),
    [
        ("same_code", gender("1"), gender("1")),
        ("different", gender("1"), gender("2")),
        ("not_registered", gender("1"), gender("0")),
        ("claim_says_nothing", gender("0"), gender("1")),
        ("not_registered", gender("0"), gender("0")),
        ("not_registered", blood_group("01"), blood_group("00")),
        ("not_registered", marital_status("1"), marital_status("0")),
        ("not_registered", religion("01"), religion("00")),
        ("not_registered", gender("1"), Coded("")),
        ("not_registered", gender("1"), None),
        ("same_label", Coded("", "nữ"), gender("2")),
        ("accents_missing", Coded("", "Nu"), gender("2")),
        ("label_unknown", Coded("", "Nam giới"), gender("2")),
        ("accents_missing", Coded("", "Viet Nam"), nationality("VN")),
        ("same_code", ethnic_group("12"), ethnic_group("12")),
        ("different", ethnic_group("12"), ethnic_group("12", scheme="2008")),
        ("same_label", ethnic_group("12"), ethnic_group("11", scheme="2008")),
        ("same_label", Coded("", "Ê Đê"), ethnic_group("12")),
        ("same_code", Coded("77"), Coded("77")),
        ("different", Coded("77"), Coded("78")),
        ("other_scheme", Coded("", "Ê-đê"), Coded("77")),
        ("other_scheme", ethnic_group("12"), ethnic_group("77")),
        ("different", Coded("3", "ly hôn"), marital_status("1")),
        ("different", Coded("2", "nữ"), gender("1")),
        ("other_scheme", Coded("77", None, "1979"), Coded("77", None, "2008")),
        ("covers_several", Coded("3", "Đã ly hôn"), marital_status("3")),
        ("covers_several", Coded("3", "ly hôn"), marital_status("3")),
        ("covers_several", Coded("3", "Góa vợ"), marital_status("3")),
        ("covers_several", Coded("3", "goá"), marital_status("3")),
        ("label_unknown", Coded("", "ly thân"), marital_status("3")),
        ("same_label", Coded("", "Đã ly hôn hoặc góa vợ/chồng"), marital_status("3")),
    ],
)
def test_codes_are_compared_within_one_list(rule: str, claimed: Coded, held: Coded | None) -> None:
    """One list compares by code, two lists by label; "no information" on either side compares with nothing."""
    assert compare_codes(claimed, held).rule == rule


@pytest.mark.parametrize(
    ("rule", "claimed", "held"),
    [
        ("exact", "MAU-0001", "MAU-0001"),
        ("same_after_cleaning", "mau\u20110001 ", "MAU-0001"),
        ("different", "MAU-0001", "MAU-0002"),
        ("not_registered", "MAU-0001", None),
        ("not_registered", "MAU-0001", ""),
    ],
)
def test_plain_text_is_compared_after_cleaning(rule: str, claimed: str, held: str | None) -> None:
    """Case, dashes and space make no difference to a number or a book's name."""
    assert compare_texts(claimed, held).rule == rule


def relative(name: str | None = None, number: str | None = None, old_number: str | None = None) -> Relative:
    """A relative as a record or a claim names them."""
    return Relative(
        Name(name) if name else None,
        PersonalText(number) if number else None,
        PersonalText(old_number) if old_number else None,
    )


@pytest.mark.parametrize(
    ("rule", "claimed", "held"),
    [
        ("same_number", relative("A Mẫu", "066690000001"), relative("A MẪU", "066690000001")),
        ("same_number_other_name", relative("A Mẫu", "066690000001"), relative("B Mẫu", "066690000001")),
        ("different", relative("A Mẫu", "066690000001"), relative("A Mẫu", "066690000002")),
        ("same_number", relative(old_number="000000001"), relative(old_number="000000001")),
        (
            "same_number",
            relative("A Mẫu", "066690000001", "000000001"),
            relative("A Mẫu", "066690000002", "000000001"),
        ),
        ("exact", relative("A Mẫu", "0"), relative("A Mẫu", "066690000002")),
        ("exact", relative("A Mẫu", "066690000001"), relative("A Mẫu", "123")),
        ("exact", relative("A Mẫu", "066690000001"), relative("A Mẫu")),
        ("tone_placement", relative("A Hòa"), relative("A Hoà")),
        ("nothing_in_common", relative(number="066690000001"), relative("A Mẫu")),
        ("nothing_in_common", relative("A Mẫu"), relative(number="066690000001")),
        ("not_registered", relative("A Mẫu"), relative()),
        ("not_registered", relative("A Mẫu"), None),
    ],
)
def test_relatives_are_compared_by_whole_numbers_or_by_name(
    rule: str, claimed: Relative, held: Relative | None
) -> None:
    """Two whole numbers decide; against a placeholder or none the name does."""
    assert compare_relatives(claimed, held).rule == rule


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_has_its_words(rule: str) -> None:
    """A verdict names its rule and says the reason in both languages."""
    row = verdict(rule)
    assert row.rule == rule
    assert row.reason_vi and row.reason_en and row.reason_vi != row.reason_en
