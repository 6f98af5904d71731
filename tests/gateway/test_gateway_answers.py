"""What applications get: answers, problems for everything else, and one audit of both."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import itertools
import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dancu import (
    CODES,
    FIELDS,
    Claim,
    Client,
    Found,
    MemorySink,
    NotMatched,
    Officer,
    Purpose,
    Subject,
    Unavailable,
    Verified,
    from_json,
)
from dancu.gateway.config import ApplicationPart, GrantPart
from dancu.gateway.grants import Asked, Grants

from .conftest import question

if TYPE_CHECKING:
    from dancu import FieldName
    from dancu.gateway.config import ServiceName

    from .conftest import Served


SERVICES: tuple[ServiceName, ...] = ("look_up", "confirm", "verify", "relatives", "blood_group", "prefill")


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """A problem of this status and code, with a title and a type of its own."""
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"/problems/{code}"
    assert body["title"]
    return body


def test_a_citizen_is_found(served: Served) -> None:
    """The asked fields come back in the one serialiser's form, and are not to be stored on the way."""
    response = served.post("v1/lookup", question(fields=["name", "permanent_address"]))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    outcome = from_json(response.content)
    assert isinstance(outcome, Found)
    assert outcome.citizen.asked == {"name", "permanent_address"}


def test_intent_and_outcome_bear_the_application(served: Served) -> None:
    """Each call leaves an intent and an outcome with the application's name and who named the officer."""
    reference = served.post("v1/confirm", question()).json()["reference"]
    for table in ("intents", "outcomes"):
        (record,) = [record for record in served.records(table) if record["reference"] == reference]
        assert (record["application"], record["officer_named_by"]) == ("mot-cua", "application")
        assert "066790000001" not in json.dumps(record)


def test_verify_and_not_matched(served: Served) -> None:
    """A verification gives verdicts and no values; a wrong date is not matched with a hint."""
    verified = served.post(
        "v1/verify", question(claim={"gender": "Nữ", "permanent_address": {"province": "66"}})
    ).json()
    assert verified["outcome"] == "verified"
    assert verified["fields"]["gender"]["verdict"] == "match"
    subject = {**question()["subject"], "birth_date": "1990-02-01"}
    other = served.post("v1/confirm", question(subject=subject)).json()
    assert (other["outcome"], other["hints"][0]["code"]) == ("not_matched", "day_month_swapped")


def test_the_door_refuses_with_problems(served: Served) -> None:
    """Key, path, method, media type, size and JSON each have their status."""
    problem(served.post("v1/lookup", question(), headers={"Authorization": "Bearer dk_wrong"}), 401, "unauthenticated")
    problem(served.request("GET", "v1/whoami"), 401, "unauthenticated")
    problem(served.request("GET", "nowhere"), 404, "not_found")
    problem(served.request("GET", "problems/nonsense"), 404, "not_found")
    refused = served.request("DELETE", "v1/lookup")
    problem(refused, 405, "method_not_allowed")
    assert "POST" in refused.headers["Allow"]
    problem(
        served.post("v1/lookup", content=b"a=1", headers={"Content-Type": "text/plain"}), 415, "unsupported_media_type"
    )
    kind = {"Content-Type": "application/json"}
    problem(served.post("v1/lookup", question(), headers={"Accept": "text/html"}), 406, "not_acceptable")
    problem(served.post("v1/lookup", content=b"{", headers=kind), 400, "malformed_json")
    problem(served.post("v1/lookup", content=b"[" * 9000, headers=kind), 400, "malformed_json")
    problem(served.post("v1/lookup", content=b" " * 70_000, headers=kind), 413, "too_large")


def test_a_bad_body_points_and_does_not_echo(served: Served) -> None:
    """422 points at each part that is off, in Vietnamese where asked for, without its value."""
    body = question(fields=["name"], CANARYKEY=1)
    body["subject"]["number"] = 12
    found = problem(served.post("v1/lookup", body, headers={"Accept-Language": "vi"}), 422, "invalid_body")
    assert "/subject/number" in [error["pointer"] for error in found["errors"]]
    assert "CANARYKEY" not in json.dumps(found)
    assert found["title"].startswith("Nội dung")
    bad_date = question(fields=["name"], subject={**question()["subject"], "birth_date": "1990-13-45"})
    pointed = problem(served.post("v1/lookup", bad_date), 422, "invalid_subject")
    assert pointed["errors"][0]["pointer"] == "/subject/birth_date"
    assert "1990-13" not in json.dumps(pointed)
    future = question(fields=["name"], subject={**question()["subject"], "birth_date": "2999-01-01"})
    pointed = problem(served.post("v1/lookup", future), 422, "invalid_subject")
    assert pointed["errors"][0]["pointer"] == "/subject/birth_date"
    problem(served.post("v1/lookup", question(fields=[])), 422, "invalid_fields")
    problem(served.post("v1/verify", question(claim={"photo": "x"})), 422, "invalid_fields")
    problem(served.post("v1/verify", question(claim={})), 422, "invalid_fields")


def test_what_is_not_granted_is_denied(served: Served) -> None:
    """A field, procedure, unit or service without a grant is 403, and nothing is asked upstream."""
    before = len(served.mock.journal.calls)
    problem(served.post("v1/lookup", question(fields=["name", "religion"])), 403, "not_granted")
    for name, value in (("procedure", "2.000815"), ("unit", "H15.43")):
        purpose = {**question()["purpose"], name: value}
        problem(served.post("v1/confirm", question(purpose=purpose)), 403, "not_granted")
    slow = {"Authorization": f"Bearer {served.slow_key}"}
    problem(served.post("v1/confirm", question(), headers=slow), 403, "not_granted")
    limited = served.post("v1/confirm", question(), headers=slow)
    problem(limited, 429, "rate_limited")
    assert int(limited.headers["Retry-After"]) >= 1
    assert limited.headers["RateLimit"] == '"application";r=0;t=2'
    assert limited.headers["RateLimit-Policy"] == '"application";q=1;w=2'
    assert len(served.mock.journal.calls) == before


