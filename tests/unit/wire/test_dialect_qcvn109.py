from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.codes import Coded, ethnic_group
from dancu.domain.dates import PartialDate
from dancu.domain.fields import FieldName
from dancu.domain.ids import PersonNumber
from dancu.domain.names import Name
from dancu.domain.people import Relative
from dancu.domain.places import Address
from dancu.errors import Code, Unavailable
from dancu.privacy import PersonalText
from dancu.wire.dialects import Dialect, read_citizen, read_collection
from dancu.wire.xml import Element, parse

if TYPE_CHECKING:
    from dancu.wire.dialects.record import Record

EVERY: tuple[FieldName, ...] = get_args(FieldName)
NAMESPACE = "http://www.mic.gov.vn/dancu/1.0"
PLACE = "<MaDonViHanhChinh>00004</MaDonViHanhChinh><ChiTiet>ĐỊA CHỈ MẪU</ChiTiet><QuocGia>VN</QuocGia>"
RECORD = f"""<SoDinhDanh>000090000001</SoDinhDanh><SoCMND/>
<HoVaTen><Ho> NGUYỄN </Ho><ChuDem>VĂN</ChuDem><Ten>MẪU</Ten></HoVaTen><GioiTinh>1</GioiTinh>
<DanToc><MaDanToc>01</MaDanToc><TenGoi>Kinh</TenGoi></DanToc><TonGiao><MaTonGiao>99</MaTonGiao></TonGiao>
<NgayThangNamSinh><NgayThangNam>1990-01-02</NgayThangNam></NgayThangNamSinh><ThuongTru>{PLACE}</ThuongTru>
<Cha><SoDinhDanh>000060000002</SoDinhDanh><QuocTich>VN</QuocTich>
<HoVaTen><Ho>NGUYỄN</Ho><ChuDem>VĂN CHA</ChuDem><Ten>MẪU</Ten></HoVaTen></Cha>
<Me><HoVaTen>TRẦN THỊ MẪU</HoVaTen></Me>"""
LIVE = "<SoDinhDanh>000090000001</SoDinhDanh><DanToc>01</DanToc><ThuongTru><MaPhuongXa>00004</MaPhuongXa></ThuongTru>"


def citizen(inside: str) -> Element:
    """A record around its elements."""
    return parse(f'<CongDan xmlns="{NAMESPACE}">{inside}</CongDan>'.encode())


def read(inside: str, *fields: FieldName, dialect: Dialect = "auto") -> Record:
    """What a record with these elements holds."""
    return read_citizen(citizen(f"<SoCMND/>{inside}"), fields, dialect)


def outage(inside: str, *fields: FieldName, dialect: Dialect = "auto") -> tuple[Code, str | None]:
    """Code and detail under which a record is refused."""
    with pytest.raises(Unavailable) as caught:
        read(inside, *fields, dialect=dialect)
    return caught.value.code, caught.value.detail


@pytest.mark.parametrize("dialect", ["auto", "qcvn109"])
def test_a_full_record_is_read(dialect: Dialect) -> None:
    """Every block of the regulation gives its field in its type."""
    found = read_citizen(citizen(RECORD), EVERY, dialect)
    expected: dict[FieldName, Any] = {
        **dict.fromkeys(EVERY),
        "number": PersonNumber("000090000001"),
        "name": Name("NGUYỄN VĂN MẪU"),
        "birth_date": PartialDate(1990, 1, 2),
        "gender": Coded("1", "Nam"),
        "ethnic_group": Coded("01", "Kinh", "2008"),
        "religion": Coded("99"),
        "permanent_address": Address(commune="00004", detail="ĐỊA CHỈ MẪU", country="VN"),
        "father": Relative(
            Name("NGUYỄN VĂN CHA MẪU"), PersonalText("000060000002"), nationality=Coded("VN", "Việt Nam")
        ),
        "mother": Relative(Name("TRẦN THỊ MẪU")),
    }
    assert found.values == expected


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("01", Address(province="01")),
        ("001", Address(district="001")),
        ("00001", Address(commune="00001")),
        ("", None),
    ],
)
def test_the_length_of_a_unit_code_is_its_level(code: str, address: Address | None) -> None:
    """Two digits are a province, three a district, five a commune; units above it are not guessed."""
    inside = f"<QueQuan><MaDonViHanhChinh>{code}</MaDonViHanhChinh></QueQuan>"
    assert read(inside, "origin").values == {"origin": address}


