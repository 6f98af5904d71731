"""Numbers and dates in Vietnamese words, as civil-status forms want them beside the figures.

The forms of Circular 04/2020/TT-BTP ask for a birth date in figures and in words. The words
are those of school and of public copies of the forms: ``nghìn`` and ``linh``, which the
South calls ``ngàn`` and ``lẻ``; ``tháng tư`` for the fourth month; every other day and month
by its plain number, without the ``mồng`` of the first ten days and without ``giêng`` and
``chạp``, which belong to the lunar calendar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu.domain.dates import PartialDate

__all__ = ["date_in_words", "number_in_words"]

LARGEST = 9999
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TEN = {5: "lăm"}
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}


def date_in_words(date: PartialDate) -> str:
    """``ngày hai tháng một năm một nghìn chín trăm chín mươi``; what is not known is left out.

    In lower case; a date known to the month begins with ``tháng``, to the year with ``năm``.
    """
    parts = [f"năm {number_in_words(date.year)}"]
    if date.month is not None:
        parts.insert(0, "tháng tư" if date.month == 4 else f"tháng {number_in_words(date.month)}")
    if date.day is not None:
        parts.insert(0, f"ngày {number_in_words(date.day)}")
    return " ".join(parts)


def number_in_words(number: int) -> str:
    """A whole number from 0 to 9999 in words: ``hai nghìn không trăm linh năm``.

    Raises:
        ValueError: a number outside.
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"a number from 0 to {LARGEST}")
    thousands, rest = divmod(number, 1000)
    if thousands:
        return f"{_DIGITS[thousands]} nghìn {_hundreds(rest)}" if rest else f"{_DIGITS[thousands]} nghìn"
    return _hundreds(rest) if rest >= 100 else _tens(rest)


def _hundreds(number: int) -> str:
    """Three places; the hundreds are said even where there are none."""
    hundreds, rest = divmod(number, 100)
    head = f"{_DIGITS[hundreds]} trăm"
    if not rest:
        return head
    return f"{head} linh {_DIGITS[rest]}" if rest < 10 else f"{head} {_tens(rest)}"


def _tens(number: int) -> str:
    """Two places; one, four and five sound otherwise behind tens."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    head, special = ("mười", _AFTER_TEN) if tens == 1 else (f"{_DIGITS[tens]} mươi", _AFTER_TENS)
    return f"{head} {special.get(ones, _DIGITS[ones])}" if ones else head
