"""One bare `ssl.SSLContext` for life, and our own certificate checked before it is used.

`ssl.create_default_context` is not used: it writes session keys where ``SSLKEYLOGFILE`` points
and trusts the machine's roots (security.md T20, T16). Under TLS 1.3 a refused client
certificate looks like a network glitch, so what can be known beforehand (dates, key,
usage) is checked here (T17).
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dancu.errors import ConfigurationError
from dancu.runtime.private import check_private

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from dancu.privacy import Secret

__all__ = ["Identity", "TlsFiles", "load_tls"]

_LEGACY_SERVER_CONNECT = 0x4
_BROKEN_KEY = "not usable, or a wrong password"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where the peer's CA and our own certificate and key lie (PEM), and what else a context needs to know.

    Attributes:
        by_pin: the peer is known by its pinned key instead of by its name.
        legacy_renegotiation: whether the peer may lack RFC 5746, as old appliances do.
    """

    ca: Path
    certificate: Path | None = None
    key: Path | None = None
    password: Secret | None = None
    by_pin: bool = False
    legacy_renegotiation: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """A context with what must be known about it while it is used.

    Attributes:
        context: shared by all connections.
        presents_certificate: whether we have a client certificate at all.
        not_after: its end, UTC; None without one.
    """

    context: ssl.SSLContext
    presents_certificate: bool
    not_after: datetime.datetime | None

    def check(self, now: datetime.datetime) -> None:
        """Refuse to go on with a certificate that ended meanwhile.

        Raises:
            ConfigurationError: ``certificate_unusable``.
        """
        if self.not_after is not None and now >= self.not_after:
            raise _unusable("tls.certificate", "expired")


def _unusable(field: str, detail: str) -> ConfigurationError:
    return ConfigurationError("certificate_unusable", field=field, detail=detail)


def load_tls(files: TlsFiles, *, now: datetime.datetime, production: bool) -> Identity:
    """Load CA, certificate and key, and check what can be checked.

    Raises:
        ConfigurationError: ``certificate_unusable`` naming the setting: unreadable, not yet
            valid, expired, not for clients, key of another certificate or readable by
            others, or the mock's CA in production.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = not files.by_pin
    if files.legacy_renegotiation:
        context.options |= _LEGACY_SERVER_CONNECT
    authorities = _read_certificates(files.ca, "tls.ca")
    if production and any("MOCK" in _common_name(one) for one in authorities):
        raise _unusable("tls.ca", "the mock's CA in production")
    try:
        context.load_verify_locations(cafile=os.fspath(files.ca))
    except (OSError, ssl.SSLError):
        raise _unusable("tls.ca", "not a CA file in PEM") from None
    if files.certificate is None:
        return Identity(context, presents_certificate=False, not_after=None)
    certificate = _read_certificates(files.certificate, "tls.certificate")[0]
    _check_own(certificate, now)
    _load_pair(context, files)
    return Identity(context, presents_certificate=True, not_after=certificate.not_valid_after_utc)


def _read_certificates(path: Path, field: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except OSError:
        raise _unusable(field, "the file cannot be read") from None
    except ValueError:
        raise _unusable(field, "not a certificate in PEM") from None


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return " ".join(str(name.value) for name in names)


def _check_own(certificate: x509.Certificate, now: datetime.datetime) -> None:
    if now < certificate.not_valid_before_utc:
        raise _unusable("tls.certificate", "not yet valid")
    if now >= certificate.not_valid_after_utc:
        raise _unusable("tls.certificate", "expired")
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return
    if ExtendedKeyUsageOID.CLIENT_AUTH not in usages:
        raise _unusable("tls.certificate", "not for client authentication")


def _load_pair(context: ssl.SSLContext, files: TlsFiles) -> None:
    key = files.key if files.key is not None else files.certificate
    assert key is not None and files.certificate is not None  # noqa: S101  # the caller looked
    try:
        check_private(key, "tls.key")
    except ConfigurationError as error:
        raise _unusable("tls.key", error.detail or "") from None
    # Without a callback of ours OpenSSL would ask for the password at the terminal.
    password = files.password.reveal() if files.password is not None else ""
    try:
        context.load_cert_chain(os.fspath(files.certificate), os.fspath(key), password=lambda: password)
    except ssl.SSLError as error:
        mismatch = "KEY_VALUES_MISMATCH" in (error.reason or "")
        raise _unusable("tls.key", "the key of another certificate" if mismatch else _BROKEN_KEY) from None
    except (OSError, ValueError):
        raise _unusable("tls.key", _BROKEN_KEY) from None
