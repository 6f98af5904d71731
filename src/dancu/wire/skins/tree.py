"""XML that a platform converted to JSON, converted back (wire.md §5 quirks 8 and 11).

::

    {"Envelope": {"Body": {"CongdanCollection": {"CongDan": {...} | [{...}, ...]}}}}
    {"Body": {"CongdanCollection": ...}}
    {"CongdanCollection": ...}
    {"KetQuaXacThucResponse": {"TonTai": "true"}}

Converters keep prefixes in the names (``ns1:CongDan``), give ``xmlns`` and attributes as further
members (``@SoCongDan``, ``-SoCongDan`` or bare), and text beside attributes as ``#text``, ``content``
or ``_``. An array is the element repeated. The XML goes through the hardened parser, so that its
caps hold and the same readers read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.soap import PAYLOAD_NAMESPACE
from dancu.wire.xml import escape, parse

if TYPE_CHECKING:
    from dancu.wire.skins.hardened_json import JsonObject, JsonValue
    from dancu.wire.xml import Element

__all__ = ["open_tree"]

_NAME = re.compile(r"(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)", re.ASCII)
_MARKS = ("@", "-")
_TEXTS = frozenset({"#text", "content", "_"})
_COLLECTION = "CongdanCollection"
_COLLECTION_ATTRIBUTES = frozenset({"SoCongDan", "ThoiDiemDuLieu", "GhiChu", "id"})
_NIL = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil'


@dataclass(slots=True)
class _Block:
    """An object of the tree, as the element it was."""

    attributes: list[str] = field(default_factory=list[str])
    text: str = ""
    inside: list[tuple[str, JsonValue]] = field(default_factory=list["tuple[str, JsonValue]"])

    def names(self) -> set[str]:
        return {name for name, _value in self.inside}


def open_tree(members: JsonObject) -> Element | None:
    """The payload of a converted answer; None where it is an empty Body.

    Raises:
        Unavailable: ``provider_fault`` for a Fault; ``empty_answer`` for null; ``unknown_answer`` for
            another structure; ``unreadable_answer``, ``answer_too_large`` as `parse`.
    """
    block = _block(members)
    enveloped = block.names() == {"Envelope"}
    if enveloped:
        block = _only(block)
    if enveloped or "Body" in block.names():
        bodies = [value for name, value in block.inside if name == "Body"]
        if len(bodies) != 1 or not block.names() <= {"Header", "Body"}:
            raise Unavailable("unknown_answer", detail="not one SOAP Body")
        if bodies[0] is None or bodies[0] == "" or bodies[0] == {}:
            return None
        block = _object(bodies[0])
        if not block.inside and not block.text:
            return None
    return _payload(block)


def _payload(block: _Block) -> Element:
    if "Fault" in block.names():
        raise Unavailable("provider_fault", detail="SOAP Fault")
    if len(block.inside) != 1 or block.text:
        raise Unavailable("unknown_answer", detail="not one payload")
    name, value = block.inside[0]
    if value is None:
        raise Unavailable("empty_answer", detail="null where a payload is expected")
    return parse(_written(name, value, f' xmlns="{PAYLOAD_NAMESPACE}"').encode())


def _only(block: _Block) -> _Block:
    if len(block.inside) != 1:
        raise Unavailable("unknown_answer", detail="several envelopes")
    return _object(block.inside[0][1])


def _object(value: JsonValue) -> _Block:
    if not isinstance(value, dict):
        raise Unavailable("unknown_answer", detail="a value where an object is expected")
    return _block(value)


def _block(members: JsonObject, parent: str = "") -> _Block:
    block = _Block()
    for name, value in members.items():
        if name == "?xml":
            continue
        if name in _TEXTS:
            block.text += _text(value)
            continue
        mark = name.startswith(_MARKS)
        prefix, local = _split(name.lstrip("@-").lstrip("_") if mark else name)
        if "xmlns" in {prefix, local}:
            continue
        if mark or (prefix and local == "nil") or (parent == _COLLECTION and local in _COLLECTION_ATTRIBUTES):
            written = escape(_text(value), {'"': "&quot;"})
            block.attributes.append(f'{_NIL if local == "nil" else f" {local}"}="{written}"')
        else:
            block.inside += [(local, part) for part in (value if isinstance(value, list) else [value])]
    return block


def _split(name: str) -> tuple[str, str]:
    """Prefix and local name of what was an element or an attribute."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise Unavailable("unreadable_answer", detail="a member that cannot have been an element")
    return found.group(1) or "", found.group(2)


def _written(name: str, value: JsonValue, head: str = "") -> str:
    if not isinstance(value, dict):
        return f"<{name}{head}>{escape(_text(value))}</{name}>"
    block = _block(value, name)
    inside = "".join(_written(*part) for part in block.inside)
    return f"<{name}{head}{''.join(block.attributes)}>{escape(block.text)}{inside}</{name}>"


def _text(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        raise Unavailable("unknown_answer", detail="a structure where text is expected")
    if value is not None:
        raise Unavailable("unreadable_answer", detail="a number that is not whole")
    return ""
