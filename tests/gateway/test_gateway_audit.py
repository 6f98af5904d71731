"""The gateway's promise: nothing is disclosed that is not on disk, whatever happens to disk or process."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from .conftest import question, start

if TYPE_CHECKING:
    from .conftest import Served


def held(served: Served) -> sqlite3.Connection:
    """A connection that holds the database's write lock: a store that hangs."""
    other = sqlite3.connect(served.directory / "audit.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_a_hung_store_discloses_nothing(served: Served) -> None:
    """While the store hangs a call is 503 audit_unavailable within 350 ms, and the platform hears nothing."""
    served.post("v1/confirm", question())
    asked = len(served.mock.journal.calls)
    other = held(served)
    try:
        with httpx.Client(verify=served.trust(), trust_env=False, timeout=5) as client:
            client.get(served.url + "healthz")
            for _ in range(3):
                started = time.monotonic()
                response = client.post(
                    served.url + "v1/lookup",
                    json=question(fields=["name"]),
                    headers={"Authorization": f"Bearer {served.key}"},
                )
                assert time.monotonic() - started <= 0.35
                assert (response.status_code, response.json()["code"]) == (503, "audit_unavailable")
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert len(served.mock.journal.calls) == asked
    deadline = time.monotonic() + 5
    while served.post("v1/confirm", question()).status_code != 200:
        assert time.monotonic() < deadline, "the service is not back within 5 s of the repair"


def test_disclosures_are_counted_three_times_alike(served: Served) -> None:
    """Answers given, calls of the mock that found somebody, and outcomes in the audit are the same number."""
    mock_before = sum(call.outcome == "found" for call in served.mock.journal.calls)
    audit_before = sum(record["result"] in {"found", "confirmed"} for record in served.records("outcomes"))
    given = sum(served.post("v1/lookup", question(fields=["name"])).json()["outcome"] == "found" for _ in range(20))
    given += sum(served.post("v1/confirm", question()).json()["outcome"] == "confirmed" for _ in range(20))
    assert given == 40
    assert sum(call.outcome == "found" for call in served.mock.journal.calls) - mock_before == given
    audited = sum(record["result"] in {"found", "confirmed"} for record in served.records("outcomes"))
    assert audited - audit_before == given


@pytest.mark.timeout(120)
def test_a_killed_gateway_has_given_nothing_unaudited(served: Served) -> None:
    """Eight times kill -9 under load: every answer that a client got has its intent and outcome on disk."""
    answered: list[str] = []

    def load(url: str, ended: threading.Event) -> None:
        headers = {"Authorization": f"Bearer {served.key}"}
        with httpx.Client(verify=served.trust(), trust_env=False, timeout=5) as client:
            while not ended.is_set():
                try:
                    body: dict[str, Any] = client.post(url + "v1/confirm", json=question(), headers=headers).json()
                except (httpx.HTTPError, json.JSONDecodeError):
                    return
                if body.get("outcome") == "confirmed":
                    answered.append(body["reference"])

    for round_number in range(8):
        process, url = start(served.directory)
        ended = threading.Event()
        callers = [threading.Thread(target=load, args=(url, ended)) for _ in range(4)]
        for caller in callers:
            caller.start()
        most = len(answered) + 5 + 3 * round_number
        deadline = time.monotonic() + 10
        while len(answered) < most and time.monotonic() < deadline:
            ended.wait(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        ended.set()
        for caller in callers:
            caller.join(10)
        if process.stdout is not None:
            process.stdout.close()
    outcomes = {record["reference"] for record in served.records("outcomes") if record["result"] == "confirmed"}
    intents = {record["reference"] for record in served.records("intents")}
    assert len(answered) >= 8 * 5
    assert set(answered) <= outcomes <= intents
