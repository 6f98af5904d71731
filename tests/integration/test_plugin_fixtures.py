"""What the fixtures offer inside a test: clients, journal, clock, people, personas, scenarios by marker."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from dancu import Ambiguous, Confirmed, Found, NotMatched, Subject, Unavailable
from dancu_mock import PERSONAS, MockSettings, Person, When

from .conftest import PURPOSE

if TYPE_CHECKING:
    from dancu import AsyncClient, Client
    from dancu.testing import DancuMock

ANSWERS = {
    "cancelled": NotMatched,
    "deceased": NotMatched,
    "two_records": Ambiguous,
}


def kind_of(client: Client, subject: Subject) -> type:
    """What comes of a look-up."""
    return type(client.look_up(subject, fields=["name", "birth_date"], purpose=PURPOSE))


@pytest.mark.parametrize("name", sorted(PERSONAS.keys() - {"wrong_record"}))
def test_a_persona_is_asked_for_by_name(dancu_mock: DancuMock, dancu_client: Client, name: str) -> None:
    """A persona's keys find the persona, and the record's name does not differ from the one asked with."""
    answer = dancu_client.look_up(dancu_mock.persona(name), fields=["name"], purpose=PURPOSE)
    assert type(answer) is ANSWERS.get(name, Found)
    if isinstance(answer, Found):
        assert [note.code for note in answer.findings if note.code == "name_differs"] == []


def test_the_persona_with_a_wrong_record_is_an_error(dancu_mock: DancuMock, dancu_client: Client) -> None:
    """A persona may stand for an answer that has to be refused; a name that there is not is a ValueError."""
    with pytest.raises(Unavailable) as caught:
        kind_of(dancu_client, dancu_mock.persona("wrong_record"))
    assert caught.value.code == "answer_mismatch"
    with pytest.raises(ValueError, match="no such persona"):
        dancu_mock.persona("nobody_at_all")


def test_the_journal_and_the_audit_are_of_this_test(dancu_mock: DancuMock, dancu_client: Client) -> None:
    """Calls and audit records begin with the test, and count both doors of the platform."""
    assert (dancu_mock.calls, dancu_mock.audited) == ((), [])
    citizen = dancu_mock.persona("citizen")
    kind_of(dancu_client, citizen)
    assert isinstance(dancu_client.confirm(citizen, purpose=PURPOSE), Confirmed)
    assert [(call.service, call.outcome) for call in dancu_mock.calls] == [("look_up", "found"), ("confirm", "found")]
    assert [record["record"] for record in dancu_mock.audited] == ["intent", "outcome"] * 2


def test_all_services_are_there(dancu_mock: DancuMock, dancu_client: Client) -> None:
    """Parents and blood group can be asked for, as name and address can."""
    citizen = dancu_mock.persona("citizen")
    assert isinstance(dancu_client.look_up_relatives(citizen, fields=["father"], purpose=PURPOSE), Found)
    assert isinstance(dancu_client.look_up_blood_group(citizen, purpose=PURPOSE), Found)


def test_people_are_added_for_a_test(dancu_mock: DancuMock, dancu_client: Client) -> None:
    """Somebody who was added is found; a number of somebody alive is refused."""
    somebody = Subject(number="066890000077", name="Lê Thị Mẫu", birth_date="1990-02-03")
    assert kind_of(dancu_client, somebody) is NotMatched
    dancu_mock.add(Person("066890000077", "LETHIMAU", 1990, 2, 3, "LÊ THỊ MẪU"))
    assert kind_of(dancu_client, somebody) is Found
    with pytest.raises(ValueError, match="somebody alive"):
        dancu_mock.add(Person("0660" + "90000001", "LETHIMAU", 1990))


@pytest.mark.dancu_scenario("maintenance_window")
def test_the_clock_is_of_this_test(dancu_mock: DancuMock, dancu_client: Client) -> None:
    """The platform's clock is moved into the window of a maintenance, six hours before its end."""
    citizen, day = dancu_mock.persona("citizen"), 86_400
    dancu_mock.clock.set((time.time() // day + 1) * day + 16 * 3600)  # 23:00 in Vietnam
    with pytest.raises(Unavailable) as caught:
        kind_of(dancu_client, citizen)
    assert (caught.value.code, round(caught.value.retry_after or 0, -2)) == ("maintenance", 6 * 3600)


@pytest.mark.dancu_scenario("slow")
def test_a_slow_platform_is_too_slow_at_once(dancu_mock: DancuMock, dancu_client: Client) -> None:
    """Two seconds are more than a deadline of one: no answer, and nobody waited for it; twenty are enough."""
    citizen, began = dancu_mock.persona("citizen"), time.monotonic()
    with pytest.raises(Unavailable) as caught:
        dancu_client.look_up(citizen, fields=["name"], purpose=PURPOSE, deadline=1.0)
    assert (caught.value.code, caught.value.retryable) == ("timed_out", True)
    assert isinstance(dancu_client.look_up(citizen, fields=["name"], purpose=PURPOSE, deadline=20.0), Found)
    assert time.monotonic() - began < 1.0
    assert [call.scenario for call in dancu_mock.calls] == ["slow", "slow"]


@pytest.mark.dancu_scenario("slow")
def test_the_awaiting_client_times_out_at_once_too(dancu_mock: DancuMock, dancu_async_client: AsyncClient) -> None:
    """The same through AsyncClient."""

    async def ask() -> object:
        citizen = dancu_mock.persona("citizen")
        return await dancu_async_client.look_up(citizen, fields=["name"], purpose=PURPOSE, deadline=1.0)

    with pytest.raises(Unavailable) as caught:
        asyncio.run(ask())
    assert caught.value.code == "timed_out"


@pytest.mark.dancu_scenario("html_200")
class TestScenariosOfAClass:
    @pytest.mark.dancu_scenario("throttled", times=1)
    @pytest.mark.dancu_scenario("soap_fault_500", 1, service="confirm")
    def test_scenarios_of_markers_are_stacked(self, dancu_mock: DancuMock, dancu_client: Client) -> None:
        """The nearest that fits a call plays; what is used up or for other calls leaves it to the next above."""
        citizen = dancu_mock.persona("citizen")
        for _ in range(2):
            with pytest.raises(Unavailable):
                kind_of(dancu_client, citizen)
        for _ in range(2):
            with pytest.raises(Unavailable):
                dancu_client.confirm(citizen, purpose=PURPOSE)
        played = [call.scenario for call in dancu_mock.calls]
        assert played == ["throttled", "html_200", "soap_fault_500", "html_200"]

    def test_a_class_has_scenarios(self, dancu_mock: DancuMock, dancu_client: Client) -> None:
        """Without markers of its own a test has those of its class, until it ends them all."""
        assert [one.name for one in dancu_mock.mock.stage.playing] == ["html_200"]
        dancu_mock.mock.scenario(None)
        assert kind_of(dancu_client, dancu_mock.persona("citizen")) is Found


def test_a_scenario_by_hand_is_for_some_calls(dancu_mock: DancuMock, dancu_client: Client) -> None:
    """In the test's body a scenario is for a count and a kind of calls; a misspelt one is a ValueError that helps."""
    citizen = dancu_mock.persona("citizen")
    with dancu_mock.scenario("throttled", times=1, when=When(service="look_up")):
        dancu_client.confirm(citizen, purpose=PURPOSE)
        with pytest.raises(Unavailable):
            kind_of(dancu_client, citizen)
        assert kind_of(dancu_client, citizen) is Found
    with pytest.raises(ValueError, match=r"no scenario 'throtled'\. Is it throttled\?"):
        dancu_mock.scenario("throtled")


class TestAnotherPlatform:
    @pytest.fixture
    def dancu_mock_settings(self) -> MockSettings:
        """A platform of another family, skin and form of request."""
        return MockSettings(family="jwt-login", skin="coded-response")

    def test_its_settings_are_a_fixture(self, dancu_mock: DancuMock, dancu_client: Client) -> None:
        """A suite sets the platform of its province once, and profile and secrets follow."""
        assert dancu_mock.profile["credential"]["family"] == "jwt-login"
        assert kind_of(dancu_client, dancu_mock.persona("citizen")) is Found
        assert [call.service for call in dancu_mock.calls] == ["login", "look_up"]
