"""Audit records: who asked, why, for which fields, and what came of it; never about whom in clear.

Two records a call, *intent* before anything is sent and *outcome* before the answer is
given (Circular 46/2022/TT-BCA art. 8; security.md §1.2). The person appears as a keyed
hash, so that whoever holds the key and a number can find "who asked about me", and
nobody else can. No name, number, date, address, body or token of theirs is in a record.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import datetime
    from typing import Self

    from dancu.domain.queries import Purpose, Subject
    from dancu.errors import Code
    from dancu.privacy import Secret

__all__ = ["AuditRecord", "Intent", "Outcome", "Pseudonyms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """What intent and outcome have in common.

    Attributes:
        time: UTC.
        reference: ULID of the call; binds intent, outcome and the wire's ``MaYeuCau``.
        operation: ``look_up``, ``confirm`` or ``verify``.
    """

    time: datetime.datetime
    reference: str
    operation: str

    def line(self) -> bytes:
        """The record as one line of JSON, UTF-8, without its newline."""
        parts = {"record": type(self).__name__.lower()}
        parts |= {part.name: getattr(self, part.name) for part in fields(self)}
        parts["time"] = self.time.isoformat(timespec="milliseconds")
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent(AuditRecord):
    """Written before anything leaves.

    Attributes:
        procedure, unit, dossier, session, basis: of the purpose.
        officer, account: who asks, as the agency knows them.
        environment: ``test`` or ``production``.
        credential: the user under which the platform is called.
        named_keys: settings in force that change the way to the platform: ``server_name``,
            ``server_pin``, ``proxy``, ``legacy_renegotiation``.
        keys: names of the keys sent, not their values.
        fields: names of the fields asked for.
        subject: keyed hash of the person's number.
    """

    procedure: str
    unit: str
    officer: str
    account: str | None
    dossier: str | None
    session: str | None
    basis: str | None
    environment: str
    credential: str
    named_keys: tuple[str, ...]
    keys: tuple[str, ...]
    fields: tuple[str, ...]
    subject: str

    @classmethod
    def of(cls, purpose: Purpose, **rest: Any) -> Self:
        """An intent from a purpose and the other attributes by name."""
        return cls(
            procedure=purpose.procedure,
            unit=purpose.unit,
            officer=purpose.officer.code,
            account=purpose.officer.account,
            dossier=purpose.dossier,
            session=purpose.session,
            basis=purpose.basis,
            **rest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(AuditRecord):
    """Written before the answer is given.

    Attributes:
        result: ``found``, ``not_matched``, ``ambiguous``, ``confirmed``, ``verified``,
            ``rejected``, ``unavailable``, ``failed`` for an error of no known kind, or
            ``abandoned`` when the caller gave up.
        code: the error's code, or None.
        findings: codes of the remarks.
        fields: names of the fields given to the caller.
        source: ``upstream`` or ``cache``.
        attempts: how often the platform was asked; each may cost a fee. 0 from the cache, where
            another call's exchange answered, and where a limit or the breaker let none through.
            The second bears ``reference-2`` on the wire.
        duration_ms: from intent to outcome.
    """

    result: str
    code: Code | None
    findings: tuple[str, ...]
    fields: tuple[str, ...]
    source: Literal["upstream", "cache"]
    attempts: int
    duration_ms: int


class Pseudonyms:
    """Keyed hashes of persons: HMAC-SHA-256 of the number, under a key with a version."""

    def __init__(self, key: Secret, version: str = "1") -> None:
        self._key = key
        self._version = version

    def of(self, subject: Subject) -> str:
        """``k1:`` and 64 hexadecimal digits."""
        digest = hmac.new(self._key.reveal().encode(), subject.number.encode(), hashlib.sha256)
        return f"k{self._version}:{digest.hexdigest()}"

    def __repr__(self) -> str:
        return f"Pseudonyms(version={self._version!r})"
