"""One bare `ssl.SSLContext` for each identity, and our own certificate checked before it is used.

`ssl.create_default_context` is not used: it writes session keys where ``SSLKEYLOGFILE`` points
and trusts the machine's roots (security.md T20, T16). Under TLS 1.3 a refused client
certificate looks like a network glitch, so what can be known beforehand (dates, key,
usage) is checked here (T17). Every file is read once, so what was checked is what is used (T19).
"""

from __future__ import annotations

import datetime
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dancu.errors import ConfigurationError
from dancu.runtime.key_pairs import KeyPair, pair_from_bundle, pair_from_pem, read_certificates, unusable
from dancu.runtime.private import read_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dancu.privacy import Secret

__all__ = ["ENDING_DAYS", "Identity", "TlsFiles", "check_own", "load_tls"]

_LEGACY_SERVER_CONNECT = 0x4
_CLIENT_AUTH, _SERVER_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
ENDING_DAYS = (7, 30)
"""So many days before its end, and fewer, a certificate is near it."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where the peer's CA and our own certificate and key lie, and what else a context needs to know.

    Attributes:
        ca: PEM.
        certificate: PEM, with the certificates between it and its CA where there are any.
        key: PEM; in the certificate's file where it is None.
        bundle: PKCS #12, instead of certificate and key.
        by_pin: the peer is known by its pinned key instead of by its name.
        legacy_renegotiation: whether the peer may lack RFC 5746, as old appliances do.
    """

    ca: Path
    certificate: Path | None = None
    key: Path | None = None
    bundle: Path | None = None
    password: Secret | None = None
    by_pin: bool = False
    legacy_renegotiation: bool = False


class ClosedSocket(ssl.SSLSocket):
    """A socket that is closed, not left open, where its far side had gone before it was wrapped."""

    def getpeername(self) -> Any:
        """The far side's address; `ssl` asks first of all, and would go on without a handshake."""
        try:
            return super().getpeername()
        except OSError:
            self.close()
            raise ConnectionResetError("the far side has gone") from None


@dataclass(frozen=True, slots=True)
class Identity:
    """A context with what must be known about it while it is used.

    Attributes:
        context: shared by all connections.
        pair: our certificate and key; None without one.
        setting: the setting that named our certificate, for errors.
    """

    context: ssl.SSLContext
    pair: KeyPair | None = None
    setting: str = "tls.certificate"

    @property
    def presents_certificate(self) -> bool:
        """Whether we have a client certificate at all."""
        return self.pair is not None

    @property
    def not_after(self) -> datetime.datetime | None:
        """The certificate's end, UTC; None without one."""
        return None if self.pair is None else self.pair.certificate.not_valid_after_utc

    def days_left(self, now: datetime.datetime) -> int | None:
        """Whole days to the certificate's end, below 0 after it; None without one."""
        return None if self.not_after is None else (self.not_after - now).days

    def ends_within(self, now: datetime.datetime) -> int | None:
        """The smallest of `ENDING_DAYS` within which the certificate ends; None where there is time, or none."""
        if self.not_after is None:
            return None
        left = self.not_after - now
        return next((days for days in ENDING_DAYS if left <= datetime.timedelta(days=days)), None)

    def check(self, now: datetime.datetime) -> None:
        """Refuse to go on with a certificate that ended meanwhile.

        Raises:
            ConfigurationError: ``certificate_unusable``.
        """
        if self.not_after is not None and now >= self.not_after:
            raise unusable(self.setting, "expired")


def load_tls(files: TlsFiles, *, now: datetime.datetime, production: bool) -> Identity:
    """Load CA, certificate and key, and check what can be checked.

    Raises:
        ConfigurationError: ``certificate_unusable`` naming the setting: unreadable, not yet
            valid, expired, not for clients, key of another certificate or readable by
            others, or the mock's CA in production.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = ClosedSocket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = not files.by_pin
    if files.legacy_renegotiation:
        context.options |= _LEGACY_SERVER_CONNECT
    _trust(context, files.ca, production=production)
    pair = _own(files, now)
    if pair is None:
        return Identity(context)
    pair.load_into(context)
    return Identity(context, pair, _setting(files))


def _trust(context: ssl.SSLContext, ca: Path, *, production: bool) -> None:
    authorities = read_certificates(_read(ca, "tls.ca", _public), "tls.ca")
    if production and any("MOCK" in _common_name(one) for one in authorities):
        raise unusable("tls.ca", "the mock's CA in production")
    try:
        context.load_verify_locations(cadata=b"".join(one.public_bytes(Encoding.DER) for one in authorities))
    except (ValueError, ssl.SSLError):
        raise unusable("tls.ca", "not a CA file in PEM") from None


def _public(path: Path, _field: str) -> bytes:
    return path.read_bytes()


def _read(path: Path, field: str, read: Callable[[Path, str], bytes]) -> bytes:
    try:
        return read(path, field)
    except (OSError, ValueError):
        raise unusable(field, "the file cannot be read") from None
    except ConfigurationError as error:
        raise unusable(field, error.detail or "") from None


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return " ".join(str(name.value) for name in names)


def _setting(files: TlsFiles) -> str:
    return "tls.certificate" if files.bundle is None else "tls.bundle"


def _own(files: TlsFiles, now: datetime.datetime) -> KeyPair | None:
    """Our certificate, looked at before its key is: a wrong one is named as such."""
    if files.bundle is not None:
        pair = pair_from_bundle(_read(files.bundle, "tls.bundle", read_private), files.password)
        check_own(pair.certificate, now, "tls.bundle")
        return pair
    if files.certificate is None:
        return None
    certificates = read_certificates(_read(files.certificate, "tls.certificate", _public), "tls.certificate")
    check_own(certificates[0], now, "tls.certificate")
    key = _read(files.key or files.certificate, "tls.key", read_private)
    return pair_from_pem(certificates, key, files.password)


def check_own(
    certificate: x509.Certificate, now: datetime.datetime, setting: str, *, for_servers: bool = False
) -> None:
    """Refuse a certificate of ours that is not good now, or not for what we are in a handshake.

    Raises:
        ConfigurationError: ``certificate_unusable`` naming the setting.
    """
    usage, side = (_SERVER_AUTH, "server") if for_servers else (_CLIENT_AUTH, "client")
    if now < certificate.not_valid_before_utc:
        raise unusable(setting, "not yet valid")
    if now >= certificate.not_valid_after_utc:
        raise unusable(setting, "expired")
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return
    except (ValueError, x509.DuplicateExtension):
        raise unusable(setting, "not a certificate in PEM") from None
    if usage not in usages:
        raise unusable(setting, f"not for {side} authentication")
