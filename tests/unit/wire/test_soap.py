from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.errors import Code, Unavailable
from dancu.wire.soap import leaf, open_envelope, seal_envelope
from dancu.wire.xml import local_name, parse

if TYPE_CHECKING:
    from collections.abc import Callable

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def test_an_envelope_is_written_to_the_byte() -> None:
    """Prefixes, namespaces and order are those that platforms were seen to take."""
    assert seal_envelope("TraCuu", [leaf("B", "2"), leaf("A", "1")]) == (
        b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        b' xmlns:dan="http://dancuquocgia.bca"><soapenv:Header/><soapenv:Body>'
        b"<dan:TraCuu><dan:B>2</dan:B><dan:A>1</dan:A></dan:TraCuu>"
        b"</soapenv:Body></soapenv:Envelope>"
    )


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30))
def test_text_cannot_leave_its_element(text: str) -> None:
    """Whatever a value holds, it stays the text of one element."""
    operation = open_envelope(seal_envelope("TraCuu", [leaf("A", text), leaf("B", "x")]))
    assert operation is not None
    assert [(local_name(child), child.text or "") for child in operation] == [("A", text), ("B", "x")]


@pytest.mark.parametrize("prefix", ["soapenv", "SOAP-ENV", "S"])
def test_prefixes_mean_nothing(prefix: str) -> None:
    """Any prefix bound to the namespace of SOAP 1.1 is an envelope."""
    document = f'<{prefix}:Envelope xmlns:{prefix}="{SOAP}"><{prefix}:Body><a/></{prefix}:Body></{prefix}:Envelope>'
    inside = open_envelope(document.encode())
    assert inside is not None and inside.tag == "a"


def test_an_envelope_needs_no_prefix() -> None:
    """The default namespace is a namespace like any other."""
    inside = open_envelope(f'<Envelope xmlns="{SOAP}"><Body><a xmlns=""/></Body></Envelope>'.encode())
    assert inside is not None and inside.tag == "a"


@pytest.mark.parametrize("inside", ["", "  \n ", "<!-- nobody -->"])
def test_an_empty_body_is_none(envelope: Callable[[str], bytes], inside: str) -> None:
    """A Body without an element is its own answer, to be judged by the profile."""
    assert open_envelope(envelope(inside)) is None


@pytest.mark.parametrize(
    "document",
    [
        "<a/>",
        "<Envelope><Body><a/></Body></Envelope>",
        '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><a/></e:Body></e:Envelope>',
        f'<e:Envelope xmlns:e="{SOAP}"/>',
        f'<e:Envelope xmlns:e="{SOAP}"><e:Header/></e:Envelope>',
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body/><e:Body/></e:Envelope>',
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body><a/><b/></e:Body></e:Envelope>',
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body>not found</e:Body></e:Envelope>',
        f'<e:Body xmlns:e="{SOAP}"/>',
        "<html><body>Tim thay 0 ket qua</body></html>",
    ],
)
def test_another_shape_is_unknown(document: str) -> None:
    """No envelope, another version of it, no Body, two of anything and bare text are ``unknown_answer``."""
    with pytest.raises(Unavailable) as caught:
        open_envelope(document.encode())
    assert caught.value.code == "unknown_answer"


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        ("soapenv:Server", "SOAP Fault Server"),
        ("Client", "SOAP Fault Client"),
        (" S:Client.Authentication ", "SOAP Fault Client"),
        ("soapenv:CANARY", "SOAP Fault"),
        ("", "SOAP Fault"),
    ],
)
def test_a_fault_is_a_fault_and_keeps_its_text(envelope: Callable[[str], bytes], code: str, detail: str) -> None:
    """A fault is ``provider_fault`` with a code of SOAP 1.1 at most; what the far side wrote is not repeated."""
    fault = f"<faultcode>{code}</faultcode><faultstring>CANARY</faultstring><detail>CANARY</detail>"
    with pytest.raises(Unavailable) as caught:
        open_envelope(envelope(f"<soapenv:Fault>{fault}</soapenv:Fault>"))
    expected: Code = "provider_fault"
    assert (caught.value.code, caught.value.detail) == (expected, detail)
    assert "CANARY" not in f"{caught.value} {caught.value!r}"


def test_a_fault_beside_something_else_is_still_a_fault(envelope: Callable[[str], bytes]) -> None:
    """A record next to a fault is not taken for an answer."""
    for inside in ("<soapenv:Fault/><a/>", "<a/><soapenv:Fault/>"):
        with pytest.raises(Unavailable) as caught:
            open_envelope(envelope(inside))
        assert caught.value.code == "provider_fault"


def test_an_element_called_fault_elsewhere_is_no_fault(envelope: Callable[[str], bytes]) -> None:
    """Only SOAP's own Fault is one; the service decides about any other."""
    inside = open_envelope(envelope("<Fault/>"))
    assert inside is not None and inside.tag == "Fault"


def test_a_sealed_envelope_is_a_document() -> None:
    """What goes out is one well-formed document without a declaration."""
    assert local_name(parse(seal_envelope("TraCuu", []))) == "Envelope"
