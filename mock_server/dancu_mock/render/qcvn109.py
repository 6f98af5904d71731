"""The dialect of QCVN 109:2017/BTTTT (wire.md §5 quirk 2, §7.2): coded blocks, one unit code, ISO dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.render.markup import MIC, Payload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dancu_mock.people import Kin, Person, Place
    from dancu_mock.render.markup import Value

__all__ = ["attributes", "birth", "collection", "kin", "name"]

_GROUPS = {
    "01": ("01", "Kinh"),
    "10": ("10", "Gia-rai"),
    "12": ("11", "Ê-đê"),
    "13": ("12", "Ba-na"),
    "17": ("14", "Chăm"),
    "20": ("20", "Mnông"),
}
"""Our people's groups (1979 order) as annex E has them (2008 order), with the name."""


def collection(people: Sequence[Person]) -> Payload:
    """The answer of service A; an empty collection says that nobody fits."""
    records = tuple(("CongDan", _record(person)) for person in people)
    return Payload("CongdanCollection", MIC, "dc", records, attributes(len(records)))


def attributes(count: int) -> dict[str, str]:
    """What the collection says of itself."""
    moment = "2026-01-01T00:00:00"
    return {
        "SoCongDan": str(count),
        "ThoiDiemDuLieu": moment,
        "GhiChu": "MOCK",
        "id": "00000000-0000-4000-8000-000000000001",
    }


def name(whole: str | tuple[str, str, str]) -> Value:
    """A name in three parts; flat ones are cut at the first and the last blank."""
    if isinstance(whole, str):
        words = whole.split()
        whole = (" ".join(words[:1]), " ".join(words[1:-1]), " ".join(words[1:][-1:]))
    return dict(zip(("Ho", "ChuDem", "Ten"), whole, strict=True))


def birth(person: Person) -> Value:
    """The date, or the year where that is all."""
    if person.month is None or person.day is None:
        return {"Nam": f"{person.year:04}"}
    return {"NgayThangNam": f"{person.year:04}-{person.month:02}-{person.day:02}"}


def kin(relative: Kin | None) -> Value:
    """A relative with a name in three parts; an unknown one is an empty element."""
    if relative is None:
        return ""
    return {"SoDinhDanh": relative.number, "QuocTich": relative.nationality, "HoVaTen": name(relative.name)}


def _record(person: Person) -> Value:
    return {
        "SoDinhDanh": person.record_number,
        "SoCMND": person.old_number,
        "HoVaTen": name(person.name),
        "GioiTinh": person.gender,
        "DanToc": _group(person.ethnic_group),
        "TonGiao": {"MaTonGiao": person.religion},
        "TinhTrangHonNhan": person.marital_status,
        "NhomMau": person.blood_group,
        "NgayThangNamSinh": birth(person),
        "NoiDangKyKhaiSinh": _place(person.birth_place),
        "QuocTich": person.nationality,
        "QueQuan": _place(person.origin),
        "ThuongTru": _place(person.permanent),
        "NoiOHienTai": _place(person.current),
        "Cha": kin(person.father),
        "Me": kin(person.mother),
        "VoChong": kin(person.spouse),
        "NguoiDaiDien": kin(person.representative),
        "ChuHo": _head(person.head),
        "SoSoHoKhau": person.household_book,
    }


def _group(code: str) -> Value:
    """Code and name; a code of no list has no name."""
    if code not in _GROUPS:
        return {"MaDanToc": code}
    return dict(zip(("MaDanToc", "TenGoi"), _GROUPS[code], strict=True))


def _place(place: Place) -> Value:
    """The most exact code alone: commune, district or province, told apart by length."""
    code = place.commune or place.district or place.province
    return {"MaDonViHanhChinh": code, "ChiTiet": place.detail, "QuocGia": place.country}


def _head(head: Kin | None) -> Value:
    if head is None:
        return ""
    return {
        "QuanHe": head.relation,
        "SoDinhDanh": head.number,
        "SoCMND": head.old_number,
        "HoVaTen": name(head.name),
    }
