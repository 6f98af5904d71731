"""What a skin is to the mock, and what skins put inside one another."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu_mock.render.markup import BCA
from dancu_mock.skins.tree import parsed, tree_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu_mock.settings import MockSettings

__all__ = ["JSON", "XML", "Skin", "compact", "confirmed", "inner", "opencps"]

XML = "application/xml; charset=utf-8"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Skin:
    """A way to wrap answers.

    Attributes:
        content_type: of every answer.
        wrap: from a SOAP document to the body of an HTTP 200. What cannot be wrapped, because it is no
            document at all, goes out as it is, as a broken converter lets it.
        malformed: status and body for a request that was not understood.
    """

    content_type: str
    wrap: Callable[[bytes, MockSettings], bytes]
    malformed: Callable[[str, MockSettings], tuple[int, bytes]]


def compact(value: object) -> bytes:
    """JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def confirmed(document: bytes) -> bool | None:
    """The yes or no of service B in a document; None where it holds something else."""
    root = parsed(document)
    if root is None:
        return None
    word, count = (root.findtext(f".//{{{BCA}}}{name}") for name in ("TonTai", "SoLuongCongDan"))
    if word is not None:
        return word == "true"
    return None if count is None else count != "0"


def inner(document: bytes, settings: MockSettings) -> object:
    """What stands inside a wrapper: a yes or no, a tree, one more wrapper, or the XML as text."""
    yes = confirmed(document)
    if settings.confirm_shape == "data" and yes is not None:
        return {"data": yes}
    text = document.decode(errors="replace")
    if settings.inner == "message":
        return {"error_code": "0", "message": text}
    tree = tree_of(document, settings) if settings.inner == "tree" else None
    return text if tree is None else tree


def opencps(code: str, text: str) -> Mapping[str, str]:
    """How the adapter in front of many platforms refuses (wire.md §3)."""
    return {"message": f"MOCK: {text}", "errorCode": code}
