from __future__ import annotations

import datetime
import os
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dancu import Client, ConfigurationError, Secret
from dancu.flows.context import Clock
from dancu.runtime.private import check_private
from dancu.runtime.tls import TlsFiles, load_tls

from ..answers import profile_in  # noqa: TID252  # one set of documents for all unit tests

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
SERVER = ExtendedKeyUsageOID.SERVER_AUTH
BROKEN = "not usable, or a wrong password"


def put(path: Path, content: bytes) -> Path:
    """Write a private file."""
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path


def authority(path: Path, name: str = "INVENTED CA") -> Path:
    """A self-signed CA of this name."""
    put(path, certificate(ec.generate_private_key(ec.SECP256R1()), name=name))
    return path


def certificate(
    key: ec.EllipticCurvePrivateKey,
    *,
    name: str = "demo-app",
    begins: datetime.datetime = NOW - DAY,
    ends: datetime.datetime = NOW + DAY,
    usages: tuple[x509.ObjectIdentifier, ...] = (CLIENT,),
) -> bytes:
    """A self-signed certificate in PEM; without usages it is for everything."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def private(key: ec.EllipticCurvePrivateKey, password: str | None = None) -> bytes:
    """A key in PEM."""
    encryption = NoEncryption() if password is None else BestAvailableEncryption(password.encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    """Our key."""
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def files(tmp_path: Path, key: ec.EllipticCurvePrivateKey) -> TlsFiles:
    """A CA, a certificate and its key that are all in order."""
    return TlsFiles(
        ca=authority(tmp_path / "ca.pem"),
        certificate=put(tmp_path / "client.pem", certificate(key)),
        key=put(tmp_path / "client.key", private(key)),
    )


def refused(files: TlsFiles, *, production: bool = False) -> tuple[str | None, str | None]:
    """The setting at fault and why."""
    with pytest.raises(ConfigurationError) as caught:
        load_tls(files, now=NOW, production=production)
    assert caught.value.code == "certificate_unusable"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.field, caught.value.detail


def test_what_is_in_order_is_loaded(files: TlsFiles) -> None:
    """A context for clients that verifies the peer's name against this CA alone, from TLS 1.2 on."""
    identity = load_tls(files, now=NOW, production=True)
    assert (identity.presents_certificate, identity.not_after) == (True, NOW + DAY)
    context = identity.context
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.keylog_filename is None


