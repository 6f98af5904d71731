"""Personal numbers: the 12-digit identification number and the old 9-digit one.

The number has no check digit, and since 1 July 2024 the law gives its digits no
meaning (Law 26/2023/QH15 art. 12); numbers in circulation still follow Circular
59/2021 art. 4: three digits of the place of registration, one for century and
gender, two for the year of birth. So length is the only rule, and what the digits
suggest is a note, never a refusal (vn-data.md §2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dancu.errors import InvalidInput
from dancu.privacy import PersonalText, masked_repr

__all__ = [
    "NumberReading",
    "OldPersonNumber",
    "PersonNumber",
    "is_synthetic",
    "parse_number",
    "read_number",
    "without_separators",
]

_SEPARATORS = dict.fromkeys(map(ord, " .\u00a0\u2009\u202f\t\u200b\ufeff"))
_DIGITS = frozenset("0123456789")


class PersonNumber(PersonalText):
    """A 12-digit personal identification number (``SoDinhDanh``)."""

    __slots__ = ()


class OldPersonNumber(PersonalText):
    """A 9-digit number of an old identity card (``SoCMND``)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False)
class NumberReading:
    """What a 12-digit number suggests about its bearer; a suggestion, not a fact.

    Attributes:
        prefix: three digits of the place where the birth was registered.
        gender: ``male`` or ``female``.
        year: four-digit year of birth.
        synthetic: the number is an invented one, read as the person it imitates.
    """

    prefix: str
    gender: Literal["male", "female"]
    year: int
    synthetic: bool

    def __repr__(self) -> str:
        return masked_repr(self, synthetic=self.synthetic)


def without_separators(text: str) -> str:
    """The text without the spaces and dots that people put into numbers."""
    return text.translate(_SEPARATORS)


def parse_number(text: str, *, field: str = "number") -> PersonNumber | OldPersonNumber:
    """Read a number as people type it: 12 or 9 ASCII digits, spaces and dots ignored.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``field``, with the reason and not the value.
    """
    if not isinstance(text, str):
        raise InvalidInput("invalid_subject", field=field, detail="a number is text, not an integer")
    digits = without_separators(text)
    if not digits:
        raise InvalidInput("invalid_subject", field=field, detail="empty")
    if not _DIGITS.issuperset(digits):
        raise InvalidInput("invalid_subject", field=field, detail="digits 0-9 only")
    if len(digits) == 12:
        return PersonNumber(digits)
    if len(digits) == 9:
        return OldPersonNumber(digits)
    raise InvalidInput("invalid_subject", field=field, detail="12 digits, or 9 of an old card")


def is_synthetic(number: str) -> bool:
    """Whether no living person can bear this number (design.md law 7).

    True for 12 digits with a 4th digit of 6 to 9 (a birth in 2200 or later) or the
    prefix 000 or 999, and for 9 digits that begin with 000.
    """
    if len(number) == 9:
        return number.startswith("000")
    return len(number) == 12 and (number[3] in "6789" or number[:3] in {"000", "999"})


def read_number(number: PersonNumber) -> NumberReading | None:
    """Decode a 12-digit number; None where the century digit is 4 or 5 (a birth after 2099).

    A synthetic 4th digit (6 to 9) is read as the person it imitates (0 to 3).
    """
    century = int(number[3])
    if century in {4, 5}:
        return None
    if century >= 6:
        century -= 6
    year = 1900 + 100 * (century // 2) + int(number[4:6])
    return NumberReading(number[:3], "male" if century % 2 == 0 else "female", year, is_synthetic(number))
