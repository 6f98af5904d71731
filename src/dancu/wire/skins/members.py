"""What the skins of JSON have in common: an answer's value past every refusal, and what stands inside a wrapper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.errors import Unavailable
from dancu.wire.provider_codes import refusal_in
from dancu.wire.skins.hardened_json import parse_json
from dancu.wire.skins.tree import open_tree
from dancu.wire.soap import open_envelope

if TYPE_CHECKING:
    from dancu.wire.skins.hardened_json import JsonObject, JsonValue
    from dancu.wire.xml import Element

__all__ = ["flag", "inner", "message", "read_object", "read_value", "text"]

_SUCCESS = frozenset({"successful", "errorCode", "message"})


def read_value(body: bytes) -> JsonValue:
    """The JSON value of an answer.

    Raises:
        Rejected, Unavailable: by a code of the table in an object; ``provider_fault`` or
            ``unknown_answer`` for markup; or what `parse_json` raises.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        open_envelope(body)
        raise Unavailable("unknown_answer", detail="SOAP where JSON is expected")
    value = parse_json(body)
    _pass(value)
    return value


def read_object(body: bytes) -> JsonObject:
    """The JSON object of an answer; raises as `read_value`, and ``unknown_answer`` for another value."""
    value = read_value(body)
    if not isinstance(value, dict):
        raise Unavailable("unknown_answer", detail="another value than a JSON object")
    return value


def _pass(value: JsonValue) -> None:
    refused = refusal_in(value) if isinstance(value, dict) else None
    if refused is not None:
        raise refused


def text(document: str) -> Element | None:
    """What XML inside a JSON string holds; a byte order mark and a declaration of UTF-8 may lead."""
    return open_envelope(document.encode())


def message(members: JsonObject) -> Element | None:
    """The XML in ``message`` beside an ``error_code`` that `refusal_in` has let pass."""
    document = members.get("message")
    if "error_code" not in members or not isinstance(document, str):
        raise Unavailable("unknown_answer", detail="no error_code with a message")
    return text(document)


def flag(members: JsonObject) -> bool:
    """The yes or no of ``{"data": true}``; a further member may take it back, so none may stand there."""
    word = members.get("data")
    if members.keys() != {"data"} or not isinstance(word, bool):
        raise Unavailable("unknown_answer", detail="not a JSON yes or no")
    return word


def inner(value: JsonValue) -> Element | bool | None:
    """What a wrapper holds: XML text, a converted tree, a yes or no, or one more wrapper with its own codes.

    Raises:
        Rejected, Unavailable: as the parts; ``empty_answer`` for null.
    """
    if isinstance(value, str):
        return text(value)
    if value is None:
        raise Unavailable("empty_answer", detail="null where a payload is expected")
    if not isinstance(value, dict):
        raise Unavailable("unknown_answer", detail="another value than a JSON object")
    _pass(value)
    if "error_code" in value:
        return message(value)
    if "successful" in value:
        value = {name: part for name, part in value.items() if name not in _SUCCESS}
    return flag(value) if "data" in value else open_tree(value)
