"""Our certificate and its key: read from PEM or PKCS #12, and handed to TLS without a readable copy on a disk.

`ssl` takes a key from a file only. It gets one in memory where the system has such (Linux), else a private
one that is deleted at once; in both the key is encrypted under a password of that moment.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from dancu.errors import ConfigurationError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator

    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

    from dancu.privacy import Secret

__all__ = ["KeyPair", "pair_from_bundle", "pair_from_pem", "passing_file", "read_certificates", "unusable"]

_BROKEN_KEY = "not usable, or a wrong password"


def unusable(field: str, detail: str) -> ConfigurationError:
    """The error for a file that TLS cannot use."""
    return ConfigurationError("certificate_unusable", field=field, detail=detail)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and the key that belongs to it.

    Attributes:
        certificate: ours.
        chain: those between it and its CA, in the order in which they are sent.
        key: never shown.
        setting: the setting that named the key, for errors.
    """

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    key: PrivateKeyTypes = field(repr=False)
    setting: str = "tls.key"

    def load_into(self, context: ssl.SSLContext) -> None:
        """Have a context present this certificate.

        Raises:
            ConfigurationError: ``certificate_unusable``: OpenSSL takes the key for too weak, or for none of its kinds.
        """
        password = secrets.token_hex(32).encode()
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
        shown = b"".join(one.public_bytes(Encoding.PEM) for one in (self.certificate, *self.chain))
        try:
            with passing_file(shown + key) as path:
                context.load_cert_chain(path, password=password)
        except (OSError, ValueError):
            raise unusable(self.setting, _BROKEN_KEY) from None


def read_certificates(content: bytes, setting: str) -> list[x509.Certificate]:
    """Every certificate in a PEM text.

    Raises:
        ConfigurationError: ``certificate_unusable``: there is none.
    """
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError:
        raise unusable(setting, "not a certificate in PEM") from None


def pair_from_pem(
    certificates: list[x509.Certificate], key: bytes, password: Secret | None, *, setting: str = "tls.key"
) -> KeyPair:
    """A certificate, the first, and its key in PEM, encrypted or not; ``setting`` named the key.

    Raises:
        ConfigurationError: ``certificate_unusable``: no key, a wrong password, or the key of another certificate.
    """
    return _matched(KeyPair(certificates[0], tuple(certificates[1:]), _read_key(key, password, setting), setting))


def pair_from_bundle(content: bytes, password: Secret | None) -> KeyPair:
    """What a PKCS #12 file holds: a certificate, its key, and perhaps the certificates above it.

    Raises:
        ConfigurationError: ``certificate_unusable``: no such file, a wrong password, or one of the two is missing.
    """
    try:
        found = load_pkcs12(content, None if password is None else password.reveal().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise unusable("tls.bundle", _BROKEN_KEY) from None
    if found.cert is None or found.key is None:
        raise unusable("tls.bundle", _BROKEN_KEY)
    chain = tuple(one.certificate for one in found.additional_certs)
    return _matched(KeyPair(found.cert.certificate, chain, found.key, "tls.bundle"))


def _read_key(content: bytes, password: Secret | None, setting: str) -> PrivateKeyTypes:
    given = None if password is None else password.reveal().encode()
    try:
        try:
            return load_pem_private_key(content, given)
        except TypeError:
            # A password for a key that has none does no harm; a missing one fails again.
            return load_pem_private_key(content, None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        raise unusable(setting, _BROKEN_KEY) from None


def _matched(pair: KeyPair) -> KeyPair:
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if pair.certificate.public_key().public_bytes(*form) != pair.key.public_key().public_bytes(*form):
        raise unusable(pair.setting, "the key of another certificate")
    return pair


@contextlib.contextmanager
def passing_file(content: bytes) -> Generator[str]:
    """The path of a file that nobody else can read and that is gone afterwards."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("dancu", os.MFD_CLOEXEC), "wb", buffering=0) as file:
            file.write(content)
            yield f"/proc/self/fd/{file.fileno()}"
        return
    with tempfile.TemporaryDirectory(prefix="dancu-") as directory:
        path = Path(directory) / "pair.pem"
        path.touch(mode=0o600)
        path.write_bytes(content)
        yield str(path)
