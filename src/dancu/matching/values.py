"""Compare dates, codes, numbers, places and relatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.domain.names import clean_name
from dancu.matching.names import compare_names
from dancu.matching.verdicts import verdict

if TYPE_CHECKING:
    from dancu.domain.codes import Coded
    from dancu.domain.dates import PartialDate
    from dancu.domain.outcomes import FieldVerdict
    from dancu.domain.people import Relative
    from dancu.domain.places import Address

__all__ = ["compare_addresses", "compare_codes", "compare_dates", "compare_relatives", "compare_texts"]

_NO_INFORMATION = {"", "0", "00"}


def compare_dates(claimed: PartialDate, held: PartialDate | None) -> FieldVerdict:
    """Compare birth dates; 1 January is the usual filler where only the year is known (vn-data.md §3.3)."""
    if held is None:
        return verdict("not_comparable")
    if claimed == held:
        return verdict("exact")
    if claimed.year != held.year:
        return verdict("different")
    if not _to_the_month(claimed) or not _to_the_month(held) or _is_filler(claimed) or _is_filler(held):
        return verdict("compatible_year")
    if claimed.month == held.month and (claimed.day is None or held.day is None):
        return verdict("compatible_month")
    if claimed.day is not None and (claimed.day, claimed.month) == (held.month, held.day):
        return verdict("swapped_day_month")
    return verdict("different")


def _to_the_month(date: PartialDate) -> bool:
    return date.month is not None


def _is_filler(date: PartialDate) -> bool:
    return (date.month, date.day) == (1, 1)


def compare_codes(claimed: Coded, held: Coded | None) -> FieldVerdict:
    """Compare coded values: by code within one scheme, else by label; "no information" compares with nothing."""
    if held is None or not _informs(claimed) or not _informs(held):
        return verdict("not_comparable")
    if claimed.code and claimed.code == held.code and claimed.scheme == held.scheme:
        return verdict("same_code")
    if claimed.label and held.label:
        same = compare_names(claimed.label, held.label).verdict in {"match", "match_with_notice"}
        return verdict("same_label" if same else "different")
    if claimed.code and claimed.scheme == held.scheme:
        return verdict("different")
    return verdict("not_comparable")


def _informs(value: Coded) -> bool:
    """Religion 00 means "none" to some and "unknown" to others; a label decides."""
    return value.code not in _NO_INFORMATION or (value.label is not None and "thông tin" not in value.label)


def compare_texts(claimed: str, held: str | None) -> FieldVerdict:
    """Compare numbers and other plain text."""
    if not held:
        return verdict("not_comparable")
    if claimed == held:
        return verdict("exact")
    same = clean_name(claimed).casefold() == clean_name(held).casefold()
    return verdict("same_after_cleaning" if same else "different")


def compare_addresses(claimed: Address, held: Address | None) -> FieldVerdict:
    """Compare administrative codes of the same vintage; text never decides where a place is."""
    if held is None or held.province is None or claimed.province is None:
        return verdict("not_comparable")
    if "unknown" not in (claimed.vintage, held.vintage) and claimed.vintage != held.vintage:
        return verdict("other_vintage")
    if claimed.province != held.province:
        return verdict("different")
    if claimed.commune is None or held.commune is None:
        return verdict("not_comparable")
    if claimed.commune != held.commune:
        return verdict("different")
    if claimed.detail and held.detail and clean_name(claimed.detail).casefold() != clean_name(held.detail).casefold():
        return verdict("detail_differs")
    return verdict("same_unit")


def compare_relatives(claimed: Relative, held: Relative | None) -> FieldVerdict:
    """Compare relatives by number where both bear a whole one, else by name."""
    if held is None:
        return verdict("not_comparable")
    for mine, theirs, whole in ((claimed.number, held.number, 12), (claimed.old_number, held.old_number, 9)):
        if mine and theirs and len(theirs) == whole:
            return verdict("same_number" if mine == theirs else "different")
    return compare_names(claimed.name, held.name) if claimed.name else verdict("not_comparable")
