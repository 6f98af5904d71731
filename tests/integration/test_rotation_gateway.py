"""The gateway's certificate towards the platform changes under its applications' calls: none of them fails."""

from __future__ import annotations

import asyncio
import datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import time_machine

from dancu import MemorySink
from dancu.gateway.app import Gateway, build_app
from dancu.gateway.applications import hash_key, new_key
from dancu.gateway.config import load_config
from dancu_mock import Authority, Mock, MockServer

from .steady import install

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROTATIONS = 10
ROUND = 20
CONFIG = """
[listen]
port = 0
plain = true
[upstream]
profile = "profile.toml"
[audit]
database = "audit.sqlite"
[protection]
floor = 0
per_subject = 1000000
per_officer = 1000000
per_application = 1000000
[[application]]
name = "mot-cua"
key_sha256 = "{key}"
units = ["H15.42"]
per_second = 1000
[[grant]]
application = "mot-cua"
procedure = "1.004194"
service = "confirm"
"""
QUESTION = {
    "subject": {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-02"},
    "purpose": {"procedure": "1.004194", "unit": "H15.42", "officer": {"code": "can.bo.mau"}, "session": "s"},
}


@pytest.fixture
def platform() -> Iterator[MockServer]:
    """The platform behind the gateway."""
    with MockServer(Mock()) as server:
        yield server


async def asked(client: httpx.AsyncClient) -> list[int]:
    """The statuses of some calls at once."""
    answers = await asyncio.gather(*(client.post("/v1/confirm", json=QUESTION) for _ in range(ROUND)))
    return [answer.status_code for answer in answers]


async def scenario(directory: Path, platform: MockServer, clock: time_machine.Traveller) -> list[Any]:
    """Ten good rotations, one that the platform refuses, and an end; what was answered, and the trouble at last."""
    key = new_key()
    (directory / "gateway.toml").write_text(CONFIG.format(key=hash_key(key)), encoding="utf-8")
    platform.write_files(directory)
    config = load_config(directory / "gateway.toml")
    gateway = Gateway(config, MemorySink())
    transport = httpx.ASGITransport(build_app(gateway))
    statuses: list[int] = []
    async with (
        gateway.opened(),
        httpx.AsyncClient(
            transport=transport, base_url="http://gateway.test", headers={"Authorization": f"Bearer {key}"}
        ) as client,
    ):
        statuses += await asked(client)
        for turn in range(ROTATIONS):
            install(directory, platform.authority.issue_client(f"gateway-{turn}"))
            clock.shift(2)
            statuses += await asked(client)
        install(directory, Authority.create("foreign MOCK CA").issue_client("foreign"))
        clock.shift(2)
        statuses += await asked(client)
        identities = gateway.upstream_views()[0].identities
        assert identities is not None
        trouble = identities.trouble
        clock.shift(datetime.timedelta(days=8))
        ended = await client.post("/v1/confirm", json=QUESTION)
    return [statuses, None if trouble is None else trouble.code, ended.json()["code"]]


def test_applications_notice_nothing(tmp_path: Path, platform: MockServer) -> None:
    """All are answered through ten rotations and a bad one; once the certificate has ended the gateway says so."""
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=True) as clock:
        statuses, trouble, ended = asyncio.run(scenario(tmp_path, platform, clock))
    assert statuses == [200] * ROUND * (ROTATIONS + 2)
    assert (trouble, ended) == ("client_certificate_refused", "certificate_unusable")
    shown = [call.caller for call in platform.mock.journal.calls]
    names = ["demo-app", *(f"gateway-{turn}" for turn in range(ROTATIONS))]
    assert shown == [name for name in names for _ in range(ROUND)] + [names[-1]] * ROUND
