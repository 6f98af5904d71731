"""A look-up by dancu, by zeep over requests and by hand over httpx: paired ratios of the client's CPU.

nginx gives the same answer to all over mTLS; each client is a process of its own, warm, and one window belongs
to one of them. dancu does all it does (keys checked, retries, breaker, audit on disk); zeep and the
hand-written client sign, ask and read the name, and do nothing else. No absolute time is asserted.
Needs nginx; takes half a minute; run it with ``make bench``.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import resource
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
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from lxml import etree

from dancu import Client, Found, MemorySink, Officer, Purpose, Subject
from dancu_mock import Mock, MockServer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    Worker = subprocess.Popen[str]

ROUNDS = 9
CALLS = 300
PATH = "/dancu/tracuu"
CITIZEN = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="benchmark")
KEYS = {"MaDVC": "1.004194", "MaTichHop": "037", "MaCanBo": "066680000009", "SoDinhDanh": "066790000001"}
BODY = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:d="http://dancuquocgia.bca"><s:Body>'
    "<d:TraCuuThongTinCongDan><d:MaYeuCau>{id}</d:MaYeuCau><d:MaDVC>1.004194</d:MaDVC><d:MaTichHop>037</d:MaTichHop>"
    "<d:MaCanBo>066680000009</d:MaCanBo><d:SoDinhDanh>066790000001</d:SoDinhDanh><d:HoVaTen>NGUYENTHIMAU</d:HoVaTen>"
    "<d:NgayThangNamSinh><d:NgayThangNam>19900102</d:NgayThangNam></d:NgayThangNamSinh></d:TraCuuThongTinCongDan>"
    "</s:Body></s:Envelope>"
)
NGINX = """
daemon off; master_process off; pid nginx.pid; error_log nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off; keepalive_requests 1000000000; default_type "text/xml; charset=utf-8";
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server {{
        listen 127.0.0.1:{port} ssl; ssl_certificate server.pem; ssl_certificate_key server.key;
        ssl_client_certificate ca.pem; ssl_verify_client on;
        return 200 '{answer}';
    }}
}}
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where the files lie and nginx listens."""

    directory: Path
    port: int

    @property
    def url(self) -> str:
        """Of service A."""
        return f"https://localhost:{self.port}{PATH}"

    def signed(self) -> dict[str, str]:
        """The two headers of family hash-basic."""
        stamp = str(int(time.time() * 1000))
        secret = (self.directory / "secret.txt").read_text(encoding="utf-8")
        digest = hashlib.sha256(f"{PATH}demo-app{stamp}{secret}".encode()).hexdigest()
        basic = base64.b64encode(f"demo-app:{digest}".encode()).decode()
        return {"Authorization": f"Basic {basic}", "Timestamp": stamp}

    def profile(self) -> dict[str, Any]:
        """The mock's own profile, pointed at nginx."""
        profile = tomllib.loads((self.directory / "profile.toml").read_text(encoding="utf-8"))
        profile["endpoint"]["url"] = f"https://localhost:{self.port}/dancu/"
        profile["tls"] = {name: str(self.directory / file) for name, file in profile["tls"].items()}
        profile["credential"]["secret"] = {"file": str(self.directory / "secret.txt")}
        profile["audit"] = {"sink": f"file:{self.directory / 'audit.jsonl'}"}
        return profile


def by_dancu(place: Place) -> Callable[[], str]:
    """The SDK, everything on."""
    dancu = Client(place.profile())

    def ask() -> str:
        answer = dancu.look_up(CITIZEN, fields=["name"], purpose=PURPOSE)
        assert isinstance(answer, Found)
        return str(answer.citizen.name)

    return ask


def by_hand(place: Place) -> Callable[[], str]:
    """What one writes in an afternoon."""
    context = ssl.create_default_context(cafile=str(place.directory / "ca.pem"))
    context.load_cert_chain(place.directory / "client.pem", place.directory / "client.key")
    client = httpx.Client(verify=context, trust_env=False)
    counted = iter(range(10**9))

    def ask() -> str:
        body = BODY.format(id=f"{time.time_ns():x}{next(counted)}").encode()
        answer = client.post(place.url, content=body, headers={**place.signed(), "Content-Type": "application/xml"})
        return name_in(etree.fromstring(answer.content))

    return ask


