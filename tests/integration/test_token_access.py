"""Token families: one token for all, renewed in time, replaced once when refused; T2 over real mTLS."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import AsyncClient, Client, Confirmed, Found, MemorySink, Rejected
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


YES = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<KetQuaXacThucResponse xmlns="http://dancuquocgia.bca"><TonTai>true</TonTai></KetQuaXacThucResponse>'
    "</s:Body></s:Envelope>"
)
HOST = "https://platform.example"
ACCOUNT = {"user": "demo-app", "password": {"env": "INVENTED_SECRET"}}
TABLES: dict[str, dict[str, Any]] = {
    "client-credentials": {
        "token_url": f"{HOST}/login",
        "client_id": "demo-client",
        "client_secret": {"env": "INVENTED_SECRET"},
    },
    "jwt-login": {"login_url": f"{HOST}/login", "refresh_url": f"{HOST}/login/refresh", **ACCOUNT},
    "portal-session": {"login_url": f"{HOST}/login", "unit": "H15.42", "destination": "DEMO", **ACCOUNT},
}


class Door:
    """A platform that knows the tokens it gave out until it forgets them, in a family's spelling."""

    def __init__(self, family: str) -> None:
        self.family = family
        self.called: list[str] = []
        self.good: set[str] = set()
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """A token to whoever asks for one, a yes to whoever bears a good one."""
        with self._lock:
            self.called.append(request.url.path)
            if request.url.path.startswith("/login"):
                token = f"token-{next(self._numbers)}"
                self.good.add(token)
                both = {"access_token": token, "token": token, "refreshToken": f"r-{token}"}
                return httpx.Response(200, json={**both, "session": token, "error_code": 0})
            return httpx.Response(200, text=YES) if self._token(request) in self.good else httpx.Response(401)

    def _token(self, request: httpx.Request) -> str:
        if self.family == "portal-session":
            return str(json.loads(request.content)["session"])
        return request.headers["Authorization"].removeprefix("Bearer ")

    @property
    def profile(self) -> dict[str, Any]:
        """The profile that leads to it."""
        sent = ["MaYeuCau", "SoDinhDanh", "HoVaTen"]
        confirm = {"path": "xacthuc", "operation": "XacThuc", "integration": "033", "fields_sent": sent}
        return {
            "environment": "test",
            "endpoint": {"url": f"{HOST}/dancu/"},
            "credential": {"family": self.family, **TABLES[self.family]},
            "wire": {"request": "json"},
            "services": {"confirm": confirm},
            "audit": {"sink": "none"},
        }


@pytest.fixture(params=TABLES)
def door(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Door:
    """A platform of each family without a mock server."""
    monkeypatch.setenv("INVENTED_SECRET", "synthetic-secret")
    return Door(request.param)


def renewals(door: Door) -> list[str]:
    """The calls for a token, in order."""
    return [path for path in door.called if path.startswith("/login")]


def test_fifty_threads_share_one_token_of_any_family(door: Door) -> None:
    """50 threads cost one token; forgotten by the platform, it costs them one more."""
    with Client(door.profile, transport=httpx.MockTransport(door), audit=MemorySink()) as dancu:
        for expected in (1, 2):
            gate = threading.Barrier(50)

            def one(_row: int, gate: threading.Barrier = gate) -> Any:
                gate.wait(10)
                return dancu.confirm(MAU, purpose=PURPOSE)

            with ThreadPoolExecutor(50) as pool:
                assert all(isinstance(answer, Confirmed) for answer in pool.map(one, range(50)))
            assert len(renewals(door)) == expected
            door.good.clear()


def test_a_hundred_tasks_share_one_token_of_any_family(door: Door) -> None:
    """100 tasks cost one token; forgotten by the platform, it costs them one more, refreshed where that can be."""

    async def crowds() -> None:
        async with AsyncClient(door.profile, transport=httpx.MockTransport(door), audit=MemorySink()) as dancu:
            for expected in (1, 2):
                answers = await asyncio.gather(*(dancu.confirm(MAU, purpose=PURPOSE) for _task in range(100)))
                assert all(isinstance(answer, Confirmed) for answer in answers)
                assert len(renewals(door)) == expected
                door.good.clear()

    asyncio.run(crowds())
    assert renewals(door)[1] == ("/login/refresh" if door.family == "jwt-login" else "/login")


def test_a_door_that_forgets_at_once_is_tried_twice(door: Door) -> None:
    """A platform that refuses what it has just given out is asked twice and no more."""
    forgetful = httpx.MockTransport(lambda request: _forget(door, door(request)))
    with (
        Client(door.profile, transport=forgetful, audit=MemorySink()) as dancu,
        pytest.raises(Rejected) as caught,
    ):
        dancu.confirm(MAU, purpose=PURPOSE)
    assert caught.value.code == "credential_refused"
    assert [path.startswith("/login") for path in door.called] == [True, False, True, False]


def _forget(door: Door, response: httpx.Response) -> httpx.Response:
    door.good.clear()
    return response
