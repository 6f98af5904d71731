"""Coded facts about a person: gender, ethnic group and the like, with their Vietnamese labels.

The lists are those of QCVN 109:2017/BTTTT (vn-data.md §4). Lists differ between systems and
change, so a code that is not in ours is kept as it came, without a label, and is never an
error. Where a list is unsure about a code, it has no label for it.

The way back, from what people write to a code, is `by_label`: a label or one of the other
spellings of ``tools/tables/*_aliases.csv``, which name their sources.
"""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from dancu.domain.data import read_rows
from dancu.domain.names import clean_name
from dancu.privacy import masked_repr

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CodeList",
    "Coded",
    "EthnicScheme",
    "blood_group",
    "by_label",
    "canonical_ethnic_name",
    "ethnic_group",
    "gender",
    "household_relation",
    "marital_status",
    "nationality",
    "religion",
]

CodeList = Literal["blood_group", "ethnic_group", "gender", "marital_status", "nationality", "religion"]
EthnicScheme = Literal["1979", "2008"]

_BARE = {"đ": "d", "ƀ": "b"}


@dataclass(frozen=True, slots=True, repr=False)
class Coded:
    """A code with its label; ``str`` gives the label, or else the code; ``repr`` is masked.

    Attributes:
        code: as it came where unknown; zero-padded as in its list where known.
        label: in Vietnamese, or None where the code is unknown.
        scheme: which of several official lists the code belongs to, or None where there
            is one list only.
    """

    code: str
    label: str | None = None
    scheme: str | None = None

    def __str__(self) -> str:
        return self.code if self.label is None else self.label

    def __repr__(self) -> str:
        return masked_repr(self)


def gender(code: str) -> Coded:
    """``GioiTinh``: 0 no information, 1 ``Nam``, 2 ``Nữ``."""
    return _coded("gender", code, width=1)


def marital_status(code: str) -> Coded:
    """``TinhTrangHonNhan``: 0 no information, 1 never married, 2 married, 3 divorced *or* widowed."""
    return _coded("marital_status", code, width=1)


def blood_group(code: str) -> Coded:
    """``NhomMau``: 00 no information, 01 A, 02 B, 03 AB, 04 O; the list knows no Rh factor."""
    return _coded("blood_group", code, width=2)


def ethnic_group(code: str, *, scheme: EthnicScheme = "1979") -> Coded:
    """``DanToc``, 01 to 54 in one of two official orders that differ from 04 on.

    ``1979`` is Decision 121-TCTK/PPCĐ (12 Ê-đê, 13 Ba-na), which known callers use;
    ``2008`` is Decision 1019/QĐ-TCTK, annex E of QCVN 109 (11 Ê-đê, 12 Ba-na). Which one a
    platform sends is a setting of its profile and has to be confirmed with its operator.

    Raises:
        ValueError: no such scheme.
    """
    if scheme not in {"1979", "2008"}:
        raise ValueError("the scheme of ethnic groups is 1979 or 2008")
    return _coded(f"ethnic_group_{scheme}", code, width=2, scheme=scheme)


def religion(code: str) -> Coded:
    """``TonGiao``, 01 to 14 of annex G; 00 and 99 occur, mean different things and get no label."""
    return _coded("religion", code, width=2)


def nationality(code: str) -> Coded:
    """``QuocTich``, ``QuocGia``: ISO 3166-1 alpha-2, as annex H asks for; alpha-3 is known too and kept as it came.

    The two never clash, since one has two letters and the other three. The labels are those
    of Unicode CLDR. ``VN`` and ``VNM`` have one label and are compared by it. ``NGA`` has
    none: it may be Nigeria's code or ``Nga``, Russia, in capitals.
    """
    known = code.strip().upper()
    label = _labels("nationality").get(known)
    return Coded(code if label is None else known, label)


