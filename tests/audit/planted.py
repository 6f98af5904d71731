"""A gateway's store of invented questions, written in one go, whose answers are known."""

from __future__ import annotations

import datetime
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dancu.gateway.migrations import make_tables
from dancu.policy.audit import Pseudonyms
from dancu.policy.chain import FORMAT, Chain
from dancu.privacy import Secret
from dancu.profiles.audit_keys import audit_key, chain_keys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FIRST, SECOND = Secret("an old secret of nobody"), Secret("a newer secret of nobody")
PERSONS = Pseudonyms(FIRST, "1"), Pseudonyms(SECOND, "2")
MONDAY = datetime.datetime(2026, 11, 2, 2, 0, tzinfo=datetime.UTC)
"""A working day, 9 in the morning in Vietnam."""


@dataclass(frozen=True)
class Question:
    """One question to plant; what is not said is ordinary."""

    number: str = "066790000001"
    officer: str = "can.bo.mau"
    application: str = "mot-cua"
    procedure: str = "1.004194"
    unit: str = "H15.42"
    dossier: str | None = None
    session: str | None = None
    operation: str = "look_up"
    fields: tuple[str, ...] = ("name", "permanent_address")
    result: str | None = "found"
    name: str = "Nguyễn Thị Mẫu"
    home: tuple[str, str] = ("22015", "12 Lê Lợi")
    after: float = 0.0
    key: int = 0

    def at(self, **parts: float) -> Question:
        """The same so much after `MONDAY`, in days, hours, minutes."""
        return replace(self, after=datetime.timedelta(**parts).total_seconds())


@dataclass
class Planter:
    """Makes the lines of a log, each kind as the gateway writes it."""

    chain: Chain
    lines: list[bytes] = field(default_factory=list)

    def ask(self, question: Question) -> str:
        """An intent and, where there is a result, an outcome; the reference."""
        reference = f"{len(self.lines):026d}"
        names = ("operation", "procedure", "unit", "officer", "dossier", "session")
        said: dict[str, Any] = {"record": "intent", "time": _time(question.after), "reference": reference}
        said |= {name: getattr(question, name) for name in names}
        hashes = PERSONS[question.key]
        said |= {"fields": question.fields, "subject": hashes.of_number(question.number)}
        said["family"] = hashes.family(question.officer, question.name)
        self._add({**said, "application": question.application, "officer_named_by": "application"})
        if question.result is not None:
            given = question.fields if question.result == "found" else ()
            ended: dict[str, Any] = {"record": "outcome", "time": _time(question.after + 0.2), "reference": reference}
            ended |= {"operation": question.operation, "result": question.result, "fields": given}
            if "permanent_address" in given:
                ended["homes"] = [hashes.home(question.officer, *question.home)]
            self._add({**ended, "source": "upstream", "application": question.application})
        return reference

    def link(self, question: Question, dossier: str, **after: float) -> None:
        """The question's session becomes a dossier so much after `MONDAY`."""
        seconds = datetime.timedelta(**after).total_seconds()
        said = {"record": "link", "time": _time(seconds), "reference": f"{len(self.lines):026d}"}
        said |= {"application": question.application, "session": question.session or "", "dossier": dossier}
        self._add(said)

    def checkpoint(self, seconds: float) -> None:
        """The chain's own line."""
        time = MONDAY + datetime.timedelta(seconds=seconds)
        self.lines.append(self.chain.mark("checkpoint", time=time, node="may-mau"))

    def _add(self, said: dict[str, Any]) -> None:
        self.lines.append(self.chain.add(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()))


def planter(path: Path, **after: float) -> Planter:
    """Of a log at a path, under keys beside it, begun so much after `MONDAY`."""
    key = audit_key(None, log=path, directory=path.parent, setting="log")
    keys = chain_keys(key, version=1, signing=None, log=path, directory=path.parent, setting="log")
    chain = Chain(keys, "00a0b0c0d0e0f003")
    made = Planter(chain)
    begun = MONDAY + datetime.timedelta(**after)
    made.lines.append(chain.mark("log", time=begun, node="may-mau", format=FORMAT, before=0))
    return made


def plant(path: Path, questions: Iterable[Question]) -> list[str]:
    """Write a store of these questions; their references."""
    made = planter(path)
    references = [made.ask(question) for question in questions]
    store(path, made.lines)
    return references


def store(path: Path, lines: list[bytes]) -> None:
    """Write the lines as a gateway's database."""
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        make_tables(database)
        with database:
            database.execute("BEGIN")
            rows = ((place, line.decode()) for place, line in enumerate(lines))
            database.executemany("INSERT INTO log (sequence, line) VALUES (?, ?)", rows)


def write_key(path: Path, secret: Secret) -> Path:
    """A file of ours with a secret."""
    path.touch(mode=0o600)
    path.write_text(secret.reveal(), encoding="ascii")
    return path


def _time(seconds: float) -> str:
    return (MONDAY + datetime.timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
