"""Requests read as strictly as a real service reads them: exact elements in exact order."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from dancu.domain.ids import is_synthetic

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Asked", "Malformed", "read_request"]

_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
_BCA = "{http://dancuquocgia.bca}"
_DECLARED = re.compile(r"\ufeff?<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)")
_DATE = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})")
_YEAR = re.compile(r"[0-9]{4}")
_NUMBERS = {"SoDinhDanh": re.compile(r"[0-9]{12}"), "SoCMND": re.compile(r"[0-9]{9}")}
_KEY = re.compile(r"[A-Z]{1,100}")
_FORMS = {
    "TraCuuThongTinCongDan": (
        "MaYeuCau MaDVC MaTichHop MaCanBo MaDonVi? TaiKhoan? SoDienThoai? SoDinhDanh|SoCMND HoVaTen NgayThangNamSinh"
    ),
    "XacThucThongTinCongDan": "MaYeuCau MaDVC MaTichHop MaCanBo MaDonVi? SoDinhDanh|SoCMND HoVaTen NgayThangNamSinh",
    "XacThucThongTinCongDanRequest": "MaYeuCau MaDichVu MaCanBo SoDinhDanh SoCMND HoVaTen",
}
_INTEGRATIONS = {
    "TraCuuThongTinCongDan": "037",
    "XacThucThongTinCongDan": "003",
    "XacThucThongTinCongDanRequest": "033",
}


class Malformed(Exception):
    """A request that no service would understand; its text is ours and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks.

    Attributes:
        operation: the element's name; a service may have two.
        number: 12 or 9 digits.
        key: folded name.
        birth: year, month and day; None for what was not sent.
    """

    operation: str
    request_id: str
    procedure: str
    officer: str
    number: str
    key: str
    birth: tuple[int | None, int | None, int | None]

    def __repr__(self) -> str:
        return f"Asked({self.request_id!r}, ***)"


def read_request(body: bytes, operations: Iterable[str]) -> Asked:
    """Read one of these operations.

    Raises:
        Malformed: for anything but exactly what the service expects.
    """
    operation = _operation(body)
    name = str(operation.tag).removeprefix(_BCA)
    if name not in set(operations) or not str(operation.tag).startswith(_BCA):
        raise Malformed("another operation than this service has")
    parts = _in_order(operation, _FORMS[name])
    values = {key: _leaf(element) for key, element in parts.items() if key != "NgayThangNamSinh"}
    if values.get("MaTichHop", values.get("MaDichVu")) != _INTEGRATIONS[name]:
        raise Malformed("another integration code than this service has")
    if not 1 <= len(values["MaYeuCau"]) <= 40:
        raise Malformed("MaYeuCau has 1 to 40 characters")
    number = _number(values)
    if _KEY.fullmatch(values["HoVaTen"]) is None:
        raise Malformed("HoVaTen is unaccented, upper case, without spaces")
    birth = _birth(parts["NgayThangNamSinh"]) if "NgayThangNamSinh" in parts else (None, None, None)
    return Asked(name, values["MaYeuCau"], values.get("MaDVC", ""), values["MaCanBo"], number, values["HoVaTen"], birth)


def _leaf(element: etree._Element) -> str:
    """The text of an element that holds no other, to the letter."""
    if len(element):
        raise Malformed("an element inside a value")
    return element.text or ""


def _number(values: dict[str, str]) -> str:
    """The number sent, each kind in its own element; a form with both elements leaves one empty."""
    sent = [(name, values[name]) for name in _NUMBERS if values.get(name)]
    if not sent or any(_NUMBERS[name].fullmatch(number) is None for name, number in sent):
        raise Malformed("SoDinhDanh has 12 digits, SoCMND 9")
    if not all(is_synthetic(number) for _name, number in sent):
        raise Malformed("the mock knows invented numbers only")
    return sent[0][1]


def _operation(body: bytes) -> etree._Element:
    try:
        text = body.decode()
        if "<!" in text:
            raise Malformed("no declarations in a request")
        declared = _DECLARED.match(text)
        if declared is not None and declared.group(1).lower() != "utf-8":
            raise Malformed("not XML in UTF-8")
        parser = etree.XMLParser(
            encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        root = etree.fromstring(text.encode(), parser)
    except (UnicodeDecodeError, etree.XMLSyntaxError, ValueError):
        raise Malformed("not XML in UTF-8") from None
    bodies = root.findall(f"{_SOAP}Body")
    if root.tag != f"{_SOAP}Envelope" or len(bodies) != 1 or len(bodies[0]) != 1:
        raise Malformed("not a SOAP 1.1 envelope with one operation")
    return bodies[0][0]


def _in_order(operation: etree._Element, form: str) -> dict[str, etree._Element]:
    """Elements as the form lists them: ``?`` may be left out, ``a|b`` is exactly one of the two."""
    left = list(operation)
    found: dict[str, etree._Element] = {}
    for place in form.split():
        names = {f"{_BCA}{name}" for name in place.rstrip("?").split("|")}
        if left and str(left[0].tag) in names:
            element = left.pop(0)
            found[str(element.tag).removeprefix(_BCA)] = element
        elif not place.endswith("?"):
            raise Malformed(f"{place} is missing or stands elsewhere")
    if left:
        raise Malformed("an element too many, or out of order")
    return found


def _birth(element: etree._Element) -> tuple[int | None, int | None, int | None]:
    """Exactly one of ``NgayThangNam`` and ``Nam``."""
    if len(element) != 1:
        raise Malformed("NgayThangNamSinh holds one of NgayThangNam and Nam")
    name, text = str(element[0].tag), _leaf(element[0])
    if name == f"{_BCA}Nam" and _YEAR.fullmatch(text):
        return int(text), None, None
    date = _DATE.fullmatch(text) if name == f"{_BCA}NgayThangNam" else None
    if date is None:
        raise Malformed("a birth date in another format")
    try:
        day = datetime.date(int(date.group(1)), int(date.group(3)), int(date.group(4)))
    except ValueError:
        raise Malformed("a birth date that no calendar has") from None
    return day.year, day.month, day.day