def household_relation(code: str) -> Coded:
    """``QuanHe`` to the head of the household; only ``CH01``, ``Chủ hộ``, is known (wire.md §4)."""
    known = code.strip().upper()
    return Coded(known, "Chủ hộ") if known == "CH01" else Coded(code)


def by_label(listing: CodeList, text: str, *, scheme: EthnicScheme = "1979") -> Coded | None:
    """The code that people mean who write ``Nữ``, ``Ê đê``, ``chưa kết hôn`` or ``Việt Nam``; None where it is unsure.

    Case, spaces, hyphens and apostrophes do not count, nor where in a syllable its tone
    stands. Accents may be missing as long as one entry alone fits, but none may contradict:
    ``Thô`` is ``Thổ``, ``Cớ-ho`` is nothing. A word for a part of an entry gives the whole:
    ``ly hôn`` is "divorced or widowed", the list knows no finer. Nothing is what is also the
    code of another entry: ``My`` may be ``Mỹ`` or Malaysia. A nationality is given as
    alpha-2, an ethnic group by the order of ``scheme``.
    """
    label = _label_meant(listing, text)
    table = f"ethnic_group_{scheme}" if listing == "ethnic_group" else listing
    code = None if label is None else _codes(table).get(label)
    if code is None or _labels(table).get(text.strip().upper(), label) != label:
        return None
    return Coded(code, label, scheme if listing == "ethnic_group" else None)


def canonical_ethnic_name(value: str | Coded) -> str | None:
    """The one name of an ethnic group, by which the two orders are compared; None where there is none.

    A coded value counts by its label alone, whatever its code and scheme; text may be any
    spelling that `by_label` knows: ``Êđê``, ``E De``, ``Bahnar``, ``M'Nông``.
    """
    text = value.label if isinstance(value, Coded) else value
    return None if text is None else _label_meant("ethnic_group", text)


def _coded(listing: str, code: str, *, width: int, scheme: str | None = None) -> Coded:
    bare = code.strip()
    padded = bare.zfill(width) if bare else bare
    label = _labels(listing).get(padded)
    return Coded(code if label is None else padded, label, scheme)


@functools.cache
def _labels(listing: str) -> Mapping[str, str]:
    return MappingProxyType({code: label for name, code, label in read_rows("codes") if name == listing})


@functools.cache
def _codes(listing: str) -> Mapping[str, str]:
    """Codes by label; of two codes for one label, as in alpha-2 and alpha-3, the shorter."""
    labels = _labels(listing)
    return MappingProxyType({labels[code]: code for code in sorted(labels, key=len, reverse=True)})


def _label_meant(listing: CodeList, text: str) -> str | None:
    letters, marks = _spelling(text)
    fitting = [entry for entry in _spellings(listing).get(letters, ()) if _within(marks, entry[0])]
    labels = {label for known, label in fitting if known == marks} or {label for _known, label in fitting}
    return labels.pop() if len(labels) == 1 else None


@functools.cache
def _spellings(listing: CodeList) -> Mapping[str, list[tuple[str, str]]]:
    """The marks and the label of every label and other spelling, by its bare letters."""
    labels = _labels("ethnic_group_1979" if listing == "ethnic_group" else listing).values()
    found: dict[str, list[tuple[str, str]]] = {}
    for text, label in [*zip(labels, labels, strict=True), *_labels(f"{listing}_aliases").items()]:
        letters, marks = _spelling(text)
        found.setdefault(letters, []).append((marks, label))
    return MappingProxyType(found)


def _spelling(text: str) -> tuple[str, str]:
    """The bare letters and digits of a text, and its marks in their order."""
    parts = unicodedata.normalize("NFD", clean_name(text).casefold())
    letters = "".join(_BARE.get(char, char) for char in parts if char.isalnum())
    return letters, "".join(char for char in parts if char in _BARE or unicodedata.combining(char))


def _within(some: str, whole: str) -> bool:
    """Whether all marks stand in the other in the same order."""
    rest = iter(whole)
    return all(mark in rest for mark in some)
