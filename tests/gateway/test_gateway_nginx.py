"""The sample configuration of nginx, run by the real nginx in front of a gateway on the loopback."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest

from dancu import Client, Found, MemorySink, Officer, Purpose, Subject, Unavailable
from dancu.gateway.problems import meaning
from dancu_mock import Mock, MockServer
from dancu_mock.pki import Authority

from .conftest import question, start, write_files
from .test_gateway_ready import OPERATIONS, free_port

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

SAMPLE = Path(__file__).resolve().parents[2] / "packaging" / "nginx" / "dancu-gateway.conf"
MAIN = """
daemon off; master_process off; pid {at}/nginx.pid; error_log {at}/nginx-error.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/fastcgi;
    uwsgi_temp_path {at}/uwsgi; scgi_temp_path {at}/scgi;
    include {at}/dancu-gateway.conf;
}}
"""
PROFILE = """
environment = "test"
[endpoint]
url = "{url}"
[tls]
ca = "{at}/ca.pem"
[credential]
family = "gateway"
application = "mot-cua"
key = {{ file = "{at}/key.txt" }}
[audit]
sink = "none"
[retry]
attempts = 1
"""
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="nginx")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")


@dataclass(frozen=True)
class Fronted:
    """A gateway behind nginx.

    Attributes:
        url: nginx's, with a slash at its end.
        process: the gateway's.
    """

    url: str
    directory: Path
    key: str
    process: subprocess.Popen[str]

    def client(self, pair: tuple[str, str] | None = None) -> httpx.Client:
        """Somebody who trusts nginx's certificate and has the key, and perhaps files of a certificate and its key."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.directory / "ca.pem")
        if pair is not None:
            context.load_cert_chain(*pair)
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=self.url, verify=context, trust_env=False, timeout=10, headers=headers)


def sample(directory: Path, *, port: int, operations: int, **changes: str) -> str:
    """The sample, with the places of this test; every text that is to be replaced must be in it."""
    text = SAMPLE.read_text(encoding="utf-8")
    places = {
        "listen 8443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "/run/dancu/gateway.sock max_fails=1 fail_timeout=2s;": f"{directory}/run/gateway.sock max_fails=0;",
        "127.0.0.1:9464": f"127.0.0.1:{operations}",
        "/etc/dancu/gateway": f"{directory}/gateway",
        "/var/log/nginx/dancu.log": f"{directory}/dancu.log",
        "client_body_timeout   10s;": "client_body_timeout   1s;",
        **changes,
    }
    for old, new in places.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextlib.contextmanager
def nginx(directory: Path, text: str, port: int) -> Generator[None]:
    """The real nginx, ended by its pid."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    assert program is not None, "the sample is tested with Debian's nginx: requirements/ensure-tests"
    (directory / "dancu-gateway.conf").write_text(text, encoding="utf-8")
    (directory / "nginx.conf").write_text(MAIN.format(at=directory), encoding="utf-8")
    command = [program, "-p", str(directory), "-c", str(directory / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0 and "warn" not in checked.stderr, checked.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=10)


def wait_for(port: int) -> None:
    """Until somebody listens."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
    raise AssertionError("nginx did not start")


@contextlib.contextmanager
def fronted(directory: Path, *, granting: str = "", **changes: str) -> Generator[Fronted]:
    """A gateway on a Unix socket, and nginx before it with the gateway's certificate."""
    port, operations = free_port(), free_port()
    (directory / "run").mkdir(mode=0o750)
    with MockServer(Mock()) as platform:
        key, _slow = write_files(directory, platform, granting=OPERATIONS.format(port=operations) + granting)
        config = (directory / "gateway.toml").read_text(encoding="utf-8")
        plain = 'plain = true\nsocket = "run/gateway.sock"\n'
        config = config.replace('port = 0\ncertificate = "gateway.pem"\nkey = "gateway.key"\n', plain)
        (directory / "gateway.toml").write_text(config, encoding="utf-8")
        process, url = start(directory)
        assert url == f"unix:{directory}/run/gateway.sock"
        try:
            with nginx(directory, sample(directory, port=port, operations=operations, **changes), port):
                yield Fronted(f"https://127.0.0.1:{port}/", directory, key, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronted]:
    """One pair for the tests of this file."""
    with fronted(tmp_path_factory.mktemp("nginx")) as made:
        yield made


