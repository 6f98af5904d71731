"""A WSDL 1.1 of each service, made from the tables that check its requests and from an answer of ours.

No platform is known to publish one (wire.md §2.2); this one is for tools that insist. Each service has its
own at ``<path>?wsdl``: three of them answer with another ``CongdanCollection``, and one schema cannot hold
an element twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.forms import BIRTH_PARTS, FORMS, PATTERNS, may_be_empty
from dancu_mock.messages import Reply
from dancu_mock.people import PEOPLE
from dancu_mock.render.answers import payload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dancu_mock.forms import Form
    from dancu_mock.messages import Request
    from dancu_mock.render.markup import Payload, Value
    from dancu_mock.settings import MockSettings

__all__ = ["wsdl_for"]

_TARGET = "urn:dancu-mock"
_SUFFIX = "?wsdl"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="{_TARGET}" xmlns:tns="{_TARGET}" '
    'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    "<documentation>MOCK: everybody in it is invented.</documentation>"
)


def wsdl_for(request: Request, settings: MockSettings) -> Reply | None:
    """The description of a service, asked for with GET; None where something else is asked for.

    A platform of JSON has none.
    """
    path = request.target.removesuffix(_SUFFIX)
    service = settings.services.get(path)
    of_soap = (settings.skin, settings.form) == ("soap", "soap")
    if request.method != "GET" or path == request.target or service is None or not of_soap:
        return None
    address = f"https://{request.header('Host') or 'localhost'}{path}"
    text = _wsdl([form for form in FORMS.values() if form.service == service], settings, address)
    return Reply(200, (("Content-Type", "text/xml; charset=utf-8"),), text.encode())


def _wsdl(forms: list[Form], settings: MockSettings, address: str) -> str:
    answer = payload(forms[0].service, PEOPLE, settings)
    name = forms[0].service
    return "".join(
        (
            _HEAD,
            f"<types>{_schemas(forms, answer)}</types>",
            *(_messages(form, answer) for form in forms),
            f'<portType name="{name}">{"".join(map(_port_operation, forms))}</portType>',
            f'<binding name="{name}" type="tns:{name}">',
            '<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>',
            *map(_bound_operation, forms),
            f'</binding><service name="dancu"><port name="{name}" binding="tns:{name}">',
            f'<soap:address location="{_escaped(address)}"/></port></service></definitions>',
        )
    )


def _messages(form: Form, answer: Payload) -> str:
    root, namespace = answer.wrapper or (answer.root, answer.namespace)
    return (
        f'<message name="{form.operation}Input"><part name="parameters" xmlns:in="{form.namespaces[0]}" '
        f'element="in:{form.operation}"/></message>'
        f'<message name="{form.operation}Output"><part name="parameters" xmlns:out="{namespace}" '
        f'element="out:{root}"/></message>'
    )


def _port_operation(form: Form) -> str:
    name = form.operation
    return (
        f'<operation name="{name}"><input message="tns:{name}Input"/><output message="tns:{name}Output"/></operation>'
    )


def _bound_operation(form: Form) -> str:
    literal = '<soap:body use="literal"/>'
    return (
        f'<operation name="{form.operation}"><soap:operation soapAction=""/>'
        f"<input>{literal}</input><output>{literal}</output></operation>"
    )


def _schemas(forms: Iterable[Form], answer: Payload) -> str:
    """One schema for each namespace."""
    roots: dict[str, str] = {}
    for form in forms:
        roots[form.namespaces[0]] = roots.get(form.namespaces[0], "") + _request(form)
    imported = ""
    if answer.wrapper is not None:
        name, namespace = answer.wrapper
        imported = f'<xs:import namespace="{answer.namespace}"/>'
        inside = f'<xs:element xmlns:a="{answer.namespace}" ref="a:{answer.root}"/>'
        roots[namespace] = roots.get(namespace, "") + _complex(name, f"<xs:sequence>{inside}</xs:sequence>")
    roots[answer.namespace] = roots.get(answer.namespace, "") + _answer(answer)
    return "".join(
        f'<xs:schema targetNamespace="{namespace}" elementFormDefault="qualified">'
        f"{imported if namespace != answer.namespace else ''}{declared}</xs:schema>"
        for namespace, declared in roots.items()
    )


def _request(form: Form) -> str:
    """The elements of a form in exact order."""
    places = "".join(_place(place, form) for place in form.places)
    return _complex(form.operation, f"<xs:sequence>{places}</xs:sequence>")


def _place(place: str, form: Form) -> str:
    names = place.rstrip("?").split("|")
    occurs = ' minOccurs="0"' if place.endswith("?") else ""
    if len(names) > 1:
        return f"<xs:choice>{''.join(_element(name, form, occurs) for name in names)}</xs:choice>"
    return _element(names[0], form, occurs)


def _element(name: str, form: Form, occurs: str) -> str:
    if name == "NgayThangNamSinh" and form.birth == "structured":
        parts = "".join(_text(part, pattern) for part, pattern in BIRTH_PARTS.items())
        return _complex(name, f"<xs:choice>{parts}</xs:choice>", occurs)
    pattern = form.integration if name in {"MaTichHop", "MaDichVu"} else PATTERNS.get(name)
    if pattern is not None and may_be_empty(form.places, name):
        pattern = f"({pattern})?"
    return _text(name, pattern, occurs)


def _text(name: str, pattern: str | None, occurs: str = "") -> str:
    if pattern is None:
        return f'<xs:element name="{name}" type="xs:string"{occurs}/>'
    return (
        f'<xs:element name="{name}"{occurs}><xs:simpleType><xs:restriction base="xs:string">'
        f'<xs:pattern value="{pattern}"/></xs:restriction></xs:simpleType></xs:element>'
    )


def _complex(name: str, inside: str, occurs: str = "") -> str:
    return f'<xs:element name="{name}"{occurs}><xs:complexType>{inside}</xs:complexType></xs:element>'


def _answer(answer: Payload) -> str:
    """What answers about our people hold; each part may be missing."""
    attributes = "".join(f'<xs:attribute name="{name}" type="xs:string"/>' for name in answer.attributes)
    parts = "".join(_part(name, value, many=name == "CongDan") for name, value in _merged(answer.parts).items())
    return _complex(answer.root, f"<xs:sequence>{parts}</xs:sequence>{attributes}")


def _merged(parts: Iterable[tuple[str, Value]]) -> dict[str, Value]:
    """All that elements of the same name hold, once."""
    found: dict[str, Value] = {}
    for name, value in parts:
        before = found.get(name, "")
        if isinstance(value, str):
            found.setdefault(name, value)
        else:
            held = () if isinstance(before, str) else before.items()
            found[name] = _merged((*held, *value.items()))
    return found


def _part(name: str, value: Value, *, many: bool = False) -> str:
    occurs = ' minOccurs="0"' + (' maxOccurs="unbounded"' if many else "")
    if isinstance(value, str):
        return _text(name, None, occurs)
    return _complex(name, f"<xs:sequence>{_parts(value)}</xs:sequence>", occurs)


def _parts(values: Mapping[str, Value]) -> str:
    return "".join(_part(name, value) for name, value in values.items())


def _escaped(address: str) -> str:
    return address.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
