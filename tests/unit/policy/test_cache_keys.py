"""Names, tags and lives of the cache's entries."""

from __future__ import annotations

import hmac
import random
import re
from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from dancu import FIELDS, Citizen, Purpose, Relative, Subject
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.policy.cache_keys import LONGEST, CacheKey, Scope, jittered, keepable, lifetime, numbers_in
from dancu.privacy import PersonalText

from ..answers import PURPOSE, SUBJECT  # noqa: TID252  # one set of documents for all unit tests

if TYPE_CHECKING:
    from dancu import FieldName

SEED = 20261123
KEY = CacheKey(bytes(32), version=1)
SCOPE = Scope("profile", "credential", "demo-app")
DIGEST = re.compile(r"[0-9a-f]{64}")


def name(*, key: CacheKey = KEY, scope: Scope = SCOPE, purpose: Purpose = PURPOSE, service: str = "look_up") -> str:
    """The name of an entry."""
    return key.name(scope, purpose, service, SUBJECT)


def test_a_name_is_what_docs_cache_says() -> None:
    """HMAC-SHA-256, under a key of HKDF-SHA-256, of these parts in this order, each behind its length in four bytes."""
    parts = ("1", "profile", "credential", "demo-app", "000.00.00.X00", "0.000000", "", "dossier", "MAU-0001")
    texts = [part.encode() for part in (*parts, "look_up", "000090000001", "Nguyễn Văn Mẫu", "1990-01-02")]
    derived = hmac.digest(hmac.digest(bytes(32), bytes(32), "sha256"), b"dancu cache names\1", "sha256")
    said = b"".join(len(text).to_bytes(4, "big") + text for text in texts)
    assert name() == hmac.new(derived, said, "sha256").hexdigest()


def test_another_master_gives_another_name() -> None:
    """The version alone does not: it only says which key it is."""
    assert name() == name(key=CacheKey(bytes(32), version=9))
    assert name() != name(key=CacheKey(b"\1" * 32, version=1))
    assert DIGEST.fullmatch(name())


def test_parts_do_not_run_into_each_other() -> None:
    """What ends one part and begins the next cannot be told otherwise by moving the border."""
    moved = [Scope("a", "bc", "d"), Scope("ab", "c", "d"), Scope("a", "b", "cd"), Scope("abc", "", "d")]
    assert len({name(scope=one) for one in moved}) == len(moved)


def test_what_is_not_there_is_not_an_empty_text() -> None:
    """A purpose without a basis and one whose basis is anything at all have different names."""
    purposes = [PURPOSE, replace(PURPOSE, basis="-"), replace(PURPOSE, basis="None")]
    assert len({name(purpose=one) for one in purposes}) == len(purposes)


def test_the_officer_is_not_bound() -> None:
    """A colleague of the same unit in the same dossier is shown the same record; the audit knows who it was."""
    assert name() == name(purpose=replace(PURPOSE, officer=replace(PURPOSE.officer, code="000080000010")))


def test_tags_of_numbers_and_dossiers_differ() -> None:
    """A dossier that is called as a number is, has another tag; tags and names are of different keys."""
    said = [KEY.person_tag("000090000001"), KEY.dossier_tag("000090000001"), KEY.person_tag("000090000002"), name()]
    assert len(set(said)) == len(said)
    assert all(DIGEST.fullmatch(one) for one in said)


def test_each_entry_has_a_seal_key_of_its_own() -> None:
    """It is of the name and the three keys: one that differs in either opens nothing of the other."""
    other = Subject(number=SUBJECT.number, name="Nguyễn Văn Khác", birth_date="1990-01-02")
    keys = [KEY.seal_key("a" * 64, SUBJECT), KEY.seal_key("b" * 64, SUBJECT), KEY.seal_key("a" * 64, other)]
    assert len(set(keys)) == 3
    assert {len(one) for one in keys} == {32}


@pytest.mark.parametrize(("size", "version"), [(31, 1), (33, 1), (32, 0), (32, 256)])
def test_a_key_has_256_bits_and_a_version_of_one_byte(size: int, version: int) -> None:
    """Anything else is refused when it is made."""
    with pytest.raises(ValueError, match="32 bytes"):
        CacheKey(bytes(size), version=version)


def test_a_key_does_not_show_itself() -> None:
    """Its representation is its version."""
    assert repr(CacheKey(b"\x41" * 32, version=7)) == "CacheKey(version=7)"


def test_no_field_outlives_its_ceiling() -> None:
    """Any one or two fields live for the shorter ceiling, and a quarter of an hour at most; some are not kept."""
    several: list[tuple[FieldName, ...]] = [*((one,) for one in FIELDS), *combinations(FIELDS, 2)]
    for fields in several:
        least = min(FIELDS[one].cached_at_most for one in fields)
        assert lifetime(fields) == min(LONGEST, least)
        assert keepable(fields) == tuple(one for one in fields if FIELDS[one].cached_at_most > 0)
    assert lifetime(()) == 0
    assert set(FIELDS) - set(keepable(FIELDS)) == {"religion", "blood_group", "marital_status"}


def test_a_life_is_never_longer_than_its_ceiling() -> None:
    """Chance makes it a tenth shorter or longer than a mean that lies so much below."""
    assert jittered(900, 0.0) == pytest.approx(900 * 0.9 / 1.1)
    assert jittered(900, 0.5) == pytest.approx(900 / 1.1)
    assert 899.999 < jittered(900, 1.0) <= 900


def test_what_was_filled_together_ends_apart() -> None:
    """10,000 entries of one moment: in no second end more than twice as many as in the mean of their window (T28)."""
    chance = random.Random(SEED)
    ends = [jittered(LONGEST, chance.random()) for _ in range(10_000)]
    a_second = Counter(int(end) for end in ends)
    window = max(a_second) - min(a_second) + 1
    assert max(a_second.values()) <= 2 * len(ends) / window, SEED
    assert window > 100


def test_the_numbers_of_an_entry_are_those_of_all_persons_in_it() -> None:
    """The asked one, the record's two, and those of relatives; a placeholder or a short run of digits is nobody's."""
    citizen = Citizen.of(
        {
            "number": PersonNumber("000090000002"),
            "old_number": OldPersonNumber("000000001"),
            "father": Relative(number=PersonalText("000060000002"), old_number=PersonalText("12")),
            "mother": Relative(number=PersonalText("000000000000")),
            "spouse": None,
        }
    )
    assert numbers_in(SUBJECT, citizen) == {"000090000001", "000090000002", "000000001", "000060000002"}
