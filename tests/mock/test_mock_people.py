"""Everybody in the register, asked by hand: the record is the right one, and complete."""

from __future__ import annotations

import pytest
from lxml import etree

from dancu_mock import PEOPLE, Mock, MockSettings, Person

from .conftest import CONFIRM, ask, birth_of, confirm, confirm_2023, enveloped, look_up

BY_KEY = {person.key: person for person in PEOPLE}
ORDER = (
    "SoDinhDanh SoCMND HoVaTen GioiTinh DanToc TonGiao TinhTrangHonNhan NhomMau NgayThangNamSinh NoiDangKyKhaiSinh "
    "QuocTich QueQuan ThuongTru NoiOHienTai Cha Me VoChong NguoiDaiDien ChuHo SoSoHoKhau"
)


def records(body: bytes) -> list[etree._Element]:
    """The records of an answer."""
    return etree.fromstring(body).findall(".//{http://www.mic.gov.vn/dancu/1.0}CongDan")


def text(record: etree._Element, path: str) -> str | None:
    """The text at a path of local names; empty for an empty element, None where there is none."""
    return record.findtext("/".join(f"{{http://www.mic.gov.vn/dancu/1.0}}{name}" for name in path.split("/")))


def asked_for(person: Person) -> list[etree._Element]:
    """The records that come when a person is asked for by their three keys."""
    elements = look_up("p", number=person.asked_number, key=person.key, birth=birth_of(person))
    reply = ask(Mock(), enveloped(elements))
    assert reply.status == 200
    return records(reply.body)


@pytest.mark.parametrize("key", BY_KEY)
def test_a_person_is_answered_in_the_order_of_the_live_dialect(key: str) -> None:
    """Each person's records bear the right number and all twenty elements, in order."""
    person = BY_KEY[key]
    found = asked_for(person)
    assert [text(record, "SoDinhDanh") for record in found] == [one.record_number for one in person.answered]
    for record in found:
        assert " ".join(etree.QName(child).localname for child in record) == ORDER


@pytest.mark.parametrize("key", BY_KEY)
def test_a_person_is_confirmed_in_both_forms(key: str) -> None:
    """Service B says in its form of 2021, and without a birth date in that of 2023, whether there is a record."""
    person = BY_KEY[key]
    said = b"<ns2:TonTai>true</ns2:TonTai>" if person.answered else b"<ns2:TonTai>false</ns2:TonTai>"
    old = confirm("c1", number=person.asked_number, key=key, birth=birth_of(person))
    new = confirm_2023("c2", number=person.asked_number, key=key)
    for elements, operation in ((old, "XacThucThongTinCongDan"), (new, "XacThucThongTinCongDanRequest")):
        reply = ask(Mock(), enveloped(elements, operation), CONFIRM)
        assert (reply.status, said in reply.body) == (200, True)


def test_nobody_is_not_confirmed() -> None:
    """Service B says false for three keys that fit nobody."""
    reply = ask(Mock(), enveloped(confirm("c", key="KHONGAICA"), "XacThucThongTinCongDan"), CONFIRM)
    assert b"<ns2:TonTai>false</ns2:TonTai>" in reply.body


def test_the_whole_name_stands_in_one_element() -> None:
    """Ho and ChuDem are empty and Ten holds everything, but for the one structured name."""
    (mau,) = asked_for(BY_KEY["NGUYENTHIMAU"])
    assert [text(mau, f"HoVaTen/{part}") for part in ("Ho", "ChuDem", "Ten")] == ["", "", "NGUYỄN THỊ MẪU"]
    (split,) = asked_for(BY_KEY["PHAMTHITACHMAU"])
    assert [text(split, f"HoVaTen/{part}") for part in ("Ho", "ChuDem", "Ten")] == ["PHẠM", "THỊ TÁCH", "MẪU"]


def test_a_year_is_all_that_some_records_hold() -> None:
    """A birth known by its year has no NgayThangNam at all."""
    (whole,) = asked_for(BY_KEY["NGUYENTHIMAU"])
    assert [text(whole, f"NgayThangNamSinh/{part}") for part in ("Nam", "NgayThangNam")] == ["1990", "19900102"]
    (record,) = asked_for(BY_KEY["TRANVANNAMMAU"])
    assert text(record, "NgayThangNamSinh/Nam") == "1945"
    assert text(record, "NgayThangNamSinh/NgayThangNam") is None


def test_somebody_elses_record_is_wholly_theirs() -> None:
    """The person who is answered with another's record gets that record, unmixed."""
    (wrong,) = asked_for(BY_KEY["DUONGVANLACMAU"])
    (right,) = asked_for(BY_KEY["NGUYENTHIMAU"])
    assert etree.tostring(wrong) == etree.tostring(right)


def test_a_value_with_marks_of_xml_is_escaped() -> None:
    """Ampersands, angles and quotes in a record come out as they went in."""
    person = Person("066690000077", "MAU", 1990, name='A & B <C> "D"')
    reply = ask(
        Mock(MockSettings(people=(person,))), enveloped(look_up("e", number="066690000077", key="MAU", birth="1990"))
    )
    (record,) = records(reply.body)
    assert text(record, "HoVaTen/Ten") == 'A & B <C> "D"'
