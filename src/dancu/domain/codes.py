"""Coded facts about a person: gender, ethnic group and the like, with their Vietnamese labels.

The lists are those of QCVN 109:2017/BTTTT (vn-data.md §4). Lists differ between systems and
change, so a code that is not in ours is kept as it came, without a label, and is never an
error. Where a list is unsure about a code, it has no label for it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from dancu.domain.data import read_rows
from dancu.privacy import masked_repr

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Coded",
    "EthnicScheme",
    "blood_group",
    "ethnic_group",
    "gender",
    "household_relation",
    "marital_status",
    "nationality",
    "religion",
]

EthnicScheme = Literal["1979", "2008"]


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
    """``QuocTich``, ``QuocGia``: ISO 3166 alpha-2; only ``VN`` has a label, ``Việt Nam``."""
    known = code.strip().upper()
    return Coded(known, "Việt Nam") if known == "VN" else Coded(code)


def household_relation(code: str) -> Coded:
    """``QuanHe`` to the head of the household; only ``CH01``, ``Chủ hộ``, is known (wire.md §4)."""
    known = code.strip().upper()
    return Coded(known, "Chủ hộ") if known == "CH01" else Coded(code)


def _coded(listing: str, code: str, *, width: int, scheme: str | None = None) -> Coded:
    bare = code.strip()
    padded = bare.zfill(width) if bare else bare
    label = _labels(listing).get(padded)
    return Coded(code if label is None else padded, label, scheme)


@functools.cache
def _labels(listing: str) -> Mapping[str, str]:
    return MappingProxyType({code: label for name, code, label in read_rows("codes") if name == listing})
