"""Checks of what lies on this machine: profile, secrets, audit, certificates and key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography import x509

from dancu.causes import cause_of
from dancu.diagnose.findings import Unknowable
from dancu.errors import ConfigurationError, DancuError, error_for
from dancu.profiles.loader import read_secret
from dancu.runtime.tls import TlsFiles, load_tls
from dancu.words import Phrase

if TYPE_CHECKING:
    import datetime

    from dancu.diagnose.findings import Run
    from dancu.diagnose.patient import Patient
    from dancu.runtime.tls import Identity

__all__ = ["PLAIN_HTTP", "audit", "ca", "named_keys", "of_identity", "profile", "secrets"]

PLAIN_HTTP = Phrase("Plain http to the loopback", "http không mã hóa, chỉ trong máy này")


def profile(patient: Patient) -> Phrase | None:
    """The file is there, is TOML, and says what a profile says."""
    profile = patient.profile
    return Phrase(
        f"{profile.environment}, {profile.credential.family}", f"{profile.environment}, {profile.credential.family}"
    )


def named_keys(patient: Patient) -> Phrase:
    """The settings that change the way; the check passes, since none of them weakens whom we trust."""
    keys = ", ".join(patient.profile.endpoint.named_keys)
    if not keys:
        return Phrase("None is set", "Không đặt mục nào")
    return Phrase(f"In force: {keys}; the audit names them", f"Đang dùng: {keys}; nhật ký có ghi")


def secrets(patient: Patient) -> None:
    """Every secret is there, can be sent, and is nobody else's to read."""
    patient.read_secrets()


def audit(patient: Patient) -> Phrase | None:
    """The audit's key can be read and its file opened for appending."""
    part, directory = patient.profile.audit, patient.profile.directory
    if part.key is not None:
        read_secret(part.key, directory, "audit.key")
    kind, _colon, path = part.sink.partition(":")
    if kind == "none":
        return Phrase("Nothing is audited", "Không ghi nhật ký")
    try:
        file = os.open(directory / path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        raise error_for("audit_unavailable", field="audit.sink") from None
    os.close(file)
    return None


def ca(patient: Patient) -> Phrase | None:
    """The file holds a CA, and in production not the mock's."""
    profile = patient.profile
    if not profile.endpoint.url.startswith("https:"):
        raise Unknowable(PLAIN_HTTP)
    if profile.tls is None:
        raise ConfigurationError("profile_invalid", field="tls", detail="https needs a CA")
    path = profile.directory / profile.tls.ca
    load_tls(TlsFiles(ca=path), now=patient.clock.now(), production=profile.environment == "production")
    if not any(_may_sign(one) for one in x509.load_pem_x509_certificates(path.read_bytes())):
        raise ConfigurationError("certificate_unusable", field="tls.ca", detail="not the certificate of a CA")
    return None


def _may_sign(certificate: x509.Certificate) -> bool:
    """A CA's, or one that stands for itself."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return certificate.issuer == certificate.subject
    return constraints.ca or certificate.issuer == certificate.subject


_OWN_FILES = ("certificate", "usage", "key")


def of_identity(name: str) -> Run:
    """A check of our certificate or key: loading them stops at the first that is wrong."""

    def run(patient: Patient) -> Phrase | None:
        identity = patient.identity
        if isinstance(identity, DancuError):
            cause = cause_of(identity.code, identity.detail, field=identity.field)
            place = cause.check if cause is not None and cause.check in _OWN_FILES else "key"
            if place == name:
                raise identity
            return None
        if identity is None or identity.not_after is None:
            return Phrase("There is no client certificate", "Không dùng chứng thư máy khách")
        return _good_until(identity, patient.clock.now()) if name == "certificate" else None

    return run


def _good_until(identity: Identity, now: datetime.datetime) -> Phrase | None:
    """The certificate's end; with the days that are left, and what to do, once it is near."""
    if identity.not_after is None:
        return None
    until, left = identity.not_after.date().isoformat(), identity.days_left(now)
    if identity.ends_within(now) is None:
        return Phrase(f"Good until {until}", f"Hạn đến {until}")
    return Phrase(f"Good until {until}, days left: {left}; renew it", f"Hạn đến {until}, còn {left} ngày; cần gia hạn")
