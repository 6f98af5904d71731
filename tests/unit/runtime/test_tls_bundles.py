"""Certificate and key in every form in which they come, and no readable copy of the key anywhere."""

from __future__ import annotations

import datetime
import os
import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from dancu import ConfigurationError, Secret
from dancu.profiles.loader import load_profile
from dancu.runtime.key_pairs import KeyPair
from dancu.runtime.tls import TlsFiles, load_tls
from dancu.runtime.trial import try_pair
from dancu_mock import Authority

from ..answers import profile_in  # noqa: TID252  # one set of documents for all unit tests

if TYPE_CHECKING:
    from dancu_mock.pki import Issued

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
PASSWORD = "invented-password"  # of an invented key


@pytest.fixture(scope="module")
def authority() -> Authority:
    """The CA of the platform and of its clients."""
    return Authority.create("INVENTED CA")


def put(path: Path, content: bytes) -> Path:
    """Write a private file."""
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path


def bundle(issued: Issued, authority: Authority | None = None, *, password: str | None = PASSWORD) -> bytes:
    """The same in PKCS #12, with its CA where one is given."""
    key: Any = load_pem_private_key(issued.key_pem, None)
    above = [] if authority is None else [x509.load_pem_x509_certificate(authority.certificate_pem)]
    encryption = NoEncryption() if password is None else BestAvailableEncryption(password.encode())
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem)
    return pkcs12.serialize_key_and_certificates(b"demo-app", key, certificate, above, encryption)


def files(tmp_path: Path, authority: Authority, content: bytes, password: str | None = PASSWORD) -> TlsFiles:
    """A bundle and the CA beside it."""
    return TlsFiles(
        ca=put(tmp_path / "ca.pem", authority.certificate_pem),
        bundle=put(tmp_path / "client.p12", content),
        password=None if password is None else Secret(password),
    )


def refused(given: TlsFiles) -> tuple[str | None, str | None]:
    """The setting at fault and why."""
    with pytest.raises(ConfigurationError) as caught:
        load_tls(given, now=NOW, production=False)
    assert caught.value.code == "certificate_unusable"
    return caught.value.field, caught.value.detail


@pytest.mark.parametrize("password", [PASSWORD, None])
def test_a_bundle_is_used(tmp_path: Path, authority: Authority, password: str | None) -> None:
    """A .p12 gives certificate and key, with and without a password."""
    issued = authority.issue_client()
    given = files(tmp_path, authority, bundle(issued, password=password), password)
    identity = load_tls(given, now=NOW, production=False)
    assert identity.pair is not None and identity.presents_certificate
    assert identity.pair.certificate.public_bytes(Encoding.PEM) == issued.certificate_pem
    try_pair(identity.pair)


def test_certificates_above_ours_are_sent_and_not_trusted(tmp_path: Path, authority: Authority) -> None:
    """What else a bundle holds goes along with our certificate; whom we trust is said by ``ca`` alone."""
    other = Authority.create("INVENTED OTHER CA")
    identity = load_tls(files(tmp_path, authority, bundle(authority.issue_client(), other)), now=NOW, production=False)
    assert identity.pair is not None and len(identity.pair.chain) == 1
    assert identity.context.cert_store_stats()["x509"] == 1


@pytest.mark.parametrize("password", ["wrong-password", None])
def test_a_bundle_under_another_password_is_refused(tmp_path: Path, authority: Authority, password: str | None) -> None:
    """A wrong or missing password is an error at once."""
    given = files(tmp_path, authority, bundle(authority.issue_client()), password)
    assert refused(given) == ("tls.bundle", "not usable, or a wrong password")


def test_a_bundle_that_lacks_a_part_is_refused(tmp_path: Path, authority: Authority) -> None:
    """A bundle of certificates without a key, and what is no bundle, are named."""
    above = [x509.load_pem_x509_certificate(authority.certificate_pem)]
    without = pkcs12.serialize_key_and_certificates(None, None, None, above, NoEncryption())
    for content in (without, b"", b"no bundle at all"):
        assert refused(files(tmp_path, authority, content, None)) == ("tls.bundle", "not usable, or a wrong password")


def test_a_bundle_is_looked_at_like_a_certificate(tmp_path: Path, authority: Authority) -> None:
    """An expired bundle is refused by its setting, at its loading and while it is used; one for all to read as well."""
    expired = authority.issue_client(not_before=NOW - 2 * DAY, not_after=NOW - DAY)
    assert refused(files(tmp_path, authority, bundle(expired))) == ("tls.bundle", "expired")
    given = files(tmp_path, authority, bundle(authority.issue_client(not_after=NOW + DAY)))
    with pytest.raises(ConfigurationError) as caught:
        load_tls(given, now=NOW, production=False).check(NOW + DAY)
    assert (caught.value.field, caught.value.detail) == ("tls.bundle", "expired")
    assert given.bundle is not None
    given.bundle.chmod(0o644)
    assert refused(given) == ("tls.bundle", "readable by others; chmod 600")