def test_session_keys_are_not_written(files: TlsFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``SSLKEYLOGFILE`` in the environment is not followed."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    assert load_tls(files, now=NOW, production=False).context.keylog_filename is None
    assert not (tmp_path / "keys.log").exists()


def test_only_the_named_authorities_are_trusted(files: TlsFiles, tmp_path: Path) -> None:
    """The context holds the CAs of the file and none of the machine's."""
    one, two = trustme.CA(organization_name="INVENTED ONE"), trustme.CA(organization_name="INVENTED TWO")
    both = put(tmp_path / "both.pem", one.cert_pem.bytes() + two.cert_pem.bytes())
    context = load_tls(replace(files, ca=both), now=NOW, production=False).context
    assert context.cert_store_stats()["x509"] == 2


def test_no_certificate_is_allowed(files: TlsFiles) -> None:
    """Without a client certificate there is a context that presents none and never ends."""
    identity = load_tls(TlsFiles(ca=files.ca), now=NOW, production=False)
    assert (identity.presents_certificate, identity.not_after) == (False, None)
    identity.check(NOW + 1000 * DAY)


def test_key_and_certificate_may_share_a_file(files: TlsFiles, tmp_path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Without ``key`` the certificate's file holds both, and has to be private."""
    both = put(tmp_path / "both.pem", private(key) + certificate(key))
    assert load_tls(replace(files, certificate=both, key=None), now=NOW, production=False).presents_certificate
    both.chmod(0o644)
    assert refused(replace(files, certificate=both, key=None)) == ("tls.key", "readable by others; chmod 600")


@pytest.mark.parametrize("usages", [(), (CLIENT,), (SERVER, CLIENT)])
def test_a_certificate_for_clients_or_for_everything_is_used(
    files: TlsFiles, tmp_path: Path, key: ec.EllipticCurvePrivateKey, usages: tuple[x509.ObjectIdentifier, ...]
) -> None:
    """Client authentication among the usages, or no usages at all, is in order."""
    path = put(tmp_path / "other.pem", certificate(key, usages=usages))
    assert load_tls(replace(files, certificate=path), now=NOW, production=False).presents_certificate


def test_a_certificate_for_servers_only_is_refused(
    files: TlsFiles, tmp_path: Path, key: ec.EllipticCurvePrivateKey
) -> None:
    """A certificate without client authentication among its usages is named before it is used."""
    path = put(tmp_path / "other.pem", certificate(key, usages=(SERVER,)))
    assert refused(replace(files, certificate=path)) == ("tls.certificate", "not for client authentication")


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        (NOW - 2 * DAY, NOW - DAY, "expired"),
        (NOW - 2 * DAY, NOW, "expired"),
        (NOW + DAY, NOW + 2 * DAY, "not yet valid"),
    ],
)
def test_a_certificate_out_of_its_time_is_refused(
    files: TlsFiles,
    tmp_path: Path,
    key: ec.EllipticCurvePrivateKey,
    begins: datetime.datetime,
    ends: datetime.datetime,
    why: str,
) -> None:
    """Expired and not yet valid are told apart, by the injected clock."""
    path = put(tmp_path / "other.pem", certificate(key, begins=begins, ends=ends))
    assert refused(replace(files, certificate=path)) == ("tls.certificate", why)


def test_a_certificate_that_ends_meanwhile_is_refused(files: TlsFiles) -> None:
    """An identity in use is refused from the moment at which its certificate ends."""
    identity = load_tls(files, now=NOW, production=False)
    identity.check(NOW + DAY - datetime.timedelta(seconds=1))
    with pytest.raises(ConfigurationError) as caught:
        identity.check(NOW + DAY)
    assert (caught.value.code, caught.value.field, caught.value.detail) == (
        "certificate_unusable",
        "tls.certificate",
        "expired",
    )


def test_the_key_of_another_certificate_is_refused(files: TlsFiles, tmp_path: Path) -> None:
    """Key and certificate that do not belong together are named as such."""
    path = put(tmp_path / "other.key", private(ec.generate_private_key(ec.SECP256R1())))
    assert refused(replace(files, key=path)) == ("tls.key", "the key of another certificate")


