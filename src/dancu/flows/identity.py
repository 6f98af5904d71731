"""Whose record is it? The keys sent, compared with the keys a record bears (design.md law 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.domain.ids import OldPersonNumber, read_number
from dancu.domain.names import fold_name
from dancu.domain.outcomes import FINDINGS, HINTS, Note
from dancu.errors import InvalidInput, Unavailable

if TYPE_CHECKING:
    from dancu.domain.dates import PartialDate
    from dancu.domain.queries import Subject
    from dancu.wire.dialects.record import Record

__all__ = ["fits_typed_month", "hints_for", "same_person"]


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
    """What the typed keys themselves suggest; nothing of it comes from the register."""
    number, date = subject.number, subject.birth_date
    codes: list[str] = []
    if isinstance(number, OldPersonNumber):
        codes.append("old_number")
    else:
        reading = read_number(number)
        if reading is not None and reading.prefix not in {"000", "999"} and reading.year != date.year:
            codes.append("number_suggests_other_year")
    if date.day is not None and date.day <= 12 and date.day != date.month:
        codes.append("day_month_swapped")
    return tuple(HINTS[code] for code in codes)
