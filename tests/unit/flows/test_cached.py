"""The response cache through the flows: what is kept, who is shown it, for how long, and what the audit says."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dancu import Claim, Found, NotMatched, Purpose, Unavailable, Verified, from_json, to_json
from dancu.errors import error_for
from dancu.flows.cached import forget_dossier, forget_person
from dancu.flows.effects import Load, Store
from dancu.policy.cache_keys import LONGEST
from dancu.policy.sealing import opened, sealed

from ..answers import CITIZEN, NOBODY, PURPOSE, SUBJECT, changed, collection  # noqa: TID252  # one set of documents
from .by_hand import NOW, confirming, reply
from .keeping import Keeping, cache, key

if TYPE_CHECKING:
    from collections.abc import Callable

WIDE = ("name", "birth_date", "gender", "permanent_address")
RENUMBERED = collection(changed(("000090000001", "000090000002")))
NO_LONGER = reply(NOBODY)


def names(keeping: Keeping) -> list[str]:
    """Under what the store was read and written, in order."""
    return [effect.key for effect in keeping.effects if isinstance(effect, Load | Store)]


def broken(text: str) -> Callable[[Keeping], None]:
    """Put a text, properly sealed, in place of the only entry."""

    def put(keeping: Keeping) -> None:
        ((name, (_value, end, tags)),) = keeping.kept.items()
        value = sealed(text, key=key(), name=name, subject=SUBJECT, random_bytes=bytes)
        keeping.kept[name] = (value, end, tags)

    return put


def cut(keeping: Keeping) -> None:
    """Take the last byte off the only entry."""
    ((name, (value, end, tags)),) = keeping.kept.items()
    keeping.kept[name] = (value[:-1], end, tags)


def test_without_a_cache_the_store_is_not_touched() -> None:
    """A profile without ``[cache]`` yields no effect of it, and asks each time."""
    keeping = Keeping(cache=None)
    assert [keeping.look_up("name").source for _ in range(2)] == ["upstream", "upstream"]
    assert (keeping.sent, names(keeping)) == (2, [])


def test_the_second_answer_is_of_the_cache_and_says_so() -> None:
    """It holds the same, bears its own reference, and says when the platform gave it."""
    keeping = Keeping()
    first = keeping.look_up(*WIDE)
    keeping.now += 60
    second = keeping.look_up(*WIDE)
    assert (first.source, second.source, keeping.sent) == ("upstream", "cache", 1)
    assert second.citizen == first.citizen
    assert second.as_of == first.as_of == NOW
    assert second.reference != first.reference


def test_prefill_then_verify_of_a_subset_is_one_call_and_two_audit_pairs() -> None:
    """Both are audited under references of their own; the second says that it came from the cache, without attempts."""
    keeping = Keeping()
    keeping.look_up(*WIDE)
    answer = keeping.verify(Claim(name="Nguyễn Văn Mẫu", gender="1"))
    assert isinstance(answer, Verified)
    assert (answer.overall, answer.source, answer.as_of) == ("match", "cache", NOW)
    assert keeping.sent == 1
    assert [type(record).__name__ for record in keeping.records] == ["Intent", "Outcome"] * 2
    assert len({record.reference for record in keeping.records}) == 2
    assert [(one.result, one.source, one.attempts) for one in keeping.outcomes[1:]] == [("verified", "cache", 0)]
    assert answer.reference == keeping.outcomes[1].reference


def test_a_verdict_is_the_same_from_the_cache() -> None:
    """Field by field, what is compared is the record and not where it comes from."""
    claim = Claim(name="Nguyễn Văn Khác", permanent_address="ĐỊA CHỈ MẪU 2", father="Nguyễn Văn Cha Mẫu")
    keeping, plain = Keeping(), Keeping(cache=None)
    keeping.look_up(*claim.claimed)
    assert keeping.verify(claim).fields == plain.verify(claim).fields
    assert keeping.sent == 1


def test_a_verified_record_answers_the_next_try() -> None:
    """An officer who corrects what was typed asks the platform once; only a record is kept, no verdict."""
    keeping = Keeping()
    first = keeping.verify(Claim(name="Nguyễn Văn Sai"))
    second = keeping.verify(Claim(name="Nguyễn Văn Mẫu"))
    assert (first.overall, second.overall, keeping.sent) == ("mismatch", "match", 1)


def test_only_the_fields_asked_for_are_shown() -> None:
    """A subset of the kept fields is served, and no field more."""
    keeping = Keeping()
    keeping.look_up(*WIDE)
    answer = keeping.look_up("gender")
    assert (answer.source, answer.citizen.asked) == ("cache", {"gender"})
    assert keeping.outcomes[1].fields == ("gender",)


def test_a_field_that_is_not_kept_is_asked_for() -> None:
    """A question that is wider than the entry goes to the platform, and its answer takes the entry's place."""
    keeping = Keeping()
    keeping.look_up("name")
    assert keeping.look_up("name", "gender").source == "upstream"
    assert keeping.look_up("gender").source == "cache"
    assert keeping.sent == 2


