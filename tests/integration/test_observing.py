"""What a call tells: to observers, to the log, and under which reference."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from dancu import AsyncClient, Claim, Client, Found, InvalidInput, MemorySink, Subject, Unavailable
from dancu.events import Attempted, CacheRead, Ended, Event, Waited
from dancu.observe.prometheus import PrometheusObserver
from dancu_mock import Person

from .conftest import MAU, PURPOSE

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from dancu.testing import DancuMock

REFERENCE = "01M83517EC3ZCASEE6Z8634QT3"


@pytest.fixture
def heard() -> list[Event]:
    """What an observer was told."""
    return []


@pytest.fixture
def client(dancu_mock: DancuMock, heard: list[Event]) -> Callable[..., Client]:
    """A maker of observed clients; keywords are tables of the profile."""

    def make(**tables: object) -> Client:
        profile = {**dancu_mock.profile, **tables}
        return Client(profile, transport=dancu_mock.mock.transport(), audit=MemorySink(), observers=[heard.append])

    return make


def kinds(heard: list[Event]) -> list[str]:
    """The events by name."""
    return [type(event).__name__ for event in heard]


def test_a_call_tells_its_attempt_and_its_end(client: Callable[..., Client], heard: list[Event]) -> None:
    """One exchange and the end, both under the answer's reference."""
    with client() as dancu:
        answer = dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
    attempted, ended = heard
    assert isinstance(attempted, Attempted) and isinstance(ended, Ended)
    assert (attempted.attempt, attempted.code, attempted.operation) == (1, None, "look_up")
    assert (ended.result, ended.code, ended.source, ended.attempts) == ("found", None, "upstream", 1)
    assert attempted.reference == ended.reference == answer.reference


def test_a_repeat_is_told_with_its_reason(
    client: Callable[..., Client], dancu_mock: DancuMock, heard: list[Event]
) -> None:
    """Two failures and an answer: three attempts, two waits with the code, one end."""
    with client(retry={"base": 0.001}) as dancu, dancu_mock.scenario("reset", 2):
        dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
    assert kinds(heard) == ["Attempted", "Waited", "Attempted", "Waited", "Attempted", "Ended"]
    assert [event.code for event in heard if isinstance(event, Waited)] == ["disconnected"] * 2
    assert isinstance(heard[-1], Ended) and (heard[-1].attempts, heard[-1].result) == (3, "found")


def test_an_outage_is_told_as_the_caller_gets_it(
    client: Callable[..., Client], dancu_mock: DancuMock, heard: list[Event]
) -> None:
    """The end bears the error's code and reference."""
    with (
        client(retry={"attempts": 1}) as dancu,
        dancu_mock.scenario("soap_fault_500"),
        pytest.raises(Unavailable) as caught,
    ):
        dancu.confirm(MAU, purpose=PURPOSE)
    assert isinstance(heard[-1], Ended)
    assert (heard[-1].result, heard[-1].code) == ("unavailable", "provider_fault")
    assert heard[-1].reference == caught.value.reference


def test_the_cache_tells_what_it_had(client: Callable[..., Client], heard: list[Event]) -> None:
    """A miss with its exchange, then a hit without."""
    with client(cache={"enabled": True}) as dancu:
        for _ in range(2):
            dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
    assert kinds(heard) == ["Attempted", "CacheRead", "Ended", "CacheRead", "Ended"]
    assert [event.state for event in heard if isinstance(event, CacheRead)] == ["miss", "hit"]
    assert isinstance(heard[-1], Ended) and (heard[-1].source, heard[-1].attempts) == ("cache", 0)


def test_a_reference_of_the_callers_goes_all_the_way(dancu_mock: DancuMock) -> None:
    """It stands in the answer, in both audit records, and was the platform's request id; so for the awaiting client."""
    with dancu_mock.client() as dancu:
        answer = dancu.look_up(MAU, fields=["name"], purpose=PURPOSE, reference=REFERENCE)
    assert answer.reference == REFERENCE
    assert {record["reference"] for record in dancu_mock.audited} == {REFERENCE}
    assert [call.request_id for call in dancu_mock.calls] == [REFERENCE]

    async def ask() -> str:
        async with dancu_mock.async_client() as dancu:
            claim = Claim(gender="Nữ")
            return (await dancu.verify(MAU, claim, purpose=PURPOSE, reference=REFERENCE[:-1] + "4")).reference

    assert asyncio.run(ask()) == REFERENCE[:-1] + "4"


