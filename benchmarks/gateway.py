"""The gateway against direct calls, bare Starlette, FastAPI, nginx, an audit in memory and asyncio: paired ratios.

Every server is a process of its own on the loopback, this one is the client, and one window belongs to one
of them. This client bounds the rates too, so the server's CPU time for a request stands beside them. No
absolute time is asserted. Needs Linux; takes two minutes; run it with ``make bench``.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import json
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, TypeAlias

import httpx

from dancu import AsyncClient, MemorySink, Officer, Purpose, Subject
from dancu.gateway.applications import hash_key, new_key
from dancu_mock.pki import Authority

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence

    from dancu.domain.fields import FieldName

    Plan: TypeAlias = "dict[str, Callable[[], Coroutine[None, None, Seen]]]"

SERVERS = Path(__file__).resolve().parent / "servers"
ROUNDS = 7
WARM_SECONDS = 0.15
SECONDS = 0.6
FIELDS: list[FieldName] = ["name", "permanent_address"]
CITIZEN = {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-02"}
PURPOSE = {"procedure": "1.004194", "unit": "H15.42", "session": "benchmark", "officer": {"code": "066680000009"}}
CONFIG = """
[listen]
port = 0
certificate = "gateway.pem"
key = "gateway.key"
[upstream]
profile = "wide.toml"
[audit]
database = "{name}.sqlite"
[protection]
floor = 0
per_subject = 1000000
per_officer = 1000000
per_application = 1000000
"""
APPLICATION = """
[[application]]
name = "benchmark-{place}"
key_sha256 = "{key}"
units = ["H15.42"]
per_second = 10000
[[grant]]
application = "benchmark-{place}"
procedure = "1.004194"
service = "look_up"
fields = {fields}
"""
APPLICATIONS = 4
"""More than one, so that no application comes to its rate."""


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """One candidate in one round: requests/s, server CPU in microseconds a request, latencies in ms."""

    rate: float
    cpu: float
    p50: float
    p99: float


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """A server process and its port."""

    pid: int
    port: int

    def cpu(self) -> float:
        """Seconds of CPU that all its threads have used."""
        files = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(file.read_text(encoding="ascii").split()[0]) for file in files) / 1e9


class Caller(asyncio.Protocol):
    """One kept connection that asks again as soon as it has its answer, 200 with a Content-Length."""

    def __init__(self, request: bytes, took: list[float]) -> None:
        self._request = request
        self._took = took
        self._got = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Ask again when the answer is whole; anything but 200 ends the benchmark."""
        self._got += data
        head, end, body = self._got.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        if not head.startswith(b"HTTP/1.1 200 "):
            sys.exit(f"not the answer that was to be measured: {self._got[:300]!r}")
        self._took.append(time.perf_counter() - self._asked)
        self._got = b""
        self._ask()


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def seen(took: list[float], cpu: float, seconds: float) -> Seen:
    """What the calls of one window come to."""
    hundredths = statistics.quantiles(took, n=100)
    return Seen(len(took) / seconds, cpu / len(took) * 1e6, hundredths[49] * 1000, hundredths[98] * 1000)


async def load(server: Server, requests: Sequence[bytes], connections: int, trust: ssl.SSLContext) -> Seen:
    """Closed-loop callers on warm connections for one window."""
    took: list[float] = []
    loop, turns = asyncio.get_running_loop(), itertools.cycle(requests)
    lines = [
        await loop.create_connection(
            lambda: Caller(next(turns), took), "127.0.0.1", server.port, ssl=trust, server_hostname="127.0.0.1"
        )
        for _ in range(connections)
    ]
    await asyncio.sleep(WARM_SECONDS)
    took.clear()
    cpu, started = server.cpu(), time.perf_counter()
    await asyncio.sleep(SECONDS)
    result = seen(list(took), server.cpu() - cpu, time.perf_counter() - started)
    for transport, _caller in lines:
        assert not transport.is_closing(), "the server hung up"
        transport.abort()
    await asyncio.sleep(0)
    return result


async def direct(profile: Path) -> Seen:
    """One task with the SDK in this process, audit in memory; the CPU time is this process's."""
    purpose = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="benchmark")
    subject = Subject(**CITIZEN)
    took: list[float] = []
    async with AsyncClient(profile, audit=MemorySink()) as dancu:
        await dancu.look_up(subject, fields=FIELDS, purpose=purpose)
        cpu, began = time.process_time(), time.perf_counter()
        while (asked := time.perf_counter()) < began + SECONDS:
            await dancu.look_up(subject, fields=FIELDS, purpose=purpose)
            took.append(time.perf_counter() - asked)
        return seen(took, time.process_time() - cpu, time.perf_counter() - began)


