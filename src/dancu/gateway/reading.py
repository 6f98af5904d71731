"""What a request's headers and body say: media types, language, and JSON that has one meaning only."""

from __future__ import annotations

import contextlib
import json
from email.message import Message
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from starlette.requests import ClientDisconnect

from dancu.gateway.bodies import Body, read
from dancu.gateway.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["JSON", "language", "read_body"]

B = TypeVar("B", bound=Body)
JSON = "application/json"
_MOST = 64 * 1024
_UTF8 = frozenset({"", "utf-8", "utf8"})


async def read_body(request: Request, kind: type[B]) -> B:
    """A body of the right type, size and shape.

    Raises:
        Problem: ``unsupported_media_type``, ``not_acceptable``, ``too_large``, ``malformed_json``, ``invalid_body``.
    """
    if not _is_json(request.headers.get("Content-Type", "")):
        raise Problem("unsupported_media_type")
    if not _accepts_json(request):
        raise Problem("not_acceptable")
    text = await _received(request)
    try:
        parsed: object = json.loads(text.decode(), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Problem("malformed_json") from None
    return read(kind, parsed)


async def _received(request: Request) -> bytes:
    """The body; half of one, where the caller hung up, is no JSON, and nobody is there to read so."""
    text = bytearray()
    with contextlib.suppress(ClientDisconnect):
        async for part in request.stream():
            text += part
            if len(text) > _MOST:
                raise Problem("too_large", headers=(("Connection", "close"),))
        return bytes(text)
    raise Problem("malformed_json")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of two values under one key nobody could tell which was meant (RFC 7493 §2.3)."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(_constant: str) -> NoReturn:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError("no JSON number")


def _is_json(content_type: str) -> bool:
    header = Message()
    header["Content-Type"] = content_type
    return (
        content_type != ""
        and header.get_content_type() == JSON
        and (header.get_content_charset() or "").lower() in _UTF8
    )


def _qualities(request: Request, header: str) -> dict[str, float]:
    """The ranges of an ``Accept`` header with their q-values, in lower case; one that cannot be read weighs nothing."""
    found: dict[str, float] = {}
    for one in ",".join(request.headers.getlist(header)).lower().split(","):
        name, *parameters = (part.strip() for part in one.split(";"))
        quality = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        if name:
            found[name] = _number(quality)
    return found


def _number(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


def _accepts_json(request: Request) -> bool:
    """By the most specific range that covers JSON (RFC 9110 §12.5.1); without the header anything is accepted."""
    ranges = _qualities(request, "Accept")
    covering = [ranges[name] for name in (JSON, "application/*", "*/*") if name in ranges]
    return covering[0] > 0 if covering else not ranges


def language(request: Request) -> str:
    """``vi`` where it is preferred to English, else ``en``."""
    ranges = _qualities(request, "Accept-Language")
    best = {
        wanted: max([q for name, q in ranges.items() if name.split("-")[0] == wanted], default=0.0)
        for wanted in ("vi", "en")
    }
    return "vi" if best["vi"] > best["en"] else "en"
