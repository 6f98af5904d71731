"""Birth dates that may be known to the day, the month or the year only."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from dancu.errors import InvalidInput
from dancu.privacy import masked_repr

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

__all__ = ["PartialDate", "parse_date", "parse_typed_date", "parse_wire_date"]

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_TYPED = re.compile(r"(?:(?:([0-9]{1,2})[/.\-])?([0-9]{1,2})[/.\-])?([0-9]{4})")
_TYPED_RUN = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_WIRE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


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
    """Read what people type: 02/01/1990, 2-1-1990, 2.1.1990, 02011990, 01/1990, 1990; day first.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``field``.
    """
    if not isinstance(text, str):
        return parse_date(text, field=field)
    stripped = text.strip()
    found = _TYPED_RUN.fullmatch(stripped) or _TYPED.fullmatch(stripped)
    if found is None:
        return parse_date(stripped, field=field)
    return _build(found.group(3), found.group(2), found.group(1), field)


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
        raise InvalidInput("invalid_subject", field=field, detail="no such date") from None
