"""What both dialects read alike: numbers, names, dates, coded text, relatives.

The whole name usually stands in ``Ten`` with ``Ho`` and ``ChuDem`` empty, or in three parts, or as flat
text; each shape is read of a person and of a relative (wire.md §5 quirks 1 and 3).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from dancu.domain import codes
from dancu.domain.dates import PartialDate, parse_wire_date
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.domain.names import Name, clean_name
from dancu.domain.people import Relative
from dancu.errors import Unavailable
from dancu.privacy import PersonalText
from dancu.wire.dialects.record import Record
from dancu.wire.xml import children, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu.domain.codes import Coded
    from dancu.domain.fields import FieldName
    from dancu.domain.places import Address
    from dancu.wire.xml import Element

    FieldReaders: TypeAlias = Mapping[FieldName, tuple[str, Callable[[Element], Any]]]

__all__ = ["FieldReaders", "block", "coded", "field_readers", "read_record"]

_NAME_PARTS = ("Ho", "ChuDem", "Ten")
_DATE_PARTS = ("NgayThangNam", "Nam")
_RELATIVE_PARTS = ("HoVaTen", "SoDinhDanh", "SoCMND", "QuocTich", "QuanHe")
_OF_OTHER_SERVICES = frozenset({"Body", "NoiOHienNay"})
"""What a bulk service wraps its records in (S9), and the portal's name for ``NoiOHienTai`` (D3)."""


def read_record(element: Element, fields: tuple[FieldName, ...], readers: FieldReaders) -> Record:
    """Read one ``CongDan``; only the fields asked for are read.

    Raises:
        Unavailable: ``unknown_answer`` for a record without name, number and birth date or
            of another structure; ``unreadable_answer`` for a duplicate element, a number
            or a date that cannot be one.
    """
    parts = children(element)
    if not parts.keys() & {"SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNamSinh"} or parts.keys() & _OF_OTHER_SERVICES:
        raise Unavailable("unknown_answer", detail="a record of an unknown shape")
    return Record(
        number=_read(parts, "SoDinhDanh", _number),
        old_number=_read(parts, "SoCMND", _old_number),
        name=_read(parts, "HoVaTen", _name),
        birth_date=_read(parts, "NgayThangNamSinh", _birth_date),
        values={field: _read(parts, *readers[field]) for field in fields},
    )


def field_readers(
    *,
    address: Callable[[Element], Address | None],
    ethnic_group: Callable[[Element], Coded | None],
    religion: Callable[[Element], Coded | None],
) -> FieldReaders:
    """Element and reader of every field, with those in which the dialects differ."""
    return {
        "number": ("SoDinhDanh", _number),
        "old_number": ("SoCMND", _old_number),
        "name": ("HoVaTen", _name),
        "birth_date": ("NgayThangNamSinh", _birth_date),
        "gender": ("GioiTinh", partial(coded, make=codes.gender)),
        "nationality": ("QuocTich", partial(coded, make=codes.nationality)),
        "ethnic_group": ("DanToc", ethnic_group),
        "religion": ("TonGiao", religion),
        "blood_group": ("NhomMau", partial(coded, make=codes.blood_group)),
        "marital_status": ("TinhTrangHonNhan", partial(coded, make=codes.marital_status)),
        "birth_registration_place": ("NoiDangKyKhaiSinh", address),
        "origin": ("QueQuan", address),
        "permanent_address": ("ThuongTru", address),
        "current_address": ("NoiOHienTai", address),
        "father": ("Cha", _relative),
        "mother": ("Me", _relative),
        "spouse": ("VoChong", _relative),
        "representative": ("NguoiDaiDien", _relative),
        "household_head": ("ChuHo", _relative),
        "household_book": ("SoSoHoKhau", _personal),
    }


def block(element: Element, known: tuple[str, ...]) -> dict[str, Element]:
    """The parts of a block; none of an empty one, and never none where something else stands.

    Raises:
        Unavailable: ``unknown_answer`` where text or only unknown parts stand in it.
    """
    parts = children(element)
    unknown = len(element) > 0 and not parts.keys() & set(known)
    if unknown or (not len(element) and text_of(element) is not None):
        raise Unavailable("unknown_answer", detail="a block of an unknown shape")
    return parts


def coded(element: Element, make: Callable[[str], Coded]) -> Coded | None:
    """A code that stands as text; None where there is none."""
    text = text_of(element)
    return make(text) if text else None


def _read(parts: Mapping[str, Element], name: str, reader: Callable[[Element], Any]) -> Any:
    element = parts.get(name)
    return None if element is None else reader(element)


def _digits(element: Element, length: int) -> str | None:
    text = text_of(element)
    if text is not None and not (len(text) == length and text.isascii() and text.isdigit()):
        raise Unavailable("unreadable_answer", detail="a number of another length")
    return text


def _number(element: Element) -> PersonNumber | None:
    text = _digits(element, 12)
    return PersonNumber(text) if text else None


def _old_number(element: Element) -> OldPersonNumber | None:
    text = _digits(element, 9)
    return OldPersonNumber(text) if text else None


def _name(element: Element) -> Name | None:
    """Flat text, or ``Ho``, ``ChuDem``, ``Ten`` joined in this order."""
    if not len(element):
        text = text_of(element)
    else:
        parts = block(element, _NAME_PARTS)
        text = " ".join(filter(None, (text_of(parts.get(part)) for part in _NAME_PARTS)))
    cleaned = clean_name(text or "")
    return Name(cleaned) if cleaned else None


def _birth_date(element: Element) -> PartialDate | None:
    """``NgayThangNam`` to the day, else ``Nam`` alone: a birth known by its year."""
    parts = block(element, _DATE_PARTS)
    for name in _DATE_PARTS:
        text = text_of(parts.get(name))
        if text is not None:
            date = parse_wire_date(text)
            if date is None:
                raise Unavailable("unreadable_answer", detail="a birth date that cannot be one")
            return date
    return None


def _personal(element: Element) -> PersonalText | None:
    text = text_of(element)
    return PersonalText(text) if text else None


def _relative(element: Element) -> Relative | None:
    """A relative; placeholder numbers are kept as they came, and None stands for an empty block."""
    parts = block(element, _RELATIVE_PARTS)
    relative = Relative(
        name=_read(parts, "HoVaTen", _name),
        number=_read(parts, "SoDinhDanh", _personal),
        old_number=_read(parts, "SoCMND", _personal),
        nationality=_read(parts, "QuocTich", partial(coded, make=codes.nationality)),
        relation=_read(parts, "QuanHe", partial(coded, make=codes.household_relation)),
    )
    return None if relative == Relative() else relative
