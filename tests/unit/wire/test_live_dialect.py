from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.codes import Coded
from dancu.domain.dates import PartialDate
from dancu.domain.fields import FieldName
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.domain.names import Name
from dancu.domain.people import Citizen, Relative
from dancu.domain.places import Address
from dancu.errors import Code, Unavailable
from dancu.privacy import PersonalText
from dancu.wire.dialects.live import read_citizen
from dancu.wire.xml import parse

if TYPE_CHECKING:
    from dancu.wire.dialects.record import Record

EVERY: tuple[FieldName, ...] = get_args(FieldName)
NAMESPACE = "http://www.mic.gov.vn/dancu/1.0"


def read(inside: str, *fields: FieldName) -> Record:
    """Read a record from what stands inside ``CongDan``."""
    return read_citizen(parse(f'<CongDan xmlns="{NAMESPACE}">{inside}</CongDan>'.encode()), fields)


def test_a_full_record_is_read(record: str) -> None:
    """The observed document of the live dialect gives every field in its type."""
    document = f'<ns1:a xmlns:ns1="{NAMESPACE}">{record}</ns1:a>'
    found = read_citizen(parse(document.encode())[0], EVERY)
    expected: dict[FieldName, Any] = {
        "number": PersonNumber("000090000001"),
        "old_number": OldPersonNumber("000000001"),
        "name": Name("NGUYỄN VĂN MẪU"),
        "birth_date": PartialDate(1990, 1, 2),
        "gender": Coded("1", "Nam"),
        "nationality": None,
        "ethnic_group": Coded("01", "Kinh", "1979"),
        "religion": Coded("00"),
        "blood_group": Coded("00", "Chưa có thông tin"),
        "marital_status": Coded("2", "Đang có vợ/chồng"),
        "birth_registration_place": Address("01", "001", "00001", "ĐỊA CHỈ MẪU 1", "VN"),
        "origin": Address("01", None, "00004", "ĐỊA CHỈ MẪU 2", "VN"),
        "permanent_address": Address("01", None, "00004", "ĐỊA CHỈ MẪU 3", "VN"),
        "current_address": Address("01", None, "00004", "ĐỊA CHỈ MẪU 4", "VN"),
        "father": Relative(Name("NGUYỄN VĂN CHA MẪU"), PersonalText("000060000002"), None, Coded("VN", "Việt Nam")),
        "mother": Relative(Name("TRẦN THỊ MẪU")),
        "spouse": None,
        "representative": Relative(Name("N.V.M"), PersonalText("12")),
        "household_head": Relative(
            Name("NGUYỄN VĂN MẪU"),
            PersonalText("000090000001"),
            PersonalText("000000001"),
            relation=Coded("CH01", "Chủ hộ"),
        ),
        "household_book": PersonalText("MAU-0001"),
    }
    assert found.values == expected
    assert [type(value) for value in found.values.values()] == [type(value) for value in expected.values()]
    assert (found.number, found.old_number, found.name, found.birth_date) == tuple(list(expected.values())[:4])
    assert Citizen.of(found.values).asked == set(EVERY)


def test_only_what_is_asked_is_read(record: str) -> None:
    """What was not asked for is not in the record, and damage in it does no harm."""
    broken = record.replace("<ns1:NhomMau>00</ns1:NhomMau>", "<ns1:NhomMau><ns1:x/></ns1:NhomMau>")
    element = parse(f'<ns1:a xmlns:ns1="{NAMESPACE}">{broken}</ns1:a>'.encode())[0]
    assert read_citizen(element, ("gender",)).values == {"gender": Coded("1", "Nam")}
    with pytest.raises(Unavailable):
        read_citizen(element, ("blood_group",))


@pytest.mark.parametrize(
    ("inside", "name"),
    [
        ("<Ho/><ChuDem/><Ten>NGUYỄN VĂN MẪU</Ten>", "NGUYỄN VĂN MẪU"),
        ("<Ho>NGUYỄN</Ho><ChuDem>VĂN</ChuDem><Ten>MẪU</Ten>", "NGUYỄN VĂN MẪU"),
        ("<Ten>MẪU</Ten><Ho>NGUYỄN</Ho>", "NGUYỄN MẪU"),
        ("NGUYỄN VĂN MẪU", "NGUYỄN VĂN MẪU"),
        (unicodedata.normalize("NFD", " NGUYỄN  VĂN\u00a0MẪU "), "NGUYỄN VĂN MẪU"),
        ("<Ho/><ChuDem/><Ten/>", None),
        ("\u200b", None),
        ("", None),
    ],
)
def test_a_name_is_read_in_both_shapes(inside: str, name: str | None) -> None:
    """The whole name may stand in ``Ten``, in three parts or as flat text; nothing is None and never empty text."""
    found = read(f"<SoDinhDanh>000090000001</SoDinhDanh><HoVaTen>{inside}</HoVaTen>", "name")
    assert found.values == {"name": name} and found.name == name


@pytest.mark.parametrize(
    ("inside", "date"),
    [
        ("<Nam>1990</Nam><NgayThangNam>19900102</NgayThangNam>", PartialDate(1990, 1, 2)),
        ("<NgayThangNam>1990-01-02</NgayThangNam>", PartialDate(1990, 1, 2)),
        ("<Nam>1990</Nam><NgayThangNam/>", PartialDate(1990)),
        ("<Nam>1990</Nam>", PartialDate(1990)),
        ("<NgayThangNam>19900000</NgayThangNam>", PartialDate(1990)),
        ("<Nam/><NgayThangNam/>", None),
        ("", None),
    ],
)
def test_a_birth_may_be_known_by_its_year(inside: str, date: PartialDate | None) -> None:
    """The full date comes first, then the year alone, then nothing."""
    assert read(f"<NgayThangNamSinh>{inside}</NgayThangNamSinh>", "birth_date").birth_date == date


