"""Text of the fonts before Unicode, TCVN3 ("ABC", .Vn…) and VNI Windows (VNI-…), for moving old local data over.

Both kept Vietnamese letters in the upper half of a Latin font, so old files read as
Windows-1252 or Latin-1 look like ``NguyÔn Th¸i`` and ``Nguyeãn Thaùi``; that reading is what
these functions take. They are called for a column known to be in such a font. Nothing
in dancu calls them on its own accord: one text may mean different names in each.

TCVN3 is VSCII-3 of TCVN 5712:1993: one character a letter, and capitals only for the seven
letters without a tone; others are lower-case letters shown by a font of capitals (.VnTimeH).
VNI puts a second character behind the vowel for its mark and tone. Sources: the charts of
VSCII (TCVN 5712) and VNI in Wikipedia, and glibc's TCVN5712-1, of which VSCII-3 is a part.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["from_tcvn3", "from_vni", "is_tcvn3", "is_vni"]

# Each row: a vowel without and with grave, acute, hook, tilde, dot below. The last row has no tones.
_TCVN3_ROWS = (
    ("aàáảãạ", "aµ¸¶·¹"),
    ("ăằắẳẵặ", "¨»¾¼½Æ"),
    ("âầấẩẫậ", "©ÇÊÈÉË"),
    ("eèéẻẽẹ", "eÌÐÎÏÑ"),
    ("êềếểễệ", "ªÒÕÓÔÖ"),
    ("iìíỉĩị", "i×ÝØÜÞ"),
    ("oòóỏõọ", "oßãáâä"),
    ("ôồốổỗộ", "«åèæçé"),
    ("ơờớởỡợ", "¬êíëìî"),
    ("uùúủũụ", "uïóñòô"),
    ("ưừứửữự", "\u00adõøö÷ù"),
    ("yỳýỷỹỵ", "yúýûüþ"),
    ("đĂÂĐÊÔƠƯ", "®¡¢§£¤¥¦"),
)
_VNI_TONES = "øùûõï"
_VNI_ROWS = (
    ("àáảãạ", "a", _VNI_TONES),
    ("ăằắẳẵặ", "a", "êèéúüë"),
    ("âầấẩẫậ", "a", "âàáåãä"),
    ("èéẻẽẹ", "e", _VNI_TONES),
    ("êềếểễệ", "e", "âàáåãä"),
    ("òóỏõọ", "o", _VNI_TONES),
    ("ôồốổỗộ", "o", "âàáåãä"),
    ("ờớởỡợ", "ô", _VNI_TONES),
    ("ùúủũụ", "u", _VNI_TONES),
    ("ừứửữự", "ö", _VNI_TONES),
    ("ỳýỷỹ", "y", "øùûõ"),
)
_VNI_SINGLE = dict(zip("ìíỉĩịơưỵđ", "ìíæóòôöîñ", strict=True))
_PLAIN = {chr(code): chr(code) for code in (*range(0x80), 0xA0)}


def _vni_table() -> dict[str, str]:
    """What stands in the file to its letter; a mark behind a capital is a capital too."""
    marked = {base + mark: letter for row, base, marks in _VNI_ROWS for letter, mark in zip(row, marks, strict=True)}
    lower = marked | {code: letter for letter, code in _VNI_SINGLE.items()}
    return {code.upper(): letter.upper() for code, letter in lower.items()} | lower


_TCVN3: Mapping[str, str] = MappingProxyType(
    {code: letter for row, codes in _TCVN3_ROWS for letter, code in zip(row, codes, strict=True)} | _PLAIN
)
_VNI: Mapping[str, str] = MappingProxyType(_vni_table() | _PLAIN)
# A vowel with its mark before the vowel alone.
_VNI_TOKEN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_TCVN3_TEXT = re.compile(f"[{re.escape(''.join(_TCVN3))}]*")
_VNI_TEXT = re.compile(f"(?:{_VNI_TOKEN.pattern})*")


def is_tcvn3(text: str) -> bool:
    """Whether `from_tcvn3` can read it; plain ASCII is of every encoding."""
    return _TCVN3_TEXT.fullmatch(text) is not None


def is_vni(text: str) -> bool:
    """Whether `from_vni` can read it; plain ASCII is of every encoding."""
    return _VNI_TEXT.fullmatch(text) is not None


def from_tcvn3(text: str, *, upper: bool = False, field: str = "text") -> str:
    """Unicode (NFC) of a text in a TCVN3 font, given as Windows-1252 or Latin-1 reads it.

    Args:
        text: as read; ``NguyÔn`` is ``Nguyễn``. U+00AD is the letter ư, so nothing may be stripped before.
        upper: the text was set in a font of capitals (.VnTimeH): ``NguyÔn`` is ``NGUYỄN``.
        field: what an error names.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``field``: a character that TCVN3 does not have.
    """
    if not is_tcvn3(text):
        raise InvalidInput("invalid_subject", field=field, detail="a character that TCVN3 does not have")
    letters = "".join(_TCVN3[char] for char in text)
    return letters.upper() if upper else letters


def from_vni(text: str, *, field: str = "text") -> str:
    """Unicode (NFC) of a text in a VNI Windows font, given as Windows-1252 or Latin-1 reads it.

    Args:
        text: as read; ``Nguyeãn`` is ``Nguyễn``, ``NGUYEÃN`` is ``NGUYỄN``.
        field: what an error names.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``field``: a character that VNI does not have, or a
            mark that does not go with the vowel before it.
    """
    if not is_vni(text):
        raise InvalidInput("invalid_subject", field=field, detail="a character that VNI does not have")
    return _VNI_TOKEN.sub(lambda match: _VNI[match[0]], text)