@contextlib.contextmanager
def running(command: list[str], directory: Path) -> Generator[subprocess.Popen[str]]:
    """A process, ended by its pid."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=directory) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@contextlib.contextmanager
def speaking(command: list[str], directory: Path) -> Generator[Server]:
    """A server of ours, which says in a line of JSON where it listens."""
    with running([sys.executable, *command], directory) as process:
        assert process.stdout is not None
        port = httpx.URL(json.loads(process.stdout.readline())["url"]).port
        assert port is not None
        yield Server(process.pid, port)


def free_port() -> int:
    """A port of the loopback that nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextlib.contextmanager
def nginx(program: str, directory: Path, kind: str, **values: object) -> Generator[Server]:
    """One nginx process without a master, with the gateway's certificate; ``kind`` is that of its file."""
    template = Template((SERVERS / f"nginx_{kind}.conf").read_text(encoding="utf-8"))
    config, port = directory / f"{kind}.conf", free_port()
    config.write_text(template.substitute(values, port=port), encoding="utf-8")
    with running([program, "-p", str(directory), "-c", str(config)], directory) as process:
        for _attempt in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield Server(process.pid, port)


def prepare(directory: Path) -> tuple[list[str], ssl.SSLContext]:
    """A profile of 64 lanes, certificates and configurations; the applications' keys and whom to trust."""
    narrow = (directory / "profile.toml").read_text(encoding="utf-8")
    assert "limits" not in tomllib.loads(narrow)
    wide = f"{narrow}\n[limits]\nparallel = 64\n"
    (directory / "wide.toml").write_text(wide, encoding="utf-8")
    (directory / "cached-profile.toml").write_text(f"{wide}\n[cache]\nenabled = true\n", encoding="utf-8")
    authority = Authority.create()
    (directory / "bench-ca.pem").write_bytes(authority.certificate_pem)
    for name, issued in (("gateway", authority.issue_server()), ("bench", authority.issue_client())):
        (directory / f"{name}.key").touch(mode=0o600)
        (directory / f"{name}.key").write_bytes(issued.key_pem)
        (directory / f"{name}.pem").write_bytes(issued.certificate_pem)
    keys = [new_key() for _ in range(APPLICATIONS)]
    applications = "".join(
        APPLICATION.format(place=place, key=hash_key(key), fields=json.dumps(FIELDS)) for place, key in enumerate(keys)
    )
    for name in ("gateway", "bare", "memory", "asyncio", "fastapi", "cached"):
        text = CONFIG.format(name=name).replace("wide", "cached-profile" if name == "cached" else "wide")
        (directory / f"{name}.toml").write_text(text + applications, encoding="utf-8")
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(cadata=authority.certificate_pem.decode())
    trust.load_cert_chain(directory / "bench.pem", directory / "bench.key")
    return keys, trust


def written(key: str) -> tuple[bytes, bytes]:
    """``whoami`` and a look-up as bytes."""
    headers = f"Host: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nAccept: application/json\r\n"
    body = json.dumps({"subject": CITIZEN, "purpose": PURPOSE, "fields": FIELDS}).encode()
    more = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return (
        f"GET /v1/whoami HTTP/1.1\r\n{headers}\r\n".encode(),
        f"POST /v1/lookup HTTP/1.1\r\n{headers}{more}".encode() + body,
    )


def measure(plan: Plan) -> dict[str, list[Seen]]:
    """Every candidate once a round; every other round backwards, so that none always follows the same one."""
    found: dict[str, list[Seen]] = {name: [] for name in plan}
    for turn in range(ROUNDS):
        for name in list(plan)[:: -1 if turn % 2 else 1]:
            found[name].append(asyncio.run(plan[name]()))
    return found


def spread(values: Iterator[float]) -> str:
    """Median and range."""
    ordered = sorted(values)
    return f"{statistics.median(ordered):.2f} [{ordered[0]:.2f}-{ordered[-1]:.2f}]"


def ratio(found: dict[str, list[Seen]], one: str, other: str) -> None:
    """A line of the table: rates, and server CPU for a request, of one over the other."""
    if one not in found or other not in found:
        return
    pairs = list(zip(found[one], found[other], strict=True))
    rates, costs = spread(a.rate / b.rate for a, b in pairs), spread(a.cpu / b.cpu for a, b in pairs)
    print(f"{one + ' / ' + other:<58}{rates:<22}{costs}")


