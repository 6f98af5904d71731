"""What the gateway shows to whoever connects, and whom it lets in: files that are taken over while it serves.

::

    gateway.toml [listen]      certificate, key        what is shown
                               callers_ca, crl         whose client certificates are taken

    files changed ──► loaded, and tried in memory ──► new connections meet the new ones
                          │ unusable                  an old connection answers once more, and is closed with that;
                          ▼                           what its caller's certificate was revoked for counts at once
                     kept, and `trouble` says why

The listening socket stays as it is, so nobody is turned away meanwhile (security.md R12, R13). Where nginx ends TLS,
nginx renews what it shows.
"""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from dancu.errors import ConfigurationError
from dancu.runtime.identities import Identities
from dancu.runtime.key_pairs import pair_from_pem, passing_file, read_certificates, unusable
from dancu.runtime.private import read_private
from dancu.runtime.tls import Identity, check_own
from dancu.runtime.trial import try_server_pair

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from pathlib import Path

    from dancu.gateway.config import Listen

__all__ = ["Listening", "Shown"]

_CERTIFICATE, _KEY, _CALLERS, _LIST = "listen.certificate", "listen.key", "listen.callers_ca", "listen.crl"
_BEGIN_LIST, _END_LIST = b"-----BEGIN X509 CRL-----", b"-----END X509 CRL-----"


@dataclass(frozen=True, slots=True)
class Shown(Identity):
    """One generation of what is shown, with what the callers' CA had revoked by then.

    Attributes:
        lists: of revoked certificates.
    """

    lists: tuple[x509.CertificateRevocationList, ...] = ()

    @property
    def lists_end(self) -> datetime.datetime | None:
        """When the first list is out of date, UTC: from then on no client certificate is taken; None without any."""
        return min((one.next_update_utc for one in self.lists if one.next_update_utc is not None), default=None)

    def has_revoked(self, certificate: bytes) -> bool:
        """Whether one of the lists names a client certificate, in DER."""
        serial = x509.load_der_x509_certificate(certificate).serial_number
        return any(one.get_revoked_certificate_by_serial_number(serial) is not None for one in self.lists)


class Listening:
    """The files of ``[listen]`` in use.

    Args:
        listen: with a certificate and a key.
        directory: what its file names are relative to.
        clock: the time, UTC.

    Raises:
        ConfigurationError: ``certificate_unusable`` or ``profile_invalid``, naming the setting.
    """

    def __init__(self, listen: Listen, directory: Path, *, clock: Callable[[], datetime.datetime]) -> None:
        self._listen = listen
        self._directory = directory
        self._clock = clock
        names = (listen.certificate, listen.key, listen.callers_ca, listen.crl)
        files = [directory / name for name in names if name is not None]
        self._identities = Identities(self._load, files, attempt=try_server_pair)
        if self.current.pair is not None:
            try_server_pair(self.current.pair)

    @property
    def current(self) -> Shown:
        """What new connections meet."""
        return self._identities.current

    @property
    def trouble(self) -> ConfigurationError | None:
        """Why the newest files are not in use, or None."""
        found = self._identities.trouble
        return found if isinstance(found, ConfigurationError) else None

    def look(self) -> bool:
        """Take over files that changed, looking once a second at most; whether there is something new to show."""
        before = self.current
        # One that has ended is shown on: readiness tells, and whoever connects decides.
        with contextlib.suppress(ConfigurationError):
            self._identities.check(self._clock())
        if self.current is before:
            return False
        self._identities.answered(self.current)
        return True

    def _load(self) -> Shown:
        at, listen, now = self._directory, self._listen, self._clock()
        key = read_private(at / (listen.key or ""), _KEY)
        certificates = read_certificates(_public(at / (listen.certificate or ""), _CERTIFICATE), _CERTIFICATE)
        check_own(certificates[0], now, _CERTIFICATE, for_servers=True)
        pair = pair_from_pem(certificates, key, None, setting=_KEY)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        pair.load_into(context)
        if listen.callers_ca is None:
            return Shown(context, pair, _CERTIFICATE)
        authorities = read_certificates(_public(at / listen.callers_ca, _CALLERS), _CALLERS)
        lists = () if listen.crl is None else _read_lists(_public(at / listen.crl, _LIST), authorities, now)
        _trust(context, authorities, lists)
        return Shown(context, pair, _CERTIFICATE, lists)


def _public(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise unusable(setting, "the file cannot be read") from None


def _trust(
    context: ssl.SSLContext, authorities: list[x509.Certificate], lists: tuple[x509.CertificateRevocationList, ...]
) -> None:
    """Take client certificates of these authorities; none has to be shown."""
    context.verify_mode = ssl.CERT_OPTIONAL
    try:
        context.load_verify_locations(cadata=b"".join(one.public_bytes(Encoding.DER) for one in authorities))
        if lists:
            # `ssl` takes lists from a file only.
            with passing_file(b"".join(one.public_bytes(Encoding.PEM) for one in lists)) as path:
                context.load_verify_locations(path)
    except (OSError, ValueError):
        raise unusable(_CALLERS, "not a CA file in PEM") from None
    if lists:
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF


def _read_lists(
    content: bytes, authorities: list[x509.Certificate], now: datetime.datetime
) -> tuple[x509.CertificateRevocationList, ...]:
    """Every list in a PEM text, each of one of the authorities and still up to date.

    Raises:
        ConfigurationError: ``certificate_unusable``: OpenSSL would take no client certificate by it.
    """
    blocks = [part.partition(_END_LIST)[0] for part in content.split(_BEGIN_LIST)[1:]]
    try:
        lists = tuple(x509.load_pem_x509_crl(_BEGIN_LIST + block + _END_LIST + b"\n") for block in blocks)
    except ValueError:
        lists = ()
    if not lists:
        raise unusable(_LIST, "not a list of revoked certificates in PEM")
    for one in lists:
        if one.next_update_utc is not None and one.next_update_utc <= now:
            raise unusable(_LIST, "expired")
        if not any(_is_of(one, authority) for authority in authorities):
            raise unusable(_LIST, "of another CA than callers_ca")
    return lists


def _is_of(one: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    if one.issuer != authority.subject:
        return False
    try:
        return one.is_signature_valid(authority.public_key())  # type: ignore[arg-type]  # a CA's key signs
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
