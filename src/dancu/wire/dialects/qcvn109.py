"""The dialect of QCVN 109:2017/BTTTT: one unit code, coded blocks, ISO dates (wire.md §5 quirk 2, §7.2: D2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.domain import codes
from dancu.domain.codes import Coded
from dancu.domain.names import clean_name
from dancu.domain.places import Address
from dancu.errors import Unavailable
from dancu.wire.dialects.readers import block, field_readers, read_record
from dancu.wire.xml import text_of

if TYPE_CHECKING:
    from dancu.domain.fields import FieldName
    from dancu.wire.dialects.record import Record
    from dancu.wire.xml import Element

__all__ = ["UNIT_CODE", "read_citizen"]

UNIT_CODE = "MaDonViHanhChinh"


def read_citizen(element: Element, fields: tuple[FieldName, ...]) -> Record:
    """Read one ``CongDan`` of this dialect; raises as `read_record`."""
    return read_record(element, fields, _READERS)


def _address(element: Element) -> Address | None:
    """A place; the length of its one code, 2, 3 or 5 digits, says of which level the unit is."""
    parts = block(element, (UNIT_CODE, "ChiTiet", "QuocGia"))
    code = text_of(parts.get(UNIT_CODE))
    if code is not None and (len(code) not in {2, 3, 5} or not code.isascii() or not code.isdigit()):
        raise Unavailable("unreadable_answer", detail="a unit code of another length")
    levels = {len(code): code} if code else {}
    address = Address(
        province=levels.get(2),
        district=levels.get(3),
        commune=levels.get(5),
        detail=text_of(parts.get("ChiTiet")),
        country=text_of(parts.get("QuocGia")),
    )
    return None if address == Address() else address


def _pair(element: Element, code_name: str) -> tuple[str, str] | None:
    """Code and name of a coded block; None of an empty one."""
    parts = block(element, (code_name, "TenGoi"))
    code, name = text_of(parts.get(code_name)), clean_name(text_of(parts.get("TenGoi")) or "")
    if code is None and name:
        raise Unavailable("unknown_answer", detail="a name without its code")
    return (code, name) if code else None


def _ethnic_group(element: Element) -> Coded | None:
    """A group by the list whose name for the code stands beside it.

    Two official orders exist, and which one a platform uses is unproven (vn-data.md §4). A name of
    neither stays as it came; without a name, only a code that means the same in both gets one.
    """
    pair = _pair(element, "MaDanToc")
    if pair is None:
        return None
    code, name = pair
    newer, older = codes.ethnic_group(code, scheme="2008"), codes.ethnic_group(code, scheme="1979")
    if not name:
        return newer if newer.label and newer.label == older.label else Coded(code)
    meant = codes.canonical_ethnic_name(name)
    same = (reading for reading in (newer, older) if meant and reading.label == meant)
    return next(same, Coded(code, name))


def _religion(element: Element) -> Coded | None:
    pair = _pair(element, "MaTonGiao")
    if pair is None:
        return None
    code, name = pair
    known = codes.religion(code)
    return known if known.label or not name else Coded(code, name)


_READERS = field_readers(address=_address, ethnic_group=_ethnic_group, religion=_religion)
