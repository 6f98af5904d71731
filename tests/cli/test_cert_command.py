"""`dancu cert` makes requests, takes in what a CA sent, shows it, and changes it back and forth."""

from __future__ import annotations

import datetime
import shutil
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from dancu_mock import Mock, MockServer

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Terminal

PASSWORD = "mat-khau-mau"


@pytest.fixture
def profile(terminal: Terminal, tmp_path: Path) -> Path:
    """A profile of its own, with the files that it names."""
    shutil.copytree(terminal.profile.parent, tmp_path / "own")
    return tmp_path / "own" / terminal.profile.name


def bundled(profile: Path, target: Path, *, is_old: bool = False) -> Path:
    """A client certificate in PKCS #12, and the file of its password beside it."""
    key = load_pem_private_key((profile.parent / "client.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    certificate = x509.load_pem_x509_certificate((profile.parent / "client.pem").read_bytes())
    old = PrivateFormat.PKCS12.encryption_builder().key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC)
    cipher = old.build(PASSWORD.encode()) if is_old else BestAvailableEncryption(PASSWORD.encode())
    target.write_bytes(serialize_key_and_certificates(b"mau", key, certificate, None, cipher))
    target.with_suffix(".txt").touch(mode=0o600)
    target.with_suffix(".txt").write_text(PASSWORD, encoding="utf-8")
    return target


@pytest.mark.parametrize(("kind", "type_"), [("ec", ec.EllipticCurvePublicKey), ("rsa", rsa.RSAPublicKey)])
def test_a_request_bears_what_was_said(terminal: Terminal, tmp_path: Path, kind: str, type_: type) -> None:
    """The request names CN, O and SAN under a new key of mode 600, which is not printed."""
    words = ["--name", "mot-cua", "--organisation", "Sở Mẫu", "--dns", "cong.example", "--kind", kind]
    done = terminal.bare("cert", "csr", "--out", str(tmp_path / "new"), *words)
    assert done.code == 0, done.stderr
    made = x509.load_pem_x509_csr((tmp_path / "new" / "client.csr").read_bytes())
    key = (tmp_path / "new" / "client.key").read_bytes()
    assert made.is_signature_valid
    assert isinstance(made.public_key(), type_)
    assert made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "mot-cua"
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["cong.example"]
    own = load_pem_private_key(key, None).public_key()
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert own.public_bytes(*form) == made.public_key().public_bytes(*form)
    assert (tmp_path / "new" / "client.key").stat().st_mode & 0o777 == 0o600
    assert key.decode().splitlines()[1] not in done.stdout + done.stderr
    assert terminal.bare("cert", "csr", "--out", str(tmp_path / "new"), *words).code == 2
    assert (tmp_path / "new" / "client.key").read_bytes() == key


@pytest.mark.parametrize("is_old", [False, True])
def test_a_bundle_is_put_where_the_profile_says(
    terminal: Terminal, profile: Path, tmp_path: Path, *, is_old: bool
) -> None:
    """After an import, also of a file under 3DES, the profile is whole again with the bundle's pair."""
    given = bundled(profile, tmp_path / "new.p12", is_old=is_old)
    for name in ("client.pem", "client.key"):
        (profile.parent / name).unlink()
    words = ["--profile", str(profile), "--password-file", str(given.with_suffix(".txt"))]
    done = terminal.bare("cert", "import", str(given), *words)
    assert done.code == 0, done.stderr
    assert (profile.parent / "client.key").stat().st_mode & 0o777 == 0o600
    assert terminal.bare("profile", "check", str(profile)).code == 0


def test_a_password_may_be_typed(terminal: Terminal, profile: Path, tmp_path: Path) -> None:
    """Without a file the password is read from the input; a wrong one is refused and changes nothing."""
    given, before = bundled(profile, tmp_path / "new.p12"), (profile.parent / "client.key").read_bytes()
    wrong = terminal.bare("cert", "import", str(given), "--profile", str(profile), stdin="another\n")
    assert wrong.code == 2
    assert "another" not in wrong.stdout + wrong.stderr
    assert (profile.parent / "client.key").read_bytes() == before
    assert terminal.bare("cert", "import", str(given), "--profile", str(profile), stdin=f"{PASSWORD}\n").code == 0


def test_a_key_of_another_certificate_is_refused(terminal: Terminal, profile: Path, tmp_path: Path) -> None:
    """A certificate that does not fit its key changes nothing."""
    with MockServer(Mock()) as other:
        other.write_files(tmp_path)
    before = (profile.parent / "client.pem").read_bytes()
    done = terminal.bare("cert", "import", str(tmp_path / "client.pem"), "--profile", str(profile))
    assert done.code == 2
    assert "another certificate" in done.stderr
    assert (profile.parent / "client.pem").read_bytes() == before


def test_a_stage_may_be_tried_done_and_undone(terminal: Terminal, profile: Path, tmp_path: Path) -> None:
    """A dry run replaces nothing; the change keeps the pair before; --undo brings exactly that back."""
    with MockServer(Mock()) as other:
        other.write_files(tmp_path)
    files = [profile.parent / "client.pem", profile.parent / "client.key"]
    old, new = [one.read_bytes() for one in files], [(tmp_path / one.name).read_bytes() for one in files]
    words = [str(tmp_path / "client.pem"), "--key", str(tmp_path / "client.key"), "--profile", str(profile)]
    assert terminal.bare("cert", "stage", "--dry-run", *words).code == 0
    assert [one.read_bytes() for one in files] == old
    assert terminal.bare("cert", "stage", *words).code == 0
    assert files[0].read_bytes() == new[0]
    assert terminal.bare("cert", "stage", "--undo", "--profile", str(profile)).code == 0
    assert [one.read_bytes() for one in files] == old


def test_show_tells_the_thumbprint(terminal: Terminal, profile: Path) -> None:
    """A profile's certificates are told, with the thumbprint that gateway.toml wants."""
    done = terminal.bare("cert", "show", str(profile), "--json")
    told = {one["setting"]: one for one in done.json()}
    certificate = x509.load_pem_x509_certificate((profile.parent / "client.pem").read_bytes())

    assert told["tls.certificate"]["thumbprint"] == certificate.fingerprint(SHA256()).hex()
    left = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    assert abs(told["tls.certificate"]["days_left"] - left.days) <= 1
    assert set(told) == {"tls.ca", "tls.certificate"}
