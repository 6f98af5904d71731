"""The gateway's audit store full, read-only, hung and slow: nothing is disclosed that is not on disk.

Each cause is real, falls upon a running gateway and is repaired under it. ``STORE_CALLS=500`` asks so often.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu_mock import Call, Journal, Mock

from ..gateway.conftest import Served, question, serving  # noqa: TID252  # test folders are no packages: there is no absolute name

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from contextlib import AbstractContextManager

CALLS = int(os.environ.get("STORE_CALLS", "5"))
LIMIT, BACK = 0.35, 5.0
LOOK_UP = ("v1/lookup", question(fields=["name", "permanent_address"]))
# Mode bits bind root too once it may not override them.
ROOT = os.geteuid() == 0
BOUND = ("setpriv", "--bounding-set", "-dac_override", "--inh-caps", "-all") if ROOT and shutil.which("setpriv") else ()


class Trap(Journal):
    """A journal that does something as soon as the platform has heard a question, before it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.then: Callable[[], object] = lambda: None

    def record(self, call: Call) -> None:
        """Note the call and do it."""
        super().record(call)
        self.then()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One gateway for all faults, without a witness."""
    mock = Mock()
    mock.journal = Trap()
    with serving(tmp_path_factory.mktemp("store"), mock=mock, under=BOUND) as made:
        yield made


@pytest.fixture
def ask(served: Served) -> Iterator[Callable[[], tuple[httpx.Response, float]]]:
    """Ask on a connection that is open already; the answer and the seconds that it took."""
    headers = {"Authorization": f"Bearer {served.key}"}
    with httpx.Client(
        verify=served.trust(), trust_env=False, timeout=5, base_url=served.url, headers=headers
    ) as client:
        path, body = LOOK_UP

        def one() -> tuple[httpx.Response, float]:
            started = time.monotonic()
            return client.post(path, json=body), time.monotonic() - started

        assert one()[0].status_code == 200
        yield one


@contextlib.contextmanager
def full(served: Served) -> Generator[None]:
    """The kernel takes no more bytes of the gateway's into any file."""
    before = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def read_only(served: Served) -> Generator[None]:
    """The store is opened anew, after an error, where nothing may be written."""
    files = [path for path in served.directory.iterdir() if path.name.startswith("audit.sqlite")]
    with full(served):
        assert served.post(*LOOK_UP).status_code == 503
        for path in (*files, served.directory):
            if path.exists():
                path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        yield
    finally:
        for path in (served.directory, *files):
            if path.exists():
                path.chmod(0o700 if path.is_dir() else 0o600)


@contextlib.contextmanager
def hung(served: Served) -> Generator[None]:
    """Somebody else holds the database's write lock."""
    other = sqlite3.connect(served.directory / "audit.sqlite", isolation_level=None, check_same_thread=False)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()


@contextlib.contextmanager
def slow_disk(served: Served) -> Generator[None]:
    """Each write to the disk itself takes 300 ms."""
    command = ["strace", "-f", "-q", "-o", os.devnull, "-e", "trace=fsync,fdatasync"]
    command += ["-e", "inject=fsync,fdatasync:delay_enter=300000", "-p", str(served.process.pid)]
    with subprocess.Popen(command) as tracing:
        try:
            deadline = time.monotonic() + 5
            while not all(_is_traced(task) for task in _tasks(served)):
                assert time.monotonic() < deadline and tracing.poll() is None
                threading.Event().wait(0.01)
            yield
        finally:
            tracing.send_signal(signal.SIGINT)
            tracing.wait(10)


def _tasks(served: Served) -> list[Path]:
    return list(Path(f"/proc/{served.process.pid}/task").iterdir())


def _is_traced(task: Path) -> bool:
    return "TracerPid:\t0\n" not in (task / "status").read_text(encoding="ascii")


needs_strace = pytest.mark.skipif(not ROOT or shutil.which("strace") is None, reason="strace, as root, slows a disk")
needs_bounds = pytest.mark.skipif(ROOT and not BOUND, reason="mode bits bind root only under setpriv")
pytestmark = pytest.mark.timeout(60 + CALLS)
STORES = [full, pytest.param(read_only, marks=needs_bounds), hung, pytest.param(slow_disk, marks=needs_strace)]


