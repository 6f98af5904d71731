"""The fault matrix (R1): every fault, question and face: in time, typed, and never "no such citizen"."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

import pytest

from dancu import (
    AsyncClient,
    Claim,
    Client,
    Confirmed,
    DancuError,
    Found,
    MemorySink,
    Officer,
    Purpose,
    Subject,
    Verified,
)
from dancu_mock import Mock, MockServer

from ..faultproxy.proxy import FaultProxy  # noqa: TID252  # test folders are no packages: there is no absolute name
from ..gateway.conftest import start, write_files  # noqa: TID252  # as above
from .catalogue import FACES, FAULTS, PAGE, Fault, Question, page

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Generator
    from pathlib import Path

    Ask = Callable[[Any], Any]

DEADLINE = 0.3
GRACE = 0.1
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="matrix")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
RIGHT: dict[Question, type[object]] = {"look_up": Found, "confirm": Confirmed, "verify": Verified}


@dataclass(slots=True)
class Faces:
    """A platform behind a proxy, and the three ways to it; every client lives as long as the module."""

    mock: Mock
    platform: MockServer
    proxy: FaultProxy
    sink: MemorySink
    put: dict[str, Callable[[Question], Any]] = field(default_factory=dict)

    @contextlib.contextmanager
    def playing(self, fault: Fault) -> Generator[None]:
        """Play a fault to all of them."""
        match fault.by:
            case "scenario":
                with self.mock.scenario(fault.name):
                    yield
            case "proxy":
                with self.proxy.playing(fault.name):
                    yield
            case "certificate":
                self.platform.rotate(fault.name)  # type: ignore[arg-type]  # the catalogue's names are the mock's kinds
                with self.proxy.playing("reset_on_accept"):
                    pass  # connections that there are end, so that the next exchange shakes hands
                try:
                    yield
                finally:
                    self.platform.restore()


def ask_of(question: Question, deadline: float) -> Ask:
    """A question for any client."""
    match question:
        case "look_up":
            return lambda dancu: dancu.look_up(MAU, fields=["name"], purpose=PURPOSE, deadline=deadline)
        case "confirm":
            return lambda dancu: dancu.confirm(MAU, purpose=PURPOSE, deadline=deadline)
        case "verify":
            return lambda dancu: dancu.verify(MAU, Claim(gender="Nữ"), purpose=PURPOSE, deadline=deadline)


def proxied(directory: Path, port: int) -> dict[str, Any]:
    """The platform's profile, by way of the proxy."""
    profile = tomllib.loads((directory / "profile.toml").read_text(encoding="utf-8"))
    profile["tls"] = {key: str(directory / name) for key, name in profile["tls"].items()}
    profile["credential"]["secret"] = {"file": str(directory / "secret.txt")}
    profile["endpoint"]["url"] = f"https://127.0.0.1:{port}/dancu/"
    profile["breaker"] = {"enabled": False}  # it would rightly open, and the faults would not be met
    return profile


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Generator[Faces]:
    """Mock, proxy, a gateway process, and a client of each kind."""
    directory = tmp_path_factory.mktemp("matrix")
    mock, sink = Mock(), MemorySink()
    with contextlib.ExitStack() as stack:
        platform = stack.enter_context(MockServer(mock))
        proxy = stack.enter_context(FaultProxy(platform.port))
        key, _slow = write_files(directory, platform)
        profile = proxied(directory, proxy.port)
        text = (directory / "profile.toml").read_text(encoding="utf-8")
        text = text.replace(f":{platform.port}/", f":{proxy.port}/")
        text += f"\n[deadline]\ncall = {DEADLINE}\n[breaker]\nenabled = false\n"
        (directory / "profile.toml").write_text(text, encoding="utf-8")
        process, url = start(directory)
        stack.enter_context(process)
        stack.callback(process.send_signal, signal.SIGTERM)
        (directory / "key.txt").touch(mode=0o600)
        (directory / "key.txt").write_text(key, encoding="utf-8")
        gateway = {
            "environment": "test",
            "endpoint": {"url": url},
            "tls": {"ca": str(directory / "ca.pem")},
            "credential": {"family": "gateway", "application": "mot-cua", "key": {"file": str(directory / "key.txt")}},
            "audit": {"sink": "none"},
            "breaker": {"enabled": False},
        }
        made = Faces(mock, platform, proxy, sink)
        blocking = stack.enter_context(Client(profile, audit=sink))
        through = stack.enter_context(Client(gateway, audit=sink))
        loop = stack.enter_context(looping())
        awaiting = loop(_opened(profile, sink))
        stack.callback(lambda: loop(awaiting.aclose()))
        made.put["sync"] = lambda question: ask_of(question, DEADLINE)(blocking)
        made.put["async"] = lambda question: loop(_awaited(ask_of(question, DEADLINE), awaiting))
        made.put["gateway"] = lambda question: ask_of(question, 10 * DEADLINE)(through)
        yield made


