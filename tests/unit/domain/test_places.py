from __future__ import annotations

import datetime
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.places import Address, Unit, find_commune, find_district, find_province
from dancu.domain.units import UnitVintage, unit_codes

BEFORE_RENAMING = datetime.date(2026, 4, 29)
RENAMED = datetime.date(2026, 4, 30)
OLD_DAY = datetime.date(2025, 6, 30)
NEW_DAY = datetime.date(2025, 7, 1)


def test_importing_places_loads_no_table() -> None:
    """A fresh interpreter that imports the country has opened no packed file; the first name does."""
    program = f"""
import sys
sys.path[:] = {sys.path!r}
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from dancu.domain import codes, people, places
assert not [name for name in opened if name.endswith(".gz")], opened
assert places.find_commune("22015", vintage="new").name.endswith("Tuy H\\u00f2a")
assert [name.endswith("communes_new.tsv.gz") for name in opened if name.endswith(".gz")] == [True], opened
"""
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("code", "vintage", "name"),
    [
        ("22015", "old", "Phường 1"),
        ("22018", "old", "Phường 2"),
        ("22024", "old", "Phường 9"),
        ("22030", "old", "Phường 4"),
        ("22033", "old", "Phường 5"),
        ("22036", "old", "Phường 7"),
        ("22042", "old", "Xã Hòa Kiến"),
        ("22045", "old", "Xã Bình Kiến"),
        ("22162", "old", "Xã An Phú"),
        ("22225", "old", "Xã Ea Bar"),
        ("22228", "old", "Xã Ea Bia"),
        ("22246", "old", "Phường Hòa Hiệp Bắc"),
        ("22252", "old", "Xã Hòa Bình 1"),
        ("22312", "old", "Xã Hòa Trị"),
        ("22315", "old", "Xã Hòa An"),
        ("00001", "old", "Phường Phúc Xá"),
        ("22015", "new", "Phường Tuy Hòa"),
        ("22045", "new", "Phường Bình Kiến"),
        ("22240", "new", "Phường Phú Yên"),
        ("22303", "new", "Xã Phú Hòa 2"),
        ("22319", "new", "Xã Phú Hòa 1"),
        ("00097", "new", "Phường Hồng Hà"),
        ("21548", "new", "Đặc khu Lý Sơn"),
    ],
)
def test_commune_is_named_by_the_list_of_its_day(code: str, vintage: UnitVintage, name: str) -> None:
    """A commune code gives the name that this list, and not the other, has for it."""
    unit = find_commune(code, vintage=vintage)
    assert unit is not None
    assert unit.name == name


def test_province_and_district_are_named() -> None:
    """Provinces and old districts are found by code, with or without leading zeros."""
    assert find_province("54", vintage="new") is None
    assert find_province("54", vintage="old") == Unit("54", "Tỉnh Phú Yên", "Tỉnh", None, OLD_DAY, "54")
    assert find_province("66", vintage="new") == Unit("66", "Tỉnh Đắk Lắk", "Tỉnh", NEW_DAY, None, "66")
    assert find_province("1", vintage="new") == find_province(" 01 ", vintage="new")
    assert find_district("555") == Unit("555", "Thành phố Tuy Hòa", "Thành phố", None, OLD_DAY, "54", "555")
    assert find_district("999") is None


@pytest.mark.parametrize(
    ("as_of", "commune", "province"),
    [
        (None, "Phường Long Thành", "Thành phố Đồng Nai"),
        (NEW_DAY, "Xã Long Thành", "Tỉnh Đồng Nai"),
        (BEFORE_RENAMING, "Xã Long Thành", "Tỉnh Đồng Nai"),
        (RENAMED, "Phường Long Thành", "Thành phố Đồng Nai"),
        (datetime.datetime(2026, 4, 29, 23, tzinfo=datetime.UTC), "Xã Long Thành", "Tỉnh Đồng Nai"),
        (OLD_DAY, "Phường Long Thành", "Thành phố Đồng Nai"),
    ],
)
def test_period_is_chosen_by_the_day(as_of: datetime.date | None, commune: str, province: str) -> None:
    """A unit that changed its type under the same code is named as on that day, else as in the latest period."""
    found = find_commune("26368", vintage="new", as_of=as_of), find_province("75", vintage="new", as_of=as_of)
    assert [unit.name for unit in found if unit] == [commune, province]


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address("66", None, "22015", None), "Phường Tuy Hòa, tỉnh Đắk Lắk"),
        (Address("66", None, "22015", "12 Lê Lợi"), "12 Lê Lợi, Phường Tuy Hòa, tỉnh Đắk Lắk"),
        (Address("54", "555", "22024", None), "Phường 9, Thành phố Tuy Hòa, tỉnh Phú Yên"),
        (Address("54", None, "22024", None), "Phường 9, Thành phố Tuy Hòa, tỉnh Phú Yên"),
        (Address("01", "001", "00001", "Tổ 1"), "Tổ 1, Phường Phúc Xá, Quận Ba Đình, thành phố Hà Nội"),
        (Address("51", None, "21548", None, "VN"), "Đặc khu Lý Sơn, tỉnh Quảng Ngãi"),
        (Address("45", "471", None, None), "Huyện Cồn Cỏ, tỉnh Quảng Trị"),
        (Address("75", None, "26368", None, as_of=BEFORE_RENAMING), "Xã Long Thành, tỉnh Đồng Nai"),
        (Address("75", None, "26368", None, as_of=RENAMED), "Phường Long Thành, thành phố Đồng Nai"),
        (Address(None, None, None, "Bản Mẫu", "LA"), "Bản Mẫu, Lào"),
        (Address(country="VN"), "Việt Nam"),
        (Address(), ""),
    ],
)
def test_text_is_complete(address: Address, text: str) -> None:
    """An address prints its detail and the name of every code, the province's type word in lower case."""
    assert str(address) == text


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address("98", None, "98765", "Số 1"), "Số 1, 98765, 98"),
        (Address("54", "999", "98765", None), "98765, 999, tỉnh Phú Yên"),
        (Address("66", "555", "22015", None), "22015, 555, tỉnh Đắk Lắk"),
        (Address("54", "555", "22225", None), "22225, Thành phố Tuy Hòa, tỉnh Phú Yên"),
    ],
)
def test_code_without_a_name_there_stays_a_code(address: Address, text: str) -> None:
    """A code that is unknown, or lies outside the units named with it, prints as the code."""
    assert str(address) == text


