"""The mock against nginx with the same answer over mTLS: paired ratios, server CPU, start-up and memory.

Two processes of blocking TLS sockets are the callers, one window belongs to one server, and every request is a
new one, signed and with an id of its own. No absolute time is asserted. Needs Linux and nginx; takes a minute;
run it with ``make bench``.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
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
from pathlib import Path
from typing import TYPE_CHECKING

from dancu_mock.pki import Authority

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

ROUNDS = 7
PROCESSES = 2
SECONDS = 0.8
STARTS = 5
PATH = "/dancu/tracuu"
BODY = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:d="http://dancuquocgia.bca"><s:Body>'
    "<d:TraCuuThongTinCongDan><d:MaYeuCau>{id}</d:MaYeuCau><d:MaDVC>1.004194</d:MaDVC><d:MaTichHop>037</d:MaTichHop>"
    "<d:MaCanBo>can.bo.mau</d:MaCanBo><d:SoDinhDanh>066790000001</d:SoDinhDanh><d:HoVaTen>NGUYENTHIMAU</d:HoVaTen>"
    "<d:NgayThangNamSinh><d:NgayThangNam>19900102</d:NgayThangNam></d:NgayThangNamSinh></d:TraCuuThongTinCongDan>"
    "</s:Body></s:Envelope>"
)
NGINX = """
daemon off; master_process off; pid nginx.pid; error_log nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off; keepalive_requests 1000000000; default_type "{kind}";
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server {{
        listen 127.0.0.1:{port} ssl; ssl_certificate nginx.pem; ssl_certificate_key nginx.key;
        ssl_client_certificate ca.pem; ssl_verify_client on; add_header X-Dancu-Mock 1;
        return 200 '{answer}';
    }}
}}
"""
IN_PROCESS = """
import time
from dancu_mock.control.server import ControlServer
from dancu_mock.mock import Mock
from dancu_mock.server import MockServer
began = time.perf_counter()
mock = Mock()
with MockServer(mock) as server, ControlServer(mock, server):
    took = time.perf_counter() - began
    began = time.perf_counter()
    mock.reset()
    print(took, time.perf_counter() - began)
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """One server in one round: requests a second, and its CPU in microseconds a request."""

    rate: float
    cpu: float


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """A server process and its port."""

    pid: int
    port: int

    def cpu(self) -> float:
        """Seconds of CPU that all its threads have used."""
        files = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(file.read_text(encoding="ascii").split()[0]) for file in files) / 1e9

    def memory(self) -> float:
        """MiB that it holds resident."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def request(secret: str) -> tuple[bytes, bytes]:
    """A signed look-up, before and after the 20 letters of its id."""
    stamp = str(int(time.time() * 1000))
    digest = hashlib.sha256(f"{PATH}demo-app{stamp}{secret}".encode()).hexdigest()
    basic = base64.b64encode(f"demo-app:{digest}".encode()).decode()
    before, after = (part.encode() for part in BODY.split("{id}"))
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\nTimestamp: {stamp}\r\n"
        f"Content-Type: application/xml\r\nContent-Length: {len(before) + 20 + len(after)}\r\n\r\n"
    )
    return head.encode() + before, after


def opened(directory: Path, port: int) -> ssl.SSLSocket:
    """A connection with the client's certificate."""
    context = ssl.create_default_context(cafile=str(directory / "ca.pem"))
    context.load_verify_locations(directory / "nginx-ca.pem")
    context.load_cert_chain(directory / "client.pem", directory / "client.key")
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10), server_hostname="localhost")


def read(connection: ssl.SSLSocket) -> bytes:
    """One whole answer with a Content-Length; anything but 200 ends the benchmark."""
    got = b""
    while True:
        head, end, body = got.partition(b"\r\n\r\n")
        if end and len(body) >= int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]):
            if not head.startswith(b"HTTP/1.1 200 "):
                sys.exit(f"not the answer that was to be measured: {got[:300]!r}")
            return got
        got += connection.recv(65536)


def drive(directory: Path, port: int, connections: int) -> int:
    """Be a caller: shake hands, wait for a line, ask on every connection in turn for one window, tell the count."""
    before, after = request((directory / "secret.txt").read_text(encoding="utf-8"))
    lines = [opened(directory, port) for _ in range(connections)]
    print("ready", flush=True)
    sys.stdin.readline()
    name, asked, ended = f"{time.time_ns():x}"[-12:].encode(), 0, time.perf_counter() + SECONDS
    while time.perf_counter() < ended:
        for line in lines:
            line.sendall(before + b"%s%08d" % (name, asked) + after)
            asked += 1
        for line in lines:
            read(line)
    print(asked)
    for line in lines:
        line.close()
    return 0