def problem(answer: httpx.Response, code: str) -> dict[str, Any]:
    """The body of an answer that is this problem, with the status and words of the gateway's own table."""
    status, words = meaning(code)
    told: dict[str, Any] = answer.json()
    assert answer.status_code == status and answer.headers["Content-Type"] == "application/problem+json"
    assert (told["type"], told["status"], told["code"]) == (f"/problems/{code}", status, code)
    assert told["title"] in words
    return told


def test_a_question_passes(behind: Fronted) -> None:
    """The answer is the gateway's, with its headers, over one kept connection after another."""
    with behind.client() as client:
        for _ in range(5):
            answer = client.post("v1/lookup", json=question(fields=["name"]))
            assert answer.status_code == 200 and answer.json()["outcome"] == "found"
            assert answer.headers["Cache-Control"] == "no-store"
        assert client.get("v1/whoami").json()["application"] == "mot-cua"
        assert client.get("readyz").json()["checks"]["audit"] == "ok"


def test_a_refusal_of_the_gateway_passes(behind: Fronted) -> None:
    """Its problems keep status, headers and language."""
    with behind.client() as client:
        headers = {"Authorization": "Bearer wrong", "Accept-Language": "vi"}
        refused = client.post("v1/lookup", json=question(fields=["name"]), headers=headers)
        assert problem(refused, "unauthenticated")["title"] == "Thiếu hoặc sai khóa ứng dụng"
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        problem(client.post("v1/lookup", json=question(fields=["religion"])), "not_granted")
        problem(client.get("v1/nothing"), "not_found")


@pytest.mark.parametrize("size", [70_000, 300_000])
def test_a_body_beyond_measure_is_the_same_problem(behind: Fronted, size: int) -> None:
    """Whoever ends it, the gateway at 64 KiB or nginx far beyond."""
    with behind.client() as client:
        headers = {"Content-Type": "application/json"}
        problem(client.post("v1/lookup", content=b" " * size, headers=headers), "too_large")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /v1/whoami HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 80_000 + b"\r\n\r\n",
        b"GET /v1/whoami HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /v1/whoami HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    ],
)
def test_a_head_that_is_none_is_a_problem(behind: Fronted, head: bytes) -> None:
    """nginx refuses it in the gateway's words."""
    answer = said(behind, head)
    assert answer.startswith(b"HTTP/1.1 400 ") and b'"code":"malformed_request"' in answer


