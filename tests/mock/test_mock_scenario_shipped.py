"""Every scenario that comes with the mock, played to the SDK's own client: it comes to what its file says."""

from __future__ import annotations

import contextlib
import datetime
import tomllib
from typing import TYPE_CHECKING, Any, get_args

import pytest

from dancu import Ambiguous, Client, Confirmed, DancuError, Found, MemorySink, NotMatched, Officer, Purpose, Subject
from dancu.errors import CODES
from dancu_mock.mock import Mock
from dancu_mock.profile import profile_text, secret_files
from dancu_mock.scenario_files.library import Library, shipped_names
from dancu_mock.scenario_files.model import ServiceName
from dancu_mock.scenario_files.refusals import REFUSALS
from dancu_mock.scenarios import SCENARIOS
from dancu_mock.server import MockServer
from dancu_mock.settings import MockSettings

from .scenarios_page import PAGE, faults_table, refusals_table, scenarios_table

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from dancu_mock.scenario_files.model import Expected, Scenario

LIBRARY = Library()
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), dossier="H15.42-261122-0001")
ONE_ATTEMPT = "\n[retry]\nattempts = 1\n"
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
OUTCOMES: dict[type[object], str] = {
    Found: "found",
    Confirmed: "confirmed",
    NotMatched: "not_matched",
    Ambiguous: "ambiguous",
}
NOT_OF_A_PLATFORM = {
    *("invalid_subject", "invalid_purpose", "invalid_fields", "field_not_asked"),
    *("profile_invalid", "extra_missing", "certificate_unusable"),
    *("quota_spent", "subject_locked", "not_granted", "circuit_open", "too_busy", "audit_unavailable"),
}
"""Codes that the caller, the operator, the gateway or the client itself gives."""
NOT_OF_AN_ANSWER = {"connect_failed", "server_untrusted"}
"""Codes of a platform that was not reached; the control port's certificates give the second."""
MIDNIGHT = datetime.datetime(2026, 11, 23, tzinfo=datetime.timezone(datetime.timedelta(hours=7))).timestamp()


def mock_of(scenario: Scenario) -> Mock:
    """A mock of the platform that a scenario names, an hour into its part of the day."""
    settings = MockSettings(family=scenario.platform.family, skin=scenario.platform.skin)
    if scenario.daily is None:
        return Mock(settings)
    hours, minutes = scenario.daily.begins.split(":")
    return Mock(settings, now=lambda: MIDNIGHT + (int(hours) + 1) * 3600 + int(minutes) * 60)


def service_of(scenario: Scenario) -> list[ServiceName]:
    """The services whose question a scenario has to do with."""
    named = scenario.when.service if scenario.when is not None else None
    return [service for service in get_args(ServiceName) if named in {service, None, "token", "login", "refresh"}]


@contextlib.contextmanager
def client_of(mock: Mock, directory: Path, *, socket: bool) -> Generator[Client]:
    """A client of a mock, in this process or over its socket; it asks once, so that a file's questions are counted."""
    if socket:
        with MockServer(mock) as server:
            path = server.write_files(directory)
            path.write_text(path.read_text(encoding="utf-8") + ONE_ATTEMPT, encoding="utf-8")
            with Client(path, audit=MemorySink()) as dancu:
                yield dancu
        return
    for name, secret in secret_files(mock.settings).items():
        (directory / name).touch(mode=0o600)
        (directory / name).write_text(secret, encoding="utf-8")
    profile: dict[str, Any] = tomllib.loads(profile_text(mock.settings, url=f"https://mock{mock.settings.folder}"))
    profile.pop("tls")
    for key, value in profile["credential"].items():
        if isinstance(value, dict):
            profile["credential"][key] = {"file": str(directory / value["file"])}
    profile |= tomllib.loads(ONE_ATTEMPT)
    with Client(profile, transport=mock.transport(), audit=MemorySink()) as dancu:
        yield dancu