@pytest.mark.parametrize("code", ["1", "0001", "000001", "0a", "٠١", "-1"])
def test_a_unit_code_of_another_length_is_unreadable(code: str) -> None:
    """What is no code of any level is an outage of that field."""
    inside = f"<QueQuan><MaDonViHanhChinh>{code}</MaDonViHanhChinh></QueQuan>"
    assert outage(inside, "origin") == ("unreadable_answer", "a unit code of another length")


@pytest.mark.parametrize(
    ("code", "name", "group"),
    [
        ("12", "Ê-đê", ethnic_group("12", scheme="1979")),
        ("11", "Ê-đê", ethnic_group("11", scheme="2008")),
        ("01", "Kinh", Coded("01", "Kinh", "2008")),
        ("01", "", Coded("01", "Kinh", "2008")),
        ("12", "", Coded("12")),
        ("12", "Người khác", Coded("12", "Người khác")),
        ("77", "", Coded("77")),
    ],
)
def test_the_name_beside_an_ethnic_code_decides_its_list(code: str, name: str, group: Coded) -> None:
    """Two official orders exist: the name says which one, and without it a code that differs has no label."""
    inside = f"<DanToc><MaDanToc>{code}</MaDanToc><TenGoi>{name}</TenGoi></DanToc>"
    assert read(inside, "ethnic_group").values == {"ethnic_group": group}


@pytest.mark.parametrize(
    ("inside", "religion"),
    [
        ("<TonGiao><MaTonGiao>02</MaTonGiao></TonGiao>", Coded("02", "Công giáo")),
        ("<TonGiao><MaTonGiao>99</MaTonGiao><TenGoi>Khác</TenGoi></TonGiao>", Coded("99", "Khác")),
        ("<TonGiao><MaTonGiao/></TonGiao>", None),
        ("<TonGiao/>", None),
    ],
)
def test_a_religion_stands_in_a_block(inside: str, religion: Coded | None) -> None:
    """A known code has its label, another one the name that stands beside it."""
    assert read(inside, "religion").values == {"religion": religion}


def test_a_name_without_its_code_is_unknown() -> None:
    """A value that has nowhere to go is an outage, not "the register holds nothing"."""
    assert outage("<DanToc><TenGoi>Kinh</TenGoi></DanToc>", "ethnic_group")[0] == "unknown_answer"
    assert outage("<DanToc><Ten>Kinh</Ten></DanToc>", "ethnic_group")[0] == "unknown_answer"


def test_the_dialect_is_told_by_structure() -> None:
    """Under the same namespace each record is read by what stands in it, whatever its neighbour is."""
    records = "".join(f"<CongDan>{inside}</CongDan>" for inside in (RECORD, LIVE))
    document = f'<CongdanCollection xmlns="{NAMESPACE}" SoCongDan="2">{records}</CongdanCollection>'
    fields: tuple[FieldName, ...] = ("ethnic_group",)
    first, second = read_collection(parse(document.encode()), fields, "auto")
    assert first.values == {"ethnic_group": Coded("01", "Kinh", "2008")}
    assert second.values == {"ethnic_group": Coded("01", "Kinh", "1979")}


@pytest.mark.parametrize(("inside", "fixed"), [(RECORD.replace("<SoCMND/>", ""), "live"), (LIVE, "qcvn109")])
def test_a_record_of_the_other_dialect_is_unknown_under_a_fixed_one(inside: str, fixed: Dialect) -> None:
    """A profile that names a dialect gets no other one, even where the field asked for reads the same."""
    assert outage(inside, "number", dialect=fixed) == (
        "unknown_answer",
        f"a record of another dialect than {fixed}",
    )


