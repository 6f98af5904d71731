"""Households: which twenty indexes make which, who is what in it, and what its members agree on.

::

    index ─► block of 20 ─► one of BLOCKS ─► household and place in it ─► members ─► the one asked for
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu_mock.population.ages import adult_age, birthday, children_ages
from dancu_mock.population.homes import born_before, born_elsewhere, born_now, homes
from dancu_mock.population.lots import Lots
from dancu_mock.population.names import GROUPS, marked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu_mock.person import Place
    from dancu_mock.population.homes import Home
    from dancu_mock.population.names import Group

__all__ = ["BLOCK", "KINDS", "SHARES", "Household", "Member", "household"]

BLOCK = 20
"""People in a block; households never cross its ends, so whole blocks are whole households."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "single": ("single",),
    "elder alone": ("elder",),
    "couple": ("man", "woman"),
    "elders": ("old man", "old woman"),
    "couple with a child": ("man", "woman", "child"),
    "couple with two children": ("man", "woman", "child", "child"),
    "couple with three children": ("man", "woman", "child", "child", "child"),
    "three generations": ("man", "woman", "child", "child", "old man", "old woman"),
    "three generations, a widow": ("man", "woman", "child", "child", "old woman"),
    "mother alone": ("mother", "child"),
    "mother alone of two": ("mother", "child", "child"),
    "carer": ("carer", "ward"),
}
"""Kind: roles, the head's first."""

_ONE, _TWO, _THREE = "couple with a child", "couple with two children", "couple with three children"
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("three generations", _THREE, _TWO, _ONE, "single", "elder alone"),
    ("three generations, a widow", _TWO, _TWO, _ONE, "couple", "carer"),
    (_TWO, _TWO, _TWO, _ONE, "mother alone", "elders", "single"),
    (_THREE, _TWO, _ONE, "mother alone of two", "couple", "elders", "single"),
    ("three generations", _TWO, _ONE, _ONE, "couple", "single", "single"),
)
SHARES: Mapping[str, Mapping[str, int]] = {
    "66": {"01": 68, "12": 20, "10": 3, "20": 6, "17": 1, "13": 2},
    "54": {"01": 93, "12": 3, "17": 3, "13": 1},
}
"""Half of the province (old code): ethnic group (order of 1979): households of a hundred. Rough."""
_HEADS: Mapping[str, tuple[int, int]] = {
    "single": (18, 49),
    "elder": (60, 89),
    "man": (26, 61),
    "old man": (55, 89),
    "mother": (26, 54),
    "carer": (50, 72),
}
"""Role of a head: youngest and oldest."""
_EITHER = frozenset({"single", "elder", "child", "ward"})
_MEN = frozenset({"man", "old man"})
_NEW_CODES = (2025, 7)
"""Births from this month on are registered with the codes of today."""
_DRAWN = {half: tuple(code for code, share in row.items() for _ in range(share)) for half, row in SHARES.items()}


@dataclass(frozen=True, slots=True)
class Member:
    """One of a household, as far as the others' records name them.

    Attributes:
        family: surname or clan; empty where names have none.
        year, month, day: of birth, as the register knows it.
    """

    index: int
    role: str
    male: bool
    number: str
    old_number: str
    name: str
    family: str
    year: int
    month: int | None
    day: int | None
    birth_place: Place


@dataclass(frozen=True, slots=True)
class Household:
    """People who live together, in the order of their indexes; the first is the head."""

    kind: str
    group: Group
    home: Home
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is drawn for a household before its members are; ``families`` goes by role."""

    seed: int
    group: Group
    home: Home
    families: Mapping[str, str]


def household(seed: int, index: int) -> Household:
    """The household of an index."""
    first, kind = _kind(seed, index)
    roles = KINDS[kind]
    lots = Lots(seed, "household", first)
    home = lots.pick(homes())
    group = GROUPS[lots.pick(_DRAWN[home.province])]
    plan = _Plan(seed, group, home, _families(lots, roles, group))
    members = tuple(
        _member(plan, first + place, role, age, head=place == 0)
        for place, (role, age) in enumerate(zip(roles, _ages(lots, roles, group), strict=True))
    )
    return Household(kind, group, home, members)


def _kind(seed: int, index: int) -> tuple[int, str]:
    """First index and kind of a household."""
    block, place = divmod(index, BLOCK)
    first = index - place
    kinds = iter(Lots(seed, "block", block).pick(BLOCKS))
    kind = next(kinds)
    while index >= first + len(KINDS[kind]):
        first += len(KINDS[kind])
        kind = next(kinds)
    return first, kind


def _families(lots: Lots, roles: tuple[str, ...], group: Group) -> Mapping[str, str]:
    """Who bears whose name: a child the father's or the mother's, one who married in another."""
    father = group.family(lots)
    mother = group.family(lots, besides=father)
    by_marriage = group.family(lots, besides=mother)
    child = mother if group.from_mother or "man" not in roles else father
    grandfather = by_marriage if "man" in roles and group.from_mother else father
    grandmother = mother if group.from_mother or "man" not in roles else by_marriage
    return {
        **dict.fromkeys(("man", "single", "elder"), father),
        **dict.fromkeys(("woman", "mother"), mother),
        **dict.fromkeys(("child", "ward"), child),
        "old man": grandfather,
        **dict.fromkeys(("old woman", "carer"), grandmother),
    }


def _ages(lots: Lots, roles: tuple[str, ...], group: Group) -> tuple[int, ...]:
    """Ages in the order of the roles."""
    children = roles.count("child")
    head = adult_age(lots, *_HEADS[roles[0]])
    if len(roles) == 1:
        return (head,)
    if roles[0] == "carer":
        return head, lots.between(3, min(15, head - 40))
    if roles[0] == "mother":
        return head, *children_ages(lots, head, children)
    wife = max(head + lots.between(-6, 2), 20 + 2 * children)
    young = children_ages(lots, wife, children) if children else ()
    grandmother = (wife if group.from_mother else head) + lots.between(19, 30)
    old = [grandmother + lots.between(0, 5), grandmother][-(len(roles) - 2 - children) :]
    return head, wife, *young, *(old if len(roles) > 2 + children else ())


def _member(plan: _Plan, index: int, role: str, age: int, *, head: bool) -> Member:
    lots = Lots(plan.seed, "person", index)
    male = lots.chance(50) if role in _EITHER else role in _MEN
    year, month, day = birthday(lots, age)
    family = plan.families[role]
    name = plan.group.name(lots, family, male=male, year=year)
    place = _birth_place(plan, lots, year, month)
    century = 6 + 2 * (year >= 2000) + (not male)
    return Member(
        index=index,
        role=role,
        male=male,
        number=f"0{place.province}{century}{year % 100:02}{index:06}",
        old_number=f"000{index:06}" if year <= 1975 and lots.chance(70) else "",
        name=marked(name) if head else name,
        family=family,
        year=year,
        month=month,
        day=day,
        birth_place=place,
    )


def _birth_place(plan: _Plan, lots: Lots, year: int, month: int | None) -> Place:
    if (year, month or 1) >= _NEW_CODES:
        return born_now(plan.home)
    if year < 2000 and plan.group.code == "01" and lots.chance(25):
        return born_elsewhere(lots)
    return born_before(lots, plan.home)
