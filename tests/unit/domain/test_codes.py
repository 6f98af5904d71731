from __future__ import annotations

from collections import Counter
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING, cast

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

if TYPE_CHECKING:
    from collections.abc import Callable

FACTORIES: list[Callable[[str], Coded]] = [
    gender,
    marital_status,
    blood_group,
    ethnic_group,
    religion,
    nationality,
    household_relation,
]


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
    """The 54 groups of the two orders are the same 54, at 37 places another one."""
    every = [f"{number:02}" for number in range(1, 55)]
    of_1979 = [ethnic_group(code).label for code in every]
    of_2008 = [ethnic_group(code, scheme="2008").label for code in every]
    assert None not in {*of_1979, *of_2008}
    assert set(of_1979) == set(of_2008)
    assert len(set(of_1979)) == 54
    assert sum(old != new for old, new in zip(of_1979, of_2008, strict=True)) == 37


def test_a_country_is_known_by_two_or_three_letters() -> None:
    """The 249 countries of ISO 3166-1 have one label under either of their codes, but for Nigeria's NGA."""
    letters = [chr(number) for number in range(ord("A"), ord("Z") + 1)]
    two = Counter(label for pair in product(letters, repeat=2) if (label := nationality("".join(pair)).label))
    three = Counter(label for triple in product(letters, repeat=3) if (label := nationality("".join(triple)).label))
    assert len(two) == two.total() == 249
    assert two - three == Counter(["Nigeria"])
    assert three < two


@pytest.mark.parametrize(
    ("code", "alpha_3", "label"),
    [
        ("VN", "VNM", "Việt Nam"),
        ("LA", "LAO", "Lào"),
        ("KH", "KHM", "Campuchia"),
        ("CN", "CHN", "Trung Quốc"),
        ("KP", "PRK", "Triều Tiên"),
        ("KR", "KOR", "Hàn Quốc"),
        ("CH", "CHE", "Thụy Sĩ"),
        ("AT", "AUT", "Áo"),
        ("AU", "AUS", "Australia"),
        ("GB", "GBR", "Vương quốc Anh"),
        ("US", "USA", "Hoa Kỳ"),
    ],
)
def test_a_nationality_keeps_the_code_it_came_with(code: str, alpha_3: str, label: str) -> None:
    """Both codes of a country are read, none is turned into the other, and neither needs capital letters."""
    assert nationality(code.lower()) == Coded(code, label)
    assert nationality(f" {alpha_3.lower()} ") == Coded(alpha_3, label)


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
        ethnic_group("55", scheme="2008"),
        religion("00"),
        religion("99"),
        nationality("NGA"),
        nationality("Nga"),
        nationality("XK"),
        nationality("ZZ"),
        nationality("EU"),
        nationality("704"),
        nationality("Việt Nam"),
        nationality(""),
        household_relation("CH02"),
        gender(""),
        blood_group(" "),
    ],
)
def test_unknown_or_unsure_code_stays_a_code(coded: Coded) -> None:
    """A code whose meaning is not sure gets no label, and an empty one does not become "no information"."""
    assert coded.label is None
    assert str(coded) == coded.code


CODE_LIKE = st.text(max_size=12) | st.from_regex(r"\A ?[0-9]{0,3} ?\Z") | st.from_regex(r"\A[A-Za-z]{2,3}\Z")


@given(st.sampled_from(FACTORIES), CODE_LIKE)
def test_any_text_is_accepted_as_a_code(factory: Callable[[str], Coded], code: str) -> None:
    """No text raises; one that the list does not know is kept as it came, one that it knows but for its padding."""
    coded = factory(code)
    if coded.label is None:
        assert coded.code == code
    else:
        assert coded.code.lstrip("0") == code.strip().upper().lstrip("0")
        assert factory(coded.code) == coded


def test_the_names_of_countries_bear_their_licence() -> None:
    """The notice of Unicode goes with the packed tables."""
    notice = files("dancu.domain.data").joinpath("NOTICE.txt").read_text(encoding="utf-8")
    assert "UNICODE LICENSE V3" in notice
    assert "Copyright © 2004-2025 Unicode, Inc." in notice


def test_repr_is_masked() -> None:
    """Neither the code nor the label shows in a representation, alone or in a container."""
    planted = Coded("canary-code", "canary-label", "canary-scheme")
    assert repr(planted) == "Coded(***)"
    assert "canary" not in f"{[planted]} {planted!r} {(planted,)}"
    assert str(planted) == "canary-label"
