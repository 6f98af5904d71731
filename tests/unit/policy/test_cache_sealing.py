"""Sealed values: nothing but the key, the name and the person together opens them."""

from __future__ import annotations

import random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dancu import Subject
from dancu.policy.cache_keys import CacheKey
from dancu.policy.sealing import BUCKET, opened, sealed

from ..answers import SUBJECT  # noqa: TID252  # one set of documents for all unit tests

SEED = 20261123
KEY = CacheKey(bytes(range(32)), version=3)
NAME = "a" * 64
OTHER = Subject(number="000090000002", name="Nguyễn Văn Khác", birth_date="1991")


def seal(text: str = '{"outcome":"found"}', *, name: str = NAME, seed: int = SEED) -> bytes:
    """A value under a name."""
    return sealed(text, key=KEY, name=name, subject=SUBJECT, random_bytes=random.Random(seed).randbytes)


def unseal(value: bytes, *, key: CacheKey = KEY, name: str = NAME, subject: Subject = SUBJECT) -> str | None:
    """Its text."""
    return opened(value, key=key, name=name, subject=subject)


def test_a_value_opens_to_its_text_and_blanks() -> None:
    """Blanks behind JSON are no part of it."""
    text = unseal(seal('{"name":"Nguyễn"}'))
    assert text is not None
    assert text.rstrip() == '{"name":"Nguyễn"}'


def test_nothing_of_the_text_stands_in_the_value() -> None:
    """Neither words nor the version's neighbours."""
    value = seal('{"name":"MAU"}' * 40)
    assert b"MAU" not in value
    assert b"name" not in value
    assert value[0] == 3


@pytest.mark.parametrize("length", [2, BUCKET - 1, BUCKET, BUCKET + 1, 5 * BUCKET])
def test_lengths_tell_a_bucket_only(length: int) -> None:
    """A text is filled up to the next multiple; version, nonce and tag come to 29 bytes."""
    assert len(seal('"' + "x" * (length - 2) + '"')) == 29 + -(-length // BUCKET) * BUCKET


def test_two_seals_of_one_text_differ() -> None:
    """The nonce is random."""
    assert seal(seed=1) != seal(seed=2)


def test_a_value_under_another_name_does_not_open() -> None:
    """1,000 values, each moved under the name of another: 1,000 refusals (security.md T10)."""
    chance = random.Random(SEED)
    names = [chance.randbytes(32).hex() for _ in range(1000)]
    values = [seal(name=name, seed=place) for place, name in enumerate(names)]
    assert all(unseal(value, name=name) is not None for value, name in zip(values, names, strict=True))
    away = chance.randrange(1, 1000)
    moved = zip(values, names[away:] + names[:away], strict=True)
    assert [unseal(value, name=name) for value, name in moved] == [None] * 1000, (SEED, away)


def test_a_changed_bit_does_not_open() -> None:
    """In the version, the nonce, the text or the tag."""
    value = seal()
    for place in range(len(value)):
        changed = bytearray(value)
        changed[place] ^= 1 << place % 8
        assert unseal(bytes(changed)) is None, place


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28, 29, 100])
def test_a_cut_value_does_not_open(length: int) -> None:
    """Whatever its length, and also when nothing is left."""
    assert unseal(seal()[:length]) is None


def test_another_key_or_person_does_not_open() -> None:
    """A stolen store stays shut without the person's keys, and without the master."""
    assert unseal(seal(), key=CacheKey(bytes(32), version=3)) is None
    assert unseal(seal(), key=CacheKey(bytes(range(32)), version=4)) is None
    assert unseal(seal(), subject=OTHER) is None


def test_a_text_that_is_no_utf_8_does_not_open() -> None:
    """Only what was text is given back."""
    nonce = bytes(12)
    bad = AESGCM(KEY.seal_key(NAME, SUBJECT)).encrypt(nonce, b"\xff\xfe", b"\x03" + NAME.encode())
    assert unseal(b"\x03" + nonce + bad) is None
