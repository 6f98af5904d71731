"""The gateway's own certificate, its callers' CA and its list of revoked ones, renewed while it serves (R12, R13)."""

from __future__ import annotations

import datetime
import os
import signal
import ssl
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Self

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from dancu.gateway.applications import hash_key, new_key
from dancu_mock import Authority, Issued, Mock, MockServer

from .conftest import start
from .test_gateway_certificates import revoking, thumbprint
from .test_gateway_ready import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ROTATIONS = int(os.environ.get("ROTATIONS", "4"))
CALLERS = 4
DAY = datetime.timedelta(days=1)
CONFIG = """
[listen]
port = 0
certificate = "gateway.pem"
key = "gateway.key"
callers_ca = "callers.pem"
crl = "revoked.pem"
[upstream]
profile = "profile.toml"
[audit]
database = "audit.sqlite"
[operations]
port = {port}
[[application]]
name = "by-key"
key_sha256 = "{key}"
units = ["H15.42"]
per_second = 10000
[[application]]
name = "by-certificate"
certificates = ["{good}", "{later}"]
units = ["H15.42"]
per_second = 10000
"""


@dataclass
class Door:
    """A gateway with the CAs of both sides."""

    url: str
    directory: Path
    servers: Authority
    callers: Authority
    key: str
    good: Issued
    later: Issued
    operations: int

    def put(self, name: str, content: bytes) -> None:
        """Put a file in place, whole."""
        fresh = self.directory / f"{name}.new"
        fresh.touch(mode=0o600)
        fresh.write_bytes(content)
        fresh.replace(self.directory / name)

    def show(self, issued: Issued) -> None:
        """Put a certificate and its key in place, one after the other."""
        self.put("gateway.pem", issued.certificate_pem)
        self.put("gateway.key", issued.key_pem)

    def client(self, pair: Issued | None = None) -> httpx.Client:
        """A caller that keeps its connection."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=self.servers.certificate_pem.decode())
        if pair is not None:
            path = self.directory / "caller.pem"
            path.write_bytes(pair.certificate_pem + pair.key_pem)
            context.load_cert_chain(path)
        headers = {} if pair is not None else {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(verify=context, trust_env=False, timeout=5, headers=headers)

    def ask(self, client: httpx.Client) -> str:
        """The application as which it asks, or why it may not."""
        try:
            response = client.get(f"{self.url}v1/whoami")
        except httpx.TransportError:
            return "handshake"
        said = response.json()
        return str(said["application"] if response.status_code == 200 else said["code"])

    def shown(self) -> bytes:
        """The certificate that a new connection meets, DER."""
        port = int(self.url.rstrip("/").rpartition(":")[2])
        return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port), timeout=5))

    def shows(self, issued: Issued) -> bool:
        """Whether a new connection meets this certificate."""
        return self.shown() == der(issued)

    def is_kept(self) -> bool:
        """Whether readiness says that the files of ``[listen]`` are not in use."""
        told = httpx.get(f"http://127.0.0.1:{self.operations}/readyz", trust_env=False).json()
        kept = [one for one in told["findings"] if one["reason"] == "certificate_not_taken"]
        assert all(one["about"].startswith("listen.") and one["state"] == "degraded" for one in kept)
        return bool(kept)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A gateway that anybody with the key, or with one of two certificates, may ask."""
    callers, key = Authority.create("callers MOCK CA"), new_key()
    good, later = callers.issue_client("good"), callers.issue_client("later")
    with MockServer(Mock()) as platform:
        platform.write_files(tmp_path)
        made = Door("", tmp_path, platform.authority, callers, key, good, later, free_port())
        made.show(platform.authority.issue_server())
        made.put("callers.pem", callers.certificate_pem)
        made.put("revoked.pem", revoking(callers, callers.issue_client("nobody")))
        text = CONFIG.format(port=made.operations, key=hash_key(key), good=thumbprint(good), later=thumbprint(later))
        (tmp_path / "gateway.toml").write_text(text, encoding="utf-8")
        process, made.url = start(tmp_path)
        try:
            yield made
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            if process.stdout is not None:
                process.stdout.close()


def der(issued: Issued) -> bytes:
    """The certificate as handshakes show it."""
    return ssl.PEM_cert_to_DER_cert(issued.certificate_pem.decode())