def ask(dancu: Client, service: ServiceName) -> object:
    """One question to a service."""
    match service:
        case "look_up":
            return dancu.look_up(MAU, fields=["name"], purpose=PURPOSE, deadline=5.0)
        case "confirm":
            return dancu.confirm(MAU, purpose=PURPOSE, deadline=5.0)
        case "relatives":
            return dancu.look_up_relatives(MAU, fields=["father"], purpose=PURPOSE, deadline=5.0)
        case "blood_group":
            return dancu.look_up_blood_group(MAU, purpose=PURPOSE, deadline=5.0)


def comes_to(dancu: Client, service: ServiceName, expected: Expected) -> None:
    """Ask once and compare."""
    if expected.outcome is not None:
        assert OUTCOMES[type(ask(dancu, service))] == expected.outcome
        return
    with pytest.raises(DancuError) as caught:
        ask(dancu, service)
    assert caught.value.code == expected.code
    assert expected.retryable in {None, caught.value.retryable}
    if expected.code in {"throttled", "maintenance"}:
        assert caught.value.retry_after == expected.retry_after


@pytest.mark.parametrize("name", shipped_names())
def test_a_scenario_comes_to_what_it_says(name: str, tmp_path: Path) -> None:
    """With every service, consecutive questions come to the outcomes and codes that the file expects."""
    scenario = LIBRARY.get(name)
    for service in service_of(scenario):
        (tmp_path / service).mkdir()
        mock = mock_of(scenario)
        with (
            client_of(mock, tmp_path / service, socket=scenario.platform.socket) as dancu,
            mock.scenario(name),
        ):
            for expected in scenario.expected(service):
                for _ in range(expected.questions):
                    comes_to(dancu, service, expected)
        assert any(call.scenario == name for call in mock.journal.calls)


def test_every_code_that_a_platform_can_cause_has_a_scenario() -> None:
    """With each service; the other codes are those of two short lists."""
    shipped = [LIBRARY.get(name) for name in shipped_names()]
    for service in get_args(ServiceName):
        codes = {
            expected.code
            for scenario in shipped
            if service in service_of(scenario)
            for expected in scenario.expected(service)
        } - {None}
        missing = CODES.keys() - codes - NOT_OF_A_PLATFORM - NOT_OF_AN_ANSWER
        assert missing == ({"answer_mismatch"} if service == "confirm" else set()), service
        assert not codes & (NOT_OF_A_PLATFORM | NOT_OF_AN_ANSWER)


def test_every_outcome_has_a_scenario() -> None:
    """Found, confirmed, not matched and ambiguous each come of one."""
    outcomes = {expected.outcome for name in shipped_names() for expected in LIBRARY.get(name).expect}
    assert outcomes == {*OUTCOMES.values(), None}


def test_every_fault_and_every_refusal_has_a_scenario() -> None:
    """A built-in fault has the scenario of its name; each word of refusal is said by one."""
    assert SCENARIOS.keys() <= set(shipped_names())
    steps = [step for name in shipped_names() for step in LIBRARY.get(name).steps]
    assert {getattr(step, "refuse", None) for step in steps} - {None} == REFUSALS.keys()


@pytest.mark.parametrize("name", shipped_names())
def test_a_scenario_says_what_it_is_for(name: str) -> None:
    """Title, use, source and expectations are there; an expectation names each service at most once."""
    scenario = LIBRARY.get(name)
    assert scenario.use is not None and scenario.expect
    assert scenario.source == "synthetic" or scenario.source.startswith(("wire.md §", "RFC ", "nginx"))
    assert all(scenario.expected(service) for service in service_of(scenario))


def test_the_page_has_them_all() -> None:
    """The tables of docs/scenarios.md are those of the code."""
    text = PAGE.read_text(encoding="utf-8")
    for table in (scenarios_table(), faults_table(), refusals_table()):
        assert f"\n{table}\n\n" in text
