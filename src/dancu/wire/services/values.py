"""What a request can hold, as text by its wire name (wire.md §1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.domain.ids import OldPersonNumber
from dancu.domain.names import fold_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dancu.wire.services.spec import Keys

__all__ = ["EITHER_NUMBER", "NAMES", "flat_birth_date", "wire_value"]

EITHER_NUMBER = "SoDinhDanh|SoCMND"
"""Whichever of the two elements the number belongs into."""


def _number(keys: Keys, *, old: bool) -> str:
    return keys.subject.number if isinstance(keys.subject.number, OldPersonNumber) is old else ""


def flat_birth_date(keys: Keys) -> str:
    """The birth date in the platform's format, or the year alone."""
    date = keys.subject.birth_date
    if date.day is None:
        return f"{date.year:04}"
    return str(date) if keys.style.date == "iso" else str(date).replace("-", "")


def _to_the_day(keys: Keys) -> str:
    """Beside a member for the year, the date is empty unless it is known to the day."""
    alone = "Nam" not in keys.spec.fields_sent
    return flat_birth_date(keys) if alone or keys.subject.birth_date.day is not None else ""


def _year(keys: Keys) -> str:
    date = keys.subject.birth_date
    return f"{date.year:04}" if date.day is None else ""


_VALUES: Mapping[str, Callable[[Keys], str]] = {
    "MaYeuCau": lambda keys: keys.reference,
    "MaDVC": lambda keys: keys.purpose.procedure,
    "MaTichHop": lambda keys: keys.spec.integration,
    "MaDichVu": lambda keys: keys.spec.integration,
    "MaCanBo": lambda keys: keys.purpose.officer.code,
    "MaDonVi": lambda keys: keys.purpose.unit,
    "TaiKhoan": lambda keys: keys.purpose.officer.account or "",
    "SoDienThoai": lambda keys: keys.purpose.officer.phone or "0",
    "SoDinhDanh": lambda keys: _number(keys, old=False),
    "SoCMND": lambda keys: _number(keys, old=True),
    "HoVaTen": lambda keys: fold_name(keys.subject.name, keys.style.name),
    "NgayThangNamSinh": flat_birth_date,
    "NgayThangNam": _to_the_day,
    "Nam": _year,
    "UserNameService": lambda keys: keys.purpose.officer.account or "",
}
_CAMEL = {f"{name[0].lower()}{name[1:]}": name for name in _VALUES}
NAMES = frozenset({*_VALUES, *_CAMEL, EITHER_NUMBER})
"""Every name a profile may list in ``fields_sent``; JSON platforms write some with a small first letter."""


def wire_value(name: str, keys: Keys) -> tuple[str, str]:
    """The name as it goes out, and its text."""
    if name == EITHER_NUMBER:
        name = "SoCMND" if isinstance(keys.subject.number, OldPersonNumber) else "SoDinhDanh"
    return name, _VALUES[_CAMEL.get(name, name)](keys)
