from __future__ import annotations

import asyncio
import http.server
import json
import os
import signal
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import AsyncClient, Client, DancuError, FileSink, Found, MemorySink

from ..answers import (  # noqa: TID252  # one set of documents for all unit tests
    FOUND,
    PURPOSE,
    SUBJECT,
    collection,
    confirmation,
    profile_in,
)
from .conftest import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

forks = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]


class Platform(http.server.ThreadingHTTPServer):
    """A platform on the loopback that keeps connections open and counts the calls on each."""

    daemon_threads = True

    def __init__(self) -> None:
        self.calls: Counter[object] = Counter()
        super().__init__(("127.0.0.1", 0), _Answering)


class _Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # the name is http.server's
        self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, Platform)
        self.server.calls[self.client_address] += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(FOUND)))
        self.end_headers()
        self.wfile.write(FOUND)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A platform that runs while the test does."""
    with Platform() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(LIMIT)


@pytest.fixture
def profile(tmp_path: Path) -> dict[str, Any]:
    """A profile whose audit goes to a file."""
    return {**profile_in(tmp_path), "audit": {"sink": f"file:{tmp_path}/audit.jsonl"}}


def transport() -> httpx.MockTransport:
    """A platform that knows the subject."""
    return httpx.MockTransport(lambda _request: httpx.Response(200, content=FOUND))


def look_up(dancu: Client) -> object:
    """Ask for a name."""
    return dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE)


def records(path: Path) -> list[dict[str, Any]]:
    """The audit's records, without what the log says of itself."""
    said = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [one for one in said if one["record"] in {"intent", "outcome"}]


def in_child(work: Callable[[], object]) -> int:
    """Run something in a forked child; its exit status: 0 when it returned true. Bounded in time."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(LIMIT))
        status = 1
        try:
            status = 0 if work() else 2
        finally:
            os._exit(status)
    end = time.monotonic() + 2 * LIMIT
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the child did not end")


class TestFork:
    pytestmark = forks

    def test_a_client_used_after_fork_reopens(self, profile: dict[str, Any], tmp_path: Path) -> None:
        """A child asks and audits with the client that its parent has used; the parent goes on."""
        with Client(profile, transport=transport()) as dancu:
            look_up(dancu)
            assert in_child(lambda: isinstance(look_up(dancu), Found)) == 0
            look_up(dancu)
        written = records(tmp_path / "audit.jsonl")
        assert [one["record"] for one in written] == ["intent", "outcome"] * 3
        assert len({one["reference"] for one in written}) == 3
        assert len({one["subject"] for one in written if one["record"] == "intent"}) == 1

    def test_a_users_sink_works_after_fork(self, profile: dict[str, Any], tmp_path: Path) -> None:
        """A `FileSink` that was opened by the parent writes in the child too."""
        sink = FileSink(tmp_path / "own.jsonl")
        with Client(profile, transport=transport(), audit=sink) as dancu:
            look_up(dancu)
            assert in_child(lambda: isinstance(look_up(dancu), Found)) == 0
            look_up(dancu)
        sink.close()
        assert len(records(tmp_path / "own.jsonl")) == 6

    def test_a_child_opens_connections_of_its_own(self, profile: dict[str, Any], platform: Platform) -> None:
        """Not even the child's first call goes over a connection of its parent, and the parent keeps its own."""
        profile["endpoint"] = {"url": f"http://127.0.0.1:{platform.server_port}/dancu/"}
        with Client(profile) as dancu:
            look_up(dancu)
            assert in_child(lambda: all(isinstance(look_up(dancu), Found) for _ in range(2))) == 0
            look_up(dancu)
        (parents, first), (childs, second) = platform.calls.items()
        assert parents != childs
        assert (first, second) == (2, 2)

    @pytest.mark.parametrize("own", [False, True], ids=["profile's sink", "user's sink"])
    def test_a_fork_while_the_audit_is_busy(self, profile: dict[str, Any], tmp_path: Path, own: bool) -> None:
        """Threads of the parent that are in the middle of calls do not stop the child."""
        stop = threading.Event()
        sink = FileSink(tmp_path / "audit.jsonl") if own else None
        with Client(profile, transport=transport(), audit=sink) as dancu:

            def keep_asking() -> None:
                while not stop.is_set():
                    look_up(dancu)

            threads = [threading.Thread(target=keep_asking) for _ in range(4)]
            for thread in threads:
                thread.start()
            statuses = [in_child(lambda: isinstance(look_up(dancu), Found)) for _ in range(5)]
            stop.set()
            for thread in threads:
                thread.join(LIMIT)
        if sink is not None:
            sink.close()
        assert statuses == [0] * 5
        assert len(records(tmp_path / "audit.jsonl")) % 2 == 0

    def test_a_closed_client_stays_closed_after_fork(self, profile: dict[str, Any]) -> None:
        """A fork does not open what was closed."""
        dancu = Client(profile, transport=transport())
        dancu.close()

        def says_so() -> bool:
            try:
                look_up(dancu)
            except RuntimeError as error:
                return str(error) == "this Client is closed"
            return False

        assert in_child(says_so) == 0


