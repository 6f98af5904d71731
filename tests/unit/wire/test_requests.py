from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import Any

import pytest

from dancu.domain.queries import Officer, Purpose, Subject
from dancu.errors import InvalidInput
from dancu.wire.messages import WireReply, WireRequest, header
from dancu.wire.services.requests import build_request
from dancu.wire.services.spec import Keys, ServiceSpec, WireStyle, keys_sent
from dancu.wire.services.values import NAMES
from dancu.wire.soap import open_envelope
from dancu.wire.xml import Element, local_name

LOOK_UP = (
    "MaYeuCau",
    "MaDVC",
    "MaTichHop",
    "MaCanBo",
    "MaDonVi",
    "TaiKhoan",
    "SoDienThoai",
    "SoDinhDanh|SoCMND",
    "HoVaTen",
    "NgayThangNamSinh",
)
HEAD = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:dan="http://dancuquocgia.bca">'
    "<soapenv:Header/><soapenv:Body>"
)


def keys(
    *sent: str,
    operation: str = "TraCuuThongTinCongDan",
    integration: str = "037",
    style: WireStyle | None = None,
    officer: Officer | None = None,
    **subject: Any,
) -> Keys:
    """All of a question, as in wire.md §7.1 unless told otherwise."""
    spec = ServiceSpec("https://lgsp.example/dancu/tracuu", "/dancu/tracuu", operation, integration, sent or LOOK_UP)
    asked = {"number": "000090000001", "name": "Nguyễn Văn Mẫu", "birth_date": "1990-01-02", **subject}
    purpose = Purpose(
        procedure="0.000000",
        unit="000.00.00.X00",
        officer=officer or Officer("000080000009", "canbo.mau"),
        dossier="MAU-0001",
    )
    return Keys(spec, style or WireStyle(), Subject(**asked), purpose, "demo-01HZZZZZZZZZZZZZZZZZZZZZZZ")


def operation(question: Keys) -> Element:
    """The operation of the request as the far side reads it."""
    inside = open_envelope(build_request(question).body)
    assert inside is not None
    return inside


def written(question: Keys, name: str) -> str | None:
    """The text of one element of the request, or None where it does not go out."""
    found = [child for child in operation(question).iter() if local_name(child) == name]
    return (found[0].text or "") if found else None


def test_a_look_up_is_written_to_the_byte() -> None:
    """The elements stand in the profile's order, the name is folded and the birth date has no hyphens."""
    request = build_request(keys())
    expected = (
        "<dan:TraCuuThongTinCongDan>"
        "<dan:MaYeuCau>demo-01HZZZZZZZZZZZZZZZZZZZZZZZ</dan:MaYeuCau>"
        "<dan:MaDVC>0.000000</dan:MaDVC>"
        "<dan:MaTichHop>037</dan:MaTichHop>"
        "<dan:MaCanBo>000080000009</dan:MaCanBo>"
        "<dan:MaDonVi>000.00.00.X00</dan:MaDonVi>"
        "<dan:TaiKhoan>canbo.mau</dan:TaiKhoan>"
        "<dan:SoDienThoai>0</dan:SoDienThoai>"
        "<dan:SoDinhDanh>000090000001</dan:SoDinhDanh>"
        "<dan:HoVaTen>NGUYENVANMAU</dan:HoVaTen>"
        "<dan:NgayThangNamSinh><dan:NgayThangNam>19900102</dan:NgayThangNam></dan:NgayThangNamSinh>"
        "</dan:TraCuuThongTinCongDan>"
    )
    assert request.body.decode() == f"{HEAD}{expected}</soapenv:Body></soapenv:Envelope>"
    assert request.headers == (("Content-Type", "application/xml; charset=utf-8"), ("Accept-Encoding", "identity"))
    assert (request.url, request.registered_url) == ("https://lgsp.example/dancu/tracuu", "/dancu/tracuu")


def test_a_confirmation_of_2023_has_both_numbers_and_no_birth_date() -> None:
    """The other form of service B is another list of elements and no other code."""
    sent = ("MaYeuCau", "MaDichVu", "MaCanBo", "SoDinhDanh", "SoCMND", "HoVaTen")
    for number, pair in (("000090000001", ("000090000001", "")), ("000000001", ("", "000000001"))):
        question = keys(*sent, operation="XacThucThongTinCongDanRequest", integration="033", number=number)
        assert tuple(map(local_name, operation(question))) == sent
        assert (written(question, "SoDinhDanh"), written(question, "SoCMND")) == pair
        assert written(question, "MaDichVu") == "033"


def test_the_order_is_the_profile_s() -> None:
    """Elements go out in the order listed, and only those."""
    sent = ("HoVaTen", "MaTichHop", "MaYeuCau")
    assert tuple(map(local_name, operation(keys(*sent)))) == sent


def test_an_old_number_goes_out_as_such() -> None:
    """Nine digits stand in ``SoCMND`` and no empty twin beside them."""
    question = keys(number="000 000 001")
    assert written(question, "SoCMND") == "000000001"
    assert written(question, "SoDinhDanh") is None


