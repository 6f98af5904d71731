"""Requests of services C and K, and requests in JSON: each read to the letter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dancu_mock import Mock, Reply

from .callers import BCA, BLOOD, ELEMENTS, GTEL, RELATIVES, C, K, flat, json_question, members, mock_of, posted, right
from .conftest import CONFIRM, LOOK_UP, ask

FLAT = pytest.mark.parametrize(
    ("path", "operation", "namespace"),
    [
        (RELATIVES, C, GTEL),
        (RELATIVES, C, BCA),
        (RELATIVES, f"{C}Request", GTEL),
        (RELATIVES, f"{C}Request", BCA),
        (BLOOD, K, BCA),
    ],
)


@FLAT
def test_c_and_k_are_answered(path: str, operation: str, namespace: str) -> None:
    """The elements of wire.md §7.6 in order are answered with a collection, and noted under their operation."""
    mock = Mock()
    reply = ask(mock, flat(operation, ELEMENTS, namespace), path)
    assert (reply.status, b"CongdanCollection" in reply.body) == (200, True)
    last = mock.journal.calls[-1]
    service = "relatives" if path == RELATIVES else "blood_group"
    assert (last.service, last.operation, last.outcome) == (service, operation, "found")


@FLAT
@pytest.mark.parametrize("place", range(len(ELEMENTS)))
def test_each_element_of_c_and_k_is_needed_in_its_place(path: str, operation: str, namespace: str, place: int) -> None:
    """A missing, a doubled and a moved element are faults."""
    names = list(ELEMENTS)
    name = names[place]
    whole = flat(operation, ELEMENTS, namespace)
    element = f"<d:{name}>{ELEMENTS[name]}</d:{name}>".encode()
    following = names[(place + 1) % len(names)]
    moved = {key: ELEMENTS[key] for key in names if key != name} | {name: ELEMENTS[name]}
    for broken in (whole.replace(element, b""), whole.replace(element, element * 2)):
        assert ask(Mock(), broken, path).status == 500
    if following != names[0]:
        assert ask(Mock(), flat(operation, moved, namespace), path).status == 500


@FLAT
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MaYeuCau", ""),
        ("MaYeuCau", "a" * 41),
        ("MaTichHop", ""),
        ("MaTichHop", "x"),
        ("MaTichHop", "0" * 21),
        ("SoDinhDanh", ""),
        ("SoDinhDanh", "000000017"),
        ("SoCMND", "066790000001"),
        ("HoVaTen", "Nguyễn Thị Mẫu"),
        ("NgayThangNamSinh", ""),
        ("NgayThangNamSinh", "02/01/1990"),
        ("NgayThangNamSinh", "<d:Nam>1990</d:Nam>"),
        ("NgayThangNamSinh", "1990-02-30"),
    ],
)
def test_a_value_of_c_or_k_has_one_form(path: str, operation: str, namespace: str, name: str, text: str) -> None:
    """Ids, codes, numbers, names and the flat birth date have one form each."""
    assert ask(Mock(), flat(operation, {**ELEMENTS, name: text}, namespace), path).status == 500


@FLAT
@pytest.mark.parametrize("birth", ["1990-01-02", "19900102", "1990"])
def test_a_flat_birth_is_a_date_or_a_year(path: str, operation: str, namespace: str, birth: str) -> None:
    """Both dates and the year alone fit the same person."""
    reply = ask(Mock(), flat(operation, {**ELEMENTS, "NgayThangNamSinh": birth}, namespace), path)
    assert b"<ns1:CongDan>" in reply.body


def test_namespaces_are_one_throughout() -> None:
    """Service K and A have one namespace; in C the elements are in that of the operation, and in no other."""
    assert ask(Mock(), flat(K, ELEMENTS, GTEL), BLOOD).status == 500
    assert ask(Mock(), flat(C, ELEMENTS, "http://gtel.vn/qldc/"), RELATIVES).status == 500
    mixed = flat(C, ELEMENTS, GTEL).replace(b"<d:MaDVC>", b'<d:MaDVC xmlns:d="http://dancuquocgia.bca">')
    assert ask(Mock(), mixed, RELATIVES).status == 500


def test_each_operation_belongs_to_its_service() -> None:
    """Neither the look-up nor the other one answers an operation of C or K."""
    for operation, path in ((C, LOOK_UP), (C, BLOOD), (K, RELATIVES), (K, CONFIRM)):
        assert ask(Mock(), flat(operation, ELEMENTS), path).status == 500


def test_an_old_number_stands_in_its_own_element() -> None:
    """The person of the 9-digit number is found by SoCMND beside an empty SoDinhDanh."""
    asked = {**ELEMENTS, "SoDinhDanh": "", "SoCMND": "000000017", "HoVaTen": "BUIVANCUMAU", "NgayThangNamSinh": "1960"}
    for operation, path in ((C, RELATIVES), (K, BLOOD)):
        assert b"<ns1:SoCMND>000000017</ns1:SoCMND>" in ask(Mock(), flat(operation, asked), path).body


S5 = ("HoVaTen", "SoDinhDanh", "SoCMND", "NgayThangNam", "Nam", "MaTichHop", "MaDVC", "MaCanBo", "MaYeuCau")
CAMEL = {
    "maYeuCau": "a",
    "maDVC": "X00-DEMO",
    "maCanBo": "canbo.mau",
    "soDinhDanh": "066790000001",
    "soCMND": "",
    "hoVaTen": "NGUYENTHIMAU",
    "ngayThangNam": "1990-01-02",
    "userNameService": "DEMO",
}
UNIT = {**dict(list(json_question().items())[:4]), "MaDonVi": "H15", **dict(list(json_question().items())[4:])}
FORMS: dict[str, dict[str, object]] = {
    "the elements as members": json_question(),
    "with the unit": UNIT,
    "the order of S5": {name: json_question()[name] for name in S5},
    "the names of Đồng Tháp": dict(CAMEL),
    "a year": json_question(NgayThangNam="", Nam="1990"),
    "an old number": json_question(SoDinhDanh="", SoCMND="000000017", HoVaTen="BUIVANCUMAU", NgayThangNam="19600304"),
}


def sent(body: object, mock: Mock | None = None, path: str = LOOK_UP) -> Reply:
    """The answer of json-message to a JSON body."""
    mock = mock or mock_of("header-key", skin="json-message")
    headers, _body = right(mock)
    return posted(mock, path, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_a_json_request_is_answered(body: dict[str, object]) -> None:
    """Each order of members that is met in the field finds its person."""
    said = members(sent(body))
    assert said["error_code"] == "0"
    assert "<ns1:CongDan>" in said["message"]


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_members_are_exact_and_in_order(body: dict[str, object]) -> None:
    """A member less, one twice, one more, two swapped, or one that is no text is refused."""
    pairs = list(body.items())
    for place, (name, value) in enumerate(pairs):
        text = json.dumps(body)
        swapped = [*pairs]
        swapped[place - 1], swapped[place] = swapped[place], swapped[place - 1]
        broken: dict[str, Any] = {
            "twice": (text[:-1] + f', "{name}": {json.dumps(value)}}}').encode(),
            "null": {**body, name: None},
            "a number": {**body, name: 1},
            "more": {**body, "more": "x"},
            "swapped": dict(swapped),
        }
        if name != "MaDonVi":
            broken["less"] = {key: part for key, part in pairs if key != name}
        for why, one in broken.items():
            assert members(sent(one))["error_code"] == "-1", (why, name)


@pytest.mark.parametrize(
    "changes",
    [
        {"MaTichHop": "003"},
        {"MaYeuCau": ""},
        {"SoDinhDanh": "", "SoCMND": ""},
        {"HoVaTen": "Nguyễn"},
        {"NgayThangNam": "", "Nam": ""},
        {"NgayThangNam": "19900102", "Nam": "1990"},
        {"NgayThangNam": "1990"},
        {"NgayThangNam": "", "Nam": "19900102"},
        {"NgayThangNam": "02/01/1990"},
        {"NgayThangNam": "19901301"},
    ],
)
def test_a_value_in_json_has_one_form(changes: dict[str, Any]) -> None:
    """Codes, numbers, names and dates in JSON are read as strictly as in XML."""
    assert members(sent(json_question(**changes)))["error_code"] == "-1"


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"1", b"{}", b"\xff{}", b'{"a":"b"}', b"[" * 9000, b"<a/>"])
def test_what_is_no_request_in_json_is_refused(body: bytes) -> None:
    """Anything but an object of texts is refused, not answered with a crash."""
    assert members(sent(body))["error_code"] == "-1"


def test_a_service_in_json_has_its_code() -> None:
    """Service B wants 003, C and K any digits; the path says which it is."""
    for path, code in ((CONFIRM, "003"), (RELATIVES, "000"), (BLOOD, "000")):
        assert members(sent(json_question(MaTichHop=code), path=path))["error_code"] == "0"
        assert members(sent(json_question(MaTichHop="x"), path=path))["error_code"] == "-1"
    assert members(sent(json_question(), path=CONFIRM))["error_code"] == "-1"


@pytest.mark.parametrize("skin", ["soap", "json-message", "json-tree", "result-object"])
def test_the_form_of_requests_is_a_setting(skin: str) -> None:
    """A mock asked in JSON takes no XML, and one asked in XML no JSON: HTTP 415."""
    for form, other in (("soap", "application/json"), ("json", "application/xml")):
        mock = mock_of("header-key", skin=skin, request=form)
        headers, body = right(mock)
        assert posted(mock, LOOK_UP, {**headers, "Content-Type": other}, body).status == 415
        assert posted(mock, LOOK_UP, headers, body).status == 200


def test_a_declaration_and_a_reference_change_nothing() -> None:
    """A declaration of UTF-8 and an escaped letter are read as what they mean."""
    mock = Mock()
    escaped = flat(C, ELEMENTS, GTEL).replace(b"can.bo.mau", b"can.b&#111;.mau")
    assert ask(mock, b'<?xml version="1.0" encoding="UTF-8"?>' + escaped, RELATIVES).status == 200
    assert mock.journal.calls[-1].officer == "can.bo.mau"
