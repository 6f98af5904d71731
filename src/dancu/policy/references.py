"""ULIDs: references that sort by time and never collide (wire.md §5 quirk 18)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dancu.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["check_reference", "ulid_maker"]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(rf"[0-7][{_ALPHABET}]{{25}}")


def ulid_maker(now: Callable[[], float], random_bytes: Callable[[int], bytes]) -> Callable[[], str]:
    """A maker of ULIDs: 48 bits of milliseconds since 1970, 80 random bits; 26 characters."""

    def make() -> str:
        value = int(now() * 1000) << 80 | int.from_bytes(random_bytes(10), "big")
        return "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))

    return make


def check_reference(reference: str, number: str) -> str:
    """A caller's own reference, as it is.

    Raises:
        InvalidInput: ``invalid_purpose`` naming ``reference``: no ULID, or it holds the person's number.
    """
    if _ULID.fullmatch(reference) is None:
        raise InvalidInput("invalid_purpose", field="reference", detail="a ULID, 26 capital letters and digits")
    if number in reference:
        raise InvalidInput("invalid_purpose", field="reference", detail="it holds the number asked for")
    return reference
