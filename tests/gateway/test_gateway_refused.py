"""Whoever is turned away at the gateway's door is on record, and is turned away all the same."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

from .conftest import question

if TYPE_CHECKING:
    from .conftest import Served


def refused_as(served: Served, code: str) -> list[dict[str, Any]]:
    """The records of one code."""
    return [record for record in served.records("refusals") if record["code"] == code]


def test_each_refusal_is_on_record(served: Served) -> None:
    """A wrong key, a rate and a missing grant each leave who, what for, which service and why; nobody's number."""
    before = len(served.records("intents"))
    wrong = {"Authorization": "Bearer dk_wrong"}
    slow = {"Authorization": f"Bearer {served.slow_key}"}
    assert served.post("v1/verify", question(), headers=wrong).status_code == 401
    assert served.post("v1/lookup", question(fields=["name", "religion"])).status_code == 403
    assert served.post("v1/confirm", question(), headers=slow).status_code == 403
    assert served.post("v1/confirm", question(), headers=slow).status_code == 429
    (unknown,) = refused_as(served, "unauthenticated")
    assert (unknown["application"], unknown["service"], unknown["procedure"]) == ("", "verify", "")
    looked_up, confirmed = refused_as(served, "not_granted")
    assert (looked_up["application"], looked_up["service"]) == ("mot-cua", "look_up")
    assert (looked_up["procedure"], looked_up["unit"], looked_up["fields"]) == (
        "1.004194",
        "H15.42",
        ["name", "religion"],
    )
    assert (confirmed["application"], confirmed["fields"]) == ("slow", [])
    (limited,) = refused_as(served, "rate_limited")
    assert (limited["application"], limited["service"]) == ("slow", "confirm")
    assert "066790000001" not in repr(served.records("refusals"))
    assert len(served.records("intents")) == before
    assert served.mock.journal.calls == ()


def test_a_refusal_stays_one_while_the_store_hangs(served: Served) -> None:
    """While the store hangs a question without a grant is 403 as ever, within the time that a record may take."""
    served.request("GET", "healthz")
    other = sqlite3.connect(served.directory / "audit.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        started = time.monotonic()
        response = served.post("v1/lookup", question(fields=["religion"]))
        took = time.monotonic() - started
    finally:
        other.close()
    assert (response.status_code, response.json()["code"]) == (403, "not_granted")
    assert took <= 0.4
    served.post("v1/lookup", question(fields=["religion"]))
    assert refused_as(served, "not_granted")[-1]["besides"] == 1