NIL = '<VoChong xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'


@pytest.mark.parametrize("block", ["", "<VoChong/>", "<VoChong> </VoChong>", "<VoChong><HoVaTen/></VoChong>", NIL])
def test_no_relative_is_none(block: str) -> None:
    """A block that is missing, empty, nil or without a value says that there is nobody."""
    assert read(f"<SoDinhDanh/>{block}", "spouse").values == {"spouse": None}


@pytest.mark.parametrize(
    ("inside", "fields", "code"),
    [
        ("", (), "unknown_answer"),
        ("<Ma>1</Ma>", (), "unknown_answer"),
        ("<GioiTinh>1</GioiTinh>", ("gender",), "unknown_answer"),
        ("<SoDinhDanh>1</SoDinhDanh>", (), "unreadable_answer"),
        ("<SoDinhDanh>00009000000x</SoDinhDanh>", (), "unreadable_answer"),
        ("<SoDinhDanh>٠٠٠٠٩٠٠٠٠٠٠١</SoDinhDanh>", (), "unreadable_answer"),
        ("<SoCMND>0000000011</SoCMND>", (), "unreadable_answer"),
        ("<SoDinhDanh/><SoDinhDanh/>", (), "unreadable_answer"),
        ("<SoDinhDanh><So>1</So></SoDinhDanh>", (), "unknown_answer"),
        ("<HoVaTen><TenGoi>A</TenGoi></HoVaTen>", (), "unknown_answer"),
        ("<HoVaTen><Ten><x/></Ten></HoVaTen>", (), "unknown_answer"),
        ("<NgayThangNamSinh><NgayThangNam>19900231</NgayThangNam></NgayThangNamSinh>", (), "unreadable_answer"),
        ("<NgayThangNamSinh><Nam>90</Nam></NgayThangNamSinh>", (), "unreadable_answer"),
        ("<NgayThangNamSinh>19900102</NgayThangNamSinh>", (), "unknown_answer"),
        ("<NgayThangNamSinh><Ngay>2</Ngay></NgayThangNamSinh>", (), "unknown_answer"),
        ("<SoCMND/><DanToc><MaDanToc>01</MaDanToc></DanToc>", ("ethnic_group",), "unknown_answer"),
        (
            "<SoCMND/><ThuongTru><MaDonViHanhChinh>00001</MaDonViHanhChinh></ThuongTru>",
            ("permanent_address",),
            "unknown_answer",
        ),
        ("<SoCMND/><ThuongTru>Phường Mẫu</ThuongTru>", ("permanent_address",), "unknown_answer"),
        ("<SoCMND/><ThuongTru><Tinh>01</Tinh></ThuongTru>", ("permanent_address",), "unknown_answer"),
        ("<SoCMND/><Cha>NGUYỄN VĂN MẪU</Cha>", ("father",), "unknown_answer"),
        ("<SoCMND/><Cha><Ten>NGUYỄN VĂN MẪU</Ten></Cha>", ("father",), "unknown_answer"),
        ("<SoCMND/><Cha><SoCMND/><SoCMND/></Cha>", ("father",), "unreadable_answer"),
    ],
)
def test_another_shape_is_never_read_as_empty(inside: str, fields: tuple[FieldName, ...], code: Code) -> None:
    """A value that stands elsewhere or otherwise than known is an outage, not "the register holds nothing"."""
    with pytest.raises(Unavailable) as caught:
        read(inside, *fields)
    assert caught.value.code == code


def test_codes_of_no_list_are_kept() -> None:
    """A code that nobody knows stays as it came and costs no record."""
    found = read("<SoDinhDanh/><GioiTinh>7</GioiTinh><DanToc>ZZ</DanToc>", "gender", "ethnic_group")
    assert found.values == {"gender": Coded("7"), "ethnic_group": Coded("ZZ", None, "1979")}


def test_an_empty_number_is_none() -> None:
    """Either number may be empty in a record."""
    found = read("<SoDinhDanh/><SoCMND>000000001</SoCMND>")
    assert (found.number, found.old_number) == (None, "000000001")


TAGS = (
    "SoDinhDanh",
    "SoCMND",
    "HoVaTen",
    "Ten",
    "NgayThangNamSinh",
    "NgayThangNam",
    "Nam",
    "ThuongTru",
    "MaTinhThanh",
    "Cha",
    "QuocTich",
    "DanToc",
    "x",
)
texts = st.sampled_from(
    ["", "1990", "19900102", "000090000001", "000000001", "01", "A", "\u200b", "Mẫu", " "]
) | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&\ufffe\uffff"), max_size=6)
trees = st.recursive(
    texts,
    lambda inside: st.lists(
        st.tuples(st.sampled_from(TAGS), inside).map(lambda pair: "<{0}>{1}</{0}>".format(*pair)), max_size=5
    ).map("".join),
)


@given(trees, trees, st.sets(st.sampled_from(EVERY)))
def test_any_record_is_read_or_unavailable(inside: str, more: str, fields: set[FieldName]) -> None:
    """Whatever elements a record holds, it is a record with the fields asked for or `Unavailable`."""
    asked = cast("tuple[FieldName, ...]", tuple(name for name in EVERY if name in fields))
    try:
        found = read(inside + more, *asked)
    except Unavailable as error:
        code = error.code
        assert code in {"unknown_answer", "unreadable_answer"}
    else:
        assert tuple(found.values) == asked
        assert Citizen.of(found.values).asked == fields
