"""The doors in this process: httpx transports and respx routes, which give every fault without waiting."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx
import pytest
import respx

from dancu_mock import FAULT_NUMBERS, SCENARIOS, Mock

from .conftest import LOOK_UP, credentials, enveloped, look_up

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    Ask = Callable[[Mock, bytes], httpx.Response]

URL = f"https://mock.example{LOOK_UP}"
RAISED: dict[str, type[httpx.TransportError]] = {
    "close_silently": httpx.RemoteProtocolError,
    "drip_body": httpx.ReadTimeout,
    "drip_head": httpx.ReadTimeout,
    "flood_1xx": httpx.ReadTimeout,
    "garbage_head": httpx.RemoteProtocolError,
    "hang": httpx.ReadTimeout,
    "truncated_length": httpx.RemoteProtocolError,
    "two_lengths": httpx.RemoteProtocolError,
}
BROKEN = {"reset", "reset_mid_body"}
STATUS = {
    "error_500": 500,
    "html_502": 502,
    "maintenance_503": 503,
    "redirect": 302,
    "soap_fault_500": 500,
    "throttled": 429,
    "wrong_hash": 401,
}


def asked_sync(mock: Mock, body: bytes) -> httpx.Response:
    """One question through the blocking door."""
    with httpx.Client(transport=mock.transport()) as client:
        return client.post(URL, content=body, headers=credentials(mock, LOOK_UP))


def asked_async(mock: Mock, body: bytes) -> httpx.Response:
    """One question through the awaiting door."""

    async def question() -> httpx.Response:
        async with httpx.AsyncClient(transport=mock.async_transport()) as client:
            return await client.post(URL, content=body, headers=credentials(mock, LOOK_UP))

    return asyncio.run(question())


DOORS = pytest.mark.parametrize("asked", [asked_sync, asked_async])


@DOORS
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_scenario_comes_through_at_once(asked: Ask, name: str) -> None:
    """A whole answer has its status; one that a socket would not deliver raises what the socket would."""
    mock = Mock()
    started = time.monotonic()
    with mock.scenario(name):
        if name in RAISED or name in BROKEN:
            with pytest.raises(RAISED.get(name, httpx.TransportError)):
                asked(mock, enveloped(look_up(name)))
        else:
            assert asked(mock, enveloped(look_up(name))).status_code == STATUS.get(name, 200)
    assert time.monotonic() - started < 2
    assert mock.journal.calls[-1].outcome == name
    assert asked(mock, enveloped(look_up("after"))).status_code == 200
    assert mock.journal.calls[-1].outcome == "found"


@DOORS
def test_a_streamed_request_is_read(asked: Ask) -> None:
    """A client that streams its body is answered like one that does not."""
    mock, body = Mock(), enveloped(look_up("s"))

    def pieces() -> Iterator[bytes]:
        yield body[:100]
        yield body[100:]

    async def awaited() -> AsyncIterator[bytes]:
        yield body[:100]
        yield body[100:]

    async def question() -> int:
        async with httpx.AsyncClient(transport=mock.async_transport()) as client:
            return (await client.post(URL, content=awaited(), headers=credentials(mock, LOOK_UP))).status_code

    if asked is asked_async:
        assert asyncio.run(question()) == 200
    else:
        with httpx.Client(transport=mock.transport()) as client:
            assert client.post(URL, content=pieces(), headers=credentials(mock, LOOK_UP)).status_code == 200


@pytest.mark.parametrize(("number", "name"), list(FAULT_NUMBERS.items()))
def test_a_reserved_number_plays_its_scenario(number: str, name: str) -> None:
    """Any name and birth date with a reserved number give the fault of that place in the table."""
    mock = Mock()
    body = enveloped(look_up("n", number=number, key="AICUNGDUOC", birth="1990"))
    try:
        asked_sync(mock, body)
    except httpx.TransportError:
        assert name in RAISED or name in BROKEN
    assert mock.journal.calls[-1].outcome == name


def test_the_wrong_person_is_never_the_right_one() -> None:
    """The scenario answers with a record that is not the one asked for, whoever that is."""
    mock = Mock()
    for place, person in enumerate(mock.settings.people):
        body = enveloped(look_up(f"w{place}", number=person.asked_number, key=person.key, birth=f"{person.year}"))
        with mock.scenario("wrong_person"):
            wrong = asked_sync(mock, body).content
        assert b"<ns1:CongDan>" in wrong
        if person.record_number:
            assert f"<ns1:CongDan><ns1:SoDinhDanh>{person.record_number}<".encode() not in wrong


def test_a_respx_route_leads_here() -> None:
    """The side effect serves a respx route for both kinds of client, and fails it in a named way."""
    mock = Mock()
    with respx.mock(assert_all_called=False) as router:
        router.route(host="mock.example").mock(side_effect=mock.respx_side_effect)
        headers = credentials(mock, LOOK_UP)
        assert httpx.post(URL, content=enveloped(look_up("x1")), headers=headers).status_code == 200

        async def question() -> httpx.Response:
            async with httpx.AsyncClient() as client:
                return await client.post(URL, content=enveloped(look_up("x2")), headers=headers)

        assert asyncio.run(question()).status_code == 200
        with mock.scenario("hang"), pytest.raises(httpx.ReadTimeout):
            httpx.post(URL, content=enveloped(look_up("x3")), headers=headers)
    assert [call.outcome for call in mock.journal.calls] == ["found", "found", "hang"]
