"""Whose record is it? The keys sent, compared with the keys a record bears (design.md law 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.domain.ids import OldPersonNumber, read_number
from dancu.domain.names import fold_name
from dancu.domain.outcomes import FINDINGS, HINTS, Note
from dancu.domain.units import unit_codes
from dancu.errors import InvalidInput, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dancu.domain.dates import PartialDate
    from dancu.domain.queries import Subject
    from dancu.wire.dialects.record import Record

__all__ = ["fits_typed_month", "hints_for", "same_person"]

_OF_NOBODY = ("000", "999")
_TITLES = frozenset({"ông", "bà", "anh", "chị", "cô", "chú", "bác", "cháu", "em"})


def same_person(subject: Subject, record: Record) -> tuple[Note, ...]:
    """The findings about a record that is the asked person's.

    A record with the number asked is theirs unless its birth date contradicts the one
    sent. A record with another number, or without one, is theirs when its name key and
    birth date equal those sent: numbers are cancelled and issued anew.

    Raises:
        Unavailable: ``answer_mismatch``: it is somebody else's.
    """
    old = isinstance(subject.number, OldPersonNumber)
    held = record.old_number if old else record.number
    same_name = _same_name(subject, record)
    if held == subject.number:
        if not _dates_fit(subject.birth_date, record.birth_date):
            raise Unavailable("answer_mismatch", detail="another birth date than the one sent")
        return () if same_name else (FINDINGS["name_differs"],)
    same_date = record.birth_date is not None and subject.birth_date.fits(record.birth_date)
    if not (same_name and same_date):
        raise Unavailable("answer_mismatch", detail="another number than the one sent")
    return (FINDINGS["number_missing" if held is None else "renumbered"],)


def _same_name(subject: Subject, record: Record) -> bool:
    if record.name is None:
        return False
    try:
        return fold_name(record.name, "folded") == fold_name(subject.name, "folded")
    except InvalidInput:
        return False


def _dates_fit(sent: PartialDate, held: PartialDate | None) -> bool:
    """To the year where only the year was sent; a register's 1 January may be a filler."""
    if held is None or sent.day is None:
        return held is None or sent.year == held.year
    return sent.fits(held) or (sent.year == held.year and (held.month, held.day) == (1, 1))


def fits_typed_month(subject: Subject, record: Record) -> bool:
    """Whether a month that was typed but could not be sent fits the record after all."""
    return record.birth_date is None or subject.birth_date.day is not None or subject.birth_date.fits(record.birth_date)


def hints_for(subject: Subject) -> tuple[Note, ...]:
    """What the typed keys themselves suggest, likeliest first; nothing of it comes from the register."""
    said = (*_about_number(subject), *_about_name(subject.name), *_about_date(subject.birth_date))
    return tuple(HINTS[code] for code in said)


def _about_number(subject: Subject) -> Iterator[str]:
    if isinstance(subject.number, OldPersonNumber):
        yield "old_number"
        return
    if subject.number.startswith(_OF_NOBODY):
        return
    reading = read_number(subject.number)
    if reading is not None and reading.year != subject.birth_date.year:
        yield "number_suggests_other_year"
    # Prefixes of 100 and more are those of countries, whose list is not public (vn-data.md §2.2).
    prefix = subject.number[:3]
    if prefix < "100" and prefix[1:] not in unit_codes("province", vintage="old"):
        yield "prefix_of_no_province"


def _about_name(name: str) -> Iterator[str]:
    words = name.casefold().split()
    if len(words) == 1:
        yield "one_word_name"
    elif words[0].rstrip(".") in _TITLES:
        yield "title_in_name"


def _about_date(date: PartialDate) -> Iterator[str]:
    if date.month is None:
        yield "year_only"
    elif date.day is None:
        return
    elif (date.month, date.day) == (1, 1):
        yield "filler_date"
    elif date.day <= 12 and date.day != date.month:
        yield "day_month_swapped"
