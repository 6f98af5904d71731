"""What an answered question comes to: found, not matched, ambiguous, confirmed, verified.

These are returned. A failure to get an answer is raised (`dancu.errors`), and never
looks like any of these.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dancu.domain.fields import FieldName
from dancu.domain.people import Citizen
from dancu.privacy import masked_repr

__all__ = [
    "FINDINGS",
    "HINTS",
    "Ambiguous",
    "Confirmed",
    "FieldVerdict",
    "Found",
    "KeyName",
    "NotMatched",
    "Note",
    "Overall",
    "Source",
    "Verdict",
    "Verified",
]

Source = Literal["upstream", "cache", "stale"]
KeyName = Literal["number", "name", "birth_date", "birth_year"]
Verdict = Literal[
    "match",
    "match_with_notice",
    "mismatch",
    "compatible",
    "undecidable",
    "not_registered",
    "not_licensed",
    "unavailable",
]
Overall = Literal["match", "mismatch", "undecided"]


@dataclass(frozen=True, slots=True)
class Note:
    """One closed remark: a stable ``code`` and its words in Vietnamese and English."""

    code: str
    vi: str
    en: str

    def __str__(self) -> str:
        return self.en


def _table(*notes: Note) -> Mapping[str, Note]:
    return {note.code: note for note in notes}


HINTS: Mapping[str, Note] = _table(
    Note(
        "old_number",
        "Đã nhập số CMND 9 chữ số; thử lại bằng số định danh 12 chữ số trên thẻ căn cước",
        "a 9-digit old number was typed; try the 12-digit number of the identity card",
    ),
    Note(
        "number_suggests_other_year",
        "Số định danh cho thấy năm sinh khác; kiểm tra lại số và ngày sinh trên thẻ",
        "the number suggests another birth year; check number and birth date against the card",
    ),
    Note(
        "prefix_of_no_province",
        "Ba chữ số đầu không phải mã của tỉnh nào; kiểm tra lại số trên thẻ",
        "the first three digits are no province's; check the number against the card",
    ),
    Note(
        "title_in_name",
        "Họ tên bắt đầu bằng từ như ông, bà, anh, chị; nếu là từ xưng hô thì bỏ đi và thử lại",
        "the name begins with a word such as ông, bà, anh, chị; if it is a form of address, leave it out and try again",
    ),
    Note(
        "one_word_name",
        "Họ tên chỉ có một từ; nhập đủ họ, chữ đệm và tên như trên thẻ rồi thử lại",
        "the name is one word; type it whole as on the card and try again",
    ),
    Note(
        "day_month_swapped",
        "Ngày và tháng có thể bị đảo; kiểm tra lại ngày sinh trên thẻ",
        "day and month may be swapped; check the birth date against the card",
    ),
    Note(
        "filler_date",
        "Ngày 01/01 thường ghi thay khi chỉ biết năm sinh; thử lại chỉ với năm sinh",
        "1 January often stands for a birth known to the year; try again with the year alone",
    ),
    Note(
        "year_only",
        "Chỉ nhập năm sinh; nếu thẻ có ngày và tháng thì nhập đủ rồi thử lại",
        "only the year of birth was typed; if the card has day and month, type them and try again",
    ),
)
"""What typed keys suggest when no record fits, and the next step; likeliest first, never taken from the register."""

FINDINGS: Mapping[str, Note] = _table(
    Note(
        "renumbered",
        "Hồ sơ mang số khác với số đã hỏi; họ tên và ngày sinh trùng khớp",
        "the record bears another number than the one asked; name and birth date fit",
    ),
    Note(
        "number_missing",
        "Hồ sơ không ghi số đã hỏi; họ tên và ngày sinh trùng khớp",
        "the record does not state the kind of number asked; name and birth date fit",
    ),
    Note(
        "name_differs",
        "Họ tên trong hồ sơ viết khác với họ tên đã hỏi",
        "the record's name is written otherwise than the name asked",
    ),
)
"""What is remarkable about a record that was found."""


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """One record fits the three keys.

    Attributes:
        citizen: the fields asked for.
        findings: remarks of `FINDINGS`.
        reference: ULID of the request, as in the audit and on the wire.
        as_of: when the answer was had, UTC.
        source: ``upstream``, ``cache``, or ``stale``: an older record that fills a form where no answer was had.
    """

    citizen: Citizen
    findings: tuple[Note, ...] = ()
    reference: str = ""
    as_of: datetime.datetime | None = None
    source: Source = "upstream"

    def __repr__(self) -> str:
        return masked_repr(self, reference=self.reference)

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class NotMatched:
    """The register was asked, answered, and no record fits the keys.

    Attributes:
        hints: remarks of `HINTS`, from what was typed only.
        reference: ULID of the request.
        as_of: when the answer was had, UTC.
    """

    hints: tuple[Note, ...] = ()
    reference: str = ""
    as_of: datetime.datetime | None = None
    source: Source = "upstream"


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several records fit; how many, and no data of any."""

    count: int
    reference: str = ""
    as_of: datetime.datetime | None = None
    source: Source = "upstream"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The register says that the person exists under these keys.

    Attributes:
        keys: what was really compared: some platforms confirm without a birth date
            (wire.md §7.3), and a month-precision date is compared as ``birth_year``.
    """

    keys: tuple[KeyName, ...] = ()
    reference: str = ""
    as_of: datetime.datetime | None = None
    source: Source = "upstream"


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """How one claimed field compares, and the rule that decided; never the register's value.

    Attributes:
        verdict: ``match``; ``match_with_notice``, written otherwise; ``mismatch``; ``compatible``,
            nothing speaks against it, and one side knows less; ``undecidable`` by any rule;
            ``not_registered``, the register holds nothing; ``not_licensed``, no service of the
            profile answers it or the agency may not ask; ``unavailable``, that service failed.
        rule: the step of the comparison that decided, such as ``tone_placement``.
        reason_vi, reason_en: the rule in words for the officer, and what to do next.
    """

    verdict: Verdict
    rule: str
    reason_vi: str
    reason_en: str


@dataclass(frozen=True, slots=True, repr=False)
class Verified:
    """The claim was compared with the record, field by field.

    Attributes:
        overall: ``mismatch`` when one field is; ``match`` when every claimed field matches,
            with or without a notice; else ``undecided``, and an officer looks.
        fields: a verdict for each claimed field.
        findings: remarks of `FINDINGS`.
        receipt: what a gateway has signed about it, a compact JWS (docs/receipts.md); empty where none did.
    """

    overall: Overall
    fields: Mapping[FieldName, FieldVerdict]
    findings: tuple[Note, ...] = ()
    reference: str = ""
    as_of: datetime.datetime | None = None
    source: Source = "upstream"
    receipt: str = ""

    def __repr__(self) -> str:
        return masked_repr(self, overall=self.overall, reference=self.reference)

    __str__ = __repr__
