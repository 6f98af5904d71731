"""Applications by client certificate: the right one, twelve wrong ones, and what a proxy on the socket may tell."""

from __future__ import annotations

import datetime
import hashlib
import signal
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from dancu.errors import ConfigurationError
from dancu.gateway.applications import hash_key, new_key
from dancu.gateway.peers import told_thumbprint
from dancu.gateway.serve import serve
from dancu_mock import Authority, Issued, Mock, MockServer

from .conftest import start
from .signing import EcSigner, key_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
[[application]]
name = "alone"
certificates = ["{alone}", "{revoked}"]
units = ["H15.42"]
per_second = 1000
[[application]]
name = "both"
certificates = ["{both}"]
key_sha256 = "{key}"
units = ["H15.42"]
per_second = 1000
[[application]]
name = "through-exchange"
exchange_client = "mot-cua-lgsp"
units = ["H15.42"]
per_second = 1000
[exchange]
certificates = ["{exchange}"]
issuer = "https://lgsp.example/"
audience = "dancu"
jwks = "exchange.json"
"""
SIGNER = EcSigner("exchange")
DAY = datetime.timedelta(days=1)
HANDSHAKE, DOOR = "handshake", "401 unauthenticated"


@dataclass
class Peers:
    """A gateway that asks for certificates, its callers' CA, and a key."""

    url: str
    directory: Path
    authority: Authority
    key: str
    pairs: dict[str, Issued]

    def asked(self, pair: Issued | None, **headers: str) -> str:
        """What comes of a question to oneself with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.directory / "ca.pem")
        if pair is not None:
            path = self.directory / "peer.pem"
            path.write_bytes(pair.certificate_pem + pair.key_pem)
            context.load_cert_chain(path)
        try:
            with httpx.Client(verify=context, trust_env=False, timeout=5) as client:
                response = client.get(f"{self.url}v1/whoami", headers=headers)
        except httpx.TransportError:
            return HANDSHAKE
        said = response.json()
        return str(said["application"]) if response.status_code == 200 else f"{response.status_code} {said['code']}"


def thumbprint(pair: Issued) -> str:
    """SHA-256 of the certificate."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pair.certificate_pem.decode())).hexdigest()