@contextlib.contextmanager
def looping() -> Generator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """An event loop that goes on between the questions, as a server's does; it runs a coroutine to its end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield lambda coroutine: asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _opened(profile: dict[str, Any], sink: MemorySink) -> AsyncClient:
    return AsyncClient(profile, audit=sink)


async def _awaited(ask: Ask, client: AsyncClient) -> Any:
    return await ask(client)


def ended(faces: Faces, face: str, question: Question, expected: Collection[str] = ()) -> Any:
    """What comes of a question: the answer, or the error as a value; in time, and with an intent and one outcome.

    A machine that held its breath, past the deadline or up to it, is given a second chance: lateness that is ours
    comes again.
    """
    took, answer = 0.0, None
    for _chance in range(2):
        written = len(faces.sink.lines)
        started = time.monotonic()
        try:
            answer = faces.put[face](question)
        except DancuError as error:
            answer = error
        took = time.monotonic() - started
        assert [json.loads(line)["record"] for line in faces.sink.lines[written:]] == ["intent", "outcome"]
        ran_out = isinstance(answer, DancuError) and answer.code == "timed_out" and "timed_out" not in expected
        if took <= DEADLINE + GRACE and not ran_out:
            return answer
    assert took <= DEADLINE + GRACE, f"twice late, {took:.3f} s"
    return answer


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("question", get_args(Question))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_matrix(faces: Faces, fault: Fault, question: Question, face: str) -> None:
    """A fault is one of its typed errors within deadline + 100 ms, or harmless; right afterwards the answer comes."""
    assert isinstance(ended(faces, face, question), RIGHT[question])
    expected = fault.comes_to(question)
    with faces.playing(fault):
        answer = ended(faces, face, question, expected)
    if expected:
        assert isinstance(answer, DancuError)
        assert answer.code in expected
    else:
        assert isinstance(answer, RIGHT[question])
    assert isinstance(ended(faces, face, question), RIGHT[question])


def test_the_matrix_is_as_large_as_its_page_says() -> None:
    """There are 45 faults and more, each once, in every layer, and the page has them all."""
    names = [fault.name for fault in FAULTS]
    assert len(names) == len(set(names)) >= 45
    assert {fault.layer for fault in FAULTS} == {"connection", "TLS", "exchange", "answer", "certificate"}
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make pages`"


def test_a_random_sequence_of_faults_leaves_the_client_whole(faces: Faces) -> None:
    """After 120 random faults on 8 threads a client serves as on its first day, every call audited in pairs."""
    seed = 20261122
    scenarios = sorted(fault.name for fault in FAULTS if fault.by == "scenario")
    names = random.Random(seed).choices([None, *scenarios], k=120)
    written = len(faces.sink.lines)

    def one(name: str | None) -> bool:
        with faces.mock.scenario(name):
            try:
                faces.put["sync"]("look_up")
            except DancuError:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, names))
    assert one(None), f"seed {seed}"
    records = [json.loads(line) for line in faces.sink.lines[written:]]
    intents = {record["reference"] for record in records if record["record"] == "intent"}
    outcomes = [record["reference"] for record in records if record["record"] == "outcome"]
    assert len(intents) == len(outcomes) == 121
    assert intents == set(outcomes)
