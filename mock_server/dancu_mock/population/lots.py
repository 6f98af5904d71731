"""Draws that come out the same in every version of Python: digits of one digest, taken off one by one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Lots"]

_T = TypeVar("_T")


class Lots:
    """The draws for one thing, told by words and numbers; enough for some 60 draws of below 100.

    `random.Random` promises the same numbers for a seed, not the same choices, in another version.
    """

    __slots__ = ("_left",)

    def __init__(self, *thing: str | int) -> None:
        digest = hashlib.blake2b("/".join(map(str, thing)).encode(), digest_size=56).digest()
        self._left = int.from_bytes(digest, "big")

    def below(self, end: int) -> int:
        """0 to ``end`` - 1."""
        self._left, drawn = divmod(self._left, end)
        return drawn

    def between(self, first: int, last: int) -> int:
        """``first`` to ``last``, both included."""
        return first + self.below(last - first + 1)

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of them; each place is as likely."""
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        """True in so many cases of a hundred."""
        return self.below(100) < percent