def refused(response: httpx.Response) -> str:
    """The reference of a problem 503 audit_unavailable that tells nothing of the citizen."""
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["code"]) == (503, "audit_unavailable")
    assert "MẪU" not in response.text and "citizen" not in problem
    return str(problem["reference"])


def await_repair(ask: Callable[[], tuple[httpx.Response, float]]) -> None:
    """The service is back in 5 s."""
    deadline = time.monotonic() + BACK
    while ask()[0].status_code != 200:
        assert time.monotonic() < deadline, "not back within 5 s of the repair"


@pytest.mark.parametrize("store", STORES)
def test_no_intent_no_question(
    served: Served, ask: Callable[[], Any], store: Callable[[Served], AbstractContextManager[None]]
) -> None:
    """Each call is 503 audit_unavailable within 350 ms, the platform hears nothing, and the service comes back."""
    with store(served):
        heard = len(served.mock.journal.calls)
        asked = [ask() for _ in range(CALLS)]
        assert len(served.mock.journal.calls) == heard
    references = {refused(response) for response, _took in asked}
    assert len(references) == CALLS
    assert max(took for _response, took in asked) <= LIMIT
    await_repair(ask)
    assert references.isdisjoint(record["reference"] for record in served.records("outcomes"))


@pytest.mark.parametrize("store", STORES[:1] + STORES[2:])
def test_no_outcome_no_answer(
    served: Served, ask: Callable[[], Any], store: Callable[[Served], AbstractContextManager[None]]
) -> None:
    """Intent on disk, platform asked, outcome not to be written: the answer is held back, and nothing of it is told."""
    trap = served.mock.journal
    assert isinstance(trap, Trap)
    for _ in range(CALLS):
        with contextlib.ExitStack() as fault:
            trap.then = lambda fault=fault: fault.enter_context(store(served))  # type: ignore[misc]  # bound now
            try:
                response, took = ask()
            finally:
                trap.then = lambda: None
        reference = refused(response)
        assert took <= LIMIT or store is slow_disk
        assert trap.calls[-1].outcome == "found"
        assert reference in {record["reference"] for record in served.records("intents")}
        assert store is slow_disk or reference not in {record["reference"] for record in served.records("outcomes")}
        await_repair(ask)


def test_a_slow_store_refuses_or_answers_and_never_tells_half(served: Served, ask: Callable[[], Any]) -> None:
    """Behind a lock that is held for 350 ms again and again, what is answered is on disk, and the rest was refused."""
    ended = threading.Event()

    def hold() -> None:
        while not ended.is_set():
            with hung(served):
                ended.wait(0.35)
            ended.wait(0.08)

    with ThreadPoolExecutor(7) as pool:
        holder = pool.submit(hold)
        try:
            asked = [one.result() for one in [pool.submit(ask) for _ in range(4 * CALLS)]]
        finally:
            ended.set()
        holder.result(5)
    answered = {response.json()["reference"] for response, _took in asked if response.status_code == 200}
    denied = {refused(response) for response, _took in asked if response.status_code != 200}
    assert denied, "the lock was never in the way"
    told = {record["reference"] for record in served.records("outcomes") if record["result"] == "found"}
    assert answered <= told
    assert denied.isdisjoint(told)
    await_repair(ask)


@needs_bounds
def test_a_store_that_was_read_only_from_the_start_is_told_by_name(served: Served, tmp_path: Path) -> None:
    """A gateway whose database cannot be written does not start, and says which setting it is."""
    for path in served.directory.iterdir():
        if not path.name.startswith("audit"):
            shutil.copy2(path, tmp_path)
    tmp_path.chmod(0o500)
    command = [
        *BOUND,
        sys.executable,
        "-m",
        "dancu.cli",
        "gateway",
        "serve",
        "--config",
        str(tmp_path / "gateway.toml"),
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        ended = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=20, check=False)
    finally:
        tmp_path.chmod(0o700)
    assert ended.returncode not in {0, 1}
    assert "audit.database" in ended.stderr
    assert "Traceback" not in ended.stderr
