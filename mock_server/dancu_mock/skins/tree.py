"""XML converted to JSON, as platforms' converters do it (wire.md §5 quirks 8 and 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

if TYPE_CHECKING:
    from dancu_mock.settings import MockSettings

__all__ = ["Tree", "parsed", "tree_of"]

Tree: TypeAlias = "dict[str, str | Tree | list[str | Tree]]"

_RECORD = "CongDan"


def parsed(document: bytes) -> etree._Element | None:
    """A document in UTF-8, whatever it declares; None of anything else."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        return None


def tree_of(document: bytes, settings: MockSettings) -> Tree | None:
    """The document from the level on that the settings name; None where it does not parse."""
    root = parsed(document)
    if root is None:
        return None
    part = root
    if settings.tree_root != "Envelope":
        part = next((child for child in root if _local(child) == "Body"), root)
    if settings.tree_root == "payload" and len(part) == 1:
        part = part[0]
    return {_name(part, settings): _value(part, settings)}


def _value(element: etree._Element, settings: MockSettings) -> str | Tree:
    """Text of an element that holds nothing else, or its parts; a name that comes again makes a list."""
    members: Tree = dict(_declared(element, settings))
    if not len(element) and not members:
        return element.text or ""
    for child in element.iterchildren("*"):
        name, value = _name(child, settings), _value(child, settings)
        before = members.get(name)
        if isinstance(before, list):
            before.append(value)
        elif before is not None:
            members[name] = [before, value]
        else:
            listed = settings.tree_array and _local(child) == _RECORD
            members[name] = [value] if listed else value
    return members


def _declared(element: etree._Element, settings: MockSettings) -> dict[str, str]:
    """Attributes, and where prefixes are kept the namespaces that begin here."""
    found = {f"@{etree.QName(name).localname}": str(text) for name, text in element.attrib.items()}
    if not settings.tree_prefixes:
        return found
    parent = element.getparent()
    above = {} if parent is None else parent.nsmap
    new = {prefix: uri for prefix, uri in element.nsmap.items() if above.get(prefix) != uri}
    return {f"@xmlns:{prefix}" if prefix else "@xmlns": uri for prefix, uri in new.items()} | found


def _name(element: etree._Element, settings: MockSettings) -> str:
    prefix = element.prefix if settings.tree_prefixes else None
    return f"{prefix}:{_local(element)}" if prefix else _local(element)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