def by_zeep(place: Place) -> Callable[[], str]:
    """A SOAP library with the WSDL that the mock makes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zeep's own imports warn
        import requests
        import zeep
        from zeep.transports import Transport
    session = requests.Session()
    session.trust_env = False
    session.verify = str(place.directory / "ca.pem")
    session.cert = (str(place.directory / "client.pem"), str(place.directory / "client.key"))
    soap: Any = zeep
    transport: Any = Transport
    client = soap.Client(str(place.directory / "a.wsdl"), transport=transport(session=session))
    service = client.create_service(next(iter(client.wsdl.bindings)), place.url)
    counted = iter(range(10**9))

    def ask() -> str:
        with client.settings(extra_http_headers=place.signed()):
            found = service.TraCuuThongTinCongDan(
                MaYeuCau=f"{time.time_ns():x}{next(counted)}",
                HoVaTen="NGUYENTHIMAU",
                NgayThangNamSinh={"NgayThangNam": "19900102"},
                **KEYS,
            )
        citizens = found if isinstance(found, list) else found["CongDan"]
        return str(citizens[0]["HoVaTen"]["Ten"])

    return ask


def name_in(document: etree._Element) -> str:
    """The first name in an answer."""
    return str(document.xpath("string((//*[local-name()='HoVaTen']/*[local-name()='Ten'])[1])"))


WAYS = {"dancu": by_dancu, "httpx by hand": by_hand, "zeep and requests": by_zeep}


def work(way: str, place: Place) -> int:
    """Be one client: warm up, then for each line ask `CALLS` times and tell the CPU microseconds of one."""
    ask = WAYS[way](place)
    names = {ask() for _ in range(50)}
    assert len(names) == 1 and names.pop().startswith("NGUY")
    print("ready", flush=True)
    for _line in sys.stdin:
        began = spent()
        for _ in range(CALLS):
            ask()
        print((spent() - began) / CALLS * 1e6, flush=True)
    return 0


def spent() -> float:
    """Seconds of CPU of this process, its threads and the kernel on its behalf."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def answer_and_description(directory: Path) -> bytes:
    """The mock's answer to the benchmark's question; its WSDL and files are written beside."""
    heard: list[bytes] = []
    mock = Mock()
    with MockServer(mock) as server:
        server.write_files(directory)
        issued = server.authority.issue_server()
        context = ssl.create_default_context(cafile=str(directory / "ca.pem"))
        context.load_cert_chain(directory / "client.pem", directory / "client.key")
        with httpx.Client(verify=context, trust_env=False) as client:
            described = client.get(f"https://localhost:{server.port}{PATH}?wsdl")
    (directory / "a.wsdl").write_bytes(described.raise_for_status().content)
    for name, text in (("server.key", issued.key_pem), ("server.pem", issued.certificate_pem)):
        (directory / name).touch(mode=0o600)
        (directory / name).write_bytes(text)

    class Heard(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = mock.transport().handle_request(request)
            heard.append(response.read())
            return response

    with Client(Place(directory, 443).profile(), transport=Heard(), audit=MemorySink()) as dancu:
        dancu.look_up(CITIZEN, fields=["name"], purpose=PURPOSE)
    return heard[0]


@contextlib.contextmanager
def nginx(program: str, directory: Path, answer: bytes) -> Generator[int]:
    """One nginx process without a master; its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    assert b"'" not in answer and b"$" not in answer
    config = directory / "nginx.conf"
    config.write_text(NGINX.format(port=port, answer=answer.decode()), encoding="utf-8")
    with subprocess.Popen([program, "-p", str(directory), "-c", str(config)]) as process:
        try:
            for _attempt in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@contextlib.contextmanager
def started(way: str, place: Place) -> Generator[Worker]:
    """A client's process, ended by its pid."""
    command = [sys.executable, __file__, way, str(place.directory), str(place.port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
            yield worker
        finally:
            worker.terminate()


def window(worker: Worker) -> float:
    """CPU microseconds a call, of one window."""
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()
    return float(worker.stdout.readline())


def spread(values: Iterator[float]) -> str:
    """Median and range."""
    ordered = sorted(values)
    return f"{statistics.median(ordered):.2f} [{ordered[0]:.2f}-{ordered[-1]:.2f}]"


def main() -> int:
    """Start nginx and the clients, measure in rounds, print."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        print("left out: needs nginx; on Debian, apt-get install nginx-light")
        return 0
    with tempfile.TemporaryDirectory(prefix="dancu-bench-") as name, contextlib.ExitStack() as stack:
        directory = Path(name)
        answer = answer_and_description(directory)
        place = Place(directory, stack.enter_context(nginx(program, directory, answer)))
        workers = {way: stack.enter_context(started(way, place)) for way in WAYS}
        found: dict[str, list[float]] = {way: [] for way in WAYS}
        for turn in range(ROUNDS):
            for way in list(WAYS)[:: -1 if turn % 2 else 1]:
                found[way].append(window(workers[way]))
    print(f"{ROUNDS} interleaved rounds of {CALLS} look-ups over one connection, an answer of {len(answer)} bytes")
    for way in list(WAYS)[1:]:
        pairs = zip(found["dancu"], found[way], strict=True)
        print(f"  dancu / {way:<20}{spread(ours / theirs for ours, theirs in pairs)} client CPU a call")
    print("for scale, medians of this run:")
    for way, seen in found.items():
        print(f"  {way:<28}{statistics.median(seen):6.0f} us CPU a call")
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(work(sys.argv[1], Place(Path(sys.argv[2]), int(sys.argv[3]))))
    sys.exit(main())
