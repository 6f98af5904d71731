"""Certificates as an operator handles them: asked for, read from what a CA sent, described, put where a profile says.

Files are written whole under another name and renamed, the key first; a client that runs meanwhile waits for both
(docs/certificates.md). What stood there before is kept as ``NAME.previous``.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dancu.runtime.key_pairs import KeyPair, pair_from_bundle, pair_from_pem, read_certificates, unusable
from dancu.runtime.trial import try_pair

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

    from dancu.privacy import Secret

__all__ = [
    "Facts",
    "checked",
    "facts_of",
    "key_pem",
    "new_key",
    "put",
    "put_back",
    "read_given",
    "request_for",
    "shown_pem",
    "text_of",
]

_PREVIOUS = ".previous"


def request_for(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *, name: str, organisation: str, names: Sequence[str] = ()
) -> bytes:
    """A request for a certificate (PKCS #10), PEM.

    Args:
        key: signs it.
        name: the common name.
        organisation: left out where it is empty.
        names: DNS names for the subject's alternative name.
    """
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    parts += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else []
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, name))
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(parts))
    if names:
        shown = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        builder = builder.add_extension(shown, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def new_key(kind: Literal["ec", "rsa"]) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    """A key: P-256, or RSA of 3072 bits."""
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 3072)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an operator asks of a certificate.

    Attributes:
        subject, issuer: RFC 4514.
        serial: hexadecimal.
        not_after: UTC.
        usages: extended key usages; empty where none is named.
        thumbprint: SHA-256 of the DER, hexadecimal, as ``certificates = []`` of gateway.toml wants it.
    """

    subject: str
    issuer: str
    serial: str
    not_after: datetime.datetime
    usages: tuple[str, ...]
    thumbprint: str


def facts_of(certificate: x509.Certificate) -> Facts:
    """What is to be known of one."""
    known = {ExtendedKeyUsageOID.CLIENT_AUTH: "client", ExtendedKeyUsageOID.SERVER_AUTH: "server"}
    return Facts(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:x}",
        not_after=certificate.not_valid_after_utc,
        usages=tuple(known.get(one, one.dotted_string) for one in _usages(certificate)),
        thumbprint=hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
    )


def _usages(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    try:
        return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return []


def read_given(content: bytes, *, key: bytes | None = None, password: Secret | None = None) -> KeyPair:
    """What a CA sent: PKCS #12, or PEM with its key inside or apart; the chain in the order in which it is sent.

    Raises:
        ConfigurationError: ``certificate_unusable``.
    """
    if b"-----BEGIN " in content:
        return _ordered(pair_from_pem(read_certificates(content, "tls.certificate"), key or content, password))
    return _ordered(pair_from_bundle(content, password))


def _ordered(pair: KeyPair) -> KeyPair:
    """With each certificate behind the one that it signed, up to the root, which is not sent."""
    chain: list[x509.Certificate] = []
    last = pair.certificate
    while (above := next((one for one in pair.chain if _signed(last, one)), None)) is not None:
        if above in chain or above.subject == above.issuer:
            break
        chain.append(above)
        last = above
    return KeyPair(pair.certificate, tuple(chain), pair.key, pair.setting)


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def checked(pair: KeyPair, *, now: datetime.datetime, usage: Literal["client", "server"]) -> KeyPair:
    """Refuse a pair that could not be used: its dates, its purpose, and a handshake in memory.

    Raises:
        ConfigurationError: ``certificate_unusable``.
    """
    certificate = pair.certificate
    if now < certificate.not_valid_before_utc:
        raise unusable(pair.setting, "not yet valid")
    if now >= certificate.not_valid_after_utc:
        raise unusable(pair.setting, "expired")
    usages = facts_of(certificate).usages
    if usages and usage not in usages:
        raise unusable(pair.setting, f"not for {usage} authentication")
    if usage == "client":
        try_pair(pair)
    return pair


def shown_pem(pair: KeyPair) -> bytes:
    """The certificate and its chain, PEM."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in (pair.certificate, *pair.chain))


def key_pem(pair: KeyPair) -> bytes:
    """The key, PKCS #8, PEM, for a file of mode 600."""
    return text_of(pair.key)


def text_of(key: PrivateKeyTypes) -> bytes:
    """A key as text, PKCS #8, not encrypted."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def put(files: Mapping[Path, bytes]) -> None:
    """Replace files of mode 600 in this order, each by a rename; what stood there is kept beside it.

    Raises:
        OSError: one cannot be written; no file was replaced unless all drafts could be.
    """
    drafts = {path: path.with_name(f"{path.name}.staged") for path in files}
    for path, content in files.items():
        drafts[path].unlink(missing_ok=True)
        file = os.open(drafts[path], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    for path, draft in drafts.items():
        previous = path.with_name(path.name + _PREVIOUS)
        previous.unlink(missing_ok=True)
        if path.exists():
            os.link(path, previous)
        draft.replace(path)


def put_back(paths: Sequence[Path]) -> int:
    """Exchange files with those that `put` kept; how many there were.

    Raises:
        OSError: one cannot be written.
    """
    before = {path: path.with_name(path.name + _PREVIOUS) for path in paths}
    kept = {path: previous.read_bytes() for path, previous in before.items() if previous.exists()}
    put(kept)
    return len(kept)
