"""Hardened JSON: decode strictly, count before parsing, refuse what can be read in two ways.

The caps are those of XML (`dancu.wire.limits`), so that no answer gets more room by coming as JSON.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn, TypeAlias, cast

from dancu.errors import Unavailable
from dancu.wire.limits import BODY_BYTES, DEPTH, ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["JsonObject", "JsonValue", "parse_json"]

JsonValue: TypeAlias = "str | bool | float | list[JsonValue] | dict[str, JsonValue] | None"
"""Integers are kept as their digits, so that none is rounded and each is text like in XML."""
JsonObject: TypeAlias = "dict[str, JsonValue]"

_TOKENS = 4 * ELEMENTS
# An unclosed string is a token too: searching on behind its quote would make the scan quadratic.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{},]', re.DOTALL)


def _unreadable(detail: str) -> NoReturn:
    raise Unavailable("unreadable_answer", detail=detail) from None


def parse_json(document: bytes) -> JsonValue:
    """Parse an answer; UTF-8 only, with or without a byte order mark.

    Raises:
        Unavailable: ``empty_answer``; ``answer_too_large`` past 2 MiB, 32 levels or so many
            members that no XML could hold them; ``unreadable_answer`` for anything else that is not
            plain JSON: NaN, a name twice in one object, half of a surrogate pair.
    """
    if len(document) > BODY_BYTES:
        raise Unavailable("answer_too_large")
    try:
        text = document.decode("utf-8-sig").strip(" \t\r\n")
    except UnicodeDecodeError:
        _unreadable("not the encoding it claims")
    if not text:
        raise Unavailable("empty_answer")
    _cap(text)
    try:
        value = cast(
            "JsonValue",
            json.loads(text, object_pairs_hook=_once, parse_int=str, parse_constant=_no_number),
        )
    except (ValueError, RecursionError):
        _unreadable("not well-formed JSON")
    try:
        "".join(_texts(value)).encode()
    except UnicodeEncodeError:
        _unreadable("text that is no Unicode")
    return value


def _cap(text: str) -> None:
    depth = 0
    for seen, token in enumerate(_TOKEN.finditer(text)):
        mark = text[token.start()]
        depth += (mark in "[{") - (mark in "]}")
        if depth > DEPTH or seen >= _TOKENS:
            raise Unavailable("answer_too_large", detail="too many or too deep members")


def _once(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        _unreadable("a duplicate member")
    return members


def _no_number(_word: str) -> NoReturn:
    _unreadable("a number that is none")


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _texts(part)
