"""The live dialect as platforms write it (wire.md §7.2), rendered by the mock's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dancu_mock.people import Kin, Person, Place

__all__ = ["collection", "confirmation", "envelope", "fault"]

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_BCA = "http://dancuquocgia.bca"
_MIC = "http://www.mic.gov.vn/dancu/1.0"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def _tag(name: str, inside: str) -> str:
    return f"<ns1:{name}>{inside}</ns1:{name}>" if inside else f"<ns1:{name}/>"


def _text(name: str, text: str) -> str:
    return _tag(name, text.translate(_ESCAPES))


def envelope(inside: str) -> bytes:
    """A SOAP 1.1 answer with the useless declarations that real ones carry."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="{_SOAP}">'
        f'<soapenv:Header xmlns:dan="{_BCA}"/><soapenv:Body xmlns:dan="{_BCA}">{inside}</soapenv:Body>'
        "</soapenv:Envelope>"
    ).encode()


def collection(people: Iterable[Person]) -> bytes:
    """The answer of service A; an empty collection says that nobody fits."""
    records = "".join(_record(person) for person in people)
    opening = f'<ns1:CongdanCollection xmlns:ns1="{_MIC}"'
    return envelope(f"{opening}>{records}</ns1:CongdanCollection>" if records else f"{opening}/>")


def confirmation(*, exists: bool) -> bytes:
    """The answer of service B."""
    word = "true" if exists else "false"
    return envelope(
        f'<ns2:KetQuaXacThucResponse xmlns:ns2="{_BCA}"><ns2:TonTai>{word}</ns2:TonTai></ns2:KetQuaXacThucResponse>'
    )


def fault(code: str, text: str) -> bytes:
    """A SOAP Fault; no real one is known (wire.md §3), so its text says that it is invented."""
    return envelope(
        f"<soapenv:Fault><faultcode>soapenv:{code}</faultcode>"
        f"<faultstring>MOCK: {text.translate(_ESCAPES)}</faultstring></soapenv:Fault>"
    )


def _record(person: Person) -> str:
    return _tag(
        "CongDan",
        "".join(
            (
                _text("SoDinhDanh", person.record_number),
                _text("SoCMND", person.old_number),
                _tag("HoVaTen", _name(person.name)),
                _text("GioiTinh", person.gender),
                _text("DanToc", person.ethnic_group),
                _text("TonGiao", person.religion),
                _text("TinhTrangHonNhan", person.marital_status),
                _text("NhomMau", person.blood_group),
                _tag("NgayThangNamSinh", _birth(person)),
                _tag("NoiDangKyKhaiSinh", _place(person.birth_place)),
                _text("QuocTich", person.nationality),
                _tag("QueQuan", _place(person.origin)),
                _tag("ThuongTru", _place(person.permanent)),
                _tag("NoiOHienTai", _place(person.current)),
                _kin("Cha", person.father),
                _kin("Me", person.mother),
                _kin("VoChong", person.spouse),
                _kin("NguoiDaiDien", person.representative),
                _head(person.head),
                _text("SoSoHoKhau", person.household_book),
            )
        ),
    )


def _name(name: str | tuple[str, str, str]) -> str:
    surname, middle, given = name if isinstance(name, tuple) else ("", "", name)
    return _text("Ho", surname) + _text("ChuDem", middle) + _text("Ten", given)


def _birth(person: Person) -> str:
    year = _text("Nam", f"{person.year:04}")
    if person.month is None or person.day is None:
        return year
    return year + _text("NgayThangNam", f"{person.year:04}{person.month:02}{person.day:02}")


def _place(place: Place) -> str:
    return (
        _text("MaTinhThanh", place.province)
        + _text("MaQuanHuyen", place.district)
        + _text("MaPhuongXa", place.commune)
        + _text("ChiTiet", place.detail)
        + _text("QuocGia", place.country)
    )


def _kin(name: str, kin: Kin | None) -> str:
    """A relative; an unknown one is an empty element, an empty one a block of empty elements."""
    if kin is None:
        return _tag(name, "")
    return _tag(
        name,
        _text("HoVaTen", kin.name)
        + _text("QuocTich", kin.nationality)
        + _text("SoDinhDanh", kin.number)
        + _text("SoCMND", kin.old_number),
    )


def _head(head: Kin | None) -> str:
    if head is None:
        return _tag("ChuHo", "")
    return _tag(
        "ChuHo",
        _text("QuanHe", head.relation)
        + _text("SoDinhDanh", head.number)
        + _text("SoCMND", head.old_number)
        + _text("HoVaTen", head.name),
    )