def load(server: Server, directory: Path, connections: int) -> Seen:
    """Two callers for one window."""
    command = [sys.executable, __file__, str(directory), str(server.port), str(connections)]
    callers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    for one in callers:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    cpu = server.cpu()
    for one in callers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    asked = sum(int(one.communicate(timeout=30)[0]) for one in callers)
    return Seen(asked / SECONDS, (server.cpu() - cpu) / asked * 1e6)


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
def mock(directory: Path) -> Generator[tuple[Server, float]]:
    """The mock as a process, with its control port, and the seconds from its start until it could be asked."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "dancu.cli", "mock", "serve", "--dir", str(directory), "--json"]
    with running(command, directory) as process:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        yield Server(process.pid, port), time.perf_counter() - began


@contextlib.contextmanager
def nginx(program: str, directory: Path, answer: bytes) -> Generator[Server]:
    """One nginx process without a master, which asks for the same client certificate and gives the same answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    head, _blank, body = answer.partition(b"\r\n\r\n")
    assert b"'" not in body and b"$" not in body
    kind = head.lower().partition(b"content-type:")[2].partition(b"\r\n")[0].strip().decode()
    config = directory / "nginx.conf"
    config.write_text(NGINX.format(port=port, answer=body.decode(), kind=kind), encoding="utf-8")
    with running([program, "-p", str(directory), "-c", str(config)], directory) as process:
        for _attempt in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield Server(process.pid, port)


def certify(directory: Path) -> None:
    """What nginx shows, and whom its callers trust next to the mock's CA."""
    authority = Authority.create()
    issued = authority.issue_server()
    for name, text in (
        ("nginx.key", issued.key_pem),
        ("nginx.pem", issued.certificate_pem),
        ("nginx-ca.pem", authority.certificate_pem),
    ):
        (directory / name).touch(mode=0o600)
        (directory / name).write_bytes(text)


def spread(values: Iterator[float]) -> str:
    """Median and range."""
    ordered = sorted(values)
    return f"{statistics.median(ordered):.2f} [{ordered[0]:.2f}-{ordered[-1]:.2f}]"


def report(found: dict[tuple[str, int], list[Seen]]) -> None:
    """The table."""
    print(f"{ROUNDS} interleaved rounds, {PROCESSES} processes of callers, median [range]")
    print(f"{'':<28}{'requests/s':<22}server CPU a request")
    for connections in sorted({each for _name, each in found}):
        pairs = list(zip(found["mock", connections], found["nginx", connections], strict=True))
        rates, costs = spread(a.rate / b.rate for a, b in pairs), spread(a.cpu / b.cpu for a, b in pairs)
        print(f"{f'mock / nginx x{PROCESSES * connections}':<28}{rates:<22}{costs}")
    print("for scale, medians of this run:")
    for (name, connections), rounds in found.items():
        rate, cpu = statistics.median(a.rate for a in rounds), statistics.median(a.cpu for a in rounds)
        print(f"  {f'{name} x{PROCESSES * connections}':<26}{rate:8.0f}/s {cpu:8.0f} us CPU")


def starts(directory: Path) -> None:
    """How long it takes until the mock can be asked, as a process and in one, and how long a reset takes."""
    taken: list[float] = []
    for place in range(STARTS):
        folder = directory / f"start-{place}"
        folder.mkdir()
        with mock(folder) as (server, seconds):
            taken.append(seconds)
            memory = server.memory()
    print(f"dancu mock serve, until it can be asked: {spread(iter(taken))} s; {memory:.0f} MiB resident")
    command = [sys.executable, "-c", IN_PROCESS]
    inside = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(STARTS)]
    for place, name in enumerate(("MockServer and ControlServer in a process", "a reset of a fresh mock")):
        print(f"{name}: {spread(float(line.split()[place]) * 1000 for line in inside)} ms")


def main() -> int:
    """Start the servers, measure in rounds, print, end the servers."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None or not Path("/proc/self/schedstat").exists():
        print("left out: needs Linux, and nginx; on Debian, apt-get install nginx-light")
        return 0
    with tempfile.TemporaryDirectory(prefix="dancu-bench-") as name, contextlib.ExitStack() as stack:
        directory = Path(name)
        certify(directory)
        platform, _seconds = stack.enter_context(mock(directory))
        before, after = request((directory / "secret.txt").read_text(encoding="utf-8"))
        with opened(directory, platform.port) as connection:
            connection.sendall(before + b"0" * 20 + after)
            answer = read(connection)
        servers = {"mock": platform, "nginx": stack.enter_context(nginx(program, directory, answer))}
        found: dict[tuple[str, int], list[Seen]] = {}
        for turn in range(ROUNDS):
            for connections in (1, 8):
                for kind in list(servers)[:: -1 if turn % 2 else 1]:
                    seen = load(servers[kind], directory, connections)
                    found.setdefault((kind, connections), []).append(seen)
        report(found)
        calls = sum(one.rate * SECONDS for (kind, _each), rounds in found.items() for one in rounds if kind == "mock")
        print(f"the mock after {calls:.0f} calls, each in its journal: {platform.memory():.0f} MiB resident")
        starts(directory)
    return 0


if __name__ == "__main__":
    sys.exit(drive(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 1 else main())
