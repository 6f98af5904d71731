"""A record that was had a moment ago answers the same agency in the same case again (design.md §5).

::

    question ─► Shared under the entry's name and the fields
                  │ Load ─► opened, whole, young enough, all fields there ─► the record, source "cache"
                  └ otherwise ─► the platform ─► Found: Store, sealed ─► the record, source "upstream"
                                              ├► no answer, for a form: an older entry ─► source "stale"
                                              └► anything else: an older entry goes

Only a record is kept, with its findings; that nobody fits, how many do, yes, no, verdicts and errors
never are. Whatever is wrong with an entry, the platform is asked as if there were none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from dancu.domain.outcomes import Found
from dancu.domain.serial import from_json, to_json
from dancu.errors import Unavailable
from dancu.flows.effects import forget, load, shared, store
from dancu.policy.cache_keys import ceiling, jittered, keepable, lifetime, numbers_in
from dancu.policy.sealing import opened, sealed

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from dancu.domain.fields import FieldName
    from dancu.domain.outcomes import Ambiguous, NotMatched
    from dancu.domain.people import Citizen
    from dancu.domain.queries import Purpose, Subject
    from dancu.flows.effects import Flow
    from dancu.policy.cache_keys import CacheKey, Scope

__all__ = ["Cache", "Reading", "Wanted", "cached", "forget_dossier", "forget_person"]


@dataclass(frozen=True, slots=True)
class Cache:
    """What the flows know of the response cache.

    Attributes:
        keys: the first seals, all open.
        scope: for whom.
        random: from 0 to below 1.
        random_bytes: so many of them, unpredictable.
        stale_for: seconds beyond its age for which a record may fill a form when no answer is had.
    """

    keys: tuple[CacheKey, ...]
    scope: Scope
    random: Callable[[], float]
    random_bytes: Callable[[int], bytes]
    stale_for: float = 0.0

    def of(self, application: str) -> Cache:
        """The same for an application; it sees nothing of another's."""
        return replace(self, scope=replace(self.scope, application=application))


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """A record that is wanted: whose, why, of which service, and which fields of it."""

    subject: Subject
    purpose: Purpose
    service: str
    fields: tuple[FieldName, ...]


@dataclass(slots=True)
class Reading:
    """What a call's look into the cache came to.

    Attributes:
        state: ``hit``; ``miss``; ``broken``, what lay there could not be opened or read; None
            where there was no look, since another call's answer came first.
    """

    state: Literal["hit", "miss", "broken"] | None = None


def cached(
    cache: Cache,
    wanted: Wanted,
    fetch: Callable[[], Flow[Found | NotMatched | Ambiguous]],
    *,
    now: Callable[[], datetime.datetime],
    until: float,
    reading: Reading,
    stale: bool = False,
) -> Flow[Found | NotMatched | Ambiguous]:
    """The record from the cache, or by ``fetch``, which runs once for all who want the same now.

    The answer's reference is that of the call that had it from the platform, or empty. With ``stale`` a record that
    is older than it may be, by ``stale_for`` at most, stands in where the platform gives no answer.

    Raises:
        Rejected, Unavailable: what ``fetch`` raises; nothing of the cache's.
    """
    name = _name(cache, cache.keys[0], wanted)

    def lead() -> Flow[Found | NotMatched | Ambiguous]:
        kept = yield from _read(cache, wanted, name, now(), reading)
        if kept is not None:
            return kept
        try:
            answer = yield from fetch()
        except Unavailable:
            old = (yield from _read(cache, wanted, name, now(), reading, stale=True)) if stale else None
            if old is None:
                raise
            return old
        yield from _keep(cache, wanted, name, answer)
        return answer

    # Those who ask for other fields wait for nobody: their answers differ.
    turn = f"{name}:{','.join(wanted.fields)}{':stale' if stale else ''}"
    return (yield from shared(turn, lead, until=until))


