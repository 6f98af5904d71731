"""What Telex and VNI make of the keys that are typed, a word at a time, and what a Vietnamese syllable is.

Telex: ``s f r x j`` are the five tones, ``z`` takes one off, a doubled ``a e o d`` and a ``w``
put the marks. VNI: ``1`` to ``5`` are the tones, ``0`` takes one off, ``6 7 8 9`` put the
marks. So ``Nguyeexn`` and ``Nguye64n`` are both ``Nguyễn``. Words are compared by
`dancu.domain.names.tone_key`, for which it does not matter where a tone stands.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from dancu.domain.names import tone_key

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["InputMethod", "Keyed", "is_syllable", "typed_with"]

InputMethod = Literal["telex", "vni"]

_VOWELS = frozenset("aăâeêioôơuưy")
_TONES: Mapping[InputMethod, Mapping[str, str]] = MappingProxyType(
    {
        "telex": MappingProxyType({"s": "1", "f": "2", "r": "3", "x": "4", "j": "5", "z": "0"}),
        "vni": MappingProxyType({digit: digit for digit in "123450"}),
    }
)
_HATS: Mapping[str, str] = MappingProxyType({"a": "â", "e": "ê", "o": "ô"})
# A pair of vowels takes the horn together; the order is that in which they are looked for.
_HORNS = (("uo", "ươ"), ("ưo", "ươ"), ("ua", "ưa"), ("u", "ư"), ("o", "ơ"))
_BREVE_OR_HORN = (("uo", "ươ"), ("ưo", "ươ"), ("oa", "oă"), ("ua", "ưa"), ("a", "ă"), ("o", "ơ"), ("u", "ư"))
_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_CODA = re.compile(r"(?:ch|ng|nh|[cmnpt])?")

_ONSET = r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
_OPEN = (
    r"[aeêioôơuưy]|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|iêu|oa|oai|oao|oay|oe|oeo|oi|ôi|ơi|ua|uây|uê|ui|uôi|uơ|uy|uya|uyu"
    r"|ưa|ưi|ưu|ươi|ươu|yêu"
)
_HUMMED = (
    r"(?:[aăâeêioôơuư]|iê|oa|oă|oe|uâ|uô|uyê|ươ|yê)[mn]|(?:[aăâeiouôư]|iê|oa|oă|oo|uâ|uô|ươ|yê)ng|(?:[aêiy]|oa|uê|uy)nh"
)
_STOPPED = (
    r"(?:[aăâeoôu]|ư|iê|oa|oă|oo|uô|ươ)c|(?:[aêiy]|oa|uê|uy)ch|(?:[aăâeêioôơu]|iê|oa|ươ)p"
    r"|(?:[aăâeêioôơuưy]|iê|oa|oă|oe|uâ|uô|uy|uyê|ươ|yê)t"
)
# A syllable that ends in a stop has one of two tones.
_SYLLABLE = re.compile(rf"{_ONSET}(?:(?:{_OPEN}|{_HUMMED})[0-5]|(?:{_STOPPED})[15])|gi[0-5]|giêng[0-5]")


class Keyed(NamedTuple):
    """What an input method makes of a word.

    Attributes:
        key: the word that appears, as `dancu.domain.names.tone_key` writes it.
        eaten: the keys that became a mark or a tone, in order; empty where the method changes nothing.
    """

    key: str
    eaten: str


def typed_with(method: InputMethod, word: str) -> Keyed:
    """What the method makes of one word in lower case, without judging the syllable.

    A letter that no key bears, such as ``ễ``, arrives whole; the method begins anew behind it.
    """
    letters, tone, eaten = "", "0", ""
    for run in _RUNS.findall(word):
        typed = _typed(method, run) if run.isascii() else Keyed(tone_key(run), "")
        letters, eaten = letters + typed.key[:-1], eaten + typed.eaten
        tone = typed.key[-1] if typed.key[-1] != "0" else tone
    return Keyed(letters + tone, eaten)


def is_syllable(key: str) -> bool:
    """Whether a word, as `dancu.domain.names.tone_key` writes it, is one that Vietnamese spelling allows."""
    return _SYLLABLE.fullmatch(key) is not None


def _typed(method: InputMethod, run: str) -> Keyed:
    letters, tone, eaten = "", "0", ""
    for key in run:
        new_tone = _TONES[method].get(key) if _VOWELS.intersection(letters) else None
        marked = _marked(method, key, letters)
        if new_tone is not None and new_tone != tone:
            tone, eaten = new_tone, eaten + key
        elif marked is not None:
            letters, eaten = marked, eaten + key
        else:
            letters += key
    return Keyed(letters + tone, eaten)


def _marked(method: InputMethod, key: str, letters: str) -> str | None:
    """The letters with the mark that this key puts on one of them, or None."""
    if key == {"telex": "d", "vni": "9"}[method]:
        return f"đ{letters[1:]}" if letters[:1] == "d" else None
    if method == "vni":
        return _marked_by_digit(key, letters)
    if key in _HATS:
        return _replaced(letters, key, _HATS[key])
    if key != "w":
        return None
    return _first_replaced(letters, _BREVE_OR_HORN) or f"{letters}ư"


def _marked_by_digit(digit: str, letters: str) -> str | None:
    if digit == "6":
        return next(filter(None, (_replaced(letters, plain, hat) for plain, hat in _HATS.items())), None)
    if digit == "7":
        return _first_replaced(letters, _HORNS)
    return _replaced(letters, "a", "ă") if digit == "8" else None


def _first_replaced(letters: str, pairs: tuple[tuple[str, str], ...]) -> str | None:
    return next(filter(None, (_replaced(letters, plain, marked) for plain, marked in pairs)), None)


def _replaced(letters: str, plain: str, marked: str) -> str | None:
    """The last of the plain vowels marked, unless more than an end of a syllable follows it; or None."""
    before, found, after = letters.rpartition(plain)
    if not found:
        return None
    return before + marked + after if _CODA.fullmatch(after.lstrip("aeiouy")) else None