@pytest.mark.parametrize(
    ("born", "style", "element", "text"),
    [
        ("1990-01-02", "yyyymmdd", "NgayThangNam", "19900102"),
        ("1990-01-02", "iso", "NgayThangNam", "1990-01-02"),
        (datetime.date(2001, 12, 31), "yyyymmdd", "NgayThangNam", "20011231"),
        ("1990-01", "yyyymmdd", "Nam", "1990"),
        ("1990-01", "iso", "Nam", "1990"),
        ("1990", "iso", "Nam", "1990"),
    ],
)
def test_a_birth_date_goes_out_at_the_precision_that_is_taken(born: Any, style: Any, element: str, text: str) -> None:
    """A day in the platform's notation, or else the year alone; never both."""
    question = keys(birth_date=born, style=WireStyle(date=style))
    assert written(question, element) == text
    assert written(question, {"Nam": "NgayThangNam", "NgayThangNam": "Nam"}[element]) is None


@pytest.mark.parametrize(("style", "text"), [("folded", "HHENNIE"), ("spaced", "HHEN NIE"), ("raw", "H'Hen Niê")])
def test_a_name_goes_out_as_the_platform_wants_it(style: Any, text: str) -> None:
    """Folded, spaced or raw by the profile."""
    assert written(keys(name="H\u2019Hen  Niê", style=WireStyle(name=style)), "HoVaTen") == text


def test_markup_in_a_value_stays_text() -> None:
    """Nothing typed ends an element or begins another one."""
    evil = "</dan:TaiKhoan><dan:HoVaTen>X&Y]]>\"'"
    request = build_request(keys(officer=Officer("c", evil)))
    assert request.body.count(b"<dan:HoVaTen>") == 1
    assert b"&lt;/dan:TaiKhoan&gt;&lt;dan:HoVaTen&gt;X&amp;Y]]&gt;\"'" in request.body
    assert written(keys(officer=Officer("c", evil)), "TaiKhoan") == evil


def test_absent_parts_of_an_officer_have_their_usual_stand_ins() -> None:
    """No account is an empty element, no phone is ``0``, as platforms were seen to get them."""
    question = keys(officer=Officer("c"))
    assert (written(question, "TaiKhoan"), written(question, "SoDienThoai")) == ("", "0")


def test_every_listed_element_can_be_written() -> None:
    """Each name that a profile may list gives one element, and in JSON one member, of that name."""
    for name in NAMES:
        element = name.partition("|")[0]
        assert build_request(keys(name)).body.count(f"<dan:{element}>".encode()) == 1
        question = keys(name, style=WireStyle(request="json"))
        assert list(json.loads(build_request(question).body)) == [element]


def test_a_json_request_has_the_listed_members_in_order() -> None:
    """Members stand in the profile's order, as text; the year has a member of its own where the profile lists one."""
    sent = ("maYeuCau", "maDVC", "soDinhDanh", "soCMND", "hoVaTen", "ngayThangNam")
    question = keys(*sent, style=WireStyle(request="json", date="iso"))
    members = json.loads(build_request(question).body)
    assert tuple(members) == sent
    assert (members["soCMND"], members["hoVaTen"], members["ngayThangNam"]) == ("", "NGUYENVANMAU", "1990-01-02")
    both = ("MaYeuCau", "SoDinhDanh", "HoVaTen", "NgayThangNam", "Nam")
    for born, expected in (("1990-01-02", ("19900102", "")), ("1990", ("", "1990"))):
        question = keys(*both, birth_date=born, style=WireStyle(request="json"))
        members = json.loads(build_request(question).body)
        assert (members["NgayThangNam"], members["Nam"]) == expected


def test_service_c_has_its_own_namespace_and_a_flat_birth_date() -> None:
    """A service may have another namespace, and its birth date as flat text (wire.md §7.6)."""
    question = keys("MaYeuCau", "SoDinhDanh", "NgayThangNamSinh")
    spec = replace(question.spec, namespace="http://gtel.vn/qldc", birth="flat")
    body = build_request(replace(question, spec=spec)).body.decode()
    assert 'xmlns:dan="http://gtel.vn/qldc"' in body
    assert "<dan:NgayThangNamSinh>19900102</dan:NgayThangNamSinh>" in body


@pytest.mark.parametrize(
    ("sent", "born", "expected"),
    [
        (LOOK_UP, "1990-01-02", ("number", "name", "birth_date")),
        (LOOK_UP, "1990-01", ("number", "name", "birth_year")),
        (LOOK_UP[:-1], "1990-01-02", ("number", "name")),
        (("SoDinhDanh",), "1990", ("number",)),
    ],
)
def test_one_knows_what_was_really_compared(sent: tuple[str, ...], born: str, expected: tuple[str, ...]) -> None:
    """The keys of an answer are those that went out, at the precision at which they went out."""
    question = keys(*sent, birth_date=born)
    assert keys_sent(question.spec, question.subject) == expected


def test_a_request_gets_further_headers_as_a_copy() -> None:
    """A credential adds its headers behind and leaves the request as it was."""
    request = WireRequest("https://lgsp.example/a", "/a", (("A", "1"),), b"x")
    assert request.with_headers(("B", "2"), ("C", "3")).headers == (("A", "1"), ("B", "2"), ("C", "3"))
    assert request.headers == (("A", "1"),)


def test_a_header_is_found_in_any_case() -> None:
    """The first of several wins; none is None."""
    reply = WireReply(200, (("Retry-After", "1"), ("retry-after", "2")), b"")
    assert header(reply.headers, "RETRY-AFTER") == "1"
    assert header(reply.headers, "Server") is None


def test_a_name_that_cannot_be_folded_sends_nothing() -> None:
    """There is no request without every letter of the name."""
    with pytest.raises(InvalidInput):
        keys(name="Nguyễn V?n Mẫu")
