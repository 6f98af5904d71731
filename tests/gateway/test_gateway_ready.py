"""Whether a running gateway says truly that it is ready, at its main port and at the one for operating."""

from __future__ import annotations

import datetime
import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu.gateway.readiness import CHECKS
from dancu_mock import Mock, MockServer

from .conftest import Served, serving, write_files

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATIONS = "\n[operations]\nport = {port}\n"


def free_port() -> int:
    """A port of the loopback that nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A gateway with an operations port, and that port's address."""
    port = free_port()
    with serving(tmp_path_factory.mktemp("operated"), granting=OPERATIONS.format(port=port)) as made:
        yield made, f"http://127.0.0.1:{port}/"


def seen(address: str, path: str = "readyz") -> httpx.Response:
    """What the operations port answers."""
    return httpx.get(address + path, trust_env=False)


def test_the_main_port_tells_no_reasons(operated: tuple[Served, str]) -> None:
    """Without a key: a word, and the state of each check."""
    answer = operated[0].request("GET", "readyz")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert set(told) == {"status", "checks"}
    assert set(told["checks"]) <= set(CHECKS)
    assert told["checks"]["audit"] == told["checks"]["upstream"] == "ok"


def test_the_operations_port_tells_all(operated: tuple[Served, str]) -> None:
    """Every finding with its sentences, and the days of both certificates."""
    told = seen(operated[1]).json()
    days = {one["about"]: one["days"] for one in told["findings"] if one["check"] == "certificates"}
    assert days.keys() == {"listen.certificate", "upstream"} and all(0 < left < 8 for left in days.values())
    assert all(one["message_vi"] and one["message_en"] for one in told["findings"])
    assert seen(operated[1], "healthz").json() == {"status": "ok"}


def test_a_store_that_is_locked_turns_the_gateway_away(operated: tuple[Served, str]) -> None:
    """503 while somebody holds the audit's lock, and ready again within five seconds after."""
    served, address = operated
    with sqlite3.connect(served.directory / "audit.sqlite", isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        assert within(5, lambda: served.request("GET", "readyz").status_code == 503)
        assert {one["state"] for one in seen(address).json()["findings"] if one["check"] == "audit"} == {"failing"}
        database.execute("ROLLBACK")
    database.close()
    assert within(5, lambda: served.request("GET", "readyz").status_code == 200)


def within(seconds: float, holds: Any) -> bool:
    """Whether something comes true in time."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
    return True


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.0.2.1", ""])
@pytest.mark.parametrize("path", ["", "metrics", "status.json", "readyz"])
def test_a_foreign_name_is_refused(operated: tuple[Served, str], host: str, path: str) -> None:
    """A page that was lured onto the loopback by its own name reads nothing."""
    assert httpx.get(operated[1] + path, headers={"Host": host}, trust_env=False).status_code == 400


@pytest.mark.parametrize("path", ["", "readyz", "metrics", "status.json", "page/status", "static/dancu.css"])
def test_nothing_can_be_changed_there(operated: tuple[Served, str], path: str) -> None:
    """Every method but GET and HEAD is refused everywhere."""
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert httpx.request(method, operated[1] + path, trust_env=False).status_code == 405


def listening(pid: int) -> set[tuple[str, int]]:
    """Where a process listens: addresses in hexadecimal as the kernel writes them, and ports."""
    inodes = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        target = str(entry.readlink())
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{name}").read_text(encoding="ascii").splitlines()[1:]:
            parts = line.split()
            if parts[3] == "0A" and parts[9] in inodes:
                address, port = parts[1].split(":")
                found.add((address, int(port, 16)))
    return found


def test_a_second_port_is_open_only_where_it_was_asked_for(operated: tuple[Served, str], tmp_path: Path) -> None:
    """One listening port by default, two with the setting, and both on 127.0.0.1."""
    if not Path("/proc/self/net/tcp").exists():
        pytest.skip("the ports are read from Linux's /proc")
    port = int(operated[1].rsplit(":", 1)[1].strip("/"))
    assert {one for _address, one in listening(operated[0].process.pid)} >= {port}
    assert [address for address, _port in listening(operated[0].process.pid)] == ["0100007F"] * 2
    with serving(tmp_path) as plain:
        assert len(listening(plain.process.pid)) == 1


def refused_start(directory: Path) -> str:
    """What a gateway says that does not start; it leaves with 2 and without a traceback."""
    command = [sys.executable, "-m", "dancu.cli", "gateway", "serve", "--config", str(directory / "gateway.toml")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=30, check=False)
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
    return ended.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """The gateway does not start beside somebody else's port, and says in a sentence which setting it is."""
    with MockServer(Mock()) as platform, socket.create_server(("127.0.0.1", 0)) as taken:
        write_files(tmp_path, platform, granting=OPERATIONS.format(port=taken.getsockname()[1]))
        assert "operations.port" in refused_start(tmp_path)


def test_it_does_not_start_with_a_certificate_that_has_ended(tmp_path: Path) -> None:
    """Nobody could connect; the setting is named instead."""
    now = datetime.datetime.now(datetime.UTC)
    with MockServer(Mock()) as platform:
        write_files(tmp_path, platform)
        begun = now - datetime.timedelta(days=2)
        issued = platform.authority.issue_server(not_before=begun, not_after=now - datetime.timedelta(seconds=1))
    (tmp_path / "gateway.pem").write_bytes(issued.certificate_pem)
    (tmp_path / "gateway.key").write_bytes(issued.key_pem)
    assert "listen.certificate" in refused_start(tmp_path)
