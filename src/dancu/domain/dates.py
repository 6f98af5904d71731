"""Birth dates that may be known to the day, the month or the year only."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from dancu.errors import InvalidInput
from dancu.privacy import masked_repr

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

__all__ = ["PartialDate", "parse_date", "parse_typed_date", "parse_wire_date"]

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WIRE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_FIRST = (
    re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})"),
    re.compile(r"(?:(?:(?:ngay )?([0-9]{1,2})[/. -])?([0-9]{1,2})[/. -])?([0-9]{4})"),
    re.compile(r"(?:(?:(?:ngay )?([0-9]{1,2}) )?thang ([0-9]{1,2})[/ -](?:nam )?|nam )([0-9]{4})"),
)
# With a month from 00 to 12 the last four digits are at most 1299, so they are no year and ddMMyyyy is no date.
_YEAR_FIRST = re.compile(r"((?:18|19|20)[0-9]{2})(0[0-9]|1[0-2])([0-9]{2})")
_AROUND_SEPARATOR = re.compile(r" ?([/.-]) ?")
_LOOK_ALIKES = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
    | dict.fromkeys(map(ord, "\u2044\u2215"), "/")
    | {ord(","): " "}
)


@dataclass(frozen=True, slots=True, repr=False)
class PartialDate:
    """A date of the Gregorian calendar with the precision at which it is known.

    Attributes:
        year: 1800 to 9999.
        month: 1 to 12, or None.
        day: 1 to 31, or None; never without a month.

    ``str`` gives ``1990-01-02``, ``1990-01`` or ``1990``; ``repr`` is masked.

    Raises:
        ValueError: no such day.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.year < 1800 or (self.day is not None and self.month is None):
            raise ValueError("no such date")
        datetime.date(self.year, self.month if self.month is not None else 1, self.day if self.day is not None else 1)

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    def __repr__(self) -> str:
        return masked_repr(self)

    def fits(self, other: PartialDate) -> bool:
        """Whether the two agree in every part that both know."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine == theirs for mine, theirs in pairs if mine is not None and theirs is not None)

    def begins_after(self, day: datetime.date) -> bool:
        """Whether the earliest day this can mean is later than ``day``."""
        return datetime.date(self.year, self.month or 1, self.day or 1) > day

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            parse_date, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )


def parse_date(value: datetime.date | str | PartialDate, *, field: str = "birth_date") -> PartialDate:
    """Read ``date``, ``"1990-01-02"``, ``"1990-01"`` or ``"1990"``.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``field``.
    """
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, datetime.date):
        return _build(value.year, value.month, value.day, field)
    if not isinstance(value, str):
        raise InvalidInput("invalid_subject", field=field, detail="a date, or text such as 1990-01-02")
    found = _ISO.fullmatch(value.strip())
    if found is None:
        raise InvalidInput("invalid_subject", field=field, detail="yyyy-mm-dd, yyyy-mm or yyyy")
    return _build(found.group(1), found.group(2), found.group(3), field)


def parse_typed_date(text: str, *, field: str = "birth_date") -> PartialDate:
    """Read what people type, the day first as in Vietnam.

    02/01/1990, 2-1-1990, 2.1.1990, ``2 / 1 / 1990``, 02011990, 01/1990, 1990, ``ngày 2
    tháng 1 năm 1990``, ``tháng 1/1990``, ``năm 1990``, with or without accents, and ISO
    text. ``00`` is the filler of health data and means unknown: 00/00/1990, 00011990.
    Eight digits are ddMMyyyy; from a year of 18xx to 20xx with a month behind it they are
    yyyyMMdd, since the last four can then be no year.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``field``; also for a year of two digits,
            for the month before the day, and for a day without its month.
    """
    if not isinstance(text, str):
        return parse_date(text, field=field)
    plain = _plain(text)
    if found := _YEAR_FIRST.fullmatch(plain) or _ISO.fullmatch(plain):
        return _typed(*found.groups(), field=field)
    for notation in _DAY_FIRST:
        if found := notation.fullmatch(plain):
            return _typed(*reversed(found.groups()), field=field)
    raise InvalidInput(
        "invalid_subject", field=field, detail="day first and the year in four digits: dd/mm/yyyy, mm/yyyy or yyyy"
    )


def _plain(text: str) -> str:
    """Without accents, invisible characters and look-alikes; one space between words, none around separators."""
    letters = (char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) not in {"Cf", "Mn"})
    words = "".join(letters).translate(_LOOK_ALIKES).casefold().split()
    return _AROUND_SEPARATOR.sub(r"\1", " ".join(words))


def _typed(year: str, month: str | None, day: str | None, *, field: str) -> PartialDate:
    if month is not None and int(month) > 12:
        raise InvalidInput("invalid_subject", field=field, detail="no such month; the day comes first: dd/mm/yyyy")
    month, day = (None if part == "00" else part for part in (month, day))
    return _build(year, month, day, field)


def parse_wire_date(text: str) -> PartialDate | None:
    """Read yyyyMMdd, yyyy-mm-dd, yyyy-mm or yyyy from an answer; zero month or day means unknown.

    None where the text is none of these.
    """
    found = _WIRE.fullmatch(text) or _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part and int(part) else None for part in found.groups())
    try:
        return PartialDate(year, month, day if month else None) if year else None
    except ValueError:
        return None


def _build(year: str | int, month: str | int | None, day: str | int | None, field: str) -> PartialDate:
    try:
        return PartialDate(int(year), int(month) if month else None, int(day) if day else None)
    except ValueError:
        raise InvalidInput("invalid_subject", field=field, detail="no such day, or before 1800") from None
