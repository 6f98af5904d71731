"""The live dialect: three-part address codes, plain code text, yyyyMMdd (wire.md §1.3, §7.2)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dancu.domain import codes
from dancu.domain.places import Address
from dancu.errors import Unavailable
from dancu.wire.dialects.readers import block, coded, field_readers, read_record
from dancu.wire.xml import text_of

if TYPE_CHECKING:
    from dancu.domain.fields import FieldName
    from dancu.wire.dialects.record import Record
    from dancu.wire.xml import Element

__all__ = ["ADDRESS_CODES", "read_citizen"]

ADDRESS_CODES = ("MaTinhThanh", "MaQuanHuyen", "MaPhuongXa")
_ADDRESS_PARTS = (*ADDRESS_CODES, "ChiTiet", "QuocGia", "MaDonViHanhChinh")


def read_citizen(element: Element, fields: tuple[FieldName, ...]) -> Record:
    """Read one ``CongDan`` of this dialect; raises as `read_record`."""
    return read_record(element, fields, _READERS)


def _address(element: Element) -> Address | None:
    parts = block(element, _ADDRESS_PARTS)
    if "MaDonViHanhChinh" in parts:
        raise Unavailable("unknown_answer", detail="an address of another dialect")
    address = Address(
        province=text_of(parts.get("MaTinhThanh")),
        district=text_of(parts.get("MaQuanHuyen")),
        commune=text_of(parts.get("MaPhuongXa")),
        detail=text_of(parts.get("ChiTiet")),
        country=text_of(parts.get("QuocGia")),
    )
    return None if address == Address() else address


_READERS = field_readers(
    address=_address,
    ethnic_group=partial(coded, make=codes.ethnic_group),
    religion=partial(coded, make=codes.religion),
)
