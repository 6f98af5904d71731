"""A profile called production and a mock: refused by its CA, and where the CA does not say MOCK, by its answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Client, ConfigurationError, Subject, Unavailable
from dancu_mock import Authority, Mock, MockServer

from .conftest import PURPOSE, Platform, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLS = 50
UNBORN = Subject(number="0664" + "90000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
"""Under a number of the year 2190, which nobody bears: production sends no invented one."""


def to_production(platform: Platform) -> Platform:
    """The same platform under a profile called production, with what that needs."""
    key = {"file": platform.profile["credential"]["secret"]["file"]}
    changed = platform.changed(audit={"key": key})
    changed.profile["environment"] = "production"
    return changed


@pytest.fixture(params=["sync", "async"])
def unnamed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """A mock whose CA does not say MOCK, under a production profile."""
    with MockServer(Mock(), authority=Authority.create("invented authority")) as server:
        profile = profile_of(tmp_path, server.write_files(tmp_path))
        yield to_production(Platform(server, server.mock, profile, request.param))


def test_the_mocks_authority_opens_no_client(platform: Platform) -> None:
    """Under the CA named MOCK no production client is made: nothing is sent, no hand is shaken."""
    with pytest.raises(ConfigurationError) as refused:
        to_production(platform).look_up(UNBORN)
    assert (refused.value.code, refused.value.field) == ("certificate_unusable", "tls.ca")
    assert refused.value.detail == "the mock's CA in production"
    assert (platform.mock.journal.handshakes, platform.mock.journal.calls) == (0, ())


def refusals(platform: Platform) -> list[tuple[str, str | None]]:
    """Code and detail of every one of 50 calls of one client."""
    asked: dict[str, Any] = {"fields": ["name"], "purpose": PURPOSE}
    found: list[tuple[str, str | None]] = []

    def note(error: Unavailable) -> None:
        found.append((error.code, error.detail))

    async def ask() -> None:
        async with AsyncClient(platform.profile, audit=platform.sink) as dancu:
            for _ in range(CALLS):
                with pytest.raises(Unavailable) as caught:
                    await dancu.look_up(UNBORN, **asked)
                note(caught.value)

    if platform.face == "async":
        asyncio.run(ask())
        return found
    with Client(platform.profile, audit=platform.sink) as dancu:
        for _ in range(CALLS):
            with pytest.raises(Unavailable) as caught:
                dancu.look_up(UNBORN, **asked)
            note(caught.value)
    return found


def test_every_answer_of_a_mock_is_refused(unnamed: Platform) -> None:
    """Under another CA's name the header of its answers tells: 50 of 50 production calls are ``server_untrusted``."""
    assert refusals(unnamed) == [("server_untrusted", "a mock answered in production")] * CALLS
    assert len(unnamed.mock.journal.calls) == CALLS


@pytest.mark.parametrize("fault", ["html_200", "maintenance_503", "soap_fault_500", "truncated_document"])
def test_so_is_a_fault_of_a_mock(unnamed: Platform, fault: str) -> None:
    """A fault that a mock plays is a mock's answer first; production takes nothing from it."""
    with unnamed.mock.scenario(fault), pytest.raises(Unavailable) as refused:
        unnamed.look_up(UNBORN)
    assert (refused.value.code, refused.value.detail) == ("server_untrusted", "a mock answered in production")
