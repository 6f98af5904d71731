"""The live dialect (wire.md §1.3, §7.2): codes as text, three address codes, flat relatives, yyyyMMdd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.render.markup import MIC, Payload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dancu_mock.people import Kin, Person, Place
    from dancu_mock.render.markup import Value

__all__ = ["collection"]


def collection(people: Sequence[Person]) -> Payload:
    """The answer of service A; an empty collection says that nobody fits."""
    return Payload("CongdanCollection", MIC, "ns1", tuple(("CongDan", _record(person)) for person in people))


def _record(person: Person) -> Value:
    return {
        "SoDinhDanh": person.record_number,
        "SoCMND": person.old_number,
        "HoVaTen": _name(person.name),
        "GioiTinh": person.gender,
        "DanToc": person.ethnic_group,
        "TonGiao": person.religion,
        "TinhTrangHonNhan": person.marital_status,
        "NhomMau": person.blood_group,
        "NgayThangNamSinh": _birth(person),
        "NoiDangKyKhaiSinh": _place(person.birth_place),
        "QuocTich": person.nationality,
        "QueQuan": _place(person.origin),
        "ThuongTru": _place(person.permanent),
        "NoiOHienTai": _place(person.current),
        "Cha": _kin(person.father),
        "Me": _kin(person.mother),
        "VoChong": _kin(person.spouse),
        "NguoiDaiDien": _kin(person.representative),
        "ChuHo": _head(person.head),
        "SoSoHoKhau": person.household_book,
    }


def _name(name: str | tuple[str, str, str]) -> Value:
    """The whole name in ``Ten``, as nearly all platforms have it."""
    surname, middle, given = name if isinstance(name, tuple) else ("", "", name)
    return {"Ho": surname, "ChuDem": middle, "Ten": given}


def _birth(person: Person) -> Value:
    year = {"Nam": f"{person.year:04}"}
    if person.month is None or person.day is None:
        return year
    return year | {"NgayThangNam": f"{person.year:04}{person.month:02}{person.day:02}"}


def _place(place: Place) -> Value:
    return {
        "MaTinhThanh": place.province,
        "MaQuanHuyen": place.district,
        "MaPhuongXa": place.commune,
        "ChiTiet": place.detail,
        "QuocGia": place.country,
    }


def _kin(kin: Kin | None) -> Value:
    """A relative; an unknown one is an empty element, an empty one a block of empty elements."""
    if kin is None:
        return ""
    return {"HoVaTen": kin.name, "QuocTich": kin.nationality, "SoDinhDanh": kin.number, "SoCMND": kin.old_number}


def _head(head: Kin | None) -> Value:
    if head is None:
        return ""
    return {"QuanHe": head.relation, "SoDinhDanh": head.number, "SoCMND": head.old_number, "HoVaTen": head.name}
