"""Audit records: who asked, why, for which fields, and what came of it; never about whom in clear.

Two records a call, *intent* before anything is sent and *outcome* before the answer is
given (Circular 46/2022/TT-BCA art. 8; security.md §1.2). The person appears as a keyed
hash, so that whoever holds the key and a number can find "who asked about me", and
nobody else can. No name, number, date, address, body or token of theirs is in a record.
An *override* of a field of a form asks nobody, and is one record.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import datetime
    from typing import Self

    from dancu.domain.queries import Purpose, Subject
    from dancu.errors import Code
    from dancu.privacy import Secret

__all__ = ["AuditRecord", "Intent", "Outcome", "Override", "Pseudonyms", "PurposeRecord"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """What intent and outcome have in common.

    Attributes:
        time: UTC.
        reference: ULID of the call; binds intent, outcome and the wire's ``MaYeuCau``.
        operation: ``look_up``, ``confirm`` or ``verify``; ``prefill`` of an override.
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
class PurposeRecord(AuditRecord):
    """A record that says why.

    Attributes:
        procedure, unit, dossier, session, basis: of the purpose.
        officer, account: who asks, as the agency knows them.
        environment: ``test`` or ``production``.
    """

    procedure: str
    unit: str
    officer: str
    account: str | None
    dossier: str | None
    session: str | None
    basis: str | None
    environment: str

    @classmethod
    def of(cls, purpose: Purpose, **rest: Any) -> Self:
        """A record from a purpose and the other attributes by name."""
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
class Intent(PurposeRecord):
    """Written before anything leaves.

    Attributes:
        credential: the user under which the platform is called.
        named_keys: settings in force that change the way to the platform: ``server_name``,
            ``server_pin``, ``proxy``, ``legacy_renegotiation``.
        keys: names of the keys sent, not their values.
        fields: names of the fields asked for.
        subject: keyed hash of the person's number.
        family: what tells whether their family name is the officer's too, see `Pseudonyms.alike`.
    """

    credential: str
    named_keys: tuple[str, ...]
    keys: tuple[str, ...]
    fields: tuple[str, ...]
    subject: str
    family: str | None = None


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
        source: ``upstream``, ``cache`` or ``stale``.
        attempts: how often the platform was asked; each may cost a fee. 0 from the cache, where
            another call's exchange answered, and where a limit or the breaker let none through.
            The second bears ``reference-2`` on the wire.
        duration_ms: from intent to outcome.
        homes: what tells whether an address that was given is the officer's too, see `Pseudonyms.alike`.
    """

    result: str
    code: Code | None
    findings: tuple[str, ...]
    fields: tuple[str, ...]
    source: Literal["upstream", "cache", "stale"]
    attempts: int
    duration_ms: int
    homes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(PurposeRecord):
    """Written before an officer may change a field of a form; never a value of it.

    Attributes:
        form, key: which field of which form.
        replaced: whether a value was put in its place; otherwise it was only unlocked.
        reason: why, in the officer's words.
        evidence: the document that shows it, its kind and number.
        source: where the field's value was from, or None.
        state: the register's word about it.
        call: reference of the question that it came from, or None.
        subject: keyed hash of the person's number; None where the field is of somebody in no register.
    """

    form: str
    key: str
    replaced: bool
    reason: str
    evidence: str
    source: str | None
    state: str
    call: str | None
    subject: str | None


class Pseudonyms:
    """Keyed hashes of persons: HMAC-SHA-256 of the number, under a key with a version."""

    def __init__(self, key: Secret, version: str = "1") -> None:
        self._key = key
        self._version = version

    def of(self, subject: Subject) -> str:
        """``k1:`` and 64 hexadecimal digits."""
        return self.of_number(subject.number)

    def of_number(self, number: str) -> str:
        """The same of somebody of whom only a number is known, 12 digits or an old one's 9."""
        digest = hmac.new(self._key.reveal().encode(), number.encode(), hashlib.sha256)
        return f"k{self._version}:{digest.hexdigest()}"

    def alike(self, officer: str, fact: str) -> str:
        """``k1:`` and 16 hexadecimal digits of a fact about somebody whom an officer asked for.

        The same for the same fact and officer only, so that it tells whether the fact is one of the officer's own, and
        nothing about two people of two officers. Accents, capitals and signs do not count.
        """
        text = "".join(char for char in unicodedata.normalize("NFD", fact.casefold()) if char.isalnum())
        about = f"{officer}\0{text.replace('đ', 'd')}"
        digest = hmac.new(self._key.reveal().encode(), about.encode(), hashlib.sha256)
        return f"k{self._version}:{digest.hexdigest()[:16]}"

    def family(self, officer: str, name: str) -> str:
        """`alike` of the family name of a whole name, its first word."""
        return self.alike(officer, f"name {name.split(maxsplit=1)[0]}")

    def home(self, officer: str, commune: str | None, detail: str | None) -> str | None:
        """`alike` of the house in a commune, by its code; None where the address has no house."""
        house = (detail or "").partition(",")[0].strip()
        return self.alike(officer, f"home {commune} {house}") if commune and house else None

    def __repr__(self) -> str:
        return f"Pseudonyms(version={self._version!r})"
