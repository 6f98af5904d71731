"""The dialect of QCVN 109, and the answers of services C and K."""

from __future__ import annotations

import pytest
from lxml import etree

from dancu_mock import PEOPLE, Mock, MockSettings, Person

from .callers import BLOOD, ELEMENTS, GTEL, RELATIVES, C, K, flat
from .conftest import LOOK_UP, ask, birth_of, enveloped, look_up

MIC = "{http://www.mic.gov.vn/dancu/1.0}"
BY_KEY = {person.key: person for person in PEOPLE}
ORDER = (
    "SoDinhDanh SoCMND HoVaTen GioiTinh DanToc TonGiao TinhTrangHonNhan NhomMau NgayThangNamSinh NoiDangKyKhaiSinh "
    "QuocTich QueQuan ThuongTru NoiOHienTai Cha Me VoChong NguoiDaiDien ChuHo SoSoHoKhau"
)
EVERYBODY = pytest.mark.parametrize("key", BY_KEY)


def collection(body: bytes) -> etree._Element:
    """The collection of an answer."""
    found = etree.fromstring(body).find(f".//{MIC}CongdanCollection")
    assert found is not None
    return found


def of_qcvn(person: Person) -> etree._Element:
    """The collection that the dialect answers with about a person."""
    elements = look_up("q", number=person.asked_number, key=person.key, birth=birth_of(person))
    return collection(ask(Mock(MockSettings(dialect="qcvn109")), enveloped(elements), LOOK_UP).body)


def parts(record: etree._Element, path: str) -> dict[str, str]:
    """Local name to text, of what is inside a block."""
    block = record.find("/".join(f"{MIC}{name}" for name in path.split("/")))
    assert block is not None
    return {etree.QName(part).localname: part.text or "" for part in block}


@EVERYBODY
def test_a_record_has_the_structure_of_qcvn_109(key: str) -> None:
    """One unit code for each address, blocks for coded values, ISO dates, names in three parts, and a count."""
    found = of_qcvn(BY_KEY[key])
    assert found.get("SoCongDan") == str(len(found)) == str(len(BY_KEY[key].answered))
    for record, person in zip(found, BY_KEY[key].answered, strict=True):
        assert " ".join(etree.QName(part).localname for part in record) == ORDER
        assert set(parts(record, "ThuongTru")) == {"MaDonViHanhChinh", "ChiTiet", "QuocGia"}
        assert "MaDanToc" in parts(record, "DanToc") and "MaTonGiao" in parts(record, "TonGiao")
        date = f"{person.year}-{person.month:02}-{person.day:02}" if person.month and person.day else None
        expected = {"NgayThangNam": date} if date else {"Nam": str(person.year)}
        assert parts(record, "NgayThangNamSinh") == expected
        whole = person.name if isinstance(person.name, str) else " ".join(person.name)
        assert " ".join(filter(None, parts(record, "HoVaTen").values())) == whole


def test_a_name_is_cut_at_the_outer_blanks() -> None:
    """Surname, middle and given name; a name of one word is a surname."""
    (mau,) = of_qcvn(BY_KEY["NGUYENTHIMAU"])
    assert parts(mau, "HoVaTen") == {"Ho": "NGUYỄN", "ChuDem": "THỊ", "Ten": "MẪU"}
    assert parts(mau, "Cha/HoVaTen") == {"Ho": "NGUYỄN", "ChuDem": "VĂN CHA", "Ten": "MẪU"}
    person = Person("066690000077", "MAU", 1990, name="MẪU")
    elements = look_up("q", number="066690000077", key="MAU", birth="1990")
    mock = Mock(MockSettings(dialect="qcvn109", people=(person,)))
    (short,) = collection(ask(mock, enveloped(elements)).body)
    assert parts(short, "HoVaTen") == {"Ho": "MẪU", "ChuDem": "", "Ten": ""}


def test_groups_have_the_codes_of_annex_e() -> None:
    """Ê-đê is 11 there and not 12; a code of no list has no name."""
    (ede,) = of_qcvn(BY_KEY["HHENNIE"])
    (odd,) = of_qcvn(BY_KEY["KSORLAMAU"])
    assert parts(ede, "DanToc") == {"MaDanToc": "11", "TenGoi": "Ê-đê"}
    assert parts(odd, "DanToc") == {"MaDanToc": "77"}


def test_a_unit_is_as_exact_as_the_record() -> None:
    """The commune's code where there is one."""
    (mau,) = of_qcvn(BY_KEY["NGUYENTHIMAU"])
    assert parts(mau, "QueQuan")["MaDonViHanhChinh"] == "22024"


def test_nobody_is_counted_as_none() -> None:
    """An empty collection says 0."""
    mock = Mock(MockSettings(dialect="qcvn109"))
    found = collection(ask(mock, enveloped(look_up("q", key="KHONGAICA"))).body)
    assert (len(found), found.get("SoCongDan")) == (0, "0")


def of_service(person: Person, operation: str, path: str, **settings: bool) -> bytes:
    """The answer of C or K about a person."""
    old = len(person.asked_number) == 9
    asked = {
        **ELEMENTS,
        "SoDinhDanh": "" if old else person.asked_number,
        "SoCMND": person.asked_number if old else "",
        "HoVaTen": person.key,
        "NgayThangNamSinh": birth_of(person),
    }
    return ask(Mock(MockSettings(**settings)), flat(operation, asked), path).body  # type: ignore[arg-type]  # a knob


@EVERYBODY
def test_c_answers_with_the_parents(key: str) -> None:
    """Numbers, structured names, the birth, father and mother; nothing else of the record."""
    found = collection(of_service(BY_KEY[key], C, RELATIVES))
    assert found.get("SoCongDan") == str(len(BY_KEY[key].answered))
    for record in found:
        names = [etree.QName(part).localname for part in record]
        assert names == ["SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNamSinh", "Cha", "Me"]
    if key == "NGUYENTHIMAU":
        assert list(parts(found[0], "Me")) == ["SoDinhDanh", "QuocTich", "HoVaTen"]
        assert parts(found[0], "Me/HoVaTen") == {"Ho": "TRẦN", "ChuDem": "THỊ MẸ", "Ten": "MẪU"}


@EVERYBODY
def test_k_answers_with_the_blood_group(key: str) -> None:
    """Numbers, a name in three parts and the code."""
    found = collection(of_service(BY_KEY[key], K, BLOOD))
    for record, person in zip(found, BY_KEY[key].answered, strict=True):
        assert [etree.QName(part).localname for part in record] == ["SoDinhDanh", "SoCMND", "HoVaTen", "NhomMau"]
        assert record.findtext(f"{MIC}NhomMau") == person.blood_group


def test_c_may_wrap_its_answer() -> None:
    """One version puts the collection into a response element; the collection is the same."""
    bare = of_service(BY_KEY["NGUYENTHIMAU"], C, RELATIVES)
    wrapped = of_service(BY_KEY["NGUYENTHIMAU"], C, RELATIVES, relatives_wrapped=True)
    around = etree.fromstring(wrapped).find(f".//{{{GTEL}}}XacMinhThongTinNhanThanResponse")
    assert around is not None and len(around) == 1
    inside, alone = (etree.tostring(found, method="c14n", exclusive=True) for found in (around[0], collection(bare)))
    assert inside == alone
