"""XML as platforms write it: prefixes of theirs, empty elements closed at once, declarations nobody needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BCA", "MIC", "SOAP", "Payload", "Value", "element", "envelope", "fault"]

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
BCA = "http://dancuquocgia.bca"
MIC = "http://www.mic.gov.vn/dancu/1.0"

Value: TypeAlias = "str | Mapping[str, Value]"
"""Text, or elements in order."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


@dataclass(frozen=True, slots=True)
class Payload:
    """What stands in a SOAP body.

    Attributes:
        root, namespace, prefix: of the element.
        parts: the elements inside, in order; the same name may come again.
        attributes: of the root.
        wrapper: name and namespace of an element around it, if any.
    """

    root: str
    namespace: str
    prefix: str
    parts: tuple[tuple[str, Value], ...]
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    wrapper: tuple[str, str] | None = None

    def written(self) -> str:
        """As XML."""
        opening = f'{self.prefix}:{self.root} xmlns:{self.prefix}="{self.namespace}"'
        opening += "".join(f' {name}="{text.translate(_ESCAPES)}"' for name, text in self.attributes.items())
        inside = "".join(element(self.prefix, *part) for part in self.parts)
        whole = f"<{opening}>{inside}</{self.prefix}:{self.root}>" if inside else f"<{opening}/>"
        if self.wrapper is None:
            return whole
        name, namespace = self.wrapper
        return f'<{name} xmlns="{namespace}">{whole}</{name}>'


def element(prefix: str, name: str, value: Value) -> str:
    """One element."""
    if isinstance(value, str):
        inside = value.translate(_ESCAPES)
    else:
        inside = "".join(element(prefix, *part) for part in value.items())
    return f"<{prefix}:{name}>{inside}</{prefix}:{name}>" if inside else f"<{prefix}:{name}/>"


def envelope(inside: str) -> bytes:
    """A SOAP 1.1 answer with the useless declarations that real ones carry."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="{SOAP}">'
        f'<soapenv:Header xmlns:dan="{BCA}"/><soapenv:Body xmlns:dan="{BCA}">{inside}</soapenv:Body>'
        "</soapenv:Envelope>"
    ).encode()


def fault(code: str, text: str) -> bytes:
    """A SOAP Fault; no real one is known (wire.md §3), so its text says that it is invented."""
    return envelope(
        f"<soapenv:Fault><faultcode>soapenv:{code}</faultcode>"
        f"<faultstring>MOCK: {text.translate(_ESCAPES)}</faultstring></soapenv:Fault>"
    )
