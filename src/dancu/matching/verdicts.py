"""The closed table of rules a comparison may end in, with its words."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu.domain.outcomes import FieldVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.domain.outcomes import Verdict

__all__ = ["RULES", "verdict"]

_ROWS: tuple[tuple[Verdict, str, str, str], ...] = (
    ("match", "exact", "Trùng khớp", "the same"),
    ("match", "same_after_cleaning", "Trùng khớp, chỉ khác cách gõ", "the same but for typing"),
    ("match", "tone_placement", "Trùng khớp, chỉ khác vị trí dấu thanh", "the same but for where the tone mark stands"),
    ("match_with_notice", "spelling_variant", "Trùng khớp, khác cách viết", "a spelling variant of the same"),
    ("review", "accents_missing", "Một bên không có dấu", "one side has no accents"),
    ("review", "order_or_missing_part", "Khác thứ tự hoặc thiếu phần", "another order, or a part is missing"),
    ("different", "different", "Không khớp", "different"),
    ("not_comparable", "not_comparable", "Không có dữ liệu để so sánh", "one side holds nothing to compare"),
    ("review", "compatible_year", "Trùng năm, một bên chỉ biết năm sinh", "the same year; one side knows no more"),
    ("review", "compatible_month", "Trùng tháng, một bên không rõ ngày", "the same month; one side knows no more"),
    ("review", "swapped_day_month", "Ngày và tháng đảo chỗ", "day and month are swapped"),
    ("match", "same_code", "Trùng mã", "the same code"),
    ("match", "same_label", "Trùng tên gọi", "the same by name"),
    ("match", "same_unit", "Cùng đơn vị hành chính", "the same administrative unit"),
    (
        "match_with_notice",
        "detail_differs",
        "Cùng đơn vị hành chính, địa chỉ chi tiết viết khác",
        "the same administrative unit; the detail is written otherwise",
    ),
    (
        "review",
        "other_vintage",
        "Hai địa chỉ theo hai hệ mã trước và sau 01/07/2025",
        "one address has codes from before 1 July 2025, the other from after",
    ),
    ("match", "same_number", "Trùng số định danh", "the same number"),
)

RULES: Mapping[str, FieldVerdict] = MappingProxyType(
    {rule: FieldVerdict(word, rule, vietnamese, english) for word, rule, vietnamese, english in _ROWS}
)


def verdict(rule: str) -> FieldVerdict:
    """The verdict of a rule of `RULES`."""
    return RULES[rule]
