"""Repeats and the breaker over real sockets: what passes by unnoticed, what a dead platform hears, and its return."""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Client, DancuError, Found, MemorySink, Officer, Purpose, Subject
from dancu_mock import Mock, MockServer

from ..gateway.conftest import question, serving  # noqa: TID252  # test folders are no packages
from ..integration.conftest import Platform, platform, profile_of  # noqa: TID252  # test folders are no packages

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["platform"]

CALLS = 300
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="retry")
QUICK = {"retry": {"base": 0.01}, "breaker": {"open": 0.3}}
"""The same rules with shorter pauses."""


def outcomes(sink: object) -> list[dict[str, Any]]:
    """The audit's outcomes."""
    assert isinstance(sink, MemorySink)
    records = [json.loads(line) for line in sink.lines]
    return [record for record in records if record["record"] == "outcome"]


@pytest.mark.parametrize("fault", ["reset_mid_body", "truncated_document", "html_502", "error_500"])
def test_a_fault_that_passes_is_not_noticed(platform: Platform, fault: str) -> None:
    """After one fault the question is put again and answered; the platform takes both, for their ids differ."""
    with platform.mock.scenario(fault, 1):
        assert isinstance(platform.changed(**QUICK).look_up(), Found)
    assert [outcome["attempts"] for outcome in outcomes(platform.sink)] == [2]
    assert len(platform.mock.journal.calls) == 2


def test_an_answer_cut_off_after_the_platform_took_the_question_is_asked_for_anew(platform: Platform) -> None:
    """An id that the platform has used is not sent to it again: it would refuse it."""
    with platform.mock.scenario("truncated_length", 2):
        assert isinstance(platform.changed(**QUICK).look_up(), Found)
    assert [call.outcome for call in platform.mock.journal.calls][-1] == "found"


@pytest.mark.parametrize("fault", ["wrong_person", "wrong_hash", "unknown_root", "soap_fault_200"])
def test_what_is_no_accident_is_asked_once(platform: Platform, fault: str) -> None:
    """A wrong record, a refusal, an answer of no known kind and a fault are the call's end."""
    with platform.mock.scenario(fault), pytest.raises(DancuError):
        platform.look_up()
    assert [outcome["attempts"] for outcome in outcomes(platform.sink)] == [1]
    assert len(platform.mock.journal.calls) == 1


def test_a_wait_that_is_too_long_is_told_at_once(platform: Platform) -> None:
    """``Retry-After: 7`` with 3 s left: one attempt, and the caller hears of the 7 s at once."""
    began = time.monotonic()
    with platform.mock.scenario("throttled"), pytest.raises(DancuError) as caught:
        platform.look_up(deadline=3.0)
    assert (caught.value.code, caught.value.retry_after) == ("throttled", 7.0)
    assert time.monotonic() - began < 2.0
    assert len(platform.mock.journal.calls) == 1


def test_a_repeat_bears_the_reference_with_its_number(tmp_path: Path) -> None:
    """On the wire the second attempt's id is the call's reference and ``-2``."""
    heard: list[bytes] = []

    class Listening(Mock):
        def handle(self, request: Any) -> Any:
            heard.append(request.body)
            return super().handle(request)

    with MockServer(Listening()) as server:
        profile = {**profile_of(tmp_path, server.write_files(tmp_path)), **QUICK}
        with server.mock.scenario("error_500", 1), Client(profile, audit=MemorySink()) as dancu:
            answer = dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
    ids = [re.search(rb"MaYeuCau>([^<]+)<", body) for body in heard]
    assert [found and found[1].decode() for found in ids] == [answer.reference, f"{answer.reference}-2"]


async def _answered(dancu: AsyncClient) -> bool:
    try:
        await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
    except DancuError:
        return False
    return True


async def _through_an_outage(profile: dict[str, Any], mock: Mock, sink: MemorySink) -> tuple[int, list[bool]]:
    """Attempts while the platform was down, and which of 100 calls were answered after the first one was."""
    async with AsyncClient(profile, audit=sink) as dancu:
        with mock.scenario("error_500"):
            for _turn in range(CALLS // 20):
                assert not any(await asyncio.gather(*(_answered(dancu) for _call in range(20))))
        attempts = len(mock.journal.calls)
        until = time.monotonic() + 2.0
        while not await _answered(dancu):
            assert time.monotonic() < until
            await asyncio.sleep(0.01)
        await asyncio.gather(*(_answered(dancu) for _probe in range(2)))
        return attempts, await asyncio.gather(*(_answered(dancu) for _call in range(100)))


def test_a_dead_platform_is_spared_and_its_return_noticed(tmp_path: Path) -> None:
    """300 calls, 20 at once, are fewer attempts than calls; when it is back, so are the answers, all of them."""
    mock, sink = Mock(), MemorySink()
    with MockServer(mock) as server:
        profile = {**profile_of(tmp_path, server.write_files(tmp_path)), **QUICK}
        attempts, back = asyncio.run(_through_an_outage(profile, mock, sink))
    assert 20 <= attempts < CALLS
    assert all(back)
    assert sum(outcome["attempts"] for outcome in outcomes(sink)) == len(mock.journal.calls)


def test_a_gateway_before_a_dead_platform_does_not_multiply(tmp_path: Path) -> None:
    """One call through SDK and gateway is three attempts at a platform that answers 500, and not nine."""
    mock = Mock()
    with serving(tmp_path, mock=mock) as gateway, mock.scenario("error_500"):
        reply = gateway.post("v1/lookup", question(fields=["name"]))
        assert (reply.status_code, reply.json()["code"], len(mock.journal.calls)) == (502, "http_error", 3)
        with Client(_door(tmp_path, gateway.url, gateway.key)) as dancu, pytest.raises(DancuError) as caught:
            dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
    assert (caught.value.code, len(mock.journal.calls)) == ("http_error", 6)


def _door(directory: Path, url: str, key: str) -> dict[str, Any]:
    """A gateway's profile, as an application has it."""
    (directory / "key.txt").touch(mode=0o600)
    (directory / "key.txt").write_text(key, encoding="utf-8")
    credential = {"family": "gateway", "application": "mot-cua", "key": {"file": str(directory / "key.txt")}}
    return {
        "environment": "test",
        "endpoint": {"url": url},
        "tls": {"ca": str(directory / "ca.pem")},
        "audit": {"sink": "none"},
        "credential": credential,
    }
