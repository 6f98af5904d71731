"""Hardened XML: decode strictly, refuse what we never need, parse, then cap.

The order matters: a byte scan for ``<!DOCTYPE`` is blind to UTF-7 and UTF-16, so the text is
decoded first; and lxml with ``resolve_entities=False`` would still accept an XXE document
and keep ``&e;`` in the text (security.md §0.11), so a DOCTYPE is refused before parsing.
"""

from __future__ import annotations

import codecs
import re
from typing import NoReturn, TypeAlias
from xml.sax.saxutils import escape

from lxml import etree

from dancu.errors import Unavailable
from dancu.wire.limits import ATTRIBUTES_PER_ELEMENT, BODY_BYTES, DEPTH, ELEMENTS, TAGS, TEXT_CHARACTERS

__all__ = ["Element", "children", "escape", "local_name", "parse", "tag_of", "text_of"]

Element: TypeAlias = etree._Element  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # lxml has no public name for it

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
_DECLARED = re.compile(r"""\sencoding\s*=\s*["']([^"']*)["']""")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def _unreadable(detail: str) -> NoReturn:
    raise Unavailable("unreadable_answer", detail=detail) from None


def _decode(document: bytes) -> str:
    """UTF-8, or UTF-16/32 by its byte order mark; any other declared charset is refused."""
    bom, encoding = next(((bom, name) for bom, name in _BOMS if document.startswith(bom)), (b"", "utf-8"))
    try:
        text = document[len(bom) :].decode(encoding)
    except UnicodeDecodeError:
        _unreadable("not the encoding it claims")
    declaration = _DECLARATION.match(text)
    if declaration is None:
        return text
    declared = _DECLARED.search(declaration.group())
    accepted = {encoding, encoding.removesuffix("-le").removesuffix("-be")}
    if declared is not None and declared.group(1).lower() not in accepted:
        _unreadable("a charset that is not accepted")
    return text[declaration.end() :]


def parse(document: bytes) -> Element:
    """Parse an answer into its root element.

    Raises:
        Unavailable: ``empty_answer``; ``answer_too_large``; ``unknown_answer`` for an HTML
            page; ``unreadable_answer`` for anything else that is not plain XML.
    """
    if len(document) > BODY_BYTES:
        raise Unavailable("answer_too_large")
    text = _decode(document).strip()
    if not text:
        raise Unavailable("empty_answer")
    if text[:14].lower().startswith(("<!doctype html", "<html")):
        raise Unavailable("unknown_answer", detail="an HTML page")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        _unreadable("a document type declaration")
    if text.count("<") > TAGS:
        raise Unavailable("answer_too_large", detail="too many tags")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError, UnicodeEncodeError):
        _unreadable("not well-formed XML")
    _cap(root)
    return root


def _cap(root: Element) -> None:
    level = [root]
    seen = depth = 0
    while level:
        depth += 1
        seen += len(level)
        if depth > DEPTH or seen > ELEMENTS:
            raise Unavailable("answer_too_large", detail="too many or too deep elements")
        below: list[Element] = []
        for element in level:
            if _oversized(element):
                raise Unavailable("answer_too_large", detail="an oversized element")
            below.extend(element)
        level = below


def _oversized(element: Element) -> bool:
    attributes = element.attrib
    if len(attributes) > ATTRIBUTES_PER_ELEMENT:
        return True
    return any(len(text or "") > TEXT_CHARACTERS for text in (element.text, element.tail, *attributes.values()))


def tag_of(element: Element) -> str:
    """The element's name with its namespace, ``{namespace}name``."""
    return str(element.tag)


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    tag = tag_of(element)
    return tag[tag.rindex("}") + 1 :] if tag.startswith("{") else tag


def children(element: Element) -> dict[str, Element]:
    """Child elements of the parent's own namespace by local name; others are passed over.

    Raises:
        Unavailable: ``unreadable_answer`` when a name occurs twice.
    """
    tag = tag_of(element)
    prefix = tag[: tag.rindex("}") + 1] if tag.startswith("{") else ""
    cut = len(prefix)
    found: dict[str, Element] = {}
    for child in element:
        child_tag = tag_of(child)
        if not child_tag.startswith(prefix):
            continue
        name = child_tag[cut:]
        if name in found:
            _unreadable("a duplicate element")
        found[name] = child
    return found


def text_of(element: Element | None) -> str | None:
    """The element's text without surrounding space; None where it is missing, empty or nil.

    Raises:
        Unavailable: ``unknown_answer`` when elements stand where text is expected.
    """
    if element is None or element.get(_NIL) in {"true", "1"}:
        return None
    if len(element):
        raise Unavailable("unknown_answer", detail="elements where text is expected")
    return (element.text or "").strip() or None
