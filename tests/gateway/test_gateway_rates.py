"""The rate of an application: in one file for all gateways of a machine, and told in every answer (R18)."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu.gateway import limits
from dancu.gateway.limits import Rates
from dancu.gateway.parts import ApplicationPart
from dancu_mock import Mock, MockServer

from .at_once import HEAD, asked_of, gateway_at
from .conftest import Served, question, write_files

if TYPE_CHECKING:
    from pathlib import Path

PROCESSES = 4
GRANT = """
[[application]]
name = "mot-cua"
key_sha256 = "{key}"
units = ["H15.42"]
"""


def part(per_second: float, name: str = "a") -> ApplicationPart:
    """An application at a rate."""
    return ApplicationPart.model_validate(
        {"name": name, "key_sha256": "0" * 64, "units": ["U"], "per_second": per_second}
    )


def test_a_second_s_worth_refills_with_time(tmp_path: Path) -> None:
    """Two calls a second: the third waits half a second, in a file and without one, by an injected clock."""
    for path in (None, tmp_path / "rates"):
        now = [100.0]
        rates = Rates(path, lambda now=now: now[0])  # type: ignore[misc]  # bound at once
        assert [rates.asked(part(2)).wait for _ in range(3)] == [0.0, 0.0, 0.5]
        now[0] += 0.5
        assert rates.asked(part(2)).wait == 0.0
        assert rates.asked(part(2, name="b")).wait == 0.0
        rates.close()


ASKING = """
import sys, time
from pathlib import Path
from dancu.gateway.limits import Rates
from dancu.gateway.parts import ApplicationPart
part = ApplicationPart.model_validate({"name": "a", "key_sha256": "0" * 64, "units": ["U"], "per_second": 1000})
rates = Rates(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
began = time.monotonic()
passed = sum(not rates.asked(part).wait for _ in range(20_000))
print(passed, began, time.monotonic())
"""


def test_four_processes_count_as_one(tmp_path: Path) -> None:
    """4 x 20,000 tries at 1,000 a second: as many pass as burst and time allow, to 1 %, whichever process asks."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", ASKING, str(tmp_path / "rates")]
    with contextlib.ExitStack() as running:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
        processes = [running.enter_context(subprocess.Popen(command, **pipes)) for _ in range(PROCESSES)]
        for one in processes:
            assert one.stdout is not None and one.stdout.readline() == "ready\n"
        for one in processes:
            assert one.stdin is not None
            one.stdin.write("\n")
            one.stdin.flush()
        said = [one.communicate(timeout=40)[0].split() for one in processes]
    passed = sum(int(one[0]) for one in said)
    seconds = max(float(one[2]) for one in said) - min(float(one[1]) for one in said)
    assert passed <= 1.01 * (1000 + 1000 * seconds)
    # Towards the end fewer ask; the last of them has asked without a pause until its own end.
    assert passed >= 0.99 * (1000 + 1000 * (min(float(one[2]) for one in said) - max(float(one[1]) for one in said)))


def test_a_file_that_cannot_be_used_lets_nobody_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off, locked by a process that was stopped, or full: an error each, and never more than the rate."""
    monkeypatch.setattr(limits, "_TRIES", 20)
    path = tmp_path / "rates"
    rates = Rates(path)
    assert not rates.asked(part(1)).wait
    with path.open("rb+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(OSError, match="locked"):
            rates.asked(part(1))
    assert rates.asked(part(1)).wait
    os.truncate(path, 100)
    with pytest.raises(OSError, match="cut"):
        rates.asked(part(1))
    rates.close()
    again = Rates(path)
    assert not again.asked(part(1)).wait, "a file that was cut is made anew at the start"
    monkeypatch.setattr(limits, "_SLOTS", 65)
    names = (part(0.001, name=f"n{number}") for number in range(200))
    with pytest.raises(OSError, match="full"):
        deque(map(again.asked, names))
    again.close()


def test_a_full_disk_is_the_audit_s_to_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no byte can be written the rate is kept by the process itself, and by the file again afterwards."""
    rates = Rates(tmp_path / "rates")
    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", lambda *_parts: (_ for _ in ()).throw(OSError(28, "full")))
        assert [bool(rates.asked(part(2)).wait) for _ in range(3)] == [False, False, True]
    assert rates.asked(part(2)).wait
    assert not rates.asked(part(2, name="b")).wait
    rates.close()