@pytest.mark.parametrize(
    ("address", "vintage"),
    [
        (Address("01", "001", None, None), "old"),
        (Address("01", "001", None, None, as_of=NEW_DAY), "old"),
        (Address("54", None, None, None), "old"),
        (Address("54", None, "22015", None, as_of=NEW_DAY), "old"),
        (Address("66", None, "22015", None), "new"),
        (Address("66", None, "22015", None, as_of=OLD_DAY), "new"),
        (Address("01", None, "00001", None), "old"),
        (Address("01", None, "00001", None, as_of=NEW_DAY), "old"),
        (Address(None, None, "11948", None), "new"),
        (Address("66", None, "24133", None), "unknown"),
        (Address("66", None, "24133", None, as_of=OLD_DAY), "old"),
        (Address("66", None, "24133", None, as_of=NEW_DAY), "new"),
        (Address("66", None, None, None), "unknown"),
        (Address("66", "", " ", None), "unknown"),
        (Address("98", None, "98765", None), "unknown"),
        (Address(), "unknown"),
    ],
)
def test_vintage_follows_the_rules_in_their_order(address: Address, vintage: str) -> None:
    """District, vanished province, a code of one list only, the day: the first that speaks decides."""
    assert address.vintage == vintage


def test_exactly_29_provinces_vanished() -> None:
    """A province alone decides for old in 29 cases and never for new."""
    alone = {code: Address(code, None, None, None).vintage for code in unit_codes("province", vintage="old")}
    assert sorted(alone.values()) == ["old"] * 29 + ["unknown"] * 34
    assert unit_codes("province", vintage="new") == {code for code, vintage in alone.items() if vintage == "unknown"}


@pytest.mark.parametrize(
    ("address", "new", "old", "text"),
    [
        (
            Address("66", None, "24133", "Số 1"),
            "Số 1, Phường Buôn Ma Thuột, tỉnh Đắk Lắk",
            "Số 1, Phường Thành Công, tỉnh Đắk Lắk",
            "Số 1, Phường Buôn Ma Thuột (hoặc: Phường Thành Công), tỉnh Đắk Lắk",
        ),
        (
            Address("24", None, "07282", None),
            "Xã Đồng Kỳ, tỉnh Bắc Ninh",
            "Xã Đồng Kỳ, tỉnh Bắc Giang",
            "Xã Đồng Kỳ, tỉnh Bắc Ninh (hoặc: tỉnh Bắc Giang)",
        ),
        (
            Address("24", None, "07210", None),
            "Phường Bắc Giang, tỉnh Bắc Ninh",
            "Phường Hoàng Văn Thụ, tỉnh Bắc Giang",
            "Phường Bắc Giang, tỉnh Bắc Ninh (hoặc: Phường Hoàng Văn Thụ, tỉnh Bắc Giang)",
        ),
        (
            Address("24", None, "07210", "Phường Bắc Giang"),
            "Phường Bắc Giang, tỉnh Bắc Ninh",
            "Phường Bắc Giang, Phường Hoàng Văn Thụ, tỉnh Bắc Giang",
            "Phường Bắc Giang, tỉnh Bắc Ninh (hoặc: Phường Hoàng Văn Thụ, tỉnh Bắc Giang)",
        ),
        (Address("01", None, None, None), "thành phố Hà Nội", "thành phố Hà Nội", "thành phố Hà Nội"),
    ],
)
def test_unknown_vintage_gives_both_readings(address: Address, new: str, old: str, text: str) -> None:
    """Where nothing decides, what the readings share stands once and the rest in both forms."""
    assert address.vintage == "unknown"
    assert address.readings == (new, old)
    assert str(address) == text