@pytest.mark.parametrize("never", ["religion", "blood_group", "marital_status"])
def test_what_may_never_be_kept_is_not(never: str) -> None:
    """It is dropped before the rest is kept, so a question for it goes to the platform each time."""
    keeping = Keeping()
    for _ in range(2):
        assert keeping.look_up("name", never).source == "upstream"
    assert not any(isinstance(effect, Load) for effect in keeping.effects)
    assert keeping.look_up("name").source == "cache"
    assert keeping.look_up(never).source == "upstream"
    assert keeping.look_up("name").source == "cache"
    assert keeping.sent == 3


@pytest.mark.parametrize("body", [NOBODY, collection(CITIZEN, CITIZEN)], ids=["not_matched", "ambiguous"])
def test_that_nobody_fits_is_never_kept(body: bytes) -> None:
    """Each question about somebody whom the register does not know, or knows twice, goes to the platform."""
    keeping = Keeping(platform=lambda _send: reply(body))
    assert [keeping.look_up("name").source for _ in range(3)] == ["upstream"] * 3
    assert keeping.sent == 3


def test_a_confirmation_is_never_of_the_cache() -> None:
    """Service B is asked each time, whatever is kept of the person."""
    keeping = Keeping()
    keeping.look_up("name")
    with pytest.raises(Unavailable):
        keeping.run(confirming(context=keeping.context))
    assert keeping.sent == 2


def test_an_entry_goes_when_the_register_takes_the_record_back() -> None:
    """Once the platform says that nobody fits, what it said before is not shown again."""
    keeping = Keeping()
    keeping.look_up("name")
    keeping.platform = lambda _send: NO_LONGER
    assert isinstance(keeping.look_up("name", "religion"), NotMatched)
    assert isinstance(keeping.look_up("name"), NotMatched)


def test_an_error_leaves_the_entry_alone() -> None:
    """A platform that fails says nothing about the person; a question for what is kept is still answered."""
    keeping = Keeping()
    keeping.look_up("name")
    keeping.platform = lambda _send: error_for("timed_out")
    with pytest.raises(Unavailable):
        keeping.look_up("name", "gender")
    assert keeping.look_up("name").source == "cache"


def test_findings_are_kept_with_the_record() -> None:
    """A person who was renumbered is so from the cache as well, in answer and audit."""
    keeping = Keeping(platform=lambda _send: reply(RENUMBERED))
    first, second = keeping.look_up("name"), keeping.look_up("name")
    assert second.findings == first.findings
    assert [one.code for one in second.findings] == ["renumbered"]
    assert (second.source, keeping.outcomes[1].findings) == ("cache", ("renumbered",))


def test_the_audit_names_the_fields_and_the_source_of_a_hit() -> None:
    """Intent and outcome of a hit say what those of a call say, and where the answer came from."""
    keeping = Keeping()
    keeping.look_up("name")
    keeping.look_up("name")
    call, hit = keeping.intents
    assert replace(hit, reference=call.reference) == call
    assert [(one.result, one.fields, one.source) for one in keeping.outcomes] == [
        ("found", ("name",), "upstream"),
        ("found", ("name",), "cache"),
    ]


