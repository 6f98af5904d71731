from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.codes import (
    Coded,
    EthnicScheme,
    blood_group,
    ethnic_group,
    gender,
    household_relation,
    marital_status,
    nationality,
    religion,
)

FACTORIES = [gender, marital_status, blood_group, ethnic_group, religion, nationality, household_relation]


@pytest.mark.parametrize(
    ("coded", "label"),
    [
        (gender("0"), "Chưa có thông tin"),
        (gender("1"), "Nam"),
        (gender("2"), "Nữ"),
        (marital_status("1"), "Chưa kết hôn"),
        (marital_status("2"), "Đang có vợ/chồng"),
        (marital_status("3"), "Đã ly hôn hoặc góa vợ/chồng"),
        (blood_group("00"), "Chưa có thông tin"),
        (blood_group("04"), "O"),
        (religion("01"), "Phật giáo"),
        (religion("14"), "Mặc Môn"),
        (nationality("VN"), "Việt Nam"),
        (household_relation("CH01"), "Chủ hộ"),
    ],
)
def test_known_code_has_its_vietnamese_label(coded: Coded, label: str) -> None:
    """A code of the regulation's lists prints as its Vietnamese label."""
    assert coded.label == label
    assert str(coded) == label


@pytest.mark.parametrize(
    ("code", "in_1979", "in_2008"),
    [
        ("01", "Kinh", "Kinh"),
        ("04", "Hoa", "Mường"),
        ("06", "Mường", "Hoa"),
        ("11", "Ngái", "Ê-đê"),
        ("12", "Ê-đê", "Ba-na"),
        ("13", "Ba-na", "Sán Chay"),
        ("20", "Mnông", "Mnông"),
    ],
)
def test_ethnic_group_depends_on_the_scheme(code: str, in_1979: str, in_2008: str) -> None:
    """The same code names different groups in the two official orders, and carries its order."""
    assert ethnic_group(code) == Coded(code, in_1979, "1979")
    assert ethnic_group(code, scheme="2008") == Coded(code, in_2008, "2008")


def test_both_orders_name_the_same_groups() -> None:
    """Every group with a label in the order of 2008 also has one in the order of 1979."""
    every = {f"{number:02}" for number in range(1, 55)}
    of_1979 = {str(ethnic_group(code)) for code in every}
    of_2008 = {coded.label for code in every if (coded := ethnic_group(code, scheme="2008")).label}
    assert len(of_1979) == 54
    assert len(of_2008) == 43
    assert of_2008 < of_1979


def test_an_unknown_scheme_is_refused() -> None:
    """A third scheme is a mistake of the caller, never a table without labels."""
    with pytest.raises(ValueError, match="1979 or 2008"):
        ethnic_group("01", scheme=cast("EthnicScheme", "1999"))


def test_codes_compare_as_padded_text() -> None:
    """A known code without its zero, or with spaces around, equals the code of the list."""
    assert ethnic_group("1") == ethnic_group("01") == ethnic_group(" 01 ")
    assert blood_group("4") == blood_group("04")
    assert religion("1") == religion("01")
    assert nationality("vn") == nationality("VN")


@pytest.mark.parametrize(
    "coded",
    [
        gender("7"),
        marital_status("4"),
        blood_group("09"),
        ethnic_group("99"),
        ethnic_group("55"),
        ethnic_group("37", scheme="2008"),
        religion("00"),
        religion("99"),
        nationality("LA"),
        household_relation("CH02"),
        gender(""),
        blood_group(" "),
    ],
)
def test_unknown_or_unsure_code_stays_a_code(coded: Coded) -> None:
    """A code whose meaning is not sure gets no label, and an empty one does not become "no information"."""
    assert coded.label is None
    assert str(coded) == coded.code


@given(st.sampled_from(FACTORIES), st.text(max_size=12))
def test_any_text_is_accepted_as_a_code(factory: type, code: str) -> None:
    """No text raises, and a text that the list does not know is kept as it came."""
    coded = factory(code)
    assert coded.label is not None or coded.code == code


def test_repr_is_masked() -> None:
    """Neither the code nor the label shows in a representation, alone or in a container."""
    planted = Coded("canary-code", "canary-label", "canary-scheme")
    assert repr(planted) == "Coded(***)"
    assert "canary" not in f"{[planted]} {planted!r} {(planted,)}"
    assert str(planted) == "canary-label"
