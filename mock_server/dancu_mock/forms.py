"""Which requests there are, as tables: what reading checks and what the WSDL says (wire.md §1.2, §7.3, §7.5, §7.6).

A form lists its places in order: ``?`` may be left out, ``a|b`` is exactly one of the two. Where
``SoDinhDanh`` and ``SoCMND`` have a place each, one of them may be empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BCA",
    "BIRTH_PARTS",
    "FORMS",
    "GTEL",
    "INTEGRATIONS",
    "JSON_FORMS",
    "NUMBERS",
    "PATTERNS",
    "Form",
    "may_be_empty",
]

BCA = "http://dancuquocgia.bca"
GTEL = "http://gtel.vn/qldc"


@dataclass(frozen=True, slots=True)
class Form:
    """One operation.

    Attributes:
        service: whose it is.
        operation: the element in the SOAP body.
        places: its elements.
        birth: ``NgayThangNamSinh``: a structure of one of two elements, or text; empty where there is none.
        integration: pattern of ``MaTichHop`` or ``MaDichVu``; that of C and K is not publicly known.
        namespaces: of the operation and its elements; the first is the one the WSDL names.
    """

    service: str
    operation: str
    places: tuple[str, ...]
    birth: Literal["structured", "flat", ""]
    integration: str
    namespaces: tuple[str, ...] = (BCA,)


_ANY_CODE = "[0-9]{1,20}"
_D1 = ("MaYeuCau", "MaDVC", "MaTichHop", "MaDonVi", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNamSinh")
_LEADING = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi?")
_KEYS = ("SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh")
_OF_2023 = ("MaYeuCau", "MaDichVu", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen")
_TABLE = (
    Form("look_up", "TraCuuThongTinCongDan", (*_LEADING, "TaiKhoan?", "SoDienThoai?", *_KEYS), "structured", "037"),
    Form("confirm", "XacThucThongTinCongDan", (*_LEADING, *_KEYS), "structured", "003"),
    Form("confirm", "XacThucThongTinCongDanRequest", _OF_2023, "", "033"),
    Form("relatives", "XacMinhThongTinNhanThan", _D1, "flat", _ANY_CODE, (GTEL, BCA)),
    Form("relatives", "XacMinhThongTinNhanThanRequest", _D1, "flat", _ANY_CODE, (GTEL, BCA)),
    Form("blood_group", "CungCapThongTinNhomMau", _D1, "flat", _ANY_CODE),
)
FORMS: Mapping[str, Form] = MappingProxyType({form.operation: form for form in _TABLE})
"""Operation to form."""

JSON_FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "MaYeuCau": (*_LEADING, "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNam", "Nam"),
        "HoVaTen": (
            *("HoVaTen", "SoDinhDanh", "SoCMND", "NgayThangNam", "Nam"),
            *("MaTichHop", "MaDVC", "MaCanBo", "MaYeuCau"),
        ),
        "maYeuCau": (
            *("maYeuCau", "maDVC", "maCanBo", "soDinhDanh", "soCMND", "hoVaTen", "ngayThangNam"),
            "userNameService",
        ),
    }
)
"""First member to members: elements as JSON, the order of S5, and the names of Đồng Tháp."""

INTEGRATIONS: Mapping[str, str] = MappingProxyType(
    {"look_up": "037", "confirm": "003", "relatives": _ANY_CODE, "blood_group": _ANY_CODE}
)
"""Service to the pattern of ``MaTichHop`` in JSON."""

NUMBERS = ("SoDinhDanh", "SoCMND")
BIRTH_PARTS: Mapping[str, str] = MappingProxyType(
    {"NgayThangNam": "[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}", "Nam": "[0-9]{4}"}
)
PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "MaYeuCau": r"[\s\S]{1,40}",
        "SoDinhDanh": "[0-9]{12}",
        "SoCMND": "[0-9]{9}",
        "HoVaTen": "[A-Z]{1,100}",
        "NgayThangNamSinh": "|".join(BIRTH_PARTS.values()),
        **BIRTH_PARTS,
    }
)
"""What the text of an element looks like, in the regular expressions that Python and XML Schema share."""


def may_be_empty(places: tuple[str, ...], name: str) -> bool:
    """Whether an element may be empty: a number in a form with a place for each kind."""
    return name in NUMBERS and set(NUMBERS) <= set(places)