def test_an_entry_is_not_shown_after_its_time() -> None:
    """A store that keeps it too long, or forever, makes no difference: its age is looked at."""
    keeping = Keeping()
    keeping.look_up("name")
    keeping.kept = {name: (value, float("inf"), tags) for name, (value, _end, tags) in keeping.kept.items()}
    keeping.now = LONGEST - 0.001
    assert keeping.look_up("name").source == "cache"
    keeping.now = LONGEST
    assert keeping.look_up("name").source == "upstream"


def test_an_entry_of_the_future_is_not_shown() -> None:
    """A clock that was set back makes an entry's age unknown, and the platform is asked."""
    keeping = Keeping(now=100.0)
    keeping.look_up("name")
    keeping.now = 99.0
    assert keeping.look_up("name").source == "upstream"


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        broken("not JSON"),
        broken("{}"),
        broken('{"outcome":"found","citizen":{"gender":7}}'),
        broken('{"outcome":"not_matched"}'),
        broken('{"outcome":"found","citizen":{"name":"X"}}'),
        broken('{"outcome":"found","citizen":{"name":"X"},"as_of":"2023-11-14T22:13:20"}'),
    ],
    ids=["cut", "text", "no-outcome", "wrong-kind", "negative", "no-time", "no-zone"],
)
def test_a_damaged_entry_is_a_miss(damage: Callable[[Keeping], None]) -> None:
    """Whatever it is, the platform is asked, the caller sees no error, and the entry is written anew."""
    keeping = Keeping()
    keeping.look_up("name")
    damage(keeping)
    assert keeping.look_up("name").source == "upstream"
    assert keeping.look_up("name").source == "cache"
    assert keeping.sent == 2
    assert keeping.reads == ["miss", "broken", "hit"]


def test_an_entry_that_does_not_do_is_a_miss_and_not_broken() -> None:
    """Observers are told the same of one that is too old, too narrow, or not there; without a cache nothing."""
    keeping = Keeping()
    keeping.look_up("name")
    keeping.look_up("name", "gender")
    keeping.now = LONGEST
    keeping.look_up("name")
    keeping.cache = None
    keeping.look_up("name")
    assert keeping.reads == ["miss"] * 3


def test_the_record_in_the_store_is_the_kept_fields_alone() -> None:
    """No reference of the first call and no field that may not be kept is under the seal."""
    keeping = Keeping()
    keeping.look_up("name", "religion")
    ((name, (value, _end, _tags)),) = keeping.kept.items()
    text = opened(value, key=key(), name=name, subject=SUBJECT)
    assert text is not None
    kept = from_json(text)
    assert isinstance(kept, Found)
    assert (set(kept.citizen.asked), kept.reference) == ({"name"}, "")
    assert to_json(kept) == text.rstrip()


def test_an_entry_lives_for_less_than_its_ceiling() -> None:
    """The store is told a time that chance makes different for each, and never more than a quarter of an hour."""
    keeping = Keeping()
    for number in range(100):
        keeping.look_up("name", purpose=replace(PURPOSE, dossier=f"MAU-{number}"))
    lives = [effect.ttl for effect in keeping.effects if isinstance(effect, Store)]
    assert all(LONGEST * 0.9 / 1.1 <= life <= LONGEST for life in lives)
    assert len(set(lives)) == 100


def test_a_draft_and_its_dossier_do_not_share() -> None:
    """A session stands for a dossier until there is one; afterwards only the dossier counts."""
    keeping = Keeping()
    parts = {"procedure": PURPOSE.procedure, "unit": PURPOSE.unit, "officer": PURPOSE.officer}
    draft = Purpose(**parts, session="MAU-0001")  # type: ignore[arg-type]  # the parts are of their kinds
    both = Purpose(**parts, session="S-1", dossier="MAU-0001")  # type: ignore[arg-type]  # the same
    assert keeping.look_up("name", purpose=draft).source == "upstream"
    assert keeping.look_up("name", purpose=PURPOSE).source == "upstream"
    assert keeping.look_up("name", purpose=both).source == "cache"


