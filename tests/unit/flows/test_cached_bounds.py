"""Many random questions: nothing is shown across a border, and nothing after its time (security.md T10, T29)."""

from __future__ import annotations

import contextlib
import datetime
import random
import string
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dancu import FIELDS, Citizen, Found, Officer, Purpose, Subject
from dancu.domain.codes import Coded
from dancu.domain.names import Name
from dancu.flows.cached import Reading, Wanted, cached
from dancu.policy.cache_keys import Scope

from .by_hand import NOW
from .keeping import Keeping, cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu import FieldName
    from dancu.flows.cached import Cache
    from dancu.flows.effects import Flow

SEED = 20261123
BASES = 1700
SEQUENCES = 5000
PLAIN: tuple[FieldName, ...] = ("name", "gender", "nationality", "ethnic_group", "religion", "marital_status")

Asked = tuple[Scope, Wanted]


def word(chance: random.Random) -> str:
    """Some letters."""
    return "".join(chance.choices(string.ascii_uppercase, k=chance.randint(1, 8)))


def name(chance: random.Random) -> str:
    """Of four words, none of them a family name."""
    return " ".join(chance.choices(("MAU", "HOA", "LAN", "MINH", "THANH", "XUAN", "BINH", "SON"), k=4))


def number(chance: random.Random) -> str:
    """An invented person's."""
    return f"000{chance.randrange(10**9):09}"


def a_day(chance: random.Random) -> str:
    """A birth date to the day."""
    return (datetime.date(1950, 1, 1) + datetime.timedelta(chance.randrange(20_000))).isoformat()


def asked(chance: random.Random) -> Asked:
    """A random question."""
    purpose = Purpose(
        procedure=word(chance),
        unit=word(chance),
        officer=Officer("000080000009"),
        dossier=word(chance),
        basis=chance.choice([None, word(chance)]),
    )
    subject = Subject(number=number(chance), name=f"NGUYEN {name(chance)}", birth_date=a_day(chance))
    return Scope(word(chance), word(chance), word(chance)), Wanted(subject, purpose, "look_up", ("name", "gender"))


def _scope(name: str) -> Callable[[Asked, random.Random], Asked]:
    return lambda one, chance: (replace(one[0], **{name: getattr(one[0], name) + word(chance)}), one[1])


def _purpose(name: str) -> Callable[[Asked, random.Random], Asked]:
    def change(one: Asked, chance: random.Random) -> Asked:
        other: dict[str, Any] = {name: (getattr(one[1].purpose, name) or "") + word(chance)}
        return one[0], replace(one[1], purpose=replace(one[1].purpose, **other))

    return change


def _as_session(one: Asked, _chance: random.Random) -> Asked:
    return one[0], replace(one[1], purpose=replace(one[1].purpose, session=one[1].purpose.dossier, dossier=None))


def _service(one: Asked, _chance: random.Random) -> Asked:
    return one[0], replace(one[1], service="relatives")


def _key(name: str, other: Callable[[random.Random], str]) -> Callable[[Asked, random.Random], Asked]:
    def change(one: Asked, chance: random.Random) -> Asked:
        held = {part: getattr(one[1].subject, part) for part in ("number", "name", "birth_date")}
        return one[0], replace(one[1], subject=Subject(**{**held, name: other(chance)}))

    return change


CHANGES: tuple[Callable[[Asked, random.Random], Asked], ...] = (
    *map(_scope, ("profile", "credential", "application")),
    *map(_purpose, ("unit", "procedure", "basis", "dossier")),
    *(_as_session, _service),
    _key("number", number),
    _key("name", lambda chance: f"TRAN {name(chance)}"),
    _key("birth_date", lambda chance: str(1800 + chance.randrange(100))),
)


def test_nothing_is_shown_where_one_part_differs() -> None:
    """More than 20,000 random pairs that differ in one bound part: no hit; the same question again: a hit each time."""
    chance, keeping, base = random.Random(SEED), Keeping(), cache()
    hits = pairs = again = 0
    for _ in range(BASES):
        question = asked(chance)
        assert put(keeping, base, *question) == "miss"
        for change in CHANGES:
            hits += put(keeping, base, *change(question, chance), keep=False) == "hit"
            pairs += 1
        again += put(keeping, base, *question) == "hit"
    assert (pairs >= 20_000, hits, again) == (True, 0, BASES), SEED


class _Stopped(Exception):
    """The platform would be asked."""


def put(keeping: Keeping, base: Cache, scope: Scope, wanted: Wanted, *, keep: bool = True) -> str | None:
    """Ask; what the look into the cache came to. Without ``keep`` nothing is kept of the answer."""

    def fetch() -> Flow[Found]:
        if not keep:
            raise _Stopped
        yield from ()
        return found(wanted.fields, as_of=NOW)

    reading = Reading()
    flow = cached(replace(base, scope=scope), wanted, fetch, now=lambda: NOW, until=20.0, reading=reading)
    with contextlib.suppress(_Stopped):
        keeping.run(flow)
    return reading.state


def found(fields: tuple[FieldName, ...], *, as_of: datetime.datetime) -> Found:
    """A record with these fields."""
    values: dict[FieldName, object] = {one: Name("NGUYEN MAU") if one == "name" else Coded("1") for one in fields}
    return Found(Citizen.of(values), as_of=as_of)


def test_no_answer_is_older_than_its_ceiling() -> None:
    """5,000 random sequences of questions, pauses and clocks that jump, over stores that forget nothing or little."""
    chance, oldest, from_cache = random.Random(SEED), 0.0, 0
    for _ in range(SEQUENCES):
        keeping, question = Keeping(), asked(chance)
        forgetful = chance.random() < 0.5
        for _step in range(chance.randint(2, 6)):
            keeping.now += chance.choice([0, 1, 60, 400, 736, 899, 900, 901, 90_000, -5]) * chance.choice([1, 1, 0.5])
            fields: tuple[FieldName, ...] = tuple(one for one in PLAIN if chance.random() < 0.4) or ("name",)
            if not forgetful:
                keeping.kept = {name: (one[0], float("inf"), ()) for name, one in keeping.kept.items()}
            answer = ask(keeping, replace(question[1], fields=fields))
            assert answer.as_of is not None
            age = keeping.now - (answer.as_of - NOW).total_seconds()
            if answer.source == "cache":
                from_cache += 1
                oldest = max(oldest, age)
                assert 0 <= age < min(900, *(FIELDS[name].cached_at_most for name in fields)), SEED
            else:
                assert age == 0, SEED
    assert from_cache > 500
    assert oldest > 800


def ask(keeping: Keeping, wanted: Wanted) -> Found:
    """One question now."""

    def now() -> datetime.datetime:
        return NOW + datetime.timedelta(seconds=keeping.now)

    def fetch() -> Flow[Found]:
        yield from ()
        return found(wanted.fields, as_of=now())

    assert keeping.cache is not None
    answer: Found = keeping.run(cached(keeping.cache, wanted, fetch, now=now, until=20.0, reading=Reading()))
    return answer