def soon(is_so: Callable[[], bool], *, seconds: float = 5.0) -> bool:
    """Whether something comes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
    return is_so()


@dataclass
class Load:
    """Callers that ask without end, half of them on a connection that they keep."""

    door: Door
    failed: list[str] = field(default_factory=list)
    asked: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._ask, args=(bool(one % 2),)) for one in range(CALLERS)]
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.over.set()
        for one in self._threads:
            one.join()

    def _ask(self, is_kept: bool) -> None:
        client = self.door.client()
        while not self.over.is_set():
            said = self.door.ask(client)
            self.asked += 1
            if said != "by-key":
                self.failed.append(said)
            if not is_kept:
                client.close()
                client = self.door.client()
        client.close()


@pytest.mark.timeout(60 + 10 * ROTATIONS)
def test_a_new_certificate_is_shown_and_no_call_fails(door: Door) -> None:
    """Under load, each new certificate is met within 5 s, and every question has its answer (R12)."""
    with Load(door) as load:
        for _rotation in range(ROTATIONS):
            issued = door.servers.issue_server()
            door.show(issued)
            assert soon(partial(door.shows, issued))
    assert load.failed == []
    assert load.asked > ROTATIONS


def test_a_connection_from_before_ends_with_its_next_answer(door: Door) -> None:
    """It is answered, told `Connection: close`, and the one after it meets the new certificate."""
    with door.client() as client:
        assert "Connection" not in client.get(f"{door.url}healthz").headers
        issued = door.servers.issue_server()
        door.show(issued)
        assert soon(partial(door.shows, issued))
        answers = [client.get(f"{door.url}healthz") for _ in range(2)]
        assert [one.status_code for one in answers] == [200, 200]
        assert [one.headers.get("Connection") for one in answers] == ["close", None]


BAD = ("the key of another", "expired", "not yet valid", "cut off", "for clients", "of another list", "an old list")


def put_bad(door: Door, kind: str) -> None:
    """Put files in place that cannot be used."""
    now, other = datetime.datetime.now(datetime.UTC), Authority.create("callers MOCK CA")
    if kind == "the key of another":
        door.put("gateway.key", door.servers.issue_server().key_pem)
    elif kind == "expired":
        door.show(door.servers.issue_server(not_before=now - 2 * DAY, not_after=now - DAY))
    elif kind == "not yet valid":
        door.show(door.servers.issue_server(not_before=now + DAY, not_after=now + 2 * DAY))
    elif kind == "cut off":
        issued = door.servers.issue_server()
        door.show(Issued(issued.certificate_pem[:300], issued.key_pem))
    elif kind == "for clients":
        door.show(door.servers.issue_client())
    elif kind == "of another list":
        door.put("revoked.pem", revoking(other, door.good))
    else:
        door.put("revoked.pem", old_list(door.callers))


def old_list(authority: Authority) -> bytes:
    """A list of nobody, out of date."""
    issuer = x509.load_pem_x509_certificate(authority.certificate_pem)
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
    signed = builder.last_update(now - 2 * DAY).next_update(now - DAY).sign(authority._key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize("kind", BAD)
def test_files_that_cannot_be_used_change_nothing(door: Door, kind: str) -> None:
    """The certificate before is shown on, callers come in as before, and readiness is degraded (R13)."""
    before = door.shown()
    with door.client(door.good) as caller:
        assert door.ask(caller) == "by-certificate"
        put_bad(door, kind)
        assert soon(door.is_kept)
        assert door.shown() == before
        assert door.ask(caller) == "by-certificate"
    with door.client(door.later) as new:
        assert door.ask(new) == "by-certificate"
    issued = door.servers.issue_server()
    door.put("revoked.pem", revoking(door.callers, door.callers.issue_client("nobody")))
    door.show(issued)
    assert soon(partial(door.shows, issued)), "good files after bad ones are taken"
    assert soon(lambda: not door.is_kept())


def test_a_revoked_caller_is_out_at_its_next_question(door: Door) -> None:
    """On the connection that it has, and on a new one; another caller goes on."""
    with door.client(door.good) as revoked, door.client(door.later) as other:
        assert [door.ask(one) for one in (revoked, other)] == ["by-certificate"] * 2
        door.put("revoked.pem", revoking(door.callers, door.good))
        # One connection is kept; asking on it until then would be an answer too many, so another one shows the change.
        assert soon(lambda: asked_anew(door, door.good) == "handshake")
        assert [door.ask(revoked), door.ask(other)] == ["unauthenticated", "by-certificate"]
        assert [door.ask(revoked), door.ask(other)] == ["handshake", "by-certificate"]


def asked_anew(door: Door, pair: Issued) -> str:
    """What comes of a question on a connection of its own."""
    with door.client(pair) as client:
        return door.ask(client)


def test_a_new_ca_of_callers_lets_its_callers_in(door: Door) -> None:
    """Both CAs in one file let both in; then the old one is taken out."""
    successor = Authority.create("callers MOCK CA 2")
    text = door.directory / "gateway.toml"
    theirs = successor.issue_client("good")
    text.write_text(text.read_text("utf-8").replace(thumbprint(door.later), thumbprint(theirs)), "utf-8")
    lists = revoking(door.callers, door.later) + revoking(successor, successor.issue_client("nobody"))
    door.put("callers.pem", door.callers.certificate_pem + successor.certificate_pem)
    door.put("revoked.pem", lists)
    assert soon(lambda: asked_anew(door, theirs) == "by-certificate")
    assert asked_anew(door, door.good) == "by-certificate"
    door.put("revoked.pem", revoking(successor, successor.issue_client("nobody")))
    door.put("callers.pem", successor.certificate_pem)
    assert soon(lambda: asked_anew(door, door.good) == "handshake")
    assert asked_anew(door, theirs) == "by-certificate"