FORMS = {
    "PKCS #8": (PrivateFormat.PKCS8, None),
    "PKCS #8, encrypted": (PrivateFormat.PKCS8, PASSWORD),
    "traditional": (PrivateFormat.TraditionalOpenSSL, None),
    "traditional, encrypted": (PrivateFormat.TraditionalOpenSSL, PASSWORD),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_a_key_in_any_form_of_pem_is_used(tmp_path: Path, authority: Authority, form: str, kind: str) -> None:
    """EC and RSA, PKCS #8 and the older form, encrypted and not."""
    issued, (written, password) = authority.issue_client(), FORMS[form]
    key: Any = load_pem_private_key(issued.key_pem, None)
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem)
    if kind == "RSA":
        key = rsa.generate_private_key(65537, 2048)
        builder = x509.CertificateBuilder(certificate.issuer, certificate.subject, key.public_key(), 1)
        builder = builder.not_valid_before(NOW - DAY).not_valid_after(NOW + DAY)
        certificate = builder.sign(key, hashes.SHA256())
    encryption = NoEncryption() if password is None else BestAvailableEncryption(password.encode())
    given = TlsFiles(
        ca=put(tmp_path / "ca.pem", authority.certificate_pem),
        certificate=put(tmp_path / "client.pem", certificate.public_bytes(Encoding.PEM)),
        key=put(tmp_path / "client.key", key.private_bytes(Encoding.PEM, written, encryption)),
        password=None if password is None else Secret(password),
    )
    identity = load_tls(given, now=NOW, production=False)
    assert identity.pair is not None
    try_pair(identity.pair)


def test_a_password_for_an_open_key_does_no_harm(tmp_path: Path, authority: Authority) -> None:
    """A key that is not encrypted is used although a password is named, as OpenSSL would."""
    issued = authority.issue_client()
    given = TlsFiles(
        ca=put(tmp_path / "ca.pem", authority.certificate_pem),
        certificate=put(tmp_path / "client.pem", issued.certificate_pem),
        key=put(tmp_path / "client.key", issued.key_pem),
        password=Secret(PASSWORD),
    )
    assert load_tls(given, now=NOW, production=False).presents_certificate


class Watching(ssl.SSLContext):
    """A context that remembers what it was given to read."""

    seen: bytes
    path: Path

    def load_cert_chain(self, certfile: Any, keyfile: Any = None, password: Any = None) -> None:
        """Keep what the file holds, and load it."""
        self.path = Path(certfile)
        self.seen = self.path.read_bytes()
        assert self.path.stat().st_mode & 0o077 == 0 or certfile.startswith("/proc/self/fd/")
        super().load_cert_chain(certfile, keyfile, password)


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_key_never_lies_about_in_the_open(
    tmp_path: Path, authority: Authority, in_memory: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS is given the key encrypted, in memory or in a private file, and neither is there afterwards."""
    if not in_memory:
        monkeypatch.delattr(os, "memfd_create", raising=False)
    elif not hasattr(os, "memfd_create"):
        pytest.skip("files in memory are of Linux")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    issued = authority.issue_client()
    pair = load_tls(files(tmp_path, authority, bundle(issued)), now=NOW, production=False).pair
    assert pair is not None
    context = Watching(ssl.PROTOCOL_TLS_CLIENT)
    pair.load_into(context)
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in context.seen
    assert issued.key_pem.splitlines()[1] not in context.seen
    assert not context.path.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.pem", "client.p12"]


def test_a_pair_does_not_show_its_key(tmp_path: Path, authority: Authority) -> None:
    """The words of a pair name its certificate and nothing of its key."""
    pair = load_tls(files(tmp_path, authority, bundle(authority.issue_client())), now=NOW, production=False).pair
    assert isinstance(pair, KeyPair) and "key=" not in repr(pair)


@pytest.mark.parametrize(
    ("tls", "why"),
    [
        ({"bundle": "a.p12", "certificate": "a.pem"}, "a bundle holds certificate and key; name it or those two"),
        ({"bundle": "a.p12", "key": "a.key"}, "a bundle holds certificate and key; name it or those two"),
        ({"key": "a.key"}, "a key without a certificate"),
        ({"password": {"file": "a.txt"}}, "a password without a key"),
    ],
)
def test_a_profile_names_one_certificate(tmp_path: Path, tls: dict[str, Any], why: str) -> None:
    """Two places for one thing, and a thing without its other half, are refused when the profile is read."""
    profile = {**profile_in(tmp_path), "tls": {"ca": "ca.pem", **tls}}
    with pytest.raises(ConfigurationError) as caught:
        load_profile(profile)
    assert (caught.value.field, caught.value.detail) == ("tls", why)