def revoking(authority: Authority, pair: Issued) -> bytes:
    """A list of the CA's that has one certificate."""
    issuer = x509.load_pem_x509_certificate(authority.certificate_pem)
    now = datetime.datetime.now(datetime.UTC)
    serial = x509.load_pem_x509_certificate(pair.certificate_pem).serial_number
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - DAY).build()
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject).add_revoked_certificate(entry)
    signed = builder.last_update(now - DAY).next_update(now + DAY).sign(authority._key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    """One gateway for all peers."""
    directory, authority, key = tmp_path_factory.mktemp("peers"), Authority.create("callers MOCK CA"), new_key()
    pairs = {name: authority.issue_client(name) for name in ("alone", "both", "revoked", "exchange")}
    with MockServer(Mock()) as platform:
        platform.write_files(directory)
        issued = platform.authority.issue_server()
        (directory / "gateway.pem").write_bytes(issued.certificate_pem)
        (directory / "gateway.key").touch(mode=0o600)
        (directory / "gateway.key").write_bytes(issued.key_pem)
        (directory / "exchange.json").write_text(key_set(SIGNER), encoding="utf-8")
        (directory / "callers.pem").write_bytes(authority.certificate_pem)
        (directory / "revoked.pem").write_bytes(revoking(authority, pairs["revoked"]))
        text = CONFIG.format(key=hash_key(key), **{name: thumbprint(pair) for name, pair in pairs.items()})
        (directory / "gateway.toml").write_text(text, encoding="utf-8")
        process, url = start(directory)
        try:
            yield Peers(url, directory, authority, key, pairs)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
            if process.stdout is not None:
                process.stdout.close()


def test_the_right_certificate_is_its_application(peers: Peers) -> None:
    """Alone where it has no key; besides the key where it has one; and the paths for all need none."""
    assert peers.asked(peers.pairs["alone"]) == "alone"
    assert peers.asked(peers.pairs["both"], Authorization=f"Bearer {peers.key}") == "both"
    for pair, headers in ((peers.pairs["both"], {}), (peers.pairs["alone"], {"Authorization": f"Bearer {peers.key}"})):
        assert peers.asked(pair, **headers) == DOOR
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(peers.directory / "ca.pem")
    with httpx.Client(verify=context, trust_env=False) as client:
        assert client.get(f"{peers.url}healthz").status_code == 200


def test_the_exchange_says_which_application_asks(peers: Peers) -> None:
    """Its token counts on its own connection only; there a key counts for nothing, and so does another's token."""
    now = int(time.time())
    said = {"iss": "https://lgsp.example/", "aud": "dancu", "azp": "mot-cua-lgsp", "iat": now, "exp": now + 600}
    good, exchange = SIGNER.sign(said), peers.pairs["exchange"]
    assert peers.asked(exchange, **{"X-JWT-Assertion": good}) == "through-exchange"
    for pair, headers in (
        (exchange, {}),
        (exchange, {"Authorization": f"Bearer {peers.key}"}),
        (exchange, {"X-JWT-Assertion": SIGNER.sign({**said, "azp": "alone"})}),
        (exchange, {"X-JWT-Assertion": EcSigner("exchange").sign(said)}),
        (None, {"X-JWT-Assertion": good}),
        (peers.pairs["both"], {"X-JWT-Assertion": good}),
    ):
        assert peers.asked(pair, **headers) == DOOR


def wrong(peers: Peers, kind: str) -> tuple[Issued | None, dict[str, str]]:
    """A peer that is not the application."""
    now, ours, other = datetime.datetime.now(datetime.UTC), peers.authority, Authority.create("callers MOCK CA")
    leaf = peers.pairs["alone"]
    key = serialization.load_pem_private_key(leaf.key_pem, None)
    by_leaf = Authority(x509.load_pem_x509_certificate(leaf.certificate_pem), key)  # type: ignore[arg-type]  # it is EC
    below = by_leaf.issue_client("alone")
    told = {"X-Client-Verify": "SUCCESS", "X-Client-Certificate": quote(leaf.certificate_pem.decode())}
    found: dict[str, tuple[Issued | None, dict[str, str]]] = {
        "none": (None, {}),
        "a key alone": (None, {"Authorization": f"Bearer {peers.key}"}),
        "headers of a proxy": (None, told),
        "another CA of the same name": (other.issue_client("alone"), {}),
        "expired": (ours.issue_client("alone", not_before=now - 2 * DAY, not_after=now - DAY), {}),
        "not yet valid": (ours.issue_client("alone", not_before=now + DAY, not_after=now + 2 * DAY), {}),
        "for a server": (ours.issue_server(), {}),
        "revoked": (peers.pairs["revoked"], {}),
        "the same name, another key": (ours.issue_client("alone"), {}),
        "the CA itself": (Issued(ours.certificate_pem, pem(ours)), {}),
        "issued by an application": (Issued(below.certificate_pem + leaf.certificate_pem, below.key_pem), {}),
        "another application's with a foreign key": (peers.pairs["both"], {"Authorization": f"Bearer {new_key()}"}),
    }
    return found[kind]


def pem(authority: Authority) -> bytes:
    """The key of a CA."""
    return authority._key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("none", DOOR),
        ("a key alone", DOOR),
        ("headers of a proxy", DOOR),
        ("another CA of the same name", HANDSHAKE),
        ("expired", HANDSHAKE),
        ("not yet valid", HANDSHAKE),
        ("for a server", HANDSHAKE),
        ("revoked", HANDSHAKE),
        ("the same name, another key", DOOR),
        ("the CA itself", HANDSHAKE),
        ("issued by an application", HANDSHAKE),
        ("another application's with a foreign key", DOOR),
    ],
)
def test_a_wrong_peer_is_refused(peers: Peers, kind: str, where: str) -> None:
    """In the handshake where the certificate is no good, at the door where it is nobody's; the right one works on."""
    pair, headers = wrong(peers, kind)
    assert peers.asked(pair, **headers) == where
    assert peers.asked(peers.pairs["alone"]) == "alone"


def test_what_a_proxy_tells_is_read_strictly(peers: Peers) -> None:
    """A verified PEM, percent-encoded, once; anything else is no certificate."""
    leaf = peers.pairs["alone"].certificate_pem.decode()
    good = [(b"x-client-verify", b"SUCCESS"), (b"x-client-certificate", quote(leaf).encode())]
    assert told_thumbprint(good) == thumbprint(peers.pairs["alone"])
    for headers in (
        [],
        good[:1],
        good[1:],
        [(b"x-client-verify", b"NONE"), good[1]],
        [*good, good[1]],
        [*good, (b"x-client-verify", b"SUCCESS")],
        [good[0], (b"x-client-certificate", b"")],
        [good[0], (b"x-client-certificate", leaf.split("\n")[1].encode())],
        [good[0], (b"x-client-certificate", b"-----BEGIN CERTIFICATE-----*-----END CERTIFICATE-----")],
    ):
        assert told_thumbprint(headers) is None


@pytest.mark.parametrize("mode", [0o755, 0o711])
def test_a_socket_that_everybody_reaches_is_refused(tmp_path: Path, mode: int) -> None:
    """Whoever reaches the socket is believed about certificates, so its directory is closed to others."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(mode)
    text = CONFIG.format(key="0" * 64, alone="1" * 64, revoked="2" * 64, both="3" * 64, exchange="4" * 64)
    listen = text[: text.index("[upstream]")]
    text = text.replace(listen, '[listen]\nplain = true\nsocket = "run/gateway.sock"\n')
    (tmp_path / "gateway.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        serve(tmp_path / "gateway.toml", say=print)
    assert caught.value.field == "listen.socket"
