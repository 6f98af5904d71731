"""Versions of the audit's tables, forward and back; ``user_version`` of the database says which one it has.

Each step is a list of statements in one transaction: a machine that dies at any of them leaves the version before.
The lines themselves, and with them the chain, are touched by no step but the first, which takes over what version 0
had kept in three tables, unchained.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator, Sequence

__all__ = ["CURRENT", "STEPS", "Step", "make_tables", "migrate", "transaction", "version_of"]

_FIRST = """
CREATE TABLE log (
    sequence INTEGER PRIMARY KEY, line TEXT NOT NULL,
    kind TEXT AS (json_extract(line, '$.record')), reference TEXT AS (json_extract(line, '$.reference')),
    time TEXT AS (json_extract(line, '$.time')), application TEXT AS (json_extract(line, '$.application')),
    subject TEXT AS (json_extract(line, '$.subject')),
    result TEXT AS (json_extract(line, '$.result')), code TEXT AS (json_extract(line, '$.code'))
);
CREATE TABLE IF NOT EXISTS intents (sequence INTEGER, time TEXT, record TEXT);
CREATE TABLE IF NOT EXISTS outcomes (sequence INTEGER, time TEXT, record TEXT);
CREATE TABLE IF NOT EXISTS refusals (sequence INTEGER, time TEXT, record TEXT);
INSERT INTO log (sequence, line)
    SELECT -row_number() OVER (ORDER BY time DESC, place DESC, sequence DESC), record FROM (
        SELECT time, 1 AS place, sequence, record FROM intents
        UNION ALL SELECT time, 2, sequence, record FROM outcomes
        UNION ALL SELECT time, 3, sequence, record FROM refusals
    );
DROP TABLE intents;
DROP TABLE outcomes;
DROP TABLE refusals;
CREATE INDEX log_by_reference ON log (reference) WHERE reference IS NOT NULL;
CREATE INDEX log_by_subject ON log (subject) WHERE subject IS NOT NULL;
CREATE VIEW intents AS
    SELECT sequence, reference, time, application, subject, line AS record FROM log WHERE kind = 'intent';
CREATE VIEW outcomes AS
    SELECT sequence, reference, time, application, result, line AS record FROM log WHERE kind = 'outcome';
CREATE VIEW refusals AS
    SELECT sequence, time, application, code, line AS record FROM log WHERE kind = 'refusal'
"""
_SECOND = """
ALTER TABLE log ADD COLUMN officer TEXT AS (json_extract(line, '$.officer'));
ALTER TABLE log ADD COLUMN dossier TEXT AS (json_extract(line, '$.dossier'));
ALTER TABLE log ADD COLUMN session TEXT AS (json_extract(line, '$.session'));
CREATE INDEX log_by_officer ON log (officer) WHERE officer IS NOT NULL;
CREATE INDEX log_by_dossier ON log (dossier) WHERE dossier IS NOT NULL;
CREATE INDEX log_by_session ON log (session) WHERE session IS NOT NULL;
CREATE VIEW links AS
    SELECT sequence, time, application, session, dossier, line AS record FROM log WHERE kind = 'link';
CREATE VIEW inspections AS
    SELECT sequence, reference, time, line AS record FROM log WHERE kind = 'inspection'
"""
_SECOND_BACK = """
DROP VIEW inspections;
DROP VIEW links;
DROP INDEX log_by_session;
DROP INDEX log_by_dossier;
DROP INDEX log_by_officer;
ALTER TABLE log DROP COLUMN session;
ALTER TABLE log DROP COLUMN dossier;
ALTER TABLE log DROP COLUMN officer
"""


@dataclass(frozen=True, slots=True)
class Step:
    """From one version to the next.

    Attributes:
        forward: statements, between them semicolons.
        back: to the version before; None where what was before cannot be had again.
    """

    forward: str
    back: str | None = None


STEPS = (Step(_FIRST), Step(_SECOND, _SECOND_BACK))
"""From each version to the next, from 0 on."""
CURRENT = len(STEPS)
"""The version that this dancu writes."""


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Generator[sqlite3.Connection]:
    """The write lock from the start: the end of the chain is read under it."""
    database.execute("BEGIN IMMEDIATE")
    with database:
        yield database


def version_of(database: sqlite3.Connection) -> int:
    """Which version a database has; 0 for an empty one.

    Raises:
        ConfigurationError: a newer version of dancu made it.
    """
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > CURRENT:
        detail = f"version {version} of the tables, made by a newer dancu; this one knows {CURRENT}"
        raise ConfigurationError("profile_invalid", field="audit.database", detail=detail)
    return version


def make_tables(database: sqlite3.Connection) -> None:
    """Make the tables, or a newer version of them; unchained records of an old one get negative numbers."""
    migrate(database, to=CURRENT)


def migrate(database: sqlite3.Connection, *, to: int, steps: Sequence[Step] = STEPS) -> None:
    """Forward or back to a version, within a transaction of the caller's.

    Raises:
        ConfigurationError: there is no way back from a version; nothing was changed.
        sqlite3.Error: a statement failed.
    """
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if any(step.back is None for step in steps[to:version]):
        detail = f"no way back from version {version} of the tables to {to}"
        raise ConfigurationError("profile_invalid", field="audit.database", detail=detail)
    ways = [(number, step.forward) for number, step in enumerate(steps[version:to], version + 1)]
    ways += [(number, steps[number].back or "") for number in reversed(range(to, version))]
    for number, statements in ways:
        for statement in f"{statements};PRAGMA user_version={number}".split(";"):
            database.execute(statement)