def test_a_reading_that_adds_nothing_is_put_whole() -> None:
    """Where one reading is the other with a part inserted, both stand whole."""
    address = Address("66", None, "24133", "Phường Buôn Ma Thuột, Đắk Lắk", "VN")
    assert address.readings == (
        "Phường Buôn Ma Thuột, tỉnh Đắk Lắk",
        "Phường Buôn Ma Thuột, Phường Thành Công, tỉnh Đắk Lắk",
    )
    assert str(address) == f"{address.readings[0]} (hoặc: {address.readings[1]})"


def test_known_vintage_has_one_reading() -> None:
    """An address whose list is certain reads in one way, which is its text."""
    address = Address("54", "555", "22024", "Số 1")
    assert address.readings == (str(address),)


@pytest.mark.parametrize(
    "detail",
    [
        "12 Lê Lợi",
        "12 Lê Lợi, Phường 9",
        "12 Lê Lợi, Phường 9, Thành phố Tuy Hòa, tỉnh Phú Yên",
        "12 Lê Lợi, PHƯỜNG 9, THÀNH PHỐ TUY HÒA, TỈNH PHÚ YÊN.",
        "12 Lê Lợi, P.9, TP. Tuy Hoà, Phú Yên",
        "12 Lê Lợi - P9 - TP Tuy Hòa - T. Phú Yên",
        "12 Lê Lợi; 9; Tuy Hòa; Phú Yên",
        "12 Lê Lợi phường 9 thành phố Tuy Hòa tỉnh Phú Yên",
        "12 Lê Lợi, phu\u031bo\u031b\u0300ng 9, thành phố Tuy Ho\u0300a",
        "12 Lê Lợi, Phường 9, Phú Yên ",
    ],
)
def test_names_in_the_detail_are_not_doubled(detail: str) -> None:
    """A detail that already ends with the names, whole, short or otherwise written, gives one clean text."""
    assert str(Address("54", "555", "22024", detail)) == "12 Lê Lợi, Phường 9, Thành phố Tuy Hòa, tỉnh Phú Yên"


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ("Tuy Hòa", "Tuy Hòa, Phường Tuy Hòa, tỉnh Đắk Lắk"),
        ("Thôn Tuy Hòa", "Thôn Tuy Hòa, Phường Tuy Hòa, tỉnh Đắk Lắk"),
        ("Tổ 1, Tuy Hòa", "Tổ 1, Tuy Hòa, Phường Tuy Hòa, tỉnh Đắk Lắk"),
        ("Hẻm Phường Tuy Hòa 2", "Hẻm Phường Tuy Hòa 2, Phường Tuy Hòa, tỉnh Đắk Lắk"),
        ("Phường Tuy Hóa", "Phường Tuy Hóa, Phường Tuy Hòa, tỉnh Đắk Lắk"),
        ("Phường Tuy Hòa", "Phường Tuy Hòa, tỉnh Đắk Lắk"),
    ],
)
def test_a_hamlet_of_the_same_name_is_kept(detail: str, text: str) -> None:
    """A bare name may be a hamlet's, and a name with another tone is another name: neither goes."""
    assert str(Address("66", None, "22015", detail)) == text


def test_repr_is_masked() -> None:
    """No part of an address shows in a representation; the complete text is there on purpose only."""
    planted = Address("canary-1", "canary-2", "canary-3", "canary-4", "canary-5", datetime.date(1999, 9, 9))
    assert repr(planted) == "Address(***)"
    assert "canary" not in f"{[planted]} {planted!r}"
    assert "1999" not in f"{[planted]} {planted!r}"
    assert str(planted) == "canary-4, canary-3, canary-2, canary-1, canary-5"


CODES = st.none() | st.text(max_size=6) | st.sampled_from(["1", "01", "24", "54", "66", "75", "555", "22015", "24133"])
DAYS = st.none() | st.dates() | st.datetimes()
DETAILS = st.none() | st.text(max_size=60) | st.sampled_from(["P.9", ", Đắk Lắk", "Tổ 1, Tuy Hòa, Phú Yên", ",;.-"])


@given(CODES, CODES, CODES, DETAILS, CODES, DAYS)
def test_every_text_makes_an_address(
    province: str | None,
    district: str | None,
    commune: str | None,
    detail: str | None,
    country: str | None,
    as_of: datetime.date | None,
) -> None:
    """Whatever the codes are, an address has a vintage, a text and readings, and keeps what came."""
    address = Address(province, district, commune, detail, country, as_of)
    assert address.vintage in {"new", "old", "unknown"}
    assert len(address.readings) == (2 if address.vintage == "unknown" else 1)
    assert isinstance(str(address), str)
    assert address.commune == (commune if commune and commune.strip() else None)


@given(st.text(max_size=8), st.sampled_from(["new", "old"]), DAYS)
def test_every_text_may_be_looked_up(code: str, vintage: UnitVintage, as_of: datetime.date | None) -> None:
    """A look-up answers with a unit or with None and never raises."""
    for unit in (find_province(code, vintage=vintage, as_of=as_of), find_commune(code, vintage=vintage, as_of=as_of)):
        assert unit is None or unit.code.endswith(code.strip())