def test_upstream_failures_keep_their_codes(served: Served) -> None:
    """An outage upstream is a problem with the SDK's code, its status and the call's reference."""
    for scenario, code in (
        ("html_200", "unknown_answer"),
        ("soap_fault_500", "provider_fault"),
        ("wrong_hash", "credential_refused"),
    ):
        with served.mock.scenario(scenario):
            response = served.post("v1/lookup", question(fields=["name"]))
        body = problem(response, CODES[code].status or 0, code)  # type: ignore[index]  # a code of the case
        assert body["reference"] in {record["reference"] for record in served.records("outcomes")}


def test_whoami_tells_an_application_its_grants(served: Served) -> None:
    """The application reads its own name, units and grants."""
    known = served.request("GET", "v1/whoami", Authorization=f"Bearer {served.key}").json()
    assert (known["application"], known["units"]) == ("mot-cua", ["H15.42"])
    assert {grant["service"] for grant in known["grants"]} == {"look_up", "confirm", "verify"}


def test_the_sdk_speaks_to_the_gateway(served: Served) -> None:
    """A gateway profile gives the same outcomes through the same client."""
    key = served.directory / "key.txt"
    key.touch(mode=0o600)
    key.write_text(served.key, encoding="utf-8")
    profile = {
        "environment": "test",
        "endpoint": {"url": served.url},
        "tls": {"ca": str(served.directory / "ca.pem")},
        "credential": {"family": "gateway", "application": "mot-cua", "key": {"file": str(key)}},
        "audit": {"sink": "none"},
    }
    purpose = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="s")
    mau = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
    wrong = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-02-01")
    granted: list[FieldName] = [name for name in FIELDS if name != "religion"]
    with (
        Client(profile, audit=MemorySink()) as through,
        Client(served.directory / "profile.toml", audit=MemorySink()) as directly,
    ):
        for ask in (through, directly):
            found = ask.look_up(mau, fields=granted, purpose=purpose)
            assert isinstance(found, Found)
            assert isinstance(ask.confirm(wrong, purpose=purpose), NotMatched)
            assert isinstance(ask.verify(mau, Claim(gender="Nữ"), purpose=purpose), Verified)
            with served.mock.scenario("empty_body"), pytest.raises(Unavailable) as caught:
                ask.confirm(mau, purpose=purpose)
            assert caught.value.code == "empty_answer"
        one, other = (ask.look_up(mau, fields=granted, purpose=purpose) for ask in (through, directly))
    assert isinstance(one, Found)
    assert isinstance(other, Found)
    assert one.citizen == other.citizen


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_body_is_echoed(served: Served, body: Any) -> None:
    """Whatever JSON is sent comes to a problem, and a planted value in it does not come back."""
    planted = {"subject": body, "purpose": body, "fields": ["ZZPLANTED"], "ZZPLANTED": "ZZPLANTED"}
    response = served.post("v1/lookup", planted)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.status_code == 422
    assert "ZZPLANTED" not in response.text


def test_grants_agree_with_an_oracle() -> None:
    """Over 5 applications, 6 units, 8 procedures, 6 services and 21 field sets, each decision is the oracle's."""
    names, units, procedures = "abcde", [f"U{n}" for n in range(6)], [f"1.{n}" for n in range(8)]
    chance = random.Random(20261123)
    units_of = {name: sorted(chance.sample(units, chance.randint(1, 3))) for name in names}
    rows = [
        (name, procedure, service, sorted(chance.sample(list(FIELDS), chance.randint(0, 6))))
        for name, procedure, service in itertools.product(names, procedures, SERVICES)
        if chance.random() < 0.4
    ]
    # The oracle is a plain set of everything that is allowed, one line each.
    allowed = {
        (name, unit, procedure, service, field)
        for name, procedure, service, fields in rows
        for unit in units_of[name]
        for field in (*fields, None)
    }
    grants = Grants(
        [
            GrantPart.model_validate({"application": name, "procedure": code, "service": service, "fields": fields})
            for name, code, service, fields in rows
        ],
        applications=[
            ApplicationPart.model_validate({"name": name, "key_sha256": "0" * 64, "units": units_of[name]})
            for name in names
        ],
    )
    seen: collections.Counter[bool] = collections.Counter()
    for name, unit, procedure, service, field in itertools.product(names, units, procedures, SERVICES, (None, *FIELDS)):
        asked = () if field is None else (field,)
        question = Asked(
            application=name,
            unit=unit,
            procedure=procedure,
            service=service,
            fields=frozenset(asked),
            numbers=frozenset({"number"}),
            officer_unit=None,
            day=datetime.date(2026, 11, 23),
        )
        decided = grants.decide(question) is None
        assert decided is ((name, unit, procedure, service, field) in allowed)
        # One field that is not granted spoils a question whose others are.
        assert grants.decide(dataclasses.replace(question, fields=frozenset({*asked, "x"}))) is not None
        seen[decided] += 1
    assert seen.total() == 5 * 6 * 8 * 6 * 21 == 30_240 and min(seen.values()) > 400
