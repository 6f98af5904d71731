"""Compare dates, codes, numbers and relatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.domain.codes import canonical_ethnic_name
from dancu.domain.names import clean_name
from dancu.matching.names import compare_names
from dancu.matching.verdicts import verdict

if TYPE_CHECKING:
    from dancu.domain.codes import Coded
    from dancu.domain.dates import PartialDate
    from dancu.domain.outcomes import FieldVerdict
    from dancu.domain.people import Relative

__all__ = ["compare_codes", "compare_dates", "compare_relatives", "compare_texts"]

_NO_INFORMATION = {"", "0", "00"}


def compare_dates(claimed: PartialDate, held: PartialDate | None) -> FieldVerdict:
    """Compare birth dates; 1 January is the usual filler where only the year is known (vn-data.md §3.3)."""
    if held is None:
        return verdict("not_registered")
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
    if held is None or not _informs(held):
        return verdict("not_registered")
    if not _informs(claimed):
        return verdict("claim_says_nothing")
    one_list = bool(claimed.code) and claimed.scheme == held.scheme
    if one_list and claimed.code == held.code:
        narrower = claimed.label and held.label and not _same_label(claimed.label, held.label)
        return verdict("covers_several" if narrower else "same_code")
    if claimed.label and held.label:
        return verdict(_by_label(claimed, held))
    # A code that no list names says neither that it is the claimed one nor that it is not.
    return verdict("different" if one_list and not (claimed.label or held.label) else "other_scheme")


def _by_label(claimed: Coded, held: Coded) -> str:
    """By name; another name is a mismatch only where the claimed one is of a list."""
    mine, theirs = claimed.label or "", held.label or ""
    if claimed.scheme or held.scheme:
        mine, theirs = canonical_ethnic_name(mine) or mine, canonical_ethnic_name(theirs) or theirs
    if _same_label(mine, theirs):
        return "same_label"
    if compare_names(mine, theirs).rule == "accents_missing":
        return "accents_missing"
    return "different" if claimed.code else "label_unknown"


def _same_label(one: str, other: str) -> bool:
    return compare_names(one, other).verdict in {"match", "match_with_notice"}


def _informs(value: Coded) -> bool:
    """Religion 00 means "none" to some and "unknown" to others; a label decides."""
    return value.code not in _NO_INFORMATION or (value.label is not None and "thông tin" not in value.label)


def compare_texts(claimed: str, held: str | None) -> FieldVerdict:
    """Compare numbers and other plain text."""
    if not held:
        return verdict("not_registered")
    if claimed == held:
        return verdict("exact")
    same = clean_name(claimed).casefold() == clean_name(held).casefold()
    return verdict("same_after_cleaning" if same else "different")


def compare_relatives(claimed: Relative, held: Relative | None) -> FieldVerdict:
    """Compare relatives by number where both bear a whole one, else by name.

    Placeholder numbers of fewer digits occur and are passed over (wire.md §5 quirk 4).
    """
    if held is None or not (held.name or held.number or held.old_number):
        return verdict("not_registered")
    named = compare_names(claimed.name, held.name) if claimed.name and held.name else None
    numbered = _same_number(claimed, held)
    if numbered is None:
        return named or verdict("nothing_in_common")
    if not numbered:
        return verdict("different")
    agrees = named is None or named.verdict in {"match", "match_with_notice"}
    return verdict("same_number" if agrees else "same_number_other_name")


def _same_number(claimed: Relative, held: Relative) -> bool | None:
    """Whether the two bear one number, new or old; None where they bear no two whole ones of a kind."""
    pairs = ((claimed.number, held.number, 12), (claimed.old_number, held.old_number, 9))
    found = [mine == theirs for mine, theirs, whole in pairs if mine and theirs and len(mine) == len(theirs) == whole]
    return any(found) if found else None