class TestKeysRotate:
    """The first key seals, all open."""

    def test_an_entry_under_an_old_key_is_shown(self) -> None:
        """After a rotation nothing is asked anew that was kept before it."""
        keeping = Keeping(cache=cache(key(1)))
        keeping.look_up("name")
        keeping.cache = cache(key(2), key(1))
        assert keeping.look_up("name").source == "cache"

    def test_what_is_kept_after_it_is_under_the_new_key(self) -> None:
        """A key that is taken out opens nothing any more, and what the new one sealed does not need it."""
        keeping = Keeping(cache=cache(key(2), key(1)))
        keeping.look_up("name")
        keeping.cache = cache(key(1))
        assert keeping.look_up("name").source == "upstream"
        keeping.cache = cache(key(2))
        assert keeping.look_up("name").source == "cache"

    def test_a_newer_record_takes_the_place_of_one_under_an_old_key(self) -> None:
        """What was kept before, and was wider, is not found again behind it."""
        keeping = Keeping(cache=cache(key(1)))
        keeping.look_up("name", "gender")
        keeping.cache = cache(key(2), key(1))
        keeping.look_up("name", "nationality")
        assert keeping.look_up("name", "gender").source == "upstream"

    def test_a_key_of_the_same_version_opens_nothing_of_anothers(self) -> None:
        """Two deployments that count alike do not read each other."""
        keeping = Keeping(cache=cache(key(1)))
        keeping.look_up("name")
        keeping.cache = cache(type(key())(b"other" * 6 + b"32", version=1))
        assert keeping.look_up("name").source == "upstream"


class TestForgetting:
    """Purges by person and by dossier."""

    def test_a_person_is_forgotten_in_every_dossier(self) -> None:
        """All entries of a number go, whoever asked and under whichever key; they are counted."""
        keeping = Keeping(cache=cache(key(1)))
        keeping.look_up("name")
        keeping.look_up("name", purpose=replace(PURPOSE, dossier="MAU-0002"))
        keeping.cache = cache(key(2), key(1)).of("another-app")
        keeping.look_up("name")
        assert keeping.run(forget_person(keeping.cache, SUBJECT)) == 3
        assert keeping.run(forget_person(keeping.cache, SUBJECT)) == 0
        assert keeping.kept == {}

    @pytest.mark.parametrize(
        "number",
        ["000090000001", "000000001", "000060000002"],
        ids=["number", "old_number", "father"],
    )
    def test_every_number_of_an_entry_finds_it(self, number: str) -> None:
        """Also one under which it was not asked: the old one, and that of a relative."""
        keeping = Keeping()
        keeping.look_up("number", "old_number", "father")
        person = type(SUBJECT)(number=number, name=SUBJECT.name, birth_date="1960")
        assert keeping.run(forget_person(keeping.cache, person)) == 1

    def test_others_stay(self) -> None:
        """A purge takes what bears its tag and nothing else."""
        keeping = Keeping()
        keeping.look_up("name")
        keeping.look_up("name", purpose=replace(PURPOSE, dossier="MAU-0002"))
        assert keeping.run(forget_dossier(keeping.cache, " MAU-0002 ")) == 1
        assert keeping.look_up("name").source == "cache"

    def test_without_a_cache_there_is_nothing(self) -> None:
        """No effect, no entry."""
        keeping = Keeping(cache=None)
        assert keeping.run(forget_person(None, SUBJECT)) == keeping.run(forget_dossier(None, "MAU-0001")) == 0
        assert keeping.effects == []


def test_age_is_counted_from_the_answer() -> None:
    """``as_of`` is the moment of the platform's answer, in UTC, and stays it."""
    keeping = Keeping(now=30.0)
    keeping.look_up("name")
    keeping.now = 90.0
    assert keeping.look_up("name").as_of == NOW + datetime.timedelta(seconds=30)
