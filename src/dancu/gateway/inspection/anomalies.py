"""What an inspector should look at first: nights, bursts, guessing, one person again and again, looks without a case.

A finding is a reason to ask the officer, and says nothing about guilt.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from dancu.gateway.inspection.unlinked import is_working, unlinked
from dancu.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from dancu.gateway.inspection.questions import Look

__all__ = ["KINDS", "Anomaly", "AnomalyKind", "Own", "anomalies"]

AnomalyKind: TypeAlias = Literal["oneself", "family", "home", "night", "burst", "guessing", "again", "unlinked"]
_DAY_BEGINS, _DAY_ENDS = datetime.time(6), datetime.time(20)
_BURST, _BURST_WITHIN = 30, datetime.timedelta(minutes=10)
_GUESSES = 10
_AGAIN, _CASES = 5, 3
_UNLINKED = 5

KINDS: Mapping[AnomalyKind, Phrase] = MappingProxyType(
    {
        "oneself": Phrase("looked at their own record", "tự tra cứu thông tin của mình"),
        "family": Phrase("their own family name, and no dossier", "cùng họ với cán bộ, không có hồ sơ"),
        "home": Phrase("somebody of their own address", "người cùng địa chỉ với cán bộ"),
        "night": Phrase("at night (20:00 to 6:00), at a weekend or on a holiday", "ngoài giờ, ban đêm hoặc ngày nghỉ"),
        "burst": Phrase("30 or more in 10 minutes", "từ 30 lượt trong 10 phút"),
        "guessing": Phrase("10 or more that fitted nobody, in a day", "từ 10 lượt không khớp trong một ngày"),
        "again": Phrase(
            "one person 5 times or more in 3 cases or more", "một người từ 5 lần, trong từ 3 việc khác nhau"
        ),
        "unlinked": Phrase("5 or more that became no dossier", "từ 5 lượt không thành hồ sơ"),
    }
)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Looks of one officer that stand out for one reason.

    Attributes:
        officer: code.
        kind: of `KINDS`.
        looks: those that it is about, in order.
    """

    officer: str
    kind: AnomalyKind
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """What is an officer's own, as keyed hashes: numbers, family names and homes."""

    numbers: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()

    def with_more(self, other: Own) -> Own:
        """Both together."""
        return Own(self.numbers | other.numbers, self.families | other.families, self.homes | other.homes)


_NOTHING = Own()


def anomalies(
    looks: Sequence[Look],
    *,
    now: datetime.datetime,
    holidays: Collection[datetime.date] = (),
    own: Mapping[str, Own] = MappingProxyType({}),
) -> list[Anomaly]:
    """All that stands out, by officer and kind.

    Args:
        looks: of a period, in order.
        now: when a look without a dossier is overdue.
        holidays: see `dancu.gateway.inspection.part.InspectionPart`.
        own: what is officers' own, by code.
    """

    def theirs(look: Look) -> Own:
        return own.get(look.officer, _NOTHING)

    by_officer: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        by_officer[look.officer].append(look)
    rules: dict[AnomalyKind, Callable[[Sequence[Look]], Sequence[Look]]] = {
        "oneself": lambda of: [look for look in of if look.subject in theirs(look).numbers],
        "family": lambda of: [look for look in of if look.family in theirs(look).families and look.dossier is None],
        "home": lambda of: [look for look in of if theirs(look).homes.intersection(look.homes)],
        "night": lambda of: [look for look in of if _is_night(look.local, holidays)],
        "burst": _bursts,
        "guessing": _guesses,
        "again": _again,
        "unlinked": lambda of: _without_case(of, now, holidays),
    }
    return [
        Anomaly(officer, kind, tuple(found))
        for officer, of in sorted(by_officer.items())
        for kind, rule in rules.items()
        if (found := rule(of))
    ]


def _is_night(moment: datetime.datetime, holidays: Collection[datetime.date]) -> bool:
    return not is_working(moment.date(), holidays) or not _DAY_BEGINS <= moment.time() < _DAY_ENDS


def _bursts(looks: Sequence[Look]) -> list[Look]:
    """All looks that are part of `_BURST` within `_BURST_WITHIN`."""
    window: deque[Look] = deque()
    found: dict[str, Look] = {}
    for look in sorted(looks, key=lambda one: one.time):
        window.append(look)
        while look.time - window[0].time > _BURST_WITHIN:
            window.popleft()
        if len(window) >= _BURST:
            found.update((one.reference, one) for one in window)
    return list(found.values())


def _guesses(looks: Sequence[Look]) -> list[Look]:
    wrong = [look for look in looks if look.result == "not_matched"]
    days = Counter(look.local.date() for look in wrong)
    return [look for look in wrong if days[look.local.date()] >= _GUESSES]


def _again(looks: Sequence[Look]) -> list[Look]:
    times = Counter(look.subject for look in looks)
    cases: dict[str, set[str | None]] = defaultdict(set)
    for look in looks:
        cases[look.subject].add(look.dossier or look.session)
    return [look for look in looks if times[look.subject] >= _AGAIN and len(cases[look.subject]) >= _CASES]


def _without_case(looks: Sequence[Look], now: datetime.datetime, holidays: Collection[datetime.date]) -> Sequence[Look]:
    overdue = list(_overdue(looks, now, holidays))
    return overdue if len(overdue) >= _UNLINKED else ()


def _overdue(looks: Sequence[Look], now: datetime.datetime, holidays: Collection[datetime.date]) -> Iterator[Look]:
    for found in unlinked(looks, now=now, holidays=holidays).values():
        yield from (one.look for one in found if one.late is None)
