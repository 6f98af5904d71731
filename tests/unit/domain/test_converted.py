from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.places import Address
from dancu.domain.units import AS_OF, all_rows

OLD_DAY = datetime.date(2025, 6, 30)
NEW_DAY = datetime.date(2025, 7, 1)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address("54", "555", "22018", "12 Lê Lợi"), "12 Lê Lợi, Phường Tuy Hòa, tỉnh Đắk Lắk"),
        (Address("54", None, "22018", None), "Phường Tuy Hòa, tỉnh Đắk Lắk"),
        (Address("01", "001", "00001", None, "VN", OLD_DAY), "Phường Hồng Hà, thành phố Hà Nội"),
        (Address("66", None, "24133", None), "Phường Buôn Ma Thuột, tỉnh Đắk Lắk"),
        (Address("54", None, None, "Thôn 1"), "Thôn 1, tỉnh Đắk Lắk"),
        (Address("66", None, None, None), "tỉnh Đắk Lắk"),
        (Address("51", "536", None, None), "Đặc khu Lý Sơn, tỉnh Quảng Ngãi"),
        (Address(None, "755", None, None), "Đặc khu Côn Đảo, thành phố Hồ Chí Minh"),
        (Address("66", None, "22015", None), "Phường Tuy Hòa, tỉnh Đắk Lắk"),
        (Address("75", None, "26368", None, as_of=NEW_DAY), "Xã Long Thành, tỉnh Đồng Nai"),
    ],
)
def test_a_certain_address_is_given(address: Address, text: str) -> None:
    """A whole commune, a province, an island district and an address of today lead to one address."""
    converted = address.converted()
    assert (converted.outcome, converted.candidates) == ("unique", ())
    assert converted.original is address
    assert str(converted.address) == text
    assert converted.address is not None
    assert converted.address.vintage != "old"


def test_detail_country_and_a_day_of_the_new_list_stay() -> None:
    """What no list decides is kept; a day before the new list gives way to that of the tables."""
    kept = Address("54", "555", "22018", " Số 1 ", "VN", NEW_DAY).converted().address
    assert kept == Address("66", None, "22015", " Số 1 ", "VN", NEW_DAY)
    for day in (None, OLD_DAY):
        moved = Address("54", "555", "22018", as_of=day).converted().address
        assert moved == Address("66", None, "22015", as_of=AS_OF)


def test_an_address_of_today_is_itself() -> None:
    """Converting twice changes nothing more."""
    once = Address("54", "555", "22018", "Số 1").converted().address
    assert once is not None
    assert once.converted().address is once


def test_a_split_gives_every_candidate() -> None:
    """Phường 9 of Tuy Hòa is one of two wards, each with the detail."""
    converted = Address("54", "555", "22024", "12 Lê Lợi").converted()
    assert (converted.outcome, converted.address) == ("ambiguous", None)
    assert {str(one) for one in converted.candidates} == {
        "12 Lê Lợi, Phường Tuy Hòa, tỉnh Đắk Lắk",
        "12 Lê Lợi, Phường Bình Kiến, tỉnh Đắk Lắk",
    }


def test_a_split_settled_by_population_says_so() -> None:
    """The chosen address is given and stands first among the candidates."""
    row = next(row for row in all_rows("commune", vintage="old") if "*" in row.successors)
    converted = Address(row.province, row.district, row.code).converted()
    assert converted.outcome == "by_population"
    assert converted.address == converted.candidates[0]
    assert len(converted.candidates) > 1


def test_a_district_alone_gives_what_it_went_into() -> None:
    """An old city without its ward is every commune of today that it is in, and none is preferred."""
    converted = Address("54", "555", None, None).converted()
    assert (converted.outcome, converted.address) == ("ambiguous", None)
    assert {"22015", "22045"} <= {one.commune for one in converted.candidates}


def test_an_unsure_list_gives_both_readings() -> None:
    """A code that both lists have and that leads to different places has the candidates of both."""
    converted = Address(None, None, "22225").converted()
    assert (converted.outcome, converted.address) == ("vintage_unknown", None)
    assert [one.commune for one in converted.candidates] == ["22225", "22237"]


@pytest.mark.parametrize(
    "address",
    [
        Address(),
        Address(detail="Số 1"),
        Address("98"),
        Address("54", "999"),
        Address("66", "555"),
        Address("54", "555", "99999"),
        Address("66", "555", "22018"),
        Address(None, None, None, "Bản Mẫu", "LA"),
    ],
)
def test_what_no_list_has_is_unknown(address: Address) -> None:
    """Codes that are missing, unknown or contradict each other have no answer."""
    converted = address.converted()
    assert (converted.outcome, converted.address, converted.candidates) == ("unknown", None, ())


def test_every_old_commune_keeps_its_new_province() -> None:
    """Every answer and every candidate of the 10,035 lies in the province that its own went into."""
    for row in all_rows("commune", vintage="old"):
        converted = Address(row.province, row.district, row.code).converted()
        found = {one.province for one in (converted.address, *converted.candidates) if one}
        into = Address(row.province, as_of=OLD_DAY).converted().address
        assert into is not None
        assert found == {into.province}


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address("51", None, "21548", "Tổ 1, ĐK. Lý Sơn, T. Quảng Ngãi"), "Tổ 1, Đặc khu Lý Sơn, tỉnh Quảng Ngãi"),
        (
            Address("58", "582", None, "Tổ 1, TP.Phan Rang-Tháp Chàm, Ninh Thuận"),
            "Tổ 1, Thành phố Phan Rang - Tháp Chàm, tỉnh Ninh Thuận",
        ),
        (
            Address("01", "001", "00001", "Tổ 1 - p. phúc xá - Q.Ba Đình - tp hà nội"),
            "Tổ 1, Phường Phúc Xá, Quận Ba Đình, thành phố Hà Nội",
        ),
        (
            Address("54", "555", "22018", "Số 1, Phường Tuy Hòa, tỉnh Đắk Lắk"),
            "Số 1, Phường Tuy Hòa, tỉnh Đắk Lắk, Phường 2, Thành phố Tuy Hòa, tỉnh Phú Yên",
        ),
        (
            Address("66", None, "22015", "Số 1, Phường 2, TP Tuy Hòa, Phú Yên"),
            "Số 1, Phường 2, TP Tuy Hòa, Phú Yên, Phường Tuy Hòa, tỉnh Đắk Lắk",
        ),
    ],
)
def test_the_detail_loses_only_the_names_of_its_codes(address: Address, text: str) -> None:
    """Abbreviated names go; the names of the other list say something else and stay."""
    assert str(address) == text


def test_repr_is_masked() -> None:
    """Neither address shows in a representation."""
    converted = Address("54", "555", "22018", "canary-4").converted()
    assert repr(converted) == "ConvertedAddress(***)"


CODES = st.none() | st.text(max_size=6) | st.sampled_from(["1", "01", "24", "54", "66", "555", "22015", "22225"])


@given(CODES, CODES, CODES, st.none() | st.dates() | st.datetimes())
def test_every_address_converts(
    province: str | None, district: str | None, commune: str | None, as_of: datetime.date | None
) -> None:
    """Whatever the codes are, an address converts, keeps its original and has an answer only where it is certain."""
    address = Address(province, district, commune, as_of=as_of)
    converted = address.converted()
    assert converted.original == address
    assert (converted.address is not None) == (converted.outcome in {"unique", "by_population"})
    assert all(one.district is None for one in converted.candidates)