def report(found: dict[str, list[Seen]]) -> None:
    """The table."""
    print(f"{ROUNDS} interleaved rounds, median [range]")
    print(f"{'':<58}{'requests/s':<22}server CPU a request")
    for connections in ("1", "16"):
        ratio(found, f"whoami x{connections}", f"bare Starlette x{connections}")
        ratio(found, f"whoami x{connections}", f"nginx x{connections}")
    for connections in ("16", "64"):
        ratio(found, f"look-up x{connections}", f"look-up, audit in memory x{connections}")
    for other in ("look-up, FastAPI", "nginx", "nginx, mTLS proxy"):
        ratio(found, "look-up x16", f"{other} x16")
        ratio(found, "look-up, cached x16", f"{other} x16")
    ratio(found, "look-up, cached x16", "look-up x16")
    ratio(found, "whoami x16", "whoami, asyncio x16")
    ratio(found, "look-up x16", "look-up, asyncio x16")
    for name in ("look-up, audit in memory x1", "look-up x1"):
        pairs = list(zip(found[name], found["direct x1"], strict=True))
        for place in ("p50", "p99"):
            added = spread(getattr(a, place) - getattr(b, place) for a, b in pairs)
            times = spread(getattr(a, place) / getattr(b, place) for a, b in pairs)
            print(f"{name + ' against direct, ' + place:<58}{times:<22}{added} ms added")
    print("for scale, medians of this run:")
    for name, rounds in found.items():
        rate, cpu = statistics.median(a.rate for a in rounds), statistics.median(a.cpu for a in rounds)
        print(f"  {name:<32}{rate:8.0f}/s {cpu:8.0f} us CPU")


def plan(servers: dict[str, Server], keys: list[str], trust: ssl.SSLContext, profile: Path) -> Plan:
    """All candidates by name."""
    whoami, look_up = zip(*(written(key) for key in keys), strict=True)

    def against(server: str, requests: Sequence[bytes], connections: int) -> Callable[[], Coroutine[None, None, Seen]]:
        return lambda: load(servers[server], requests, connections, trust)

    made: Plan = {"direct x1": lambda: direct(profile)}
    for connections in (1, 16):
        made[f"whoami x{connections}"] = against("gateway", whoami, connections)
        made[f"bare Starlette x{connections}"] = against("bare", whoami, connections)
        if "nginx" in servers:
            made[f"nginx x{connections}"] = against("nginx", whoami, connections)
    for connections in (1, 16, 64):
        made[f"look-up x{connections}"] = against("gateway", look_up, connections)
        made[f"look-up, audit in memory x{connections}"] = against("memory", look_up, connections)
    made["look-up, cached x16"] = against("cached", look_up, 16)
    if "fastapi" in servers:
        made["look-up, FastAPI x16"] = against("fastapi", look_up, 16)
    if "proxy" in servers:
        made["nginx, mTLS proxy x16"] = against("proxy", whoami, 16)
    if "asyncio" in servers:
        made["whoami, asyncio x16"] = against("asyncio", whoami, 16)
        made["look-up, asyncio x16"] = against("asyncio", look_up, 16)
    return made


def main() -> int:
    """Start the servers, measure in rounds, print, end the servers."""
    if not Path("/proc/self/schedstat").exists():
        print("left out: the servers' CPU time is read from Linux's /proc")
        return 0
    with tempfile.TemporaryDirectory(prefix="dancu-bench-") as name, contextlib.ExitStack() as stack:
        directory = Path(name)
        stack.enter_context(speaking(["-m", "dancu.cli", "mock", "serve", "--dir", name, "--json"], directory))
        keys, trust = prepare(directory)
        cli = ["-m", "dancu.cli", "gateway", "serve", "--config", "gateway.toml", "--json"]
        servers = {"gateway": stack.enter_context(speaking(cli, directory))}
        servers["cached"] = stack.enter_context(speaking([*cli[:-2], "cached.toml", "--json"], directory))
        url = f"https://127.0.0.1:{servers['gateway'].port}/v1/whoami"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {keys[0]}"}, verify=trust, trust_env=False).text
        (directory / "answer.json").write_text(answer, encoding="utf-8")
        for kind in ("bare", "memory", "asyncio", "fastapi"):
            needed = {"asyncio": "uvloop", "fastapi": "fastapi"}.get(kind)
            if needed is not None and find_spec(needed) is None:
                print(f"left out: {kind}, since {needed} is not installed")
                continue
            command = [str(SERVERS / "gateway_server.py"), kind]
            servers[kind] = stack.enter_context(speaking(command, directory))
        program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
        if program is None:
            print("left out: nginx; on Debian, apt-get install nginx-light")
        else:
            behind = free_port()
            servers["nginx"] = stack.enter_context(nginx(program, directory, "static", behind=behind, answer=answer))
            servers["proxy"] = stack.enter_context(nginx(program, directory, "proxy", behind=behind))
        report(measure(plan(servers, keys, trust, directory / "wide.toml")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
