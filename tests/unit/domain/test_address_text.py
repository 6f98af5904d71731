from __future__ import annotations

import datetime
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.address_text import parse_address
from dancu.domain.places import Address
from dancu.domain.units import AS_OF, all_rows

if TYPE_CHECKING:
    from dancu.domain.address_text import ParsedAddress

OLD_DAY = datetime.date(2025, 6, 30)
NEW_DAY = datetime.date(2025, 7, 1)

Codes = tuple[str | None, str | None, str | None, str | None]


def codes(address: Address | None) -> Codes | None:
    """Province, district, commune and detail of an address."""
    return None if address is None else (address.province, address.district, address.commune, address.detail)


def candidates(parsed: ParsedAddress) -> list[Codes | None]:
    """Those four of every candidate."""
    return [codes(one) for one in parsed.candidates]


def unaccented(text: str) -> str:
    """A text as typed without accents, in lower case."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(char for char in letters if not unicodedata.combining(char))


def test_every_new_commune_is_read_back_from_its_text() -> None:
    """The text of each of the 3,321 communes of today, without a day, gives that commune and no other."""
    wrong: list[str] = []
    rows = {row.code: row for row in all_rows("commune", vintage="new")}
    for code, row in rows.items():
        text = str(Address(row.province, None, code, "Số 1", as_of=AS_OF))
        if codes(parse_address(text).address) != (row.province, None, code, "Số 1"):
            wrong.append(text)
    assert len(rows) == 3321
    assert wrong == []


def test_missing_accents_never_lead_elsewhere() -> None:
    """The text of each commune of today without any accent gives it, alone or among candidates."""
    ambiguous: list[str] = []
    for row in {row.code: row for row in all_rows("commune", vintage="new")}.values():
        text = unaccented(str(Address(row.province, None, row.code, as_of=AS_OF)))
        parsed = parse_address(text)
        assert row.code in {one.commune for one in (parsed.address, *parsed.candidates) if one}, text
        if parsed.outcome == "ambiguous":
            ambiguous.append(text)
    assert len(ambiguous) == 16
    assert ambiguous.count("xa ba to, tinh quang ngai") == 2


def test_every_old_commune_is_read_back_from_its_text() -> None:
    """The text of each of the 10,035 old communes, with its district, gives that commune and no other."""
    wrong: list[str] = []
    rows = list(all_rows("commune", vintage="old"))
    for row in rows:
        text = str(Address(row.province, row.district, row.code, "Số 1"))
        if codes(parse_address(text).address) != (row.province, row.district, row.code, "Số 1"):
            wrong.append(text)
    assert len(rows) == 10035
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "12 Lê Lợi, Phường 9, Thành phố Tuy Hòa, tỉnh Phú Yên",
        "12 Lê Lợi, PHƯỜNG 9, THÀNH PHỐ TUY HÒA, TỈNH PHÚ YÊN.",
        "12 Lê Lợi, P.9, TP. Tuy Hoà, Phú Yên",
        "12 Lê Lợi - P9 - TP Tuy Hòa - T. Phú Yên",
        "12 Lê Lợi; 9; Tuy Hòa; Phú Yên",
        "12 Lê Lợi phường 9 thành phố Tuy Hòa tỉnh Phú Yên",
        "12 Lê Lợi, phuong 9, tp tuy hoa, phu yen",
        "12 Lê Lợi, phường 9 tuy hoa phu yen",
        "12 Lê Lợi, phu\u031bo\u031b\u0300ng 09, thành phố Tuy Ho\u0300a, Phú Yên, Việt Nam",
        "12 Lê Lợi, Phường 9, tỉnh Phú Yên, VN",
    ],
)
def test_old_dialect_is_read_however_it_is_written(text: str) -> None:
    """Abbreviations, case, missing accents and any separator make no difference; the detail stays as written."""
    parsed = parse_address(text)
    assert parsed.outcome == "unique"
    assert codes(parsed.address) == ("54", "555", "22024", "12 Lê Lợi")
    assert parsed.candidates == ()


@pytest.mark.parametrize(
    "text",
    [
        "12 Lê Lợi, Phường Tuy Hòa, tỉnh Đắk Lắk",
        "12 Lê Lợi, P. Tuy Hòa, Đắk Lắk",
        "12 Lê Lợi, phuong Tuy Hoa, tinh Dak Lak",
        "12 Lê Lợi – Tuy Hoà – Đăk Lăk",
        "12 Lê Lợi, tuy hoa dak lak",
        "12 Lê Lợi phường Tuy Hòa Đắk Lắk",
    ],
)
def test_new_dialect_is_read_however_it_is_written(text: str) -> None:
    """A commune and a province without a district are of the new list; the address says so by its day."""
    parsed = parse_address(text)
    assert parsed.outcome == "unique"
    assert codes(parsed.address) == ("66", None, "22015", "12 Lê Lợi")
    assert parsed.address is not None
    assert str(parsed.address) == "12 Lê Lợi, Phường Tuy Hòa, tỉnh Đắk Lắk"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Đắk Lắk", ("66", None, None, None)),
        ("12 Lê Lợi, Phú Yên", ("54", None, None, "12 Lê Lợi")),
        ("TP Tuy Hòa, Phú Yên", ("54", "555", None, None)),
        ("Phường 9, Phú Yên", ("54", "555", "22024", None)),
        ("Đặc khu Lý Sơn, Quảng Ngãi", ("51", None, "21548", None)),
        ("ĐK. Lý Sơn, Quảng Ngãi", ("51", None, "21548", None)),
        ("H. Lý Sơn, Quảng Ngãi", ("51", "536", None, None)),
        ("Xã Long Thành, tỉnh Đồng Nai", ("75", None, "26368", None)),
        ("Phường Long Thành, thành phố Đồng Nai", ("75", None, "26368", None)),
        ("Tuy Hóa, Đắk Lắk", ("66", None, None, "Tuy Hóa")),
        ("Xã Hòa Thắng, Buôn Ma Thuột, Đắk Lắk", ("66", "643", "24166", None)),
        ("Phường 2 Bảo Lộc, Lâm Đồng", ("68", None, "24820", None)),
        ("Thôn 3 xã Ea Hleo Đắk Lắk", ("66", None, "24184", "Thôn 3")),
        ("Phường 9 (cũ), Phường Tuy Hòa, Đắk Lắk", ("66", None, "22015", "Phường 9 (cũ)")),
    ],
)
def test_what_is_named_is_found_and_the_rest_is_detail(text: str, found: Codes) -> None:
    """Only named levels get a code; a name whose accents differ is no name of the list."""
    parsed = parse_address(text)
    assert parsed.outcome == "unique"
    assert codes(parsed.address) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Buôn Ma Thuột, Đắk Lắk", [("66", None, "24133", None), ("66", "643", None, None)]),
        (
            "Hòa Thắng, Buôn Ma Thuột, Đắk Lắk",
            [("66", None, "24133", "Hòa Thắng"), ("66", "643", "24166", None)],
        ),
        ("Ea Kao, Đắk Lắk", [("66", None, "24169", None), ("66", "643", "24169", None)]),
        ("Phường 2 Bảo Lộc Lâm Đồng", [("68", None, "24820", None), ("68", "673", "24820", None)]),
        ("Bắc Ninh", [("24", None, None, None), ("27", None, None, None)]),
        ("Phường 9, TP Tuy Hòa", [("54", "555", "22024", None)]),
        ("Phường Tuy Hòa", [("66", None, "22015", None)]),
    ],
)
def test_what_fits_several_places_gives_them_all(text: str, found: list[Codes]) -> None:
    """Both lists, or several places of one, or a text without a province: candidates and no address."""
    parsed = parse_address(text)
    assert (parsed.outcome, parsed.address) == ("ambiguous", None)
    assert candidates(parsed) == found


def test_an_old_name_that_occurs_twice_needs_its_district() -> None:
    """Without the district every commune of that name in the province is a candidate, with it one is the answer."""
    parsed = parse_address("Phường Minh Khai, tỉnh Hà Giang")
    assert codes(parsed.address) == ("02", "024", "00697", None)
    twice = parse_address("Xã Hòa Bình, tỉnh Lạng Sơn", as_of=OLD_DAY)
    assert twice.outcome == "ambiguous"
    assert {one.province for one in twice.candidates} == {"20"}
    assert len({one.district for one in twice.candidates}) == len(twice.candidates) > 1
    district = str(Address("20", twice.candidates[0].district))
    assert codes(parse_address(f"Xã Hòa Bình, {district}").address) == codes(twice.candidates[0])


@pytest.mark.parametrize(
    ("as_of", "found"),
    [(OLD_DAY, ("66", "643", None, None)), (NEW_DAY, ("66", None, "24133", None))],
)
def test_the_day_decides_between_the_lists(as_of: datetime.date, found: Codes) -> None:
    """Where both lists fit, the day on which the address was written chooses, and stays with it."""
    parsed = parse_address("Buôn Ma Thuột, Đắk Lắk", as_of=as_of)
    assert codes(parsed.address) == found
    assert parsed.address is not None
    assert parsed.address.as_of == as_of


def test_an_address_before_the_new_list_is_never_of_it() -> None:
    """A name that only the new list has is not recognised on an older day."""
    assert codes(parse_address("Phường Tuy Hòa, Đắk Lắk", as_of=OLD_DAY).address) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ,;- ",
        "Phường Khác, Đắk Lắk",
        "Phường 1, Phan Rang - Tháp Chàm, Ninh Thuận",
        "Phường 9",
        "12 Hà Nội",
        "Xã Tuy Hòa, tỉnh Đắk Lắk",
        "Việt Nam",
        "1" * 500,
    ],
)
def test_what_no_list_has_is_unknown(text: str) -> None:
    """A commune that its province lacks, too many places, or a street named after a province: no answer."""
    parsed = parse_address(text)
    assert (parsed.outcome, parsed.address, parsed.candidates) == ("unknown", None, ())


def test_a_new_address_keeps_its_list() -> None:
    """A code that both lists have reads as the one that was written."""
    parsed = parse_address("Phường Buôn Ma Thuột, tỉnh Đắk Lắk")
    assert parsed.address == Address("66", None, "24133", as_of=AS_OF)
    assert str(parsed.address) == "Phường Buôn Ma Thuột, tỉnh Đắk Lắk"


def test_repr_is_masked() -> None:
    """No part of a parsed address shows in its representation."""
    assert repr(parse_address("12 Lê Lợi, Phường 9, TP Tuy Hòa, Phú Yên")) == "ParsedAddress(***)"


PIECES = [
    "Phường",
    "P9",
    "TX.",
    "Tuy Hòa",
    "tuy hoa",
    "Phú Yên",
    "Đắk Lắk",
    "Huế",
    ",",
    "-",
    " ",
    "tỉnh",
    "0",
    "\u0301",
]


@given(st.text(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_every_text_may_be_parsed(text: str) -> None:
    """Whatever is typed has one of three outcomes, and only ``unique`` has an address."""
    parsed = parse_address(text)
    assert (parsed.outcome == "unique") == (parsed.address is not None)
    assert (parsed.outcome == "ambiguous") == bool(parsed.candidates)
    for one in (parsed.address, *parsed.candidates):
        assert one is None or one.detail is None or one.detail in text
