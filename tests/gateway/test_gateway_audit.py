"""The gateway's audit store: what was refused is not written later, and who was turned away is on record."""

from __future__ import annotations

import asyncio
import datetime
import json
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dancu import MemorySink, Officer, Purpose
from dancu.flows.context import Clock
from dancu.gateway.refusals import PER_SECOND, Refusal, Refusals
from dancu.gateway.store import SqliteSink
from dancu.policy.chain import ChainKeys, mac_key
from dancu.privacy import Secret
from dancu.runtime.sinks import AUDIT_SECONDS, GroupSink, NoSink

from .conftest import question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from .conftest import Served

NOW = datetime.datetime(2026, 11, 23, 3, 0, tzinfo=datetime.UTC)
LIMIT = AUDIT_SECONDS + 0.1
KEYS = ChainKeys(mac_key(Secret("invented")), Ed25519PrivateKey.generate())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "audit.sqlite"


@pytest.fixture
def sink(path: Path) -> Iterator[SqliteSink]:
    """A store, closed at the end."""
    sink = SqliteSink(path, keys=KEYS)
    sink.check()
    yield sink
    sink.close()


def intent(reference: str) -> bytes:
    """A record as far as the store reads it."""
    return json.dumps({"record": "intent", "reference": reference, "time": "t", "application": "a"}).encode()


def kept(path: Path, table: str, column: str = "record") -> list[Any]:
    """A column of a table, in order."""
    with sqlite3.connect(path) as database:
        rows = database.execute(f"SELECT {column} FROM {table} ORDER BY sequence").fetchall()
    database.close()
    return [row[0] for row in rows]


class Clocks:
    """Both clocks, at a standstill until moved."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def clock(self) -> Clock:
        """As the gateway is given them."""
        return Clock(lambda: self.seconds, lambda: NOW)


def test_the_tables_are_of_three_kinds(sink: SqliteSink, path: Path) -> None:
    """Intents, outcomes and refusals stand in tables of their own, each with its application."""
    outcome = {"record": "outcome", "reference": "R", "time": "t", "application": "a", "result": "found"}
    refusal = Refusal(time=NOW, code="not_granted", service="look_up", application="b")
    for line in (intent("R"), json.dumps(outcome).encode(), refusal.line()):
        sink.append(line).result(LIMIT)
    assert kept(path, "intents", "reference") == kept(path, "outcomes", "reference") == ["R"]
    assert kept(path, "outcomes", "result") == ["found"]
    assert kept(path, "refusals", "application || ' ' || code") == ["b not_granted"]


def test_a_record_that_was_refused_is_not_written_later(sink: SqliteSink, path: Path) -> None:
    """Behind a lock each record fails in time, whether it was begun or waited, and is nowhere when the lock is gone."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    begun = sink.append(intent("begun"))
    waiting = [sink.append(intent(f"waiting {place}")) for place in range(100)]
    for future in (begun, *waiting):
        assert isinstance(future.exception(LIMIT), OSError)
    assert time.monotonic() - started <= LIMIT
    other.close()
    sink.append(intent("after")).result(LIMIT)
    assert kept(path, "intents", "reference") == ["after"]


def test_records_do_not_heap_up_before_a_store_that_hangs() -> None:
    """Some thousands wait, the next is refused at once, and when the store returns all that waited are answered."""
    may_go = threading.Event()

    class Hanging(GroupSink):
        def _keep(self, lines: list[bytes], *, until: float) -> None:
            assert may_go.wait(10)

        def _drop(self) -> None:
            pass

    sink = Hanging()
    futures: list[Future[None]] = [sink.append(b"line") for _ in range(6000)]
    refused = [future for future in futures if future.done()]
    assert 1000 < len(refused) < 3000
    assert all(isinstance(future.exception(), OSError) for future in refused)
    may_go.set()
    sink.close()
    assert all(future.done() for future in futures)


