"""Each agency's questions go out under its own certificate, and only its own breaker opens (security.md T33)."""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING

from dancu.gateway.applications import hash_key, new_key
from dancu_mock import Mock, MockServer

from .at_once import HEAD, asked_of, gateway_at

if TYPE_CHECKING:
    from pathlib import Path

AGENCIES = tuple(f"agency-{n}" for n in range(6))
CALLS = int(os.environ.get("DANCU_AGENCY_CALLS", "600"))
AT_ONCE = 200


def write(directory: Path, platform: MockServer, key: str) -> None:
    """A profile for each agency with a certificate that bears its name, and one application for all."""
    platform.write_files(directory)
    units = [f"U{n}" for n in range(len(AGENCIES))]
    text = (
        HEAD + f'[[application]]\nname = "all"\nkey_sha256 = "{hash_key(key)}"\nper_second = 10000\nunits = {units}\n'
    )
    text += '[[grant]]\napplication = "all"\nprocedure = "1.004194"\nservice = "look_up"\nfields = ["name"]\n'
    for name, unit in zip(AGENCIES, units, strict=True):
        (directory / name).mkdir()
        platform.write_files(directory / name)
        issued = platform.authority.issue_client(name)
        (directory / name / "client.pem").write_bytes(issued.certificate_pem)
        (directory / name / "client.key").write_bytes(issued.key_pem)
        text += f'[[agency]]\nname = "{name}"\nunits = ["{unit}"]\nprofile = "{name}/profile.toml"\n'
    (directory / "gateway.toml").write_text(text, encoding="utf-8")


def test_no_question_goes_out_under_a_foreign_certificate(tmp_path: Path) -> None:
    """Interleaved questions of six agencies, 200 at once: each arrives under the certificate of its agency."""
    key, order = new_key(), [n % len(AGENCIES) for n in range(CALLS)]
    random.Random(33).shuffle(order)

    async def scenario() -> list[tuple[int, str]]:
        gate = asyncio.Semaphore(AT_ONCE)
        async with gateway_at(tmp_path) as gateway:

            async def one(number: int) -> tuple[int, str]:
                async with gate:
                    return await gateway.ask(key, asked_of(f"U{number}", AGENCIES[number]))  # type: ignore[no-any-return]  # a pair

            return await asyncio.gather(*(one(number) for number in order))

    with MockServer(Mock()) as platform:
        write(tmp_path, platform, key)
        answers = asyncio.run(scenario())
        calls = [call for call in platform.mock.journal.calls if call.service == "look_up"]
    assert answers == [(200, "found")] * CALLS
    assert len(calls) == CALLS
    assert {(call.officer, call.caller) for call in calls} == {(name, name) for name in AGENCIES}


def test_an_agency_without_a_credential_of_its_own_uses_the_shared_one(tmp_path: Path) -> None:
    """Its units, and those of no agency, go out under the upstream's certificate; each way has its own breaker."""
    key = new_key()

    async def scenario() -> tuple[list[tuple[int, str]], list[str], bool]:
        async with gateway_at(tmp_path) as gateway:
            answers = [await gateway.ask(key, asked_of(f"U{number}")) for number in (0, 1)]
            views = gateway.gateway.upstream_views()
            guards = [view.guards for view in views]
            return answers, [view.agency for view in views], len({id(one) for one in guards}) == len(guards)

    with MockServer(Mock()) as platform:
        write(tmp_path, platform, key)
        text = (tmp_path / "gateway.toml").read_text(encoding="utf-8")
        (tmp_path / "gateway.toml").write_text(text.replace(f'profile = "{AGENCIES[0]}/profile.toml"\n', ""), "utf-8")
        answers, names, are_apart = asyncio.run(scenario())
        callers = [call.caller for call in platform.mock.journal.calls if call.service == "look_up"]
    assert answers == [(200, "found")] * 2
    assert callers == [platform.mock.settings.user, AGENCIES[1]]
    assert names == ["", *AGENCIES[1:]]
    assert are_apart
