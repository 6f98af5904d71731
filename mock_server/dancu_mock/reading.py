"""Requests read as strictly as a real service reads them: exact elements or members, in exact order."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from dancu_mock.forms import BIRTH_PARTS, FORMS, INTEGRATIONS, JSON_FORMS, NUMBERS, PATTERNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


__all__ = ["Asked", "Malformed", "read_json", "read_soap"]

_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
_DECLARED = re.compile(r"\ufeff?<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)")
_BIRTH = "NgayThangNamSinh"
_NOBODY_KNOWS = (None, None, None)

Birth = tuple[int | None, int | None, int | None]


class Malformed(Exception):
    """A request that no service would understand; its text is ours and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks.

    Attributes:
        operation: the element's name, empty in JSON; a service may have two.
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
    birth: Birth

    def __repr__(self) -> str:
        return f"Asked({self.request_id!r}, ***)"


def read_soap(body: bytes, service: str) -> Asked:
    """Read a request of a service.

    Raises:
        Malformed: for anything but exactly what the service expects.
    """
    operation = _operation(body)
    name = etree.QName(operation)
    form = FORMS.get(name.localname)
    if form is None or form.service != service or name.namespace not in form.namespaces:
        raise Malformed("another operation than this service has")
    elements = _children(operation, str(name.namespace))
    _in_order([key for key, _element in elements], form.places)
    values = {key: _leaf(element) for key, element in elements if key != _BIRTH or form.birth == "flat"}
    if form.birth == "structured":
        birth = _birth_parts(dict(elements)[_BIRTH], str(name.namespace))
    else:
        birth = _birth(None, values[_BIRTH]) if form.birth else _NOBODY_KNOWS
    return _asked(form.operation, values, birth, form.integration)


def read_json(body: bytes, service: str, *, without: Sequence[str] = ()) -> Asked:
    """Read a request of a service, past the members that its gate has looked at; raises as `read_soap`."""
    members = _members(body)
    if [name for name, _text in members[: len(without)]] == list(without):
        members = members[len(without) :]
    form = JSON_FORMS.get(members[0][0]) if members else None
    if form is None:
        raise Malformed("another first member than a request has")
    _in_order([name for name, _text in members], form)
    values = {name[0].upper() + name[1:]: text for name, text in members}
    years = "Nam" in form
    sent = [name for name in BIRTH_PARTS if values.get(name)]
    if len(sent) != 1:
        raise Malformed("exactly one of NgayThangNam and Nam is filled")
    birth = _birth(sent[0] if years else None, values[sent[0]])
    return _asked("", values, birth, INTEGRATIONS[service])


def _asked(operation: str, values: Mapping[str, str], birth: Birth, integration: str) -> Asked:
    code = values.get("MaTichHop", values.get("MaDichVu"))
    if code is not None and re.fullmatch(integration, code) is None:
        raise Malformed("another integration code than this service has")
    if re.fullmatch(PATTERNS["MaYeuCau"], values["MaYeuCau"]) is None:
        raise Malformed("MaYeuCau has 1 to 40 characters")
    number, key = _number(values), values["HoVaTen"]
    if re.fullmatch(PATTERNS["HoVaTen"], key) is None:
        raise Malformed("HoVaTen is unaccented, upper case, without spaces")
    return Asked(operation, values["MaYeuCau"], values.get("MaDVC", ""), values["MaCanBo"], number, key, birth)


def _number(values: Mapping[str, str]) -> str:
    """The number sent, each kind in its own place; a form with both places leaves one empty."""
    sent = [(name, values[name]) for name in NUMBERS if values.get(name)]
    if not sent or any(re.fullmatch(PATTERNS[name], number) is None for name, number in sent):
        raise Malformed("SoDinhDanh has 12 digits, SoCMND 9")
    return sent[0][1]


def _in_order(names: Sequence[str], places: Sequence[str]) -> None:
    """Names as a form lists them."""
    left = list(names)
    for place in places:
        if left and left[0] in place.rstrip("?").split("|"):
            left.pop(0)
        elif not place.endswith("?"):
            raise Malformed(f"{place} is missing or stands elsewhere")
    if left:
        raise Malformed("one too many, or out of order")


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
    if not isinstance(bodies[0][0].tag, str):
        raise Malformed("no operation in the body")
    return bodies[0][0]


def _children(parent: etree._Element, namespace: str) -> list[tuple[str, etree._Element]]:
    """The elements inside, by local name; each in the namespace of the operation."""
    opening = f"{{{namespace}}}"
    if any(not str(element.tag).startswith(opening) for element in parent):
        raise Malformed("an element of another namespace than the operation's")
    return [(str(element.tag).removeprefix(opening), element) for element in parent]


def _leaf(element: etree._Element) -> str:
    """The text of an element that holds no other, to the letter."""
    if len(element):
        raise Malformed("an element inside a value")
    return element.text or ""


def _birth_parts(element: etree._Element, namespace: str) -> Birth:
    """Exactly one of ``NgayThangNam`` and ``Nam``."""
    inside = _children(element, namespace)
    if len(inside) != 1 or inside[0][0] not in BIRTH_PARTS:
        raise Malformed("NgayThangNamSinh holds one of NgayThangNam and Nam")
    return _birth(inside[0][0], _leaf(inside[0][1]))


def _birth(name: str | None, text: str) -> Birth:
    """A date or a year as the place of that name has it; without a name, either."""
    if re.fullmatch(BIRTH_PARTS["Nam"], text) and name != "NgayThangNam":
        return int(text), None, None
    if re.fullmatch(BIRTH_PARTS["NgayThangNam"], text) is None or name == "Nam":
        raise Malformed("a birth date in another format")
    digits = text.replace("-", "")
    try:
        day = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Malformed("a birth date that no calendar has") from None
    return day.year, day.month, day.day


class _Pairs(list[tuple[str, Any]]):
    """Members of an object, told from a list."""


def _members(body: bytes) -> list[tuple[str, str]]:
    """The members of the one object, in order; all are text."""
    try:
        pairs = json.loads(body.decode(), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        raise Malformed("not JSON in UTF-8") from None
    if not isinstance(pairs, _Pairs) or not all(isinstance(value, str) for _name, value in pairs):
        raise Malformed("not a JSON object of texts")
    return pairs