def test_a_key_under_its_password_is_used(files: TlsFiles, tmp_path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """An encrypted key opens with its password."""
    path = put(tmp_path / "locked.key", private(key, "invented-password"))
    opened = replace(files, key=path, password=Secret("invented-password"))
    assert load_tls(opened, now=NOW, production=False).presents_certificate


@pytest.mark.parametrize("password", [None, Secret("wrong-password")])
def test_a_wrong_password_is_refused_and_nobody_is_asked(
    files: TlsFiles, tmp_path: Path, key: ec.EllipticCurvePrivateKey, password: Secret | None
) -> None:
    """A wrong or missing password is an error at once, not a question at the terminal."""
    path = put(tmp_path / "locked.key", private(key, "invented-password"))
    assert refused(replace(files, key=path, password=password)) == ("tls.key", BROKEN)


@pytest.mark.parametrize("content", [b"", b"no key at all", b"\x00\xff" * 50])
def test_a_key_that_is_none_is_refused(files: TlsFiles, tmp_path: Path, content: bytes) -> None:
    """A file without a key in PEM is named."""
    assert refused(replace(files, key=put(tmp_path / "other.key", content))) == ("tls.key", BROKEN)


@pytest.mark.parametrize(("part", "field"), [("ca", "tls.ca"), ("certificate", "tls.certificate"), ("key", "tls.key")])
def test_a_file_that_is_not_there_is_named(files: TlsFiles, tmp_path: Path, part: str, field: str) -> None:
    """CA, certificate and key that cannot be read are named by their setting."""
    missing = tmp_path / "missing.pem"
    assert refused(replace(files, **{part: missing})) == (field, "the file cannot be read")  # type: ignore[arg-type]  # one part at a time
    assert refused(replace(files, **{part: tmp_path}))[0] == field  # type: ignore[arg-type]  # a directory


@pytest.mark.parametrize(("part", "field"), [("ca", "tls.ca"), ("certificate", "tls.certificate")])
@pytest.mark.parametrize("content", [b"", b"no certificate at all", b"\x00\xff" * 50])
def test_a_file_without_a_certificate_is_named(
    files: TlsFiles, tmp_path: Path, part: str, field: str, content: bytes
) -> None:
    """A file that holds no certificate in PEM is named by its setting."""
    broken = replace(files, **{part: put(tmp_path / "broken.pem", content)})  # type: ignore[arg-type]  # one part at a time
    assert refused(broken) == (field, "not a certificate in PEM")


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o777])
def test_a_key_that_others_may_touch_is_refused(files: TlsFiles, mode: int) -> None:
    """A key that group or others may read or write is not used."""
    assert files.key is not None
    files.key.chmod(mode)
    assert refused(files) == ("tls.key", "readable by others; chmod 600")


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_key_is_used(files: TlsFiles, mode: int) -> None:
    """A key that its owner alone may read is used."""
    assert files.key is not None
    files.key.chmod(mode)
    assert load_tls(files, now=NOW, production=False).presents_certificate


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners are of POSIX")
def test_a_key_of_another_user_is_refused(files: TlsFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that belongs to neither us nor root is not used."""
    assert files.key is not None
    check_private(files.key, "tls.key")
    found = files.key.stat()
    stolen = os.stat_result((*found[:4], 4242, *found[5:]))
    monkeypatch.setattr(os, "fstat", lambda _file: stolen)
    with pytest.raises(ConfigurationError) as caught:
        check_private(files.key, "tls.key")
    assert caught.value.detail == "owned by another user"


@pytest.mark.parametrize("name", ["MOCK CA", "dancu MOCK"])
def test_production_refuses_the_mocks_authority(files: TlsFiles, tmp_path: Path, name: str) -> None:
    """A CA that is named MOCK, alone or among others, is refused in production and used elsewhere."""
    mock = authority(tmp_path / "mock.pem", name)
    both = put(tmp_path / "both.pem", files.ca.read_bytes() + mock.read_bytes())
    for ca in (mock, both):
        assert refused(replace(files, ca=ca), production=True) == ("tls.ca", "the mock's CA in production")
        assert load_tls(replace(files, ca=ca), now=NOW, production=False).presents_certificate


def test_a_client_refuses_at_its_making(files: TlsFiles, tmp_path: Path) -> None:
    """What is wrong with a certificate is told when the client is made, before anything is asked."""
    profile = profile_in(tmp_path)
    profile["tls"] = {"ca": str(files.ca), "certificate": str(files.certificate), "key": str(tmp_path / "missing.key")}
    with pytest.raises(ConfigurationError) as caught:
        Client(profile, clock=Clock(lambda: 0.0, lambda: NOW))
    assert (caught.value.code, caught.value.field) == ("certificate_unusable", "tls.key")


def test_https_needs_an_authority(tmp_path: Path) -> None:
    """An https endpoint without ``tls`` trusts nobody, so the client is not made."""
    with pytest.raises(ConfigurationError) as caught:
        Client(profile_in(tmp_path))
    assert (caught.value.field, caught.value.detail) == ("tls", "https needs a CA")
