"""Receipts: what the gateway did, signed, for a dossier; checked years later without it (compact JWS, ES256).

::

    header   {"alg": "ES256", "typ": "dancu-receipt+jwt", "kid": thumbprint of the key}
    claims   kind            "verification", or "unavailability": the register was asked and gave no answer
             iss, iat        the gateway as the configuration names it; seconds since the epoch
             reference       ULID of the call, as in the audit
             application, procedure, unit, officer, dossier or session
             subject         keyed hash of the person's number, as in the audit; nothing else of anybody
             environment     test or production
             overall, verdicts, as_of, source     of a verification: verdicts by field, never a value
             code            of an unavailability: one of the codes of the network and the platform

An unavailability is only signed where a platform was really asked: not for a breaker that is open, nor for a refusal.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict

from dancu.errors import ConfigurationError, InvalidInput
from dancu.runtime.private import read_private

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from dancu.domain.outcomes import Verified
    from dancu.domain.queries import Purpose
    from dancu.errors import Code, Unavailable

__all__ = ["Receipts", "ReceiptsPart", "make_key", "open_receipts", "public_key", "read_receipt", "was_asked"]

_ALGORITHM = "ES256"
_TYPE = "dancu-receipt+jwt"
_LONGEST = 64 * 1024
_OURS: frozenset[Code] = frozenset({"circuit_open", "too_busy", "audit_unavailable"})
"""Outages of this side: they prove nothing about a platform."""


class ReceiptsPart(BaseModel):
    """``[receipts]`` in ``gateway.toml``; without the table none are issued.

    Attributes:
        key: file of the private key, PEM, as ``dancu receipt key`` writes it; default ``DATABASE.receipts.key``, made
            when it is missing.
        issuer: who issues them, as an inspector knows it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    key: str | None = None
    issuer: str = "dancu gateway"


def was_asked(error: Unavailable) -> bool:
    """Whether a platform was asked and gave no usable answer."""
    return error.code not in _OURS


class Receipts:
    """Signs receipts.

    Args:
        key: private, PEM.
        issuer: who issues them.
    """

    def __init__(self, key: bytes, *, issuer: str) -> None:
        self._key = ECKey.import_key(key)
        self._always = {"iss": issuer}
        self._header = {"alg": _ALGORITHM, "typ": _TYPE, "kid": self._key.thumbprint()}

    def verification(self, outcome: Verified, *, now: datetime.datetime, **asked: Any) -> str:
        """The receipt of a verification; ``asked`` as `about` tells it."""
        verdicts = {field: one.verdict for field, one in outcome.fields.items()}
        came = {"overall": outcome.overall, "verdicts": verdicts, "source": outcome.source}
        as_of = {} if outcome.as_of is None else {"as_of": outcome.as_of.isoformat(timespec="seconds")}
        return self._signed("verification", outcome.reference, now, {**asked, **came, **as_of})

    def unavailability(self, error: Unavailable, *, now: datetime.datetime, **asked: Any) -> str:
        """The proof that a platform was asked and gave no answer."""
        return self._signed("unavailability", error.reference or "", now, {**asked, "code": error.code})

    def _signed(self, kind: str, reference: str, now: datetime.datetime, parts: dict[str, Any]) -> str:
        claims = {"kind": kind, "iat": int(now.timestamp()), "reference": reference, **self._always, **parts}
        payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
        return jws.serialize_compact(self._header, payload, self._key, algorithms=[_ALGORITHM])


def about(purpose: Purpose, *, application: str, subject: str) -> dict[str, str]:
    """Who asked what for, and about whom, as the audit has it."""
    named = {"dossier": purpose.dossier, "session": purpose.session}
    return {
        "application": application,
        "procedure": purpose.procedure,
        "unit": purpose.unit,
        "officer": purpose.officer.code,
        "subject": subject,
        **{name: text for name, text in named.items() if text is not None},
    }


def make_key() -> bytes:
    """A new private key, PEM."""
    return ECKey.generate_key("P-256").as_pem(private=True)


def public_key(key: bytes) -> bytes:
    """The public half of a private key, PEM, for whoever is to check receipts.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``receipts.key``: no P-256 key.
    """
    return _imported(key).as_pem(private=False)


def open_receipts(part: ReceiptsPart, *, beside: Path) -> Receipts:
    """The receipts of a configuration; a key that nobody named is made.

    Args:
        part: of the configuration.
        beside: the audit's database; relative names are relative to its directory.

    Raises:
        ConfigurationError: ``profile_invalid`` naming ``receipts.key``.
    """
    path = beside.with_name(f"{beside.name}.receipts.key") if part.key is None else beside.parent / part.key
    if part.key is None and not path.exists():
        _write(path, make_key())
    key = read_private(path, "receipts.key")
    _imported(key)
    return Receipts(key, issuer=part.issuer)


def read_receipt(text: str, key: bytes) -> dict[str, Any]:
    """The claims of a receipt that this public key has signed.

    Raises:
        InvalidInput: ``invalid_fields`` naming ``receipt``: of another key, changed, or no receipt at all.
        ConfigurationError: the key is none.
    """
    public = _imported(key)
    try:
        if len(text) > _LONGEST:
            raise ValueError
        read = jws.deserialize_compact(text.strip(), public, algorithms=[_ALGORITHM])
        if read.headers().get("typ") != _TYPE:
            raise ValueError
        claims: dict[str, Any] = json.loads(read.payload)
    except (JoseError, ValueError, KeyError, TypeError):
        raise InvalidInput("invalid_fields", field="receipt", detail="not signed by this key, or changed") from None
    return claims


def _imported(key: bytes) -> ECKey:
    try:
        read = ECKey.import_key(key)
    except (JoseError, ValueError, TypeError):
        read = None
    if read is None or read.curve_name != "P-256":
        raise ConfigurationError("profile_invalid", field="receipts.key", detail="a P-256 key in PEM is wanted")
    return read


def _write(path: Path, key: bytes) -> None:
    """Made by whoever comes first; several that start together share it."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError:
        where = "its directory cannot be written"
        raise ConfigurationError("profile_invalid", field="receipts.key", detail=where) from None
    with os.fdopen(file, "wb") as stream:
        stream.write(key)
