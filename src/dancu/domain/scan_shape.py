"""Whether a scanned text has the characters and the fields of one card, from its beginning to its end."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FIELDS", "GENDER_WORDS", "ShapeFault", "shape_fault"]

ShapeFault = Literal["line_end", "encoding", "separator", "layout", "cut_short", "two_scans"]

FIELDS = 7
"""Fields that every card has."""

GENDER_WORDS = frozenset({"Nam", "NAM", "Nữ", "NỮ", "Khác", "KHÁC", "khác"})
"""What a card may say of the gender, where it says something."""

_ENCODINGS = ("latin-1", "cp1252", "cp1258")
_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b\u030c")
_LETTERS = frozenset("đĐƀɃðÐɖƉ")
_SIGNS = frozenset(
    "\u2018\u2019\u201b\u02bc\u02bb\u02b9\u2032\u00b4\uff07\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\u201c\u201d"
)
_DATE = re.compile(r"[0-9]{8}")
_LONG_RUN = re.compile(r"[0-9]{12}")
_TYPED_DATE = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}")
_OTHER_SEPARATOR = re.compile(r"(?:[0-9]{12}|[0-9]{9})([^0-9|\s])")


def shape_fault(text: str, fields: Sequence[str]) -> ShapeFault | None:
    """What is wrong with the characters or the number and ends of the fields, or None.

    Args:
        text: as it was scanned, without what surrounds it.
        fields: the same between its ``|``, in NFC and without spaces around.
    """
    if _wrongly_decoded(text):
        return "encoding"
    if any(char < " " or unicodedata.category(char) in {"Zl", "Zp"} for char in text):
        return "line_end"
    if not all(map(_is_on_cards, text)):
        return "encoding"
    if len(fields) < FIELDS:
        return _too_few(text)
    return _ends_fault(fields)


def _wrongly_decoded(text: str) -> bool:
    """Whether the text consists of UTF-8 bytes that were shown as characters of another encoding."""
    return not text.isascii() and any(_is_utf8_in(encoding, text) for encoding in _ENCODINGS)


def _is_utf8_in(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding).decode("utf-8")
    except UnicodeError:
        return False
    return True


def _is_on_cards(char: str) -> bool:
    """Whether a sound card may hold the character: letters of the languages of Viet Nam, digits, plain signs."""
    if char.isascii():
        return char not in "?\x7f"
    if char in _LETTERS or char in _SIGNS or char in _MARKS or unicodedata.category(char) in {"Zs", "Cf"}:
        return True
    parts = unicodedata.normalize("NFD", char)
    return parts[0].isascii() and parts[0].isalpha() and _MARKS.issuperset(parts[1:])


def _too_few(text: str) -> ShapeFault | None:
    """Why a text that begins like a card has too few fields; None where it does not begin like one."""
    other = _OTHER_SEPARATOR.match(text)
    if other is not None and text.count(other.group(1)) >= FIELDS - 1:
        return "separator"
    return "cut_short" if re.match(r"[0-9]{9,12}\|", text) else None


def _ends_fault(fields: Sequence[str]) -> ShapeFault | None:
    number, _old, name, born, _gender, address, issued, *trailing = fields
    if number and not number[:1].isdecimal() and len(number) >= 9:
        return "layout"
    beyond = (number.isdecimal() and len(number) > 12) or (born.isdecimal() and len(born) > 8)
    if beyond or _LONG_RUN.search(address) or _LONG_RUN.search(name):
        return "two_scans"
    # The only place where a date is followed by a gender is the middle of a card.
    if any(_DATE.fullmatch(first) and second in GENDER_WORDS for first, second in itertools.pairwise(trailing)):
        return "two_scans"
    return _issued_fault(issued)


def _issued_fault(issued: str) -> ShapeFault | None:
    if not issued or _DATE.fullmatch(issued) or _TYPED_DATE.fullmatch(issued):
        return None
    return "two_scans" if _DATE.match(issued) else "cut_short"
