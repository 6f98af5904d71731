"""The WSDL of each service: true to the forms that are checked, and to the answers that are given."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from dancu_mock import PEOPLE, Mock, MockSettings, Reply, Request
from dancu_mock.forms import FORMS

from .callers import BLOOD, ELEMENTS, GTEL, RELATIVES, C, K, flat
from .conftest import CONFIRM, LOOK_UP, ask, birth_of, confirm, confirm_2023, enveloped, look_up

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
XS = "{http://www.w3.org/2001/XMLSchema}"
BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
PATHS = {"look_up": LOOK_UP, "confirm": CONFIRM, "relatives": RELATIVES, "blood_group": BLOOD}
SETTINGS: list[dict[str, Any]] = [
    {},
    {"dialect": "qcvn109"},
    {"confirm_shape": "SoLuongCongDan"},
    {"relatives_wrapped": True},
]
EACH = pytest.mark.parametrize("settings", SETTINGS, ids=str)


def got(target: str, method: str = "GET", **settings: Any) -> Reply:
    """The answer to a request without a credential."""
    mock = Mock(MockSettings(**settings))
    reply = mock.handle(Request(method, target, (("Host", "127.0.0.1:8443"),), b""))
    assert isinstance(reply, Reply)
    return reply


def wsdl(service: str, **settings: Any) -> etree._Element:
    """The WSDL of a service."""
    return etree.fromstring(got(f"{PATHS[service]}?wsdl", **settings).body)


def schemas(service: str, **settings: Any) -> dict[str, etree.XMLSchema]:
    """Namespace to schema, but for one that only wraps another's element."""
    found = wsdl(service, **settings).findall(f"{WSDL}types/{XS}schema")
    return {
        str(schema.get("targetNamespace")): etree.XMLSchema(etree.fromstring(etree.tostring(schema)))
        for schema in found
        if schema.find(f"{XS}import") is None
    }


def payload(document: bytes) -> etree._Element:
    """What stands in the body of an envelope, as a document of its own."""
    body = etree.fromstring(document).find(BODY)
    assert body is not None
    return etree.fromstring(etree.tostring(body[0]))


def fits(element: etree._Element, service: str, **settings: Any) -> bool:
    """Whether the service's schemas let an element pass."""
    return schemas(service, **settings)[str(etree.QName(element).namespace)].validate(element)


