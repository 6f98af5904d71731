"""The Java and C# examples send nothing to a server that the given CA does not vouch for under the URL's host name."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dancu_mock.pki import Authority, Issued

from .conftest import Door
from .stub import Stub, framed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Ended, Program

CONFIRMED = b'{"outcome":"confirmed","keys":["number"],"reference":"01JD9ZK8Q00000000000000000"}'
ANSWER = framed(200, "application/json", CONFIRMED)
DAY = datetime.timedelta(days=1)


def now() -> datetime.datetime:
    """This moment."""
    return datetime.datetime.now(datetime.UTC)


def forged(authority: Authority) -> Issued:
    """A certificate for localhost that names the authority as its issuer and is signed with another key."""
    issuer = x509.load_pem_x509_certificate(authority.certificate_pem).subject
    key, foreign = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder(issuer, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - DAY)
        .not_valid_after(now() + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(foreign, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Issued(certificate.public_bytes(serialization.Encoding.PEM), pem)


def ask(program: Program, issued: Issued, authority: Authority, folder: Path) -> tuple[Ended, list[bytes]]:
    """Ask a server with this certificate, trusting this authority; how it ended and what the server got."""
    (folder / "ca.pem").write_bytes(authority.certificate_pem)
    (folder / "key.txt").write_text("dancu_invented", encoding="utf-8")
    with Stub(issued, folder, ANSWER) as stub:
        ended = Door(stub.url, folder / "ca.pem", folder / "key.txt").ask(program, "confirm", {})
    return ended, stub.requests


def test_a_server_under_the_given_ca_is_asked(program: Program, tmp_path: Path) -> None:
    """A certificate of the given CA for the URL's host name is enough."""
    authority = Authority.create()
    ended, requests = ask(program, authority.issue_server(), authority, tmp_path)
    assert (ended.code, len(requests)) == (0, 1)


FOREIGN: dict[str, Callable[[Authority], Issued]] = {
    "another CA": lambda _authority: Authority.create("Another MOCK CA").issue_server(),
    "another CA of the same name": lambda _authority: Authority.create().issue_server(),
    "a forged signature": forged,
    "another host name": lambda authority: authority.issue_server(("other.example",)),
    "expired": lambda authority: authority.issue_server(not_before=now() - 2 * DAY, not_after=now() - DAY),
    "not valid yet": lambda authority: authority.issue_server(not_before=now() + DAY, not_after=now() + 2 * DAY),
    "a client's certificate": lambda authority: authority.issue_client("localhost"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_any_other_server_gets_nothing(program: Program, tmp_path: Path, name: str) -> None:
    """A server that the CA does not vouch for under this name is refused before anything is sent."""
    authority = Authority.create()
    ended, requests = ask(program, FOREIGN[name](authority), authority, tmp_path)
    assert requests == []
    assert ended.code == 4
    assert ended.line.startswith("unavailable: server_untrusted: ")


def test_what_the_machine_trusts_is_not_enough(program: Program, tmp_path: Path) -> None:
    """A server under an authority of the machine's own list is refused: only the given CA counts."""
    authority, public = Authority.create(), Authority.create("Public MOCK CA")
    (tmp_path / "public.pem").write_bytes(public.certificate_pem)
    believing = program.believing(tmp_path / "public.pem", tmp_path)
    ended, requests = ask(believing, public.issue_server(), authority, tmp_path)
    assert requests == []
    assert ended.line.startswith("unavailable: server_untrusted: ")


def test_the_key_never_goes_out_in_clear(program: Program, tmp_path: Path) -> None:
    """A URL without TLS is refused as input."""
    (tmp_path / "ca.pem").write_bytes(Authority.create().certificate_pem)
    (tmp_path / "key.txt").write_text("dancu_invented", encoding="utf-8")
    ended = Door("http://localhost:9/", tmp_path / "ca.pem", tmp_path / "key.txt").ask(program, "confirm", {})
    assert (ended.code, ended.line.split(":")[0]) == (2, "usage")
