"""Six agencies in one process: nobody's question goes out under another's certificate (security.md T33)."""

from __future__ import annotations

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Client, Found, MemorySink, Officer, Purpose
from dancu_mock import Mock, MockServer

from .conftest import MAU, profile_of
from .steady import install

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEED = 33
AGENCIES = [f"agency-{number}" for number in range(6)]
CALLS = 1_200
PARALLEL = 24
_OFFICER = Officer("066680000009")
PURPOSES = {
    name: Purpose(procedure=f"1.00419{place}", unit="H15.42", officer=_OFFICER, session="apart")
    for place, name in enumerate(AGENCIES)
}


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """A platform for all of them."""
    with MockServer(Mock()) as server:
        yield server


@pytest.fixture
def profiles(server: MockServer, tmp_path: Path) -> dict[str, dict[str, Any]]:
    """A profile for each agency, with a certificate of its own."""
    server.mock.journal.clear()
    made: dict[str, dict[str, Any]] = {}
    for name in AGENCIES:
        directory = tmp_path / name
        directory.mkdir()
        made[name] = {**profile_of(directory, server.write_files(directory)), "limits": {"parallel": 4}}
        install(directory, server.authority.issue_client(name))
    return made


def rows() -> list[str]:
    """Who asks, one after the other."""
    return random.Random(SEED).choices(AGENCIES, k=CALLS)


def foreign(server: MockServer) -> list[tuple[str, str]]:
    """Calls under another certificate than that of the agency whose procedure it is."""
    of = {purpose.procedure: name for name, purpose in PURPOSES.items()}
    calls = [(of[call.procedure], call.caller) for call in server.mock.journal.calls]
    assert len(calls) == CALLS, f"seed {SEED}"
    return [pair for pair in calls if pair[0] != pair[1]]


def test_threads_keep_to_their_agencys_certificate(server: MockServer, profiles: dict[str, dict[str, Any]]) -> None:
    """1,200 interleaved calls of 24 threads: the platform saw each under its own agency's certificate."""
    with ExitStack() as stack:
        clients = {name: stack.enter_context(Client(profile, audit=MemorySink())) for name, profile in profiles.items()}

        def ask(name: str) -> bool:
            return isinstance(clients[name].look_up(MAU, fields=["name"], purpose=PURPOSES[name]), Found)

        with ThreadPoolExecutor(PARALLEL) as pool:
            assert all(pool.map(ask, rows()))
    assert foreign(server) == [], f"seed {SEED}"
    assert server.mock.journal.handshakes <= len(AGENCIES) * 4


def test_tasks_keep_to_their_agencys_certificate(server: MockServer, profiles: dict[str, dict[str, Any]]) -> None:
    """The same from tasks of one event loop."""

    async def scenario() -> bool:
        async with AsyncExitStack() as stack:
            clients = {
                name: await stack.enter_async_context(AsyncClient(profile, audit=MemorySink()))
                for name, profile in profiles.items()
            }
            due = iter(rows())

            async def worker() -> bool:
                served = True
                for name in due:
                    answer = await clients[name].look_up(MAU, fields=["name"], purpose=PURPOSES[name])
                    served = served and isinstance(answer, Found)
                return served

            return all(await asyncio.gather(*(worker() for _ in range(PARALLEL))))

    assert asyncio.run(scenario())
    assert foreign(server) == [], f"seed {SEED}"
    assert server.mock.journal.handshakes <= len(AGENCIES) * 4
