"""A member of a household as a whole record: relatives are the household's own members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu_mock.person import Kin, Person, Place
from dancu_mock.population.homes import homes
from dancu_mock.population.lots import Lots
from dancu_mock.population.names import folded

if TYPE_CHECKING:
    from dancu_mock.population.households import Household, Member

__all__ = ["record"]

_WIDOWED = frozenset({"mother", "carer", "elder"})


def record(seed: int, household: Household, member: Member) -> Person:
    """The record of one of a household."""
    lots = Lots(seed, "record", member.index)
    by_role = {one.role: one for one in household.members if one.role != "child"}
    spouse = by_role.get(_SPOUSES.get(member.role, ""))
    father, mother = _parents(lots, household, member, by_role)
    permanent = _permanent(seed, household)
    return Person(
        asked_number=member.number,
        key=folded(member.name),
        year=member.year,
        month=member.month,
        day=member.day,
        name=member.name,
        old_number=member.old_number,
        gender="1" if member.male else "2",
        ethnic_group=household.group.code,
        religion=lots.pick(("00",) * 8 + ("01", "02")),
        marital_status="2" if spouse else "3" if _alone(member, by_role) else "1",
        blood_group=lots.pick(("00",) * 6 + ("04", "04", "01", "02", "03")),
        birth_place=member.birth_place,
        origin=_origin(member, by_role),
        permanent=permanent,
        current=permanent if lots.chance(92) else Place("66", "", lots.pick(homes()).code, "NHÀ TRỌ MẪU"),
        father=father,
        mother=mother,
        spouse=_kin(spouse),
        representative=_kin(by_role.get("carer")) if member.role == "ward" else None,
        head=_head(household.members[0], member),
        household_book=f"MAU-{household.members[0].index:06}",
    )


_SPOUSES = {"man": "woman", "woman": "man", "old man": "old woman", "old woman": "old man"}


def _alone(member: Member, by_role: dict[str, Member]) -> bool:
    return member.role in _WIDOWED or (member.role == "old woman" and "old man" not in by_role)


def _parents(
    lots: Lots, household: Household, member: Member, by_role: dict[str, Member]
) -> tuple[Kin | None, Kin | None]:
    """Members where they live here; else names without numbers, as from papers; a ward's are unknown."""
    group = household.group
    if member.role == "ward":
        return None, None
    if member.role == "child":
        return _kin(by_role.get("man")), _kin(by_role.get("woman", by_role.get("mother")))
    if member.role == ("woman" if group.from_mother else "man") and "old woman" in by_role:
        father = _kin(by_role.get("old man"))
        return father or Kin(_elder(lots, household, member, male=True)), _kin(by_role["old woman"])
    return Kin(_elder(lots, household, member, male=True)), Kin(_elder(lots, household, member, male=False))


def _elder(lots: Lots, household: Household, member: Member, *, male: bool) -> str:
    """The name of a parent who lives elsewhere, or no more."""
    group = household.group
    family = group.family(lots, besides=member.family) if male == group.from_mother else member.family
    return group.name(lots, family, male=male, year=member.year - 25)


def _origin(member: Member, by_role: dict[str, Member]) -> Place:
    """A child's is the father's, or the mother's; a grown one's where they were born."""
    if member.role != "child":
        return member.birth_place
    return by_role["man" if "man" in by_role else "mother"].birth_place


def _permanent(seed: int, household: Household) -> Place:
    lots = Lots(seed, "address", household.members[0].index)
    if household.home.ward:
        detail = f"{lots.between(1, 200)} ĐƯỜNG MẪU {lots.between(1, 40)}"
    else:
        detail = f"{'THÔN' if household.group.code == '01' else 'BUÔN'} MẪU {lots.between(1, 20)}"
    return Place("66", "", household.home.code, detail)


def _kin(member: Member | None) -> Kin | None:
    return None if member is None else Kin(member.name, member.number, member.old_number)


def _head(head: Member, member: Member) -> Kin:
    """The head; how others are related to them has no public list of codes (wire.md §4)."""
    return Kin(head.name, head.number, head.old_number, relation="CH01" if head is member else "")
