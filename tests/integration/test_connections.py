"""Connections: few, kept, private, and deaf to the environment."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from dancu import AsyncClient, Client, Found, MemorySink, Subject, Unavailable
from dancu_mock import PEOPLE

from .conftest import MAU, PURPOSE, Platform

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from dancu_mock.messages import Raw, Reply, Request

SECOND = Subject(number="066692000013", name="Phạm Thị Tách Mẫu", birth_date="1992-05-06")


def contexts() -> int:
    """TLS contexts alive in this process."""
    gc.collect()
    return sum(isinstance(thing, ssl.SSLContext) for thing in gc.get_objects())


def test_a_thousand_look_ups_use_one_connection(platform: Platform) -> None:
    """1,000 sequential look-ups cost at most 2 handshakes and one TLS context."""
    before = contexts()

    def many(dancu: Client) -> int:
        for _ in range(1000):
            assert isinstance(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)
        return contexts()

    async def many_async(dancu: AsyncClient) -> int:
        for _ in range(1000):
            assert isinstance(await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)
        return contexts()

    during = platform.ask(many if platform.face == "sync" else many_async)
    assert platform.mock.journal.handshakes <= 2
    assert during - before == 1
    assert len(platform.mock.journal.calls) == 1000


def test_threads_share_the_lanes(platform: Platform) -> None:
    """300 look-ups of 40 threads or tasks use no more connections than there are lanes, and mix up nobody."""
    subjects = [MAU, SECOND] * 150
    names = {str(MAU.number): "NGUYỄN THỊ MẪU", str(SECOND.number): "PHẠM THỊ TÁCH MẪU"}
    limited = platform.changed(limits={"parallel": 8})

    def check(subject: Subject, answer: object) -> None:
        assert isinstance(answer, Found)
        assert answer.citizen.name == names[str(subject.number)]

    def in_threads(dancu: Client) -> None:
        def one(subject: Subject) -> None:
            check(subject, dancu.look_up(subject, fields=["name"], purpose=PURPOSE))

        with ThreadPoolExecutor(40) as pool:
            list(pool.map(one, subjects))

    async def in_tasks(dancu: AsyncClient) -> None:
        rows = iter(subjects)

        async def worker(rows: Iterator[Subject]) -> None:
            for subject in rows:
                check(subject, await dancu.look_up(subject, fields=["name"], purpose=PURPOSE))

        await asyncio.gather(*(worker(rows) for _ in range(40)))

    limited.ask(in_threads if platform.face == "sync" else in_tasks)
    assert platform.mock.journal.handshakes <= 8


def test_bytes_after_an_answer_never_answer_the_next_question(platform: Platform) -> None:
    """A connection on which a second answer came unasked is not used again."""

    def twice(dancu: Client) -> list[object]:
        with platform.mock.scenario("two_answers"):
            first = dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
        return [first, dancu.look_up(SECOND, fields=["name"], purpose=PURPOSE)]

    async def twice_async(dancu: AsyncClient) -> list[object]:
        with platform.mock.scenario("two_answers"):
            first = await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
        return [first, await dancu.look_up(SECOND, fields=["name"], purpose=PURPOSE)]

    answers = platform.ask(twice if platform.face == "sync" else twice_async)
    names = [answer.citizen.name for answer in answers]
    assert names == ["NGUYỄN THỊ MẪU", "PHẠM THỊ TÁCH MẪU"]
    assert platform.mock.journal.handshakes == 2


def test_a_full_house_is_told_in_time(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """When every lane hangs, a further call is too_busy at its own deadline."""
    limited = platform.changed(limits={"parallel": 1})
    arrived, handle = threading.Event(), platform.mock.handle

    def handled(request: Request) -> Reply | Raw:
        arrived.set()
        return handle(request)

    def crowd(dancu: Client) -> list[str]:
        with platform.mock.scenario("hang"), ThreadPoolExecutor(1) as pool:
            first = pool.submit(_code, dancu, 1.5)
            assert arrived.wait(1.0)
            return [_code(dancu, 0.3), first.result()]

    async def crowd_async(dancu: AsyncClient) -> list[str]:
        with platform.mock.scenario("hang"):
            first = asyncio.create_task(_code_async(dancu, 1.5))
            assert await asyncio.to_thread(arrived.wait, 1.0)
            return [await _code_async(dancu, 0.3), await first]

    monkeypatch.setattr(platform.mock, "handle", handled)
    assert limited.ask(crowd if platform.face == "sync" else crowd_async) == ["too_busy", "timed_out"]


def _code(dancu: Client, seconds: float) -> str:
    try:
        dancu.look_up(MAU, fields=["name"], purpose=PURPOSE, deadline=seconds)
    except Unavailable as error:
        return error.code
    return ""


async def _code_async(dancu: AsyncClient, seconds: float) -> str:
    try:
        await dancu.look_up(MAU, fields=["name"], purpose=PURPOSE, deadline=seconds)
    except Unavailable as error:
        return error.code
    return ""


CHILD = """
import asyncio, sys
from dancu import AsyncClient, Client, Found, Officer, Purpose, Subject
purpose = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="s")
subject = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
with Client(sys.argv[1]) as dancu:
    assert isinstance(dancu.look_up(subject, fields=["name"], purpose=purpose), Found)
async def main():
    async with AsyncClient(sys.argv[1]) as dancu:
        assert isinstance(await dancu.look_up(subject, fields=["name"], purpose=purpose), Found)
asyncio.run(main())
print("served")
"""


def test_a_hostile_environment_changes_nothing(platform: Platform, tmp_path: Path) -> None:
    """Proxies, CA files, key logs and netrc in the environment are neither asked nor written."""
    visits: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        proxy = f"http://127.0.0.1:{trap.getsockname()[1]}"
        hostile = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), proxy)
        hostile |= {"all_proxy": proxy, "NO_PROXY": "", "no_proxy": "", "PYTHONHTTPSVERIFY": "0"}
        hostile |= {name: str(tmp_path / "absent") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "NETRC")}
        hostile |= {name: str(tmp_path / "absent") for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")}
        hostile |= {"SSLKEYLOGFILE": str(tmp_path / "keys.log"), "HTTPX_LOG_LEVEL": "trace"}

        def watch() -> None:
            try:
                trap.accept()[0].close()
                visits.append(1)
            except (TimeoutError, OSError):
                return

        watcher = threading.Thread(target=watch)
        watcher.start()
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(tmp_path / "profile.toml")],
            env={**os.environ, **hostile, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        watcher.join()
    assert (child.stdout.strip(), child.stderr) == ("served", "")
    assert visits == []
    assert not (tmp_path / "keys.log").exists()
    assert len(platform.mock.journal.calls) == 2


def test_the_audit_counts_what_was_disclosed(platform: Platform) -> None:
    """Found answers, the mock's journal and the audit agree on how often data was given."""
    found = 0
    for person in PEOPLE[:8]:
        date = f"{person.year}-{person.month:02}-{person.day:02}" if person.month and person.day else str(person.year)
        name = person.name if isinstance(person.name, str) else " ".join(person.name)
        answer = platform.look_up(Subject(number=person.asked_number, name=name, birth_date=date))
        found += isinstance(answer, Found)
    assert isinstance(platform.sink, MemorySink)
    records = [json.loads(line) for line in platform.sink.lines]
    assert found == 8
    assert sum(record.get("result") == "found" for record in records) == found
    assert sum(call.outcome == "found" for call in platform.mock.journal.calls) == found