def test_a_refusal_tells_who_and_what_and_no_person() -> None:
    """Application, procedure, unit, service and field names are in the record; digits that may be a number are not."""
    said = Refusal(
        time=NOW,
        code="not_granted",
        service="look_up",
        application="mot-cua",
        procedure="1.004194",
        unit="066 790-000 001",
        fields=("name", "religion"),
    )
    assert json.loads(said.line()) == {
        "record": "refusal",
        "time": "2026-11-23T03:00:00.000+00:00",
        "code": "not_granted",
        "service": "look_up",
        "application": "mot-cua",
        "procedure": "1.004194",
        "unit": "#",
        "fields": ["name", "religion"],
        "besides": 0,
    }
    assert b"\n" not in said.line()


def test_a_purpose_is_kept_by_procedure_and_unit_only() -> None:
    """Of a purpose the officer, dossier and session stay out of a refusal."""
    sink = MemorySink()
    purpose = Purpose(procedure="2.1", unit="H15", officer=Officer("can.bo.mau"), dossier="HS-1", session="phien")
    asked = Refusals(sink, clock=Clocks().clock()).note("not_granted", service="verify", purpose=purpose)
    asyncio.run(asked)
    (record,) = [json.loads(line) for line in sink.lines]
    assert (record["procedure"], record["unit"]) == ("2.1", "H15")
    assert not any(word in sink.lines[0].decode() for word in ("can.bo.mau", "HS-1", "phien"))


def test_a_flood_of_refusals_is_counted_and_not_written() -> None:
    """Of 1,000 in a second 20 are written; the next second's first says that 980 were not; another code has its own."""
    sink, clocks = MemorySink(), Clocks()
    refusals = Refusals(sink, clock=clocks.clock())

    async def flood() -> None:
        for _ in range(1000):
            await refusals.note("unauthenticated", service="confirm")
        await refusals.note("rate_limited", service="confirm", application="slow")
        clocks.seconds += 1.0
        await refusals.note("unauthenticated", service="confirm")

    asyncio.run(flood())
    records = [json.loads(line) for line in sink.lines]
    assert [one["code"] for one in records] == ["unauthenticated"] * PER_SECOND + ["rate_limited", "unauthenticated"]
    assert [one["besides"] for one in records] == [0] * (PER_SECOND + 1) + [1000 - PER_SECOND]


def test_a_refusal_that_cannot_be_kept_changes_nothing(sink: SqliteSink, path: Path) -> None:
    """Behind a lock, or before a sink that raises, a note returns in time; the next one counts what is missing."""
    clocks = Clocks()
    refusals = Refusals(sink, clock=clocks.clock())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    asyncio.run(refusals.note("unauthenticated", service="confirm"))
    assert time.monotonic() - started <= LIMIT
    other.close()
    asyncio.run(refusals.note("unauthenticated", service="confirm"))
    # The first may have come through in the moment in which it was given up.
    assert json.loads(kept(path, "refusals")[-1])["besides"] == 1

    class Broken(NoSink):
        def append(self, line: bytes) -> Future[None]:
            raise RuntimeError("no sink")

    asyncio.run(Refusals(Broken(), clock=clocks.clock()).note("unauthenticated", service="confirm"))


def test_an_older_database_gains_the_table(path: Path) -> None:
    """A database of two tables is opened, keeps its records and takes refusals."""
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE intents (sequence INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL,"
            " time TEXT NOT NULL, application TEXT NOT NULL, record TEXT NOT NULL)"
        )
        old = "INSERT INTO intents (reference, time, application, record) VALUES ('R', 't', 'a', ?)"
        database.execute(old, (intent("R").decode(),))
    database.close()
    sink = SqliteSink(path, keys=KEYS)
    sink.append(Refusal(time=NOW, code="rate_limited", service="verify", application="a").line()).result(LIMIT)
    sink.close()
    assert kept(path, "intents", "reference") == ["R"]
    assert kept(path, "refusals", "code") == ["rate_limited"]


def test_records_bear_no_number_and_no_name(served: Served) -> None:
    """In the whole database there is neither the number nor the name of the person asked about."""
    served.post("v1/lookup", question(fields=["name"]))
    served.post("v1/confirm", question())
    written = json.dumps([served.records(table) for table in ("intents", "outcomes")], ensure_ascii=False)
    assert written.count("mot-cua") >= 4
    assert "066790000001" not in written and "MẪU" not in written.upper().replace("CAN.BO.MAU", "")
