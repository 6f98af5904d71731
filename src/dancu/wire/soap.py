"""SOAP 1.1 envelopes as the platforms really write and read them (wire.md §2.2, §7).

::

    request   Envelope / Header, Body / dan:Operation / dan:Field ...
    answer    Envelope / Body / ns1:CongdanCollection / ns1:CongDan *     records, or none
              Envelope / Body / ns2:KetQuaXacThucResponse / TonTai        yes or no
              Envelope / Body / Fault                                     -> provider_fault
              Envelope / Body                                             -> empty_answer
              anything else                                               -> unknown_answer

Prefixes mean nothing and are never matched on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.xml import escape, local_name, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dancu.wire.xml import Element


__all__ = [
    "CONTENT_TYPE",
    "OPERATION_NAMESPACE",
    "PAYLOAD_NAMESPACE",
    "leaf",
    "nested",
    "open_envelope",
    "seal_envelope",
]

CONTENT_TYPE = "application/xml; charset=utf-8"
OPERATION_NAMESPACE = "http://dancuquocgia.bca"
PAYLOAD_NAMESPACE = "http://www.mic.gov.vn/dancu/1.0"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_FAULT_CODES = frozenset({"Client", "Server", "VersionMismatch", "MustUnderstand"})
_HEAD = '<soapenv:Envelope xmlns:soapenv="{soap}" xmlns:dan="{namespace}"><soapenv:Header/><soapenv:Body>'
_TAIL = "</soapenv:Body></soapenv:Envelope>"


def leaf(name: str, value: str) -> str:
    """One element of the operation's namespace with escaped text."""
    return f"<dan:{name}>{escape(value)}</dan:{name}>"


def nested(name: str, inside: str) -> str:
    """One element around others that are written already."""
    return f"<dan:{name}>{inside}</dan:{name}>"


def seal_envelope(operation: str, elements: Iterable[str], namespace: str = OPERATION_NAMESPACE) -> bytes:
    """Put an operation's elements, in the order given, into an envelope."""
    head = _HEAD.format(soap=_SOAP, namespace=escape(namespace))
    return f"{head}{nested(operation, ''.join(elements))}{_TAIL}".encode()


def open_envelope(document: bytes) -> Element | None:
    """The one element inside the Body of an answer; None where the Body is empty.

    Raises:
        Unavailable: ``provider_fault`` for a SOAP Fault, ``unknown_answer`` for another root
            or several elements, or what `parse` raises. A fault's own text is not kept:
            it may repeat what was asked.
    """
    root = parse(document)
    if root.tag != f"{{{_SOAP}}}Envelope":
        raise Unavailable("unknown_answer", detail="not a SOAP 1.1 envelope")
    bodies = [child for child in root if child.tag == f"{{{_SOAP}}}Body"]
    if len(bodies) != 1:
        raise Unavailable("unknown_answer", detail="not one SOAP Body")
    inside = list(bodies[0])
    if not inside:
        if (bodies[0].text or "").strip():
            raise Unavailable("unknown_answer", detail="text in the SOAP Body")
        return None
    if any(child.tag == f"{{{_SOAP}}}Fault" for child in inside):
        raise Unavailable("provider_fault", detail=_fault_code(inside[0]))
    if len(inside) != 1:
        raise Unavailable("unknown_answer", detail="several elements in the SOAP Body")
    return inside[0]


def _fault_code(fault: Element) -> str | None:
    """The fault's code where it is one of SOAP 1.1; anything else may be anybody's text."""
    code = next((child.text or "" for child in fault if local_name(child) == "faultcode"), "")
    word = code.strip().rpartition(":")[2].partition(".")[0]
    return f"SOAP Fault {word}" if word in _FAULT_CODES else "SOAP Fault"
