"""Who asks: the application with its officer, checked for each question before anything is granted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.domain.ids import OldPersonNumber
from dancu.gateway.officers import OfficerRefused
from dancu.policy.limits import VIET_NAM

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from dancu.domain.fields import FieldName
    from dancu.domain.queries import Purpose, Subject
    from dancu.gateway.once import SpentTokens
    from dancu.gateway.parts import ApplicationPart
    from dancu.gateway.rules import LiveRules
    from dancu.policy.fairness import Share

__all__ = ["OFFICER_HEADER", "Caller", "Granted", "Identified", "identify", "numbers_of", "today"]

OFFICER_HEADER = "Officer-Token"
"""The header that bears an officer's access token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An application at the door.

    Attributes:
        part: its settings.
        certificate: SHA-256 of its client certificate, or None.
        token: of its officer, as it came, or None.
    """

    part: ApplicationPart
    certificate: str | None = None
    token: str | None = None

    @property
    def name(self) -> str:
        """The application's name."""
        return self.part.name


@dataclass(frozen=True, slots=True)
class Identified:
    """An application and its officer, both known.

    Attributes:
        unit: where the officer works; None where no table says so.
        marks: what records say of both.
    """

    unit: str | None
    marks: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Granted:
    """A question that may be put.

    Attributes:
        share: of the application, among others.
        agency: by whose credential; empty where it has none of its own.
        fields: all that are granted.
        marks: what its records say.
    """

    share: Share
    agency: str
    fields: frozenset[FieldName]
    marks: Mapping[str, object]

    @property
    def application(self) -> str:
        """Its name."""
        return self.share.application


def today(now: datetime.datetime) -> datetime.date:
    """The day in Viet Nam."""
    return now.astimezone(VIET_NAM).date()


def numbers_of(subjects: Iterable[Subject]) -> frozenset[str]:
    """By which kinds of numbers people are named."""
    return frozenset("old_number" if isinstance(one.number, OldPersonNumber) else "number" for one in subjects)


async def identify(
    caller: Caller, purpose: Purpose, rules: LiveRules, *, spent: SpentTokens, now: datetime.datetime
) -> Identified:
    """The officer of a question, by token where the application's officers have one, and by table where there is one.

    Raises:
        OfficerRefused: they may not ask, or are not who they are said to be.
    """
    marks: dict[str, object] = {} if caller.certificate is None else {"certificate": caller.certificate}
    current = rules.current
    is_signed = caller.part.officers == "signed"
    if is_signed:
        await _check_token(caller, purpose, rules, spent, now)
    marks["officer_named_by"] = "token" if is_signed else "application"
    if current.table is None:
        return Identified(None, marks)
    if rules.is_table_stale:
        raise OfficerRefused("table_stale")
    row = current.table.check(purpose.officer.code, now=now, day=today(now))
    return Identified(row.unit, {**marks, "undertaking": row.undertaking.isoformat()})


async def _check_token(
    caller: Caller, purpose: Purpose, rules: LiveRules, spent: SpentTokens, now: datetime.datetime
) -> None:
    sign_in = rules.current.sign_ins.get(purpose.unit)
    if sign_in is None:
        raise OfficerRefused("another_unit")
    signed = sign_in.read(
        caller.token, client=caller.part.client_name, certificate=caller.certificate, now=now.timestamp()
    )
    if signed.officer != purpose.officer.code:
        raise OfficerRefused("another_officer")
    if signed.once is None:
        return
    issuer, jti, until = signed.once
    try:
        is_first = await asyncio.to_thread(spent.spend, issuer, jti, until=until, now=now.timestamp())
    except OSError:
        raise OfficerRefused("token_unchecked") from None
    if not is_first:
        raise OfficerRefused("token_replayed")