@pytest.mark.parametrize("reference", ["", "abc", REFERENCE.lower(), REFERENCE + "0", "8" + REFERENCE[1:]])
def test_what_is_no_ulid_is_refused(client: Callable[..., Client], heard: list[Event], reference: str) -> None:
    """Nothing is sent, written or told, and the error does not repeat it."""
    with client() as dancu, pytest.raises(InvalidInput) as caught:
        dancu.look_up(MAU, fields=["name"], purpose=PURPOSE, reference=reference)
    assert caught.value.field == "reference"
    assert not reference or reference not in str(caught.value)
    assert heard == []


def test_a_reference_cannot_carry_the_number(client: Callable[..., Client]) -> None:
    """A ULID's letters may be digits; the number asked for must not be among them."""
    with client() as dancu, pytest.raises(InvalidInput):
        dancu.look_up(MAU, fields=["name"], purpose=PURPOSE, reference=f"01{MAU.number}ABCDEFGHJKMN")


def test_an_observer_that_raises_harms_no_call(dancu_mock: DancuMock, caplog: pytest.LogCaptureFixture) -> None:
    """The answer comes, and the log names the type of the error."""

    def broken(_event: Event) -> None:
        raise ZeroDivisionError(MAU.number)

    with Client(
        dancu_mock.profile, transport=dancu_mock.mock.transport(), audit=MemorySink(), observers=[broken]
    ) as dancu:
        assert isinstance(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)
    assert "an observer failed: ZeroDivisionError" in caplog.messages
    assert MAU.number not in caplog.text


def test_the_log_holds_nobody(client: Callable[..., Client], caplog: pytest.LogCaptureFixture) -> None:
    """At its most talkative it has the call's name and reference, and nothing of the person."""
    caplog.set_level(logging.DEBUG, "dancu")
    with client() as dancu:
        dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
    assert [message.partition(" ")[0] for message in caplog.messages] == ["Attempted", "Ended"]
    assert not any(part in caplog.text for part in (MAU.number, "MẪU", "Mẫu", "1990"))


def test_ten_thousand_people_are_a_handful_of_series(dancu_mock: DancuMock) -> None:
    """Labels do not grow with people: at most 200 series, and no number in any (security.md T9)."""
    registry = CollectorRegistry()
    people = [Person(f"066999{place:06}", "AIDOMAU", 1990, 1, 2, name="AI ĐÓ MẪU") for place in range(1_000)]
    dancu_mock.add(*people)
    observers = [PrometheusObserver(registry)]
    with Client(
        dancu_mock.profile, transport=dancu_mock.mock.transport(), audit=MemorySink(), observers=observers
    ) as dancu:
        for person in people:
            subject = Subject(number=person.asked_number, name="Ai Đó Mẫu", birth_date="1990-01-02")
            dancu.look_up(subject, fields=["name"], purpose=PURPOSE)
    text = generate_latest(registry).decode()
    series = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(series) <= 200
    assert 'dancu_calls_total{code="none",operation="look_up",result="found",source="upstream"} 1000.0' in series
    assert not any(person.asked_number in text for person in people)


def test_an_awaiting_client_is_observed_too(dancu_mock: DancuMock, heard: list[Event]) -> None:
    """The same events from the awaiting driver."""

    async def ask() -> None:
        transport: httpx.AsyncBaseTransport = dancu_mock.mock.async_transport()
        async with AsyncClient(
            dancu_mock.profile, transport=transport, audit=MemorySink(), observers=[heard.append]
        ) as dancu:
            await dancu.confirm(MAU, purpose=PURPOSE)

    asyncio.run(ask())
    assert kinds(heard) == ["Attempted", "Ended"]