def said(behind: Fronted, sent: bytes) -> bytes:
    """What nginx answers to bytes, until it hangs up."""
    port = httpx.URL(behind.url).port
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(behind.directory / "ca.pem")
    received = b""
    with (
        socket.create_connection(("127.0.0.1", port or 0), timeout=5) as bare,
        context.wrap_socket(bare, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(sent)
        with contextlib.suppress(OSError):
            while data := line.recv(65536):
                received += data
    return received


def test_who_sends_slowly_is_cut_off(behind: Fronted) -> None:
    """A body that does not come within its time ends the connection, and the gateway hears nothing of it."""
    head = b"POST /v1/lookup HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    began = time.monotonic()
    answer = said(behind, head)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 408 ")
    assert 0.9 < time.monotonic() - began < 4


def test_nothing_of_a_question_is_on_a_disk(behind: Fronted) -> None:
    """Neither in nginx's log, be the number put into the address, nor in a file for bodies."""
    with behind.client() as client:
        body = {**question(fields=["name"]), "padding": "x" * 60_000}
        assert client.post("v1/lookup", json=body).status_code == 422
        client.get("v1/066790000001", params={"name": "Nguyen Thi Mau"})
        client.get("v1/whoami", headers={"User-Agent": "066790000001", "Referer": "https://a.example/066790000001"})
    log = (behind.directory / "dancu.log").read_text(encoding="utf-8")
    assert " POST /v1/lookup 422 " in log and " GET - 404 " in log
    written = [path for path in behind.directory.rglob("*") if path.is_file() and path.name.endswith(".log")]
    assert len(written) == 2
    for text in ("066790000001", "Nguyen", behind.key):
        assert not [path for path in written if text in path.read_text(encoding="utf-8")]
    assert not [path for name in ("body", "proxy") for path in (behind.directory / name).rglob("*") if path.is_file()]


APPLICATION = """
[[application]]
name = "by-certificate"
certificates = ["{}"]
units = ["H15.42"]
"""


def shown(directory: Path, authority: Authority, name: str) -> tuple[str, str]:
    """Files of a client certificate of this authority."""
    issued = authority.issue_client(name)
    paths = directory / f"{name}.crt", directory / f"{name}.key"
    paths[1].touch(mode=0o600)
    for path, text in zip(paths, (issued.certificate_pem, issued.key_pem), strict=True):
        path.write_bytes(text)
    return str(paths[0]), str(paths[1])


def written(pair: tuple[str, str]) -> tuple[str, str]:
    """A certificate as nginx tells it, and its thumbprint as the configuration has it."""
    pem = Path(pair[0]).read_text(encoding="ascii")
    return quote(pem, safe=""), hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


@pytest.mark.parametrize("verify", ["optional", "on"])
def test_an_application_is_known_by_what_its_connection_proved(tmp_path: Path, verify: str) -> None:
    """By its certificate; not by a certificate of another CA, nor by headers that the caller made up itself."""
    callers, stranger = Authority.create(), Authority.create()
    (tmp_path / "callers-ca.pem").write_bytes(callers.certificate_pem)
    pair = shown(tmp_path, callers, "caller")
    pem, thumbprint = written(pair)
    forged = {"X-Client-Verify": "SUCCESS", "X-Client-Certificate": pem, "Authorization": ""}
    lines = {
        "# ssl_client_certificate /etc/dancu": f"ssl_client_certificate {tmp_path}",
        "# ssl_verify_client optional;": f"ssl_verify_client {verify};",
    }
    with fronted(tmp_path, granting=APPLICATION.format(thumbprint), **lines) as made:
        with made.client(pair) as client:
            del client.headers["Authorization"]
            assert client.get("v1/whoami").json()["application"] == "by-certificate"
        for refused in (None, shown(tmp_path, stranger, "stranger"), shown(tmp_path, callers, "another")):
            with made.client(refused) as client:
                del client.headers["Authorization"]
                for headers in ({}, forged):
                    answer = client.get("v1/whoami", headers=headers)
                    problem(answer, "unauthenticated")
                    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_made_up_headers_end_at_nginx_without_certificates_too(behind: Fronted) -> None:
    """In the file as it is shipped, without a CA of callers: nobody is known by what they say of themselves."""
    forged = {"X-Client-Verify": "SUCCESS", "X-Client-Certificate": "x", "Authorization": "Bearer wrong"}
    with behind.client() as client:
        problem(client.get("v1/whoami", headers=forged), "unauthenticated")
        assert client.get("v1/whoami", headers={**forged, "Authorization": f"Bearer {behind.key}"}).status_code == 200


def test_metrics_are_for_the_monitoring_network(behind: Fronted, tmp_path: Path) -> None:
    """Who is on it reads them; for everybody else there is no such path."""
    with behind.client() as client:
        assert "dancu_gateway_requests_total" in client.get("metrics").text
        assert client.get("status.json").status_code == 404
    with fronted(tmp_path, **{"allow 127.0.0.1;": "allow 192.0.2.1;"}) as other, other.client() as client:
        problem(client.get("metrics"), "not_found")


def test_the_sdk_asks_through_it_and_reads_its_failures(tmp_path: Path) -> None:
    """A look-up finds; with the gateway gone it is unavailable, to be asked again, and never "not matched"."""
    with fronted(tmp_path) as made:
        (tmp_path / "key.txt").touch(mode=0o600)
        (tmp_path / "key.txt").write_text(made.key, encoding="utf-8")
        (tmp_path / "client.toml").write_text(PROFILE.format(url=made.url, at=tmp_path), encoding="utf-8")
        with Client(tmp_path / "client.toml", audit=MemorySink()) as dancu:
            assert isinstance(dancu.look_up(MAU, fields=["name"], purpose=PURPOSE), Found)
            made.process.send_signal(signal.SIGTERM)
            made.process.wait(timeout=30)
            with pytest.raises(Unavailable) as caught:
                dancu.look_up(MAU, fields=["name"], purpose=PURPOSE)
        assert (caught.value.code, caught.value.retryable) == ("too_busy", True)
        assert caught.value.retry_after == 2
        with made.client() as client:
            problem(client.post("v1/lookup", json=question(fields=["name"])), "too_busy")
