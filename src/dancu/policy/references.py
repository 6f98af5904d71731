"""ULIDs: references that sort by time and never collide (wire.md §5 quirk 18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ulid_maker"]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid_maker(now: Callable[[], float], random_bytes: Callable[[int], bytes]) -> Callable[[], str]:
    """A maker of ULIDs: 48 bits of milliseconds since 1970, 80 random bits; 26 characters."""

    def make() -> str:
        value = int(now() * 1000) << 80 | int.from_bytes(random_bytes(10), "big")
        return "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))

    return make
