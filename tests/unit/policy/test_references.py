from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dancu.policy.references import ulid_maker

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MILLISECONDS = st.integers(min_value=0, max_value=2**48 - 1)
TEN_BYTES = st.binary(min_size=10, max_size=10)


def at(milliseconds: int, noise: bytes) -> str:
    """The reference made at a time with these random bytes."""

    def random_bytes(count: int) -> bytes:
        assert count == len(noise)
        return noise

    # A quarter keeps the float from falling below the millisecond it stands for.
    make: Callable[[], str] = ulid_maker(lambda: (milliseconds + 0.25) / 1000, random_bytes)
    return make()


def decoded(reference: str) -> int:
    """The number that a reference spells in base 32."""
    value = 0
    for letter in reference:
        value = value << 5 | ALPHABET.index(letter)
    return value


def test_a_known_reference() -> None:
    """The first ten letters are the time of the ULID specification's own example."""
    assert at(1_469_918_176_385, bytes(10)) == "01ARYZ6S41" + "0" * 16


@given(MILLISECONDS, TEN_BYTES)
def test_a_reference_spells_its_time_and_its_noise(milliseconds: int, noise: bytes) -> None:
    """26 letters hold 48 bits of milliseconds and 80 random bits, and nothing else."""
    reference = at(milliseconds, noise)
    assert len(reference) == 26
    assert decoded(reference) == milliseconds << 80 | int.from_bytes(noise, "big")


@given(MILLISECONDS, MILLISECONDS, TEN_BYTES, TEN_BYTES)
def test_references_sort_by_time(first: int, second: int, some: bytes, other: bytes) -> None:
    """Of two references the earlier one is the lesser text, whatever their noise."""
    if first < second:
        assert at(first, some) < at(second, other)


def test_two_of_one_millisecond_differ_by_their_noise() -> None:
    """A million references of the same millisecond would still differ: the noise is all 80 bits."""
    assert at(5, bytes(10)) != at(5, bytes(9) + b"\x01")