def test_another_start_of_the_machine_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The monotonic clock has begun anew: moments of before say nothing."""
    path = tmp_path / "rates"
    first = Rates(path)
    assert [bool(first.asked(part(0.01)).wait) for _ in range(2)] == [False, True]
    first.close()
    monkeypatch.setattr(limits, "_started", lambda: b"another".ljust(64))
    second = Rates(path)
    assert not second.asked(part(0.01)).wait
    second.close()


def test_a_gateway_that_cannot_count_answers_too_busy(tmp_path: Path) -> None:
    """503 with Retry-After, nothing asked, and 200 again once the file is there."""
    with MockServer(Mock()) as platform:
        key, _slow = write_files(tmp_path, platform)
        text = (tmp_path / "gateway.toml").read_text("utf-8")
        (tmp_path / "gateway.toml").write_text(HEAD + text[text.index("[[application]]") :], "utf-8")

        async def asked() -> list[tuple[int, str]]:
            async with gateway_at(tmp_path) as at:
                at.gateway._rates.close()
                at.gateway._rates = Rates(tmp_path / "rates")
                first = await at.ask(key, asked_of())
                os.truncate(tmp_path / "rates", 0)
                second = await at.ask(key, asked_of())
                assert len(at.records("intent")) == 1
                return [first[:2], second[:2]]

        assert asyncio.run(asked()) == [(200, "found"), (503, "too_busy")]


def test_every_answer_tells_the_rate(served: Served) -> None:
    """200 and problems alike, as soon as the application is known; before that there is none to tell."""
    known = [
        served.post("v1/lookup", question(fields=["name"])),
        served.post("v1/lookup", question(fields=["religion"])),
        served.post("v1/lookup", content=b"{", headers={"Content-Type": "application/json"}),
        served.post("v1/dossiers/link", {}),
        served.request("GET", "v1/whoami", Authorization=f"Bearer {served.key}"),
    ]
    assert [one.status_code for one in known] == [200, 403, 400, 422, 200]
    for answer in known:
        assert answer.headers["RateLimit-Policy"] == '"application";q=1000;w=1'
        left, seconds = (int(one[2:]) for one in answer.headers["RateLimit"].split(";")[1:])
        assert 900 < left < 1000 and seconds == 1
    unknown = served.request("GET", "v1/whoami")
    assert unknown.status_code == 401 and "RateLimit" not in unknown.headers


def gateways(directory: Path) -> list[subprocess.Popen[str]]:
    """Four processes on one audit, each on a socket of its own."""
    text = (directory / "gateway.toml").read_text("utf-8")
    listen = text[text.index("[listen]") : text.index("[upstream]")]
    (directory / "run").mkdir(mode=0o700)
    found = []
    for number in range(PROCESSES):
        path = directory / f"gateway-{number}.toml"
        path.write_text(text.replace(listen, f'[listen]\nplain = true\nsocket = "run/{number}.sock"\n'), "utf-8")
        command = [sys.executable, "-m", "dancu.cli", "gateway", "serve", "--config", str(path), "--json"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        found.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))
    for process in found:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["url"]
    return found


async def hammered(directory: Path, key: str, seconds: float) -> tuple[Counter[int], float]:
    """What four gateways say to one application that asks without end, and how long that took."""
    said, headers = Counter[int](), {"Authorization": f"Bearer {key}"}
    async with contextlib.AsyncExitStack() as closing:
        clients = [
            await closing.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.AsyncHTTPTransport(uds=str(directory / "run" / f"{number}.sock"), verify=False),
                    headers=headers,
                    base_url="http://gateway.test",
                )
            )
            for number in range(PROCESSES)
        ]
        for client in clients:
            await client.get("/healthz")
        began = time.monotonic()

        async def ask(client: httpx.AsyncClient) -> None:
            while time.monotonic() - began < seconds:
                said[(await client.get("/v1/whoami")).status_code] += 1

        await asyncio.gather(*(ask(client) for client in clients * 2))
        return said, time.monotonic() - began


def test_four_gateways_keep_one_rate(tmp_path: Path) -> None:
    """Over four processes, as many calls pass as rate and time allow, to 1 %."""
    rate = 100
    with MockServer(Mock()) as platform:
        key, _slow = write_files(tmp_path, platform)
        path = tmp_path / "gateway.toml"
        path.write_text(path.read_text("utf-8").replace("per_second = 1000", f"per_second = {rate}"), "utf-8")
        processes = gateways(tmp_path)
        try:
            said, allowed, least = Counter[int](), 0.0, 0.0
            for turn in range(3):
                said, seconds = asyncio.run(hammered(tmp_path, key, 3.0))
                allowed = rate + rate * seconds
                # The burst is there in the first turn only.
                least = allowed - rate * bool(turn)
                assert set(said) <= {200, 429}
                assert said[200] <= allowed * 1.01
                if said[429] > 4 * allowed:
                    break
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(timeout=30)
                if process.stdout is not None:
                    process.stdout.close()
    assert said[429] > allowed, "the machine was too busy to ask more often than is allowed"
    assert said[200] >= least * 0.99
