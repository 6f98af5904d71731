"""The throwaway PKI: certificates that a strict verifier accepts, and files that only their owner reads."""

from __future__ import annotations

import datetime
import ipaddress
import stat
import tomllib
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store

from dancu_mock import Authority, Mock, MockServer, MockSettings

if TYPE_CHECKING:
    from pathlib import Path

AUTHORITY = Authority.create()
CA = x509.load_pem_x509_certificate(AUTHORITY.certificate_pem)
NOW = datetime.datetime.now(datetime.UTC)


def test_a_strict_verifier_accepts_both_kinds() -> None:
    """The server chain verifies for each of its names, the client chain as a client's."""
    policy = PolicyBuilder().store(Store([CA])).time(NOW)
    server = x509.load_pem_x509_certificate(AUTHORITY.issue_server().certificate_pem)
    for name in (x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))):
        assert policy.build_server_verifier(name).verify(server, [])
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert ipaddress.ip_address("::1") in names.get_values_for_type(x509.IPAddress)


def test_a_client_certificate_is_for_clients_only() -> None:
    """A client certificate names its account, serves clients and nothing else, and matches its key."""
    issued = AUTHORITY.issue_client("another-app")
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem)
    certificate.verify_directly_issued_by(CA)
    assert certificate.subject.rfc4514_string() == "CN=another-app"
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    key = load_pem_private_key(issued.key_pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    assert key.public_key() == certificate.public_key()


def test_a_certificate_names_its_issuers_key() -> None:
    """The issued certificate's authority key identifier is the CA's subject key identifier, and the CA says MOCK."""
    certificate = x509.load_pem_x509_certificate(AUTHORITY.issue_client().certificate_pem)
    pointer = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    own = CA.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert pointer.key_identifier == own.digest
    assert "MOCK" in CA.subject.rfc4514_string()
    assert CA.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_the_times_of_a_certificate_can_be_chosen() -> None:
    """An expired certificate is made by saying so."""
    past = NOW.replace(microsecond=0) - datetime.timedelta(days=2)
    issued = AUTHORITY.issue_server(not_before=past, not_after=past + datetime.timedelta(days=1))
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem)
    assert (certificate.not_valid_before_utc, certificate.not_valid_after_utc) == (
        past,
        past + datetime.timedelta(days=1),
    )


def test_what_a_client_needs_is_written(tmp_path: Path) -> None:
    """Key and secret are 0600, a second writing replaces the first, and the profile leads to the server."""
    server = MockServer(Mock(MockSettings(secret="first")), authority=AUTHORITY)
    try:
        server.write_files(tmp_path)
        path = server.write_files(tmp_path)
    finally:
        server.close()
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert (modes["client.key"], modes["secret.txt"]) == (0o600, 0o600)
    assert modes.keys() == {"ca.pem", "client.pem", "client.key", "secret.txt", "profile.toml"}
    assert (tmp_path / "secret.txt").read_text(encoding="utf-8") == "first"
    profile = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (path.name, profile["endpoint"]["url"]) == ("profile.toml", server.url)
    assert profile["tls"] == {"ca": "ca.pem", "certificate": "client.pem", "key": "client.key"}
    assert profile["credential"]["secret"] == {"file": "secret.txt"}
    assert profile["services"]["confirm"]["registered_url"] == "/dancu/xacthuc"


def test_services_elsewhere_are_written_as_they_are(tmp_path: Path) -> None:
    """A mock with other paths writes a profile whose URL and paths join to them."""
    settings = MockSettings(lookup_path="/lgsp/v2/dancu/a", confirm_path="/lgsp/v2/b")
    server = MockServer(Mock(settings), authority=AUTHORITY)
    server.close()
    profile = tomllib.loads(server.write_files(tmp_path).read_text(encoding="utf-8"))
    joined = [profile["endpoint"]["url"] + profile["services"][name]["path"] for name in ("look_up", "confirm")]
    assert joined == [f"https://127.0.0.1:0{path}" for path in (settings.lookup_path, settings.confirm_path)]
    assert profile["endpoint"]["registered_url"] == settings.lookup_path
