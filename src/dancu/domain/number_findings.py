"""What is remarkable about a number that was typed, before anybody is asked about it.

Length and digits are the only hard rule; the rest is what the pattern of Circular 59/2021
art. 4 suggests, which lapsed on 2024-07-01 but shaped the numbers in circulation (vn-data.md
§2). A number stays right after a change of gender or birth year, so those two are warnings.
Where the bearer lives today is not compared: the prefix is the place of registration.

The first three digits are ``0`` and the code of one of the 63 provinces of before July 2025,
or the code of a country. The annex of Circular 07/2016/TT-BCA that lists the countries was
not found, so which other prefixes exist is not known, and one outside the 63 is a note only.
"""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from dancu.domain import codes
from dancu.domain.codes import Coded
from dancu.domain.dates import parse_date
from dancu.domain.ids import PersonNumber, is_synthetic, read_number, without_separators
from dancu.domain.units import unit_codes

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    from dancu.domain.dates import PartialDate

__all__ = ["NUMBER_FINDINGS", "FindingLevel", "NumberFinding", "check_number"]

FindingLevel = Literal["error", "warning", "note"]

_LEVELS: tuple[FindingLevel, ...] = ("error", "warning", "note")
_DIGITS = frozenset("0123456789")
_GENDERS = {"1": "male", "2": "female"}


@dataclass(frozen=True, slots=True)
class NumberFinding:
    """One closed remark about a typed number; it never carries the number.

    Attributes:
        code: of `NUMBER_FINDINGS`; stable, for programs.
        level: ``error`` (cannot be asked about), ``warning`` (compare with the card) or ``note``.
        vi: what it is and what to do, for the officer.
        en: the same in English.
    """

    code: str
    level: FindingLevel
    vi: str
    en: str

    def __str__(self) -> str:
        return self.en


def _table(*findings: NumberFinding) -> Mapping[str, NumberFinding]:
    return MappingProxyType({finding.code: finding for finding in findings})


NUMBER_FINDINGS: Mapping[str, NumberFinding] = _table(
    NumberFinding(
        "empty",
        "error",
        "Chưa nhập số; nhập số định danh cá nhân 12 chữ số",
        "no number was typed; type the 12 digits of the personal identification number",
    ),
    NumberFinding(
        "not_digits",
        "error",
        "Số có ký tự không phải chữ số 0-9; nhập lại theo thẻ",
        "the number has characters other than the digits 0-9; type it anew from the card",
    ),
    NumberFinding(
        "wrong_length",
        "error",
        "Số định danh cá nhân có đúng 12 chữ số; đếm lại và nhập theo thẻ",
        "a personal identification number has exactly 12 digits; count them and type it from the card",
    ),
    NumberFinding(
        "future_birth",
        "warning",
        "Chữ số thứ tư cho thấy năm sinh sau năm 2099; kiểm tra lại số theo thẻ",
        "the fourth digit suggests a birth after 2099; compare the number with the card",
    ),
    NumberFinding(
        "invented_number",
        "warning",
        "Đây là số giả định để thử nghiệm, không phải số của công dân nào; nhập số ghi trên thẻ",
        "this is an invented number for tests, which no citizen bears; type the number on the card",
    ),
    NumberFinding(
        "gender_differs",
        "warning",
        "Số cho thấy giới tính khác với giới tính đã khai; đối chiếu với thẻ, số vẫn đúng nếu đã cải chính giới tính",
        "the number suggests another gender than the one stated; compare with the card, "
        "for it stays right after a change of gender",
    ),
    NumberFinding(
        "birth_year_differs",
        "warning",
        "Số cho thấy năm sinh khác với năm sinh đã khai; đối chiếu với thẻ, số vẫn đúng nếu đã cải chính năm sinh",
        "the number suggests another birth year than the one stated; compare with the card, "
        "for it stays right after a change of birth year",
    ),
    NumberFinding(
        "old_number",
        "note",
        "Đây là số CMND 9 chữ số; nhập vào ô số CMND, hoặc nhập số định danh cá nhân 12 chữ số",
        "this is the 9-digit number of an old card; type it into the field of old numbers, "
        "or type the personal identification number of 12 digits",
    ),
    NumberFinding(
        "unknown_prefix",
        "note",
        "Ba chữ số đầu không thuộc mã 63 tỉnh, thành phố; có thể là mã quốc gia, đối chiếu với thẻ",
        "the first three digits are none of the 63 provinces; they may be those of a country, compare with the card",
    ),
)
"""Every finding there is, with the level it has where nothing is strict."""


def check_number(
    number: str,
    *,
    gender: Coded | str | None = None,
    birth_date: PartialDate | datetime.date | str | None = None,
    strict: bool = False,
) -> tuple[NumberFinding, ...]:
    """What is remarkable about a number as it was typed, errors first, then warnings, then notes.

    Args:
        number: with whatever spaces and dots people put in.
        gender: what was stated: ``1`` or ``2`` (``GioiTinh``); any other code is not compared.
        birth_date: what was stated, as `dancu.domain.dates.parse_date` reads it.
        strict: where only numbers of living people are wanted (production), a birth after
            2099 and an invented number are errors.

    Returns:
        Findings of `NUMBER_FINDINGS`; none where nothing is remarkable, which does not say
        that the number was ever issued: it has no check digit.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``birth_date`` where that is no date.
    """
    born = None if birth_date is None else parse_date(birth_date)
    found = [NUMBER_FINDINGS[code] for code in _codes(without_separators(number), _gender_code(gender), born)]
    if strict:
        found = [_strict(finding) for finding in found]
    return tuple(sorted(found, key=lambda finding: _LEVELS.index(finding.level)))


def _codes(digits: str, gender: str, born: PartialDate | None) -> Iterator[str]:
    if not digits:
        yield "empty"
    elif not _DIGITS.issuperset(digits):
        yield "not_digits"
    elif len(digits) == 9:
        yield from ("old_number", *(["invented_number"] if is_synthetic(digits) else []))
    elif len(digits) != 12:
        yield "wrong_length"
    else:
        yield from _codes_of_twelve(PersonNumber(digits), gender, born)


def _codes_of_twelve(number: PersonNumber, gender: str, born: PartialDate | None) -> Iterator[str]:
    reading = read_number(number)
    if is_synthetic(number):
        yield "invented_number"
    elif reading is None:
        yield "future_birth"
    if reading is not None and _GENDERS.get(gender, reading.gender) != reading.gender:
        yield "gender_differs"
    if reading is not None and born is not None and born.year != reading.year:
        yield "birth_year_differs"
    if number[:3] not in _prefixes() and number[:3] not in {"000", "999"}:
        yield "unknown_prefix"


def _gender_code(gender: Coded | str | None) -> str:
    if gender is None:
        return ""
    return gender.code if isinstance(gender, Coded) else codes.gender(gender).code


def _strict(finding: NumberFinding) -> NumberFinding:
    if finding.code in {"future_birth", "invented_number"}:
        return dataclasses.replace(finding, level="error")
    return finding


@functools.cache
def _prefixes() -> frozenset[str]:
    return frozenset(f"0{code}" for code in unit_codes("province", vintage="old"))