def test_a_client_serves_many_threads(profile: dict[str, Any], tmp_path: Path) -> None:
    """Threads share a client: each call has an answer, a reference and two records of its own."""
    answers: list[Found] = []

    def ask(dancu: Client) -> None:
        for _ in range(5):
            answer = look_up(dancu)
            assert isinstance(answer, Found)
            answers.append(answer)

    with Client(profile, transport=transport()) as dancu:
        threads = [threading.Thread(target=ask, args=(dancu,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT)
    assert len({answer.reference for answer in answers}) == 40
    assert len(records(tmp_path / "audit.jsonl")) == 80


def test_a_closed_client_says_so(profile: dict[str, Any]) -> None:
    """After ``close`` every call is one sentence; closing again does nothing."""
    dancu = Client(profile, transport=transport())
    with dancu as entered:
        assert entered is dancu
    dancu.close()
    for call in (look_up, lambda one: one.confirm(SUBJECT, purpose=PURPOSE)):
        with pytest.raises(RuntimeError, match=r"^this Client is closed$"):
            call(dancu)


def test_a_closed_async_client_says_so(profile: dict[str, Any]) -> None:
    """After ``aclose`` every call is one sentence; closing again does nothing."""

    async def main() -> None:
        dancu = AsyncClient(profile, transport=transport())
        async with dancu as entered:
            assert entered is dancu
        await dancu.aclose()
        with pytest.raises(RuntimeError, match=r"^this AsyncClient is closed$"):
            await dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE)

    asyncio.run(main())


def test_an_async_client_belongs_to_one_loop(profile: dict[str, Any]) -> None:
    """Used in a second event loop, it raises one sentence and asks nothing."""
    sink = MemorySink()
    dancu = AsyncClient(profile, transport=transport(), audit=sink)

    async def ask() -> object:
        return await dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE)

    assert isinstance(asyncio.run(ask()), Found)
    with pytest.raises(RuntimeError, match="belongs to another event loop; make one for each loop"):
        asyncio.run(ask())
    assert len(sink.lines) == 2


def test_many_tasks_share_an_async_client(profile: dict[str, Any], tmp_path: Path) -> None:
    """Tasks of one loop share a client; each call has its own reference and two records."""

    async def main() -> list[Any]:
        async with AsyncClient(profile, transport=transport()) as dancu:
            asked = (dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE) for _ in range(40))
            return list(await asyncio.gather(*asked))

    assert len({answer.reference for answer in asyncio.run(main())}) == 40
    assert len(records(tmp_path / "audit.jsonl")) == 80


def test_a_cancelled_task_is_audited_and_ends_cancelled(profile: dict[str, Any], tmp_path: Path) -> None:
    """A task that is cancelled while the platform is silent writes ``abandoned`` and ends at once."""

    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(60)
            raise AssertionError

    async def main() -> None:
        async with AsyncClient(profile, transport=Silent()) as dancu:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE)

    started = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - started <= 1.0
    intent, outcome = records(tmp_path / "audit.jsonl")
    assert (intent["record"], outcome["result"]) == ("intent", "abandoned")


def test_a_users_sink_stays_open(profile: dict[str, Any], tmp_path: Path) -> None:
    """Whoever brings a sink closes it: a closed client leaves it alone."""

    class Kept(MemorySink):
        closed = False

        def close(self) -> None:
            self.closed = True

    sink = Kept()
    with Client(profile, transport=transport(), audit=sink) as dancu:
        look_up(dancu)
    assert not sink.closed
    assert not (tmp_path / "audit.jsonl").exists()


def test_an_audit_that_cannot_be_written_refuses_the_call(profile: dict[str, Any], tmp_path: Path) -> None:
    """Where the audit file cannot be opened, nothing is sent and the error names the call."""
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=FOUND)

    (tmp_path / "audit.jsonl").mkdir()
    with Client(profile, transport=httpx.MockTransport(handler)) as dancu, pytest.raises(DancuError) as caught:
        look_up(dancu)
    assert (caught.value.code, asked) == ("audit_unavailable", [])
    assert caught.value.reference is not None


@pytest.mark.parametrize("service", ["look_up", "confirm"])
def test_each_operation_calls_its_own_service(profile: dict[str, Any], service: str) -> None:
    """A look-up goes to the path of service A, a confirmation to that of service B."""
    bodies = {"/dancu/tracuu": collection(), "/dancu/xacthuc": confirmation("false")}
    called: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        called.append(request.url.path)
        return httpx.Response(200, content=bodies[request.url.path])

    with Client(profile, transport=httpx.MockTransport(handler)) as dancu:
        if service == "look_up":
            look_up(dancu)
        else:
            dancu.confirm(SUBJECT, purpose=PURPOSE)
    assert called == ["/dancu/tracuu" if service == "look_up" else "/dancu/xacthuc"]
