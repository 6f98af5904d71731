"""Looks for a draft that became no dossier in time: whoever looks without a case shows up here."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.gateway.inspection.questions import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dancu.gateway.inspection.questions import Look

__all__ = ["WORKING_DAYS", "Unlinked", "due_day", "is_working", "unlinked"]

WORKING_DAYS = 5
"""How long a draft may take to become a dossier."""


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A look whose session had become no dossier when it should have.

    Attributes:
        look: see there.
        due: the last day in time, in Vietnam.
        late: the day on which it became one after all, or None.
    """

    look: Look
    due: datetime.date
    late: datetime.date | None


def is_working(day: datetime.date, holidays: Collection[datetime.date] = ()) -> bool:
    """Whether offices work: Monday to Friday, no holiday."""
    return day.weekday() < 5 and day not in holidays


def due_day(day: datetime.date, holidays: Collection[datetime.date] = ()) -> datetime.date:
    """The last day of `WORKING_DAYS` after this one."""
    left = WORKING_DAYS
    while left:
        day += datetime.timedelta(days=1)
        left -= is_working(day, holidays)
    return day


def unlinked(
    looks: Iterable[Look], *, now: datetime.datetime, holidays: Collection[datetime.date] = ()
) -> dict[str, list[Unlinked]]:
    """By officer, those with the most first; a look whose time is not over is not among them."""
    today = now.astimezone(VIETNAM).date()
    found: dict[str, list[Unlinked]] = {}
    for look in looks:
        if look.session is None or (look.dossier is not None and look.linked is None):
            continue
        due = due_day(look.local.date(), holidays)
        linked = None if look.linked is None else look.linked.astimezone(VIETNAM).date()
        if (today if linked is None else linked) > due:
            found.setdefault(look.officer, []).append(Unlinked(look, due, linked))
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))