def test_a_record_of_both_dialects_is_unknown() -> None:
    """Half of one and half of the other is nobody's structure."""
    mixed = "<DanToc>01</DanToc><QueQuan><MaDonViHanhChinh>01</MaDonViHanhChinh></QueQuan>"
    assert outage(mixed, "number") == ("unknown_answer", "a record of two dialects")


@pytest.mark.parametrize("dialect", ["auto", "live", "qcvn109"])
def test_what_both_write_alike_is_read_under_each(dialect: Dialect) -> None:
    """A record without a sign of either, as of service C, is one of both."""
    plain = "<SoDinhDanh>000090000001</SoDinhDanh><HoVaTen><Ho>NGUYỄN</Ho><Ten>MẪU</Ten></HoVaTen><QueQuan/><DanToc/>"
    assert read(plain, "name", "origin", dialect=dialect).values == {"name": "NGUYỄN MẪU", "origin": None}


@pytest.mark.parametrize(("claimed", "held"), [("1", 0), ("2", 1), ("0", 1), ("x", 1)])
def test_a_collection_that_claims_another_count_is_unknown(claimed: str, held: int) -> None:
    """An empty collection that says it holds somebody is an outage and not "no such citizen"."""
    inside = "<CongDan><SoCMND/></CongDan>" * held
    document = f'<CongdanCollection xmlns="{NAMESPACE}" SoCongDan="{claimed}">{inside}</CongdanCollection>'
    with pytest.raises(Unavailable) as caught:
        read_collection(parse(document.encode()), (), "auto")
    assert caught.value.code == "unknown_answer"


@pytest.mark.parametrize(("attributes", "held"), [("", 0), ('SoCongDan="0" GhiChu=""', 0), ('SoCongDan=" 1 "', 1)])
def test_a_collection_holds_what_it_claims(attributes: str, held: int) -> None:
    """The count may be missing or agree; the other attributes mean nothing to us."""
    inside = "<CongDan><SoCMND/></CongDan>" * held
    document = f'<CongdanCollection xmlns="{NAMESPACE}" {attributes}>{inside}</CongdanCollection>'
    assert len(read_collection(parse(document.encode()), (), "auto")) == held


@pytest.mark.parametrize("inside", ["khong tim thay", "<Loi>01</Loi>", '<CongDan xmlns=""/>', "<CongDan/>"])
def test_a_collection_of_something_else_is_unknown(inside: str) -> None:
    """Text, other elements and records without a shape are an outage."""
    document = f'<CongdanCollection xmlns="{NAMESPACE}">{inside}</CongdanCollection>'
    with pytest.raises(Unavailable) as caught:
        read_collection(parse(document.encode()), (), "auto")
    assert caught.value.code == "unknown_answer"


PIECES = (
    *("<DanToc>01</DanToc>", "<DanToc><MaDanToc>04</MaDanToc></DanToc>", "<TonGiao>x</TonGiao>", "<TonGiao/>"),
    *("<QueQuan><MaTinhThanh>01</MaTinhThanh></QueQuan>", "<QueQuan><MaDonViHanhChinh/></QueQuan>"),
    *("<ThuongTru><ChiTiet>A</ChiTiet></ThuongTru>", "<HoVaTen><Ho>A</Ho></HoVaTen>", "<Cha><Ho/></Cha>", "<SoCMND/>"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from(["auto", "live", "qcvn109"]))
def test_any_mixture_is_read_or_unavailable(pieces: list[str], dialect: Dialect) -> None:
    """Whatever blocks stand together, the record has the fields asked for or there is no answer."""
    try:
        found = read_citizen(citizen("".join(pieces)), EVERY, dialect)
    except Unavailable as error:
        code = error.code
        assert code in {"unknown_answer", "unreadable_answer"}
    else:
        assert tuple(found.values) == EVERY
