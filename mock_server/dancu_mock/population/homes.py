"""Where people live, and where they were born: codes of today for homes, of the time for births."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.domain.units import find_row, unit_codes
from dancu_mock.person import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu_mock.population.lots import Lots

__all__ = ["Home", "born_before", "born_elsewhere", "born_now", "homes"]

_ELSEWHERE = ("04", "34", "38", "40", "42", "49", "51", "52", "56", "64")
"""Old provinces from which people came to Đắk Lắk."""


@dataclass(frozen=True, slots=True)
class Home:
    """A commune of the new Đắk Lắk.

    Attributes:
        code: since 2025-07-01.
        ward: whether it is a phường.
        province, district: old codes of where its centre lay: 66, or 54 for Phú Yên.
    """

    code: str
    ward: bool
    province: str
    district: str


@functools.cache
def homes() -> tuple[Home, ...]:
    """The 102 communes, by code; each kept the code of an old one."""
    communes: list[Home] = []
    for code in sorted(unit_codes("commune", vintage="new")):
        new, old = find_row("commune", code, vintage="new"), find_row("commune", code, vintage="old")
        if new is not None and old is not None and new.province == "66":
            communes.append(Home(code, new.type_word == "Phường", old.province, old.district))
    return tuple(communes)


@functools.cache
def _old_communes() -> Mapping[str, tuple[Place, ...]]:
    """Old communes by the code of their district (three digits) and of their province (two)."""
    found: dict[str, list[Place]] = {}
    for code in sorted(unit_codes("commune", vintage="old")):
        row = find_row("commune", code, vintage="old")
        if row is not None:
            place = Place(row.province, row.district, row.code)
            found.setdefault(row.district, []).append(place)
            found.setdefault(row.province, []).append(place)
    return {area: tuple(places) for area, places in found.items()}


def born_before(lots: Lots, home: Home) -> Place:
    """A commune of the old district around a home, with the codes until 2025-06-30."""
    return lots.pick(_old_communes()[home.district])


def born_elsewhere(lots: Lots) -> Place:
    """An old commune of another province."""
    return lots.pick(_old_communes()[lots.pick(_ELSEWHERE)])


def born_now(home: Home) -> Place:
    """The home itself, with the codes since 2025-07-01."""
    return Place("66", "", home.code)
