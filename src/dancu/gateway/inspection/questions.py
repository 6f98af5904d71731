"""What an inspector asks: the looks at a person, of an officer, an application or a dossier, and copies of records."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

__all__ = ["VIETNAM", "Look", "Narrowed", "Whose", "inspections", "looks", "records"]

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
Whose: TypeAlias = Literal["subject", "officer", "application", "dossier"]
_LOOKS = (
    "SELECT i.line, o.line, (SELECT max(l.line) FROM log l WHERE l.session = i.session AND l.kind = 'link'"
    " AND l.application IS i.application)"
    " FROM log i LEFT JOIN log o ON o.reference = i.reference AND o.kind = 'outcome' WHERE i.kind = 'intent'"
)
_OF: dict[Whose, str] = {
    "subject": " AND i.subject IN ",
    "officer": " AND i.officer IN ",
    "application": " AND i.application IN ",
}
_OF_DOSSIER = (
    " AND (i.dossier = ? OR i.sequence IN (SELECT s.sequence FROM log d JOIN log s ON s.session = d.session"
    " AND s.application IS d.application WHERE d.dossier = ? AND d.kind = 'link' AND s.kind = 'intent'))"
)
_PERIOD = " AND i.time >= ? AND i.time < ?"
_RECORDS = f"SELECT i.line FROM log i WHERE 1{_PERIOD} ORDER BY i.sequence"  # noqa: S608  # constants of this module
_INSPECTIONS = _RECORDS.replace(" ORDER", " AND i.kind = 'inspection' ORDER")
_FOREVER = ("0", "A")


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What of the answers is wanted; each part None for all.

    Attributes:
        since, until: the period, ``until`` outside of it.
        field: name of a field that was asked for.
        result: of the outcome, or ``unknown``.
        procedure, unit: of the purpose.
    """

    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    field: str | None = None
    result: str | None = None
    procedure: str | None = None
    unit: str | None = None

    def period(self) -> tuple[str, str]:
        """Its ends as they stand in the log."""
        first, last = (None if one is None else _stamp(one) for one in (self.since, self.until))
        return first or _FOREVER[0], last or _FOREVER[1]

    def takes(self, look: Look) -> bool:
        """Whether a look is wanted, apart from its time."""
        wanted = ((self.result, look.result), (self.procedure, look.procedure), (self.unit, look.unit))
        return (self.field is None or self.field in look.asked) and all(one in {None, other} for one, other in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One question about a person and what came of it.

    Attributes:
        time: UTC.
        reference: ULID of the call.
        application: its name; empty in a log of the SDK.
        operation: ``look_up``, ``confirm``, ``verify`` and so on.
        procedure, unit, officer: of the purpose.
        named_by: who says that it was this officer: ``token``, ``application``; empty in a log of the SDK.
        dossier: given with the question, or that its session became; None for neither.
        session: the draft's id, or None.
        linked: when the session became the dossier; None where it did not.
        asked: names of the fields asked for.
        given: names of the fields given to the application.
        result: of the outcome; ``unknown`` where the process ended before it.
        findings: codes of the remarks about the record, such as ``renumbered``.
        source: ``upstream``, ``cache`` or ``stale``; empty without an outcome.
        subject: keyed hash of the person's number.
        family, homes: see `dancu.policy.audit`.
    """

    time: datetime.datetime
    reference: str
    application: str
    operation: str
    procedure: str
    unit: str
    officer: str
    named_by: str
    dossier: str | None
    session: str | None
    linked: datetime.datetime | None
    asked: tuple[str, ...]
    given: tuple[str, ...]
    result: str
    findings: tuple[str, ...]
    source: str
    subject: str
    family: str | None
    homes: tuple[str, ...]

    @property
    def local(self) -> datetime.datetime:
        """The time on Vietnam's clocks."""
        return self.time.astimezone(VIETNAM)


def looks(
    database: sqlite3.Connection, whose: Whose | None = None, values: Collection[str] = (), *, narrowed: Narrowed
) -> list[Look]:
    """All looks at a person, or of an officer, an application, a dossier, or of anybody; the oldest first.

    Args:
        database: see `opened_log`.
        whose: what ``values`` are; None for all looks.
        values: keyed hashes, or codes.
        narrowed: what of them is wanted.
    """
    query, parameters = _LOOKS, list(values)
    if whose == "dossier":
        query, parameters = query + _OF_DOSSIER, [one for value in values for one in (value, value)]
    elif whose is not None:
        query += f"{_OF[whose]}({','.join('?' * len(parameters))})"
    rows = database.execute(f"{query}{_PERIOD} ORDER BY i.sequence", (*parameters, *narrowed.period()))
    return [look for row in rows if narrowed.takes(look := _look(*row))]


def inspections(database: sqlite3.Connection, *, narrowed: Narrowed) -> list[dict[str, Any]]:
    """Records of the questions that were put to the audit itself, the oldest first."""
    return [json.loads(line) for (line,) in database.execute(_INSPECTIONS, narrowed.period())]


def records(database: sqlite3.Connection, *, narrowed: Narrowed) -> Iterator[str]:
    """Lines of a period just as they stand in the log, with all that proves them."""
    for (line,) in database.execute(_RECORDS, narrowed.period()):
        yield str(line)


def _look(intent_line: str, outcome_line: str | None, link_line: str | None) -> Look:
    intent: dict[str, Any] = json.loads(intent_line)
    outcome: dict[str, Any] = {} if outcome_line is None else json.loads(outcome_line)
    link: dict[str, Any] = {} if link_line is None else json.loads(link_line)
    return Look(
        time=datetime.datetime.fromisoformat(intent["time"]),
        reference=intent["reference"],
        application=intent.get("application", ""),
        operation=intent["operation"],
        procedure=intent["procedure"],
        unit=intent["unit"],
        officer=intent["officer"],
        named_by=intent.get("officer_named_by", ""),
        dossier=intent["dossier"] or link.get("dossier"),
        session=intent["session"],
        linked=datetime.datetime.fromisoformat(link["time"]) if link else None,
        asked=tuple(intent["fields"]),
        given=tuple(outcome.get("fields", ())),
        result=outcome.get("result", "unknown"),
        findings=tuple(outcome.get("findings", ())),
        source=outcome.get("source", ""),
        subject=intent["subject"],
        family=intent.get("family"),
        homes=tuple(outcome.get("homes", ())),
    )


def _stamp(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds")
