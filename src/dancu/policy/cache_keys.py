"""Under what name a record is kept, for how long, and how it is found again to be forgotten.

::

    master, 256 bit ──HKDF──┬── names    HMAC of all that binds a record ──► its entry's name
                            ├── tags     HMAC of a number, or of a dossier ──► what is forgotten together
                            └── seals    HMAC of name and the three keys ──► the AES key of this entry alone

No number, name or date can be read from a name or a tag, nor tried out without the master key. A
record is shown again only where every bound part is the same (design.md §5, security.md T10): each
part is hashed with its length before it, so that two parts never run into each other.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dancu.domain.fields import FIELDS
from dancu.domain.people import Relative

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dancu.domain.fields import FieldName
    from dancu.domain.people import Citizen
    from dancu.domain.queries import Purpose, Subject

__all__ = [
    "LONGEST",
    "POLICY_VERSION",
    "CacheKey",
    "Scope",
    "ceiling",
    "jittered",
    "keepable",
    "lifetime",
    "numbers_in",
]

POLICY_VERSION = "1"
"""Counted up when what is kept comes to mean something else; whatever was kept before is not found again."""
LONGEST = 15 * 60
"""Seconds that an entry lives at most, whatever its fields allow."""

_KEY_BYTES = 32
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom a record was had, besides the purpose: nothing is shown across a difference here.

    Attributes:
        profile: digest of what decides the answer: environment, endpoint, services, wire.
        credential: family and user under which the platform was asked.
        application: who asked.
    """

    profile: str
    credential: str
    application: str


class CacheKey:
    """A master key of the cache and what is derived from it.

    Args:
        master: 32 bytes.
        version: 1 to 255, in clear in each value, so that keys can be changed.

    Raises:
        ValueError: another length or version.
    """

    def __init__(self, master: bytes, *, version: int) -> None:
        if len(master) != _KEY_BYTES or not 1 <= version <= 255:
            raise ValueError("a key of 32 bytes, and a version from 1 to 255")
        self.version = version
        self._names, self._tags, self._seals = (_derived(master, use) for use in (b"names", b"tags", b"seals"))

    def name(self, scope: Scope, purpose: Purpose, service: str, subject: Subject) -> str:
        """The entry's name, 64 hexadecimal digits; a draft's session stands for its dossier until there is one."""
        case = ("session", purpose.session) if purpose.dossier is None else ("dossier", purpose.dossier)
        bound = (
            *(POLICY_VERSION, scope.profile, scope.credential, scope.application),
            *(purpose.unit, purpose.procedure, purpose.basis, *case, service),
            *_keys_of(subject),
        )
        return hmac.digest(self._names, _joined(bound), hashlib.sha256).hex()

    def person_tag(self, number: str) -> str:
        """What all entries have in common in which this number, of 12 or 9 digits, stands."""
        return self._tag("person", number)

    def dossier_tag(self, dossier: str) -> str:
        """What all entries of a dossier, or of a draft's session, have in common."""
        return self._tag("dossier", dossier)

    def seal_key(self, name: str, subject: Subject) -> bytes:
        """The AES-256 key of one entry; whoever has the store and the master still lacks the person's keys."""
        return hmac.digest(self._seals, _joined((name, *_keys_of(subject))), hashlib.sha256)

    def _tag(self, kind: str, value: str) -> str:
        return hmac.digest(self._tags, _joined((kind, value)), hashlib.sha256).hex()

    def __repr__(self) -> str:
        return f"CacheKey(version={self.version})"


def _derived(master: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=b"dancu cache " + use).derive(master)


def _keys_of(subject: Subject) -> tuple[str, str, str]:
    return str(subject.number), str(subject.name), str(subject.birth_date)


def _joined(parts: Iterable[str | None]) -> bytes:
    """Each part behind its length in four bytes; what a purpose has is never empty, so what it lacks is."""
    texts = ((part or "").encode() for part in parts)
    return b"".join(len(text).to_bytes(4, "big") + text for text in texts)


def keepable(fields: Iterable[FieldName]) -> tuple[FieldName, ...]:
    """Those of the fields that a cache may keep at all."""
    return tuple(name for name in fields if FIELDS[name].cached_at_most)


def ceiling(fields: Collection[FieldName]) -> int:
    """Seconds after which a record with these fields is shown to nobody, whatever else allows it."""
    return min((FIELDS[name].cached_at_most for name in fields), default=0)


def lifetime(fields: Collection[FieldName]) -> int:
    """Seconds that a record with these fields may be shown after it was had; 0 for never, and for none."""
    return min(LONGEST, ceiling(fields))


def jittered(life: float, chance: float) -> float:
    """A life between 82 % and 100 % of ``life``: a tenth around its mean, so that what came together goes apart.

    Args:
        life: seconds, the ceiling.
        chance: from 0 to 1.
    """
    return life * (1 - _JITTER + 2 * _JITTER * chance) / (1 + _JITTER)


def numbers_in(subject: Subject, citizen: Citizen) -> frozenset[str]:
    """The numbers by which an entry is found to be forgotten: the asked one, the record's, and those of relatives."""
    numbers: list[str | None] = [subject.number]
    for name in citizen.asked:
        value = getattr(citizen, name)
        if isinstance(value, Relative):
            numbers += (value.number, value.old_number)
        elif name in {"number", "old_number"}:
            numbers.append(value)
    return frozenset(str(one) for one in numbers if one and len(one) in {9, 12} and one.strip("0"))