def forget_person(cache: Cache | None, subject: Subject) -> Flow[int]:
    """Drop every entry in which the person's number stands, whoever asked; how many there were.

    Raises:
        Unavailable: the store cannot be reached, and may still hold them.
    """
    return 0 if cache is None else (yield from forget(tuple(key.person_tag(subject.number) for key in cache.keys)))


def forget_dossier(cache: Cache | None, dossier: str) -> Flow[int]:
    """Drop every entry of a dossier, or of a draft's session; how many there were.

    Raises:
        Unavailable: the store cannot be reached, and may still hold them.
    """
    return 0 if cache is None else (yield from forget(tuple(key.dossier_tag(dossier.strip()) for key in cache.keys)))


def _name(cache: Cache, key: CacheKey, wanted: Wanted) -> str:
    return key.name(cache.scope, wanted.purpose, wanted.service, wanted.subject)


def _read(
    cache: Cache, wanted: Wanted, first: str, now: datetime.datetime, reading: Reading, *, stale: bool = False
) -> Flow[Found | None]:
    """What is kept under any of the keys, as far as it is fit to be shown."""
    reading.state = "miss"
    if keepable(wanted.fields) != wanted.fields:
        return None
    for key in cache.keys:
        name = first if key is cache.keys[0] else _name(cache, key, wanted)
        value = yield from load(name)
        if value is None:
            continue
        kept = _unpacked(opened(value, key=key, name=name, subject=wanted.subject))
        if kept is None:
            reading.state = "broken"
        elif _fit(kept, wanted.fields, now, stale_for=cache.stale_for if stale else 0.0):
            reading.state = "hit"
            return replace(kept, citizen=kept.citizen.only(wanted.fields), source="stale" if stale else "cache")
    return None


def _unpacked(text: str | None) -> Found | None:
    """A record with the time it was had; whatever else it may be is none."""
    if text is None:
        return None
    try:
        kept = from_json(text)
    except Unavailable:
        return None
    return kept if isinstance(kept, Found) and kept.as_of is not None and kept.as_of.tzinfo is not None else None


def _fit(kept: Found, fields: tuple[FieldName, ...], now: datetime.datetime, *, stale_for: float) -> bool:
    """Whether all fields are there, and the age is one that they may have; a record of the future has none."""
    assert kept.as_of is not None  # noqa: S101  # it was looked at when it was unpacked
    age = (now - kept.as_of).total_seconds()
    return kept.citizen.asked.issuperset(fields) and 0 <= age < min(lifetime(fields) + stale_for, ceiling(fields))


def _keep(cache: Cache, wanted: Wanted, name: str, answer: Found | NotMatched | Ambiguous) -> Flow[None]:
    """Keep the fields that may be; what was kept before under another key, or is no longer so, goes."""
    fields = keepable(wanted.fields)
    if isinstance(answer, Found) and not fields:
        return
    first, *others = cache.keys
    if isinstance(answer, Found):
        kept = Found(answer.citizen.only(fields), answer.findings, as_of=answer.as_of)
        value = sealed(to_json(kept), key=first, name=name, subject=wanted.subject, random_bytes=cache.random_bytes)
        ttl = min(jittered(lifetime(fields), cache.random()) + cache.stale_for, ceiling(fields))
        yield from store(name, value, ttl=ttl, tags=_tags(first, wanted, kept.citizen))
    else:
        yield from store(name, b"", ttl=0.0)
    for key in others:
        yield from store(_name(cache, key, wanted), b"", ttl=0.0)


def _tags(key: CacheKey, wanted: Wanted, citizen: Citizen) -> tuple[str, ...]:
    case = wanted.purpose.dossier or wanted.purpose.session
    assert case is not None  # noqa: S101  # a purpose has one of them
    numbers = sorted(numbers_in(wanted.subject, citizen))
    return (key.dossier_tag(case), *(key.person_tag(number) for number in numbers))