@pytest.mark.parametrize("service", PATHS)
def test_a_service_describes_itself_to_anybody(service: str) -> None:
    """GET with ``?wsdl`` needs no credential, is noted, and names the address at which it was asked."""
    reply = got(f"{PATHS[service]}?wsdl")
    assert (reply.status, dict(reply.headers)["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert ("X-Dancu-Mock", "1") in reply.headers
    address = wsdl(service).find(f"{WSDL}service/{WSDL}port/{SOAP}address")
    assert address is not None and address.get("location") == f"https://127.0.0.1:8443{PATHS[service]}"


def test_a_host_is_written_as_text() -> None:
    """Marks of XML in the header do not break the document."""
    reply = Mock().handle(Request("GET", f"{LOOK_UP}?wsdl", (("Host", 'a"&<b>'),), b""))
    assert isinstance(reply, Reply)
    address = etree.fromstring(reply.body).find(f".//{SOAP}address")
    assert address is not None and address.get("location") == f'https://a"&<b>{LOOK_UP}'


@pytest.mark.parametrize(
    ("target", "method", "settings", "status"),
    [
        ("/dancu/tracuu?wsdl", "POST", {}, 404),
        ("/dancu/tracuu?WSDL", "GET", {}, 405),
        ("/dancu/tracuu", "GET", {}, 405),
        ("/elsewhere?wsdl", "GET", {}, 405),
        ("/dancu/tracuu?wsdl", "GET", {"skin": "json-message"}, 405),
        ("/dancu/tracuu?wsdl", "GET", {"request": "json"}, 405),
        ("/dancu/tracuu?wsdl", "GET", {"skin": "result-object"}, 405),
    ],
)
def test_nothing_else_is_described(target: str, method: str, settings: dict[str, Any], status: int) -> None:
    """Another path, method or spelling has no WSDL, and a platform of JSON has none at all."""
    assert got(target, method, **settings).status == status


@pytest.mark.parametrize("service", PATHS)
def test_operations_are_document_literal_with_an_empty_action(service: str) -> None:
    """Each form of the service is an operation whose input is its element and whose action is empty."""
    root = wsdl(service)
    names = {form.operation for form in FORMS.values() if form.service == service}
    assert {one.get("name") for one in root.findall(f"{WSDL}binding/{WSDL}operation")} == names
    assert {one.get("soapAction") for one in root.iter(f"{SOAP}operation")} == {""}
    assert {one.get("use") for one in root.iter(f"{SOAP}body")} == {"literal"}
    binding = root.find(f"{WSDL}binding/{SOAP}binding")
    assert binding is not None and binding.get("style") == "document"


@pytest.mark.parametrize("operation", FORMS)
def test_elements_stand_in_the_order_of_the_form(operation: str) -> None:
    """The sequence of the schema is the form's, place for place; a choice stands for either of two."""
    form = FORMS[operation]
    root = wsdl(form.service)
    (schema,) = root.findall(f"{WSDL}types/{XS}schema[@targetNamespace='{form.namespaces[0]}']")
    sequence = schema.find(f"{XS}element[@name='{operation}']/{XS}complexType/{XS}sequence")
    assert sequence is not None and schema.get("elementFormDefault") == "qualified"
    places: list[str] = []
    for one in sequence:
        if one.tag == f"{XS}choice":
            places.append("|".join(str(part.get("name")) for part in one))
        else:
            places.append(f"{one.get('name')}{'?' if one.get('minOccurs') == '0' else ''}")
    assert tuple(places) == form.places


GOOD = {
    "A": ("look_up", enveloped(look_up("a"))),
    "A with a year": ("look_up", enveloped(look_up("a", birth="1990"))),
    "A with an old number": ("look_up", enveloped(look_up("a", number="000000017", key="A"))),
    "B of 2021": ("confirm", enveloped(confirm("a"), "XacThucThongTinCongDan")),
    "B of 2023": ("confirm", enveloped(confirm_2023("a"), "XacThucThongTinCongDanRequest")),
    "C": ("relatives", flat(C, ELEMENTS, GTEL)),
    "K": ("blood_group", flat(K, ELEMENTS)),
}


@pytest.mark.parametrize(("service", "document"), GOOD.values(), ids=GOOD)
def test_schema_and_reading_agree(service: str, document: bytes) -> None:
    """What the schema lets pass the mock reads; what the schema refuses the mock refuses: less, twice, swapped."""
    operation = payload(document)
    assert fits(operation, service)
    assert ask(Mock(), document, PATHS[service]).status == 200
    for place in range(len(operation)):
        for change in (_less, _twice, _swapped):
            root = etree.fromstring(document)
            change(root.find(BODY)[0], place)  # type: ignore[index]  # every envelope has a body
            broken = etree.tostring(root)
            same = fits(payload(broken), service)
            assert same is (ask(Mock(), broken, PATHS[service]).status == 200), (change.__name__, place)


def _less(operation: etree._Element, place: int) -> None:
    operation.remove(operation[place])


def _twice(operation: etree._Element, place: int) -> None:
    operation.insert(place, etree.fromstring(etree.tostring(operation[place])))


def _swapped(operation: etree._Element, place: int) -> None:
    operation.insert(place - 1, operation[place])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b">037<", b">003<"),
        (b">066790000001<", b">06679<"),
        (b">NGUYENTHIMAU<", b">Nguyen<"),
        (b">19900102<", b">1990-1-2<"),
        (b"MaYeuCau>a<", b"MaYeuCau><"),
        (b"MaYeuCau>a<", b"MaYeuCau>" + b"a" * 41 + b"<"),
    ],
)
def test_values_have_one_form_in_both(old: bytes, new: bytes) -> None:
    """A value that the mock refuses is one that the schema refuses."""
    document = enveloped(look_up("a")).replace(old, new)
    assert not fits(payload(document), "look_up")
    assert ask(Mock(), document).status == 500


@EACH
def test_every_answer_fits_its_schema(settings: dict[str, Any]) -> None:
    """Everybody in the register, and nobody, is answered as the schema says, by all four services."""
    for place, person in enumerate(PEOPLE):
        old = len(person.asked_number) == 9
        numbers = {"SoDinhDanh": "" if old else person.asked_number, "SoCMND": person.asked_number if old else ""}
        flats = {**ELEMENTS, **numbers, "HoVaTen": person.key, "NgayThangNamSinh": birth_of(person)}
        keys = {"number": person.asked_number, "key": person.key, "birth": birth_of(person)}
        for service, document in (
            ("look_up", enveloped(look_up(f"{place}", **keys))),
            ("confirm", enveloped(confirm(f"{place}", **keys), "XacThucThongTinCongDan")),
            ("relatives", flat(C, flats, GTEL)),
            ("blood_group", flat(K, flats)),
        ):
            for asked in (document, document.replace(person.key.encode(), b"KHONGAICA")):
                answered = payload(ask(Mock(MockSettings(**settings)), asked, PATHS[service]).body)
                if etree.QName(answered).namespace == GTEL:
                    answered = etree.fromstring(etree.tostring(answered[0]))
                assert fits(answered, service, **settings), (person.key, service)


@EACH
@pytest.mark.parametrize("service", PATHS)
def test_messages_name_declared_elements(service: str, settings: dict[str, Any]) -> None:
    """Each part of a message leads to an element that a schema of the same file declares."""
    root = wsdl(service, **settings)
    declared = {
        (schema.get("targetNamespace"), element.get("name"))
        for schema in root.findall(f"{WSDL}types/{XS}schema")
        for element in schema.findall(f"{XS}element")
    }
    parts = root.findall(f"{WSDL}message/{WSDL}part")
    assert parts
    for part in parts:
        prefix, _colon, name = str(part.get("element")).partition(":")
        assert (part.nsmap[prefix], name) in declared


def test_the_document_names_no_element_twice() -> None:
    """Within one complex type no two parts bear the same name, so that every tool can bind it."""
    for service in PATHS:
        for sequence in wsdl(service).iter(f"{XS}sequence"):
            names = [str(part.get("name")) for part in sequence.findall(f"{XS}element")]
            assert len(names) == len(set(names))
