"""Who may ask what, as ``gateway.toml`` says it: applications, agencies, officers and grants."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from dancu.domain.fields import FIELDS, FieldName
from dancu.policy.fairness import Share

__all__ = [
    "AgencyPart",
    "ApplicationPart",
    "ExchangePart",
    "GrantPart",
    "Name",
    "NumberKind",
    "OfficersPart",
    "OldKeyPart",
    "PermissionPart",
    "RulesPart",
    "ServiceName",
    "SignInPart",
    "Text",
]

ServiceName = Literal["look_up", "confirm", "verify", "relatives", "blood_group", "prefill"]
NumberKind = Literal["number", "old_number"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class OldKeyPart(_Part):
    """The key before, which still opens while its application takes up the new one.

    Attributes:
        sha256: its hash.
        until: from then on it opens nothing; with its offset from UTC.
    """

    sha256: Digest
    until: datetime.datetime

    @model_validator(mode="after")
    def _certain(self) -> Self:
        if self.until.tzinfo is None:
            raise ValueError("until needs its offset from UTC")
        return self


class ApplicationPart(_Part):
    """An application that may ask.

    Attributes:
        key_sha256: hash of its key, as ``dancu gateway key`` printed it.
        old_key: the key before, while both are good.
        certificates: SHA-256 of its client certificates (DER, hexadecimal); where there are any, a call needs one of
            them, besides the key where there is a key.
        banned: turns it away at once.
        units: codes of the units for which it may ask.
        per_second: its steady rate.
        at_once: questions that it may have with a platform at once; all places by default.
        batch: whether nobody waits for its answers: it comes after all others (`dancu.policy.fairness`).
        officers: ``named`` by the application itself, or ``signed`` by their agency: each call bears a token.
        client: what tokens of officers call the application; by default its name.
        exchange_client: what tokens of the exchange call it, where it comes through there and has neither key nor
            certificate here.
    """

    name: Name
    key_sha256: Digest | None = None
    old_key: OldKeyPart | None = None
    certificates: tuple[Digest, ...] = Field(strict=False, default=())
    banned: bool = False
    units: tuple[Text, ...] = Field(strict=False, min_length=1)
    per_second: Annotated[float, Field(gt=0, le=10_000, strict=False)] = 10.0
    at_once: Annotated[int, Field(ge=1, le=256)] | None = None
    batch: bool = False
    officers: Literal["named", "signed"] = "named"
    client: Word | None = None
    exchange_client: Word | None = None

    @model_validator(mode="after")
    def _knowable(self) -> Self:
        is_known = self.key_sha256 is not None or bool(self.certificates)
        if is_known is (self.exchange_client is not None):
            raise ValueError("a key, a certificate or both, or exchange_client alone")
        if self.old_key is not None and self.key_sha256 is None:
            raise ValueError("an old key without a new one")
        return self

    @property
    def key_hashes(self) -> tuple[str, ...]:
        """Of the key, and of the one before."""
        both = (self.key_sha256, None if self.old_key is None else self.old_key.sha256)
        return tuple(one for one in both if one is not None)

    @property
    def share(self) -> Share:
        """Of the places to a platform."""
        return Share(self.name, self.at_once, self.batch)

    @property
    def client_name(self) -> str:
        """What an officer's token must have been issued to."""
        return self.client or self.name


class SignInPart(_Part):
    """Where an agency's officers sign in; its public keys are a file, and nobody is asked.

    Attributes:
        issuer, audience: what tokens must say.
        jwks: file of the public keys (RFC 7517), P-256 or RSA.
        officer: the claim that names the officer as the officer table does.
        level: value of the claim ``acr`` that is asked for, or None.
        once: whether each token is good for one call: ``jti``, and at most 60 s old.
        bound: whether each token must name the client certificate of the application that shows it (RFC 8705); one
            that names a certificate is good with that one only in any case.
    """

    issuer: Word
    audience: Word
    jwks: str
    officer: Word = "sub"
    level: Word | None = None
    once: bool = False
    bound: bool = False


class ExchangePart(_Part):
    """The provincial platform (LGSP) as a way in: it knows its applications, and signs which of them asks.

    Attributes:
        certificates: SHA-256 of its own client certificates; on another connection its token is not looked at.
        header: that bears the token.
        issuer, audience: what tokens must say.
        jwks: file of its public keys (RFC 7517), P-256 or RSA.
        client: the claim that names the application.
        longest_seconds: life of a token, from ``iat`` to ``exp``.
    """

    certificates: tuple[Digest, ...] = Field(strict=False, min_length=1)
    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")] = "X-JWT-Assertion"
    issuer: Word
    audience: Word
    jwks: str
    client: Word = "azp"
    longest_seconds: Annotated[int, Field(ge=30, le=3600)] = 900


class AgencyPart(_Part):
    """An agency: its units, its own way to the platform, and where its officers sign in.

    Attributes:
        units: codes; a unit belongs to one agency at most.
        profile: of the platform under the agency's own credential, with connections, limits and breaker of its own;
            by default the upstream's.
    """

    name: Name
    units: tuple[Text, ...] = Field(strict=False, min_length=1)
    profile: str | None = None
    sign_in: SignInPart | None = None


class OfficersPart(_Part):
    """The officer table: who may ask at all, and until when.

    Attributes:
        table: a CSV file with the columns ``officer,unit,undertaking,revoked``.
        undertaking_months: how long an undertaking is good for.
    """

    table: str
    undertaking_months: Annotated[int, Field(ge=1, le=120)] = 12


class PermissionPart(_Part):
    """The permission to read the register (Decree 70/2024 art. 9), in force to the end of its last day.

    Attributes:
        reference: number of the letter.
        until: last day, in Viet Nam.
    """

    reference: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    until: datetime.date


class RulesPart(_Part):
    """What every grant of the file must keep to.

    Attributes:
        permissions_required: each rests on a permission.
        sensitive_apart: one with a sensitive field (Decree 356/2025 art. 4) has no other fields.
    """

    permissions_required: bool = False
    sensitive_apart: bool = False


class GrantPart(_Part):
    """What an application may ask for in one procedure; everything else is denied.

    Attributes:
        agency: for units of this agency only; by default for all units of the application.
        numbers: by which numbers: ``number`` of 12 digits, ``old_number`` of 9.
        permission: what it rests on; past its end the grant is none.
    """

    application: Name
    agency: Name | None = None
    procedure: Text
    service: ServiceName
    fields: tuple[FieldName, ...] = Field(strict=False, default=())
    numbers: tuple[NumberKind, ...] = Field(strict=False, default=("number", "old_number"), min_length=1)
    permission: PermissionPart | None = None

    @property
    def is_mixed(self) -> bool:
        """Whether sensitive fields stand among others."""
        return len({FIELDS[name].sensitive for name in self.fields}) > 1
