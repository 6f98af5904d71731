"""T2 over real mTLS: one token for all, renewed in time, replaced once when refused."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Client, Found, Rejected
from dancu_mock import Mock, MockServer, MockSettings

from .conftest import MAU, PURPOSE, Platform, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["sync", "async"])
def lgsp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """A platform that wants ``lgspaccesstoken`` and a token."""
    mock = Mock(MockSettings(family="lgsp-token"))
    with MockServer(mock) as server:
        profile = profile_of(tmp_path, server.write_files(tmp_path))
        yield Platform(server, mock, profile, request.param)


def services(platform: Platform) -> list[str]:
    """Which services were called, in order."""
    return [call.service for call in platform.mock.journal.calls]


def ask(dancu: Client) -> Any:
    """One look-up."""
    return dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)


async def ask_async(dancu: AsyncClient) -> Any:
    """One look-up, awaited."""
    return await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)


def test_a_token_is_fetched_and_kept(lgsp: Platform) -> None:
    """Three look-ups cost one token."""

    async def three(dancu: AsyncClient) -> list[Any]:
        return [await ask_async(dancu) for _ in range(3)]

    answers = lgsp.ask((lambda dancu: [ask(dancu) for _ in range(3)]) if lgsp.face == "sync" else three)
    assert all(isinstance(answer, Found) for answer in answers)
    assert services(lgsp) == ["token", "look_up", "look_up", "look_up"]


def test_many_callers_share_one_fetch(lgsp: Platform) -> None:
    """100 tasks, or 50 threads, that start without a token fetch it once."""

    def in_threads(dancu: Client) -> list[Any]:
        gate = threading.Barrier(50)

        def one(_row: int) -> Any:
            gate.wait(10)
            return ask(dancu)

        with ThreadPoolExecutor(50) as pool:
            return list(pool.map(one, range(50)))

    async def in_tasks(dancu: AsyncClient) -> list[Any]:
        return await asyncio.gather(*(ask_async(dancu) for _ in range(100)))

    answers = lgsp.ask(in_threads if lgsp.face == "sync" else in_tasks)
    assert len(answers) == (50 if lgsp.face == "sync" else 100)
    assert all(isinstance(answer, Found) for answer in answers)
    assert services(lgsp).count("token") == 1


def test_a_refused_token_is_replaced_once(lgsp: Platform) -> None:
    """When the platform forgets its tokens, a call renews the token and goes through."""

    def forgotten(dancu: Client) -> Any:
        ask(dancu)
        lgsp.mock.memory.revoke_tokens()
        return ask(dancu)

    async def forgotten_async(dancu: AsyncClient) -> Any:
        await ask_async(dancu)
        lgsp.mock.memory.revoke_tokens()
        return await ask_async(dancu)

    assert isinstance(lgsp.ask(forgotten if lgsp.face == "sync" else forgotten_async), Found)
    assert services(lgsp) == ["token", "look_up", "look_up", "token", "look_up"]


def test_many_refusals_renew_once(lgsp: Platform) -> None:
    """Forty callers that are refused at the same time cost one new token, not forty."""

    async def crowd(dancu: AsyncClient) -> list[Any]:
        await ask_async(dancu)
        lgsp.mock.memory.revoke_tokens()
        return await asyncio.gather(*(ask_async(dancu) for _ in range(40)))

    def crowd_of_threads(dancu: Client) -> list[Any]:
        ask(dancu)
        lgsp.mock.memory.revoke_tokens()
        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(lambda _row: ask(dancu), range(40)))

    answers = lgsp.ask(crowd_of_threads if lgsp.face == "sync" else crowd)
    assert all(isinstance(answer, Found) for answer in answers)
    assert services(lgsp).count("token") == 2


def test_wrong_keys_are_refused_and_named(lgsp: Platform, tmp_path: Path) -> None:
    """A wrong secret key is credential_refused after one try, and no service is called."""
    other = tmp_path / "other.txt"
    other.touch(mode=0o600)
    other.write_text("wrong", encoding="utf-8")
    with pytest.raises(Rejected) as caught:
        lgsp.changed(credential={"secret_key": {"file": str(other)}}).look_up()
    assert (caught.value.code, services(lgsp)) == ("credential_refused", ["token"])


def test_a_refusal_that_lasts_is_told_after_one_renewal(lgsp: Platform) -> None:
    """A platform that refuses every token is asked twice and no more."""
    with lgsp.mock.scenario("wrong_hash"), pytest.raises(Rejected) as caught:
        lgsp.look_up()
    assert caught.value.code == "credential_refused"
    assert services(lgsp) == ["token", "look_up", "token", "look_up"]
