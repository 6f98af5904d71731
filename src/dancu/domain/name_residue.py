"""What a wrong encoding or an input method left behind in a name: letters, but of no name.

Such a text may fold to letters without complaint (``Nguyeãn`` to ``NGUYEAN``) and would ask
for somebody else, so it is refused. The rules are exact, and a name that anybody bears
fits none of them:

utf8    written in Windows-1252 the text is UTF-8: ``HÃ²a``
tcvn3   a word is no Vietnamese syllable, and all are once the text is read as TCVN3: ``NguyÔn``
vni     the same with VNI: ``Nguyeãn``
telex   a word that Telex keys make one syllable, with keys next to each other that no
        orthography has, ``xn`` and ``uyee`` in ``Nguyeexn``

Telex keys without such a pair are not told apart from a name: ``Lee`` may be ``Lê`` and is a
Korean family name, ``Max`` may be ``Mã``.
"""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from dancu.domain.legacy_text import from_tcvn3, from_vni, is_tcvn3, is_vni
from dancu.domain.syllables import one_syllable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RESIDUES", "Residue", "residue_of"]

Residue = Literal["utf8", "tcvn3", "vni", "telex"]

RESIDUES: Mapping[Residue, str] = MappingProxyType(
    {
        "utf8": "UTF-8 that was read as another encoding",
        "tcvn3": "letters of a TCVN3 font, which from_tcvn3 converts",
        "vni": "letters of a VNI font, which from_vni converts",
        "telex": "Telex keys that no input method made letters of",
    }
)
"""What each is, in words that repeat nothing of the name."""

_WORD = re.compile(r"[^\W\d_]+")
# What the first bytes of Vietnamese letters look like.
_LEADS = re.compile("[ÃÄÅÆ]|á[º»]")
_TELEX = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|dd|[bcdghklmnprstvx])?[aeiouyw]+[sfrxj]?(?:ch|ng|nh|[cmnpt])?[sfrxj]?"
)
_MARKED = "(?:aa|ee|oo|[aou]w)"
_OF_NO_NAME = re.compile(
    "^dd"
    "|uw?ow|uoo[a-z]|(?:uy|i)ee[a-z]"
    "|xn$|[fx](?:ng|nh|m)$|[jrs](?:ng|nh)$|(?:ng|nh)[fjx]$"
    f"|{_MARKED}(?:fn|[nm][fx]|j(?:ch|[cpt])|(?:ch|[cpt])j)$"
)


def residue_of(text: str) -> Residue | None:
    """What was left behind in a text as it was typed, before any cleaning; None where nothing is seen."""
    if any(_is_telex(word) for word in _WORD.findall(text.casefold()) if word.isascii()):
        return "telex"
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii():
        return None
    if _is_misread(composed):
        return "utf8"
    if _is_spelt(composed):
        return None
    if is_tcvn3(composed) and _is_spelt(from_tcvn3(composed)):
        return "tcvn3"
    return "vni" if is_vni(composed) and _is_spelt(from_vni(composed)) else None


def _is_telex(word: str) -> bool:
    return _OF_NO_NAME.search(word) is not None and _TELEX.fullmatch(word) is not None


def _is_misread(text: str) -> bool:
    return _LEADS.search(text) is not None and any(_is_utf8(text, encoding) for encoding in ("cp1252", "latin-1"))


def _is_utf8(text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding).decode() != text
    except UnicodeError:
        return False


def _is_spelt(text: str) -> bool:
    """Whether each word has the letters of one Vietnamese syllable; ñ, which in VNI is đ, passes for an n."""
    return all(map(one_syllable, _WORD.findall(text.casefold().replace("ñ", "n"))))
