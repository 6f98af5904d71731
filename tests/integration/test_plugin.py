"""What users' test suites get: the fixture, the transports, the respx door, the README's own test."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import respx

from dancu import AsyncClient, Client, Found, MemorySink, NotMatched, Subject, Unavailable

from .conftest import MAU, PURPOSE

if TYPE_CHECKING:
    from dancu.testing import DancuMock

ROOT = Path(__file__).parents[2]


def test_the_fixture_serves_both_clients(dancu_mock: DancuMock) -> None:
    """One fixture gives a blocking and an awaiting client of the same mock."""
    with dancu_mock.client() as dancu:
        assert isinstance(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)

    async def ask() -> object:
        async with dancu_mock.async_client() as dancu:
            return await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)

    assert isinstance(asyncio.run(ask()), Found)
    assert [record["record"] for record in dancu_mock.audited] == ["intent", "outcome"] * 2


@pytest.mark.parametrize("scenario", ["hang", "reset", "truncated_length", "html_200", "gzip_bomb"])
def test_faults_need_no_network(dancu_mock: DancuMock, scenario: str) -> None:
    """In the same process a fault is Unavailable at once, hanging included."""
    with dancu_mock.client() as dancu, dancu_mock.scenario(scenario), pytest.raises(Unavailable):
        dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)


def test_a_respx_route_leads_to_the_mock(dancu_mock: DancuMock) -> None:
    """A suite built on respx mounts the mock as a side effect and counts its calls."""
    router = respx.MockRouter(assert_all_called=True)
    route = router.route(host="mock.example").mock(side_effect=dancu_mock.mock.respx_side_effect)
    with Client(dancu_mock.profile, transport=httpx.MockTransport(router.handler), audit=MemorySink()) as dancu:
        assert isinstance(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)
    assert route.call_count == 1


def test_a_respx_route_serves_the_awaiting_client(dancu_mock: DancuMock) -> None:
    """The same for AsyncClient, through respx's asynchronous handler."""
    router = respx.MockRouter()
    router.route(host="mock.example").mock(side_effect=dancu_mock.mock.respx_side_effect)

    async def ask() -> object:
        transport = httpx.MockTransport(router.async_handler)
        async with AsyncClient(dancu_mock.profile, transport=transport, audit=MemorySink()) as dancu:
            return await dancu.confirm(
                Subject(number=str(MAU.number), name="Nguyễn Thị Mẫu", birth_date="1991"), purpose=PURPOSE
            )

    assert isinstance(asyncio.run(ask()), NotMatched)


def blocks(page: str) -> list[str]:
    """The Python blocks of a page."""
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_readme_test_passes(pytester: pytest.Pytester) -> None:
    """The README's ten lines of a test run as they stand."""
    example = next(block for block in blocks("README.md") if "def test_" in block)
    pytester.makepyfile(test_readme=example)
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=1)


def test_the_readme_look_up_runs(dancu_mock: DancuMock, capsys: pytest.CaptureFixture[str]) -> None:
    """The README's ten lines of SDK print the address they promise."""
    example = next(block for block in blocks("README.md") if "Client(" in block and "def test_" not in block)
    opened = example.replace('Client("dak-lak.toml")', "dancu_mock.client()")
    exec(compile(opened, "README.md", "exec"), {"dancu_mock": dancu_mock})  # the page is ours
    assert capsys.readouterr().out == "Phường Tuy Hòa, tỉnh Đắk Lắk\n"
