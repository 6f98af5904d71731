"""The closed table of rules a comparison may end in: what each says to the officer, and what to do next."""

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
    (
        "match",
        "same_after_cleaning",
        "Trùng khớp, chỉ khác cách gõ (chữ hoa, khoảng trắng, bảng mã)",
        "the same but for typing: capitals, spaces, encoding",
    ),
    (
        "match",
        "tone_placement",
        "Trùng khớp, chỉ khác vị trí đặt dấu thanh",
        "the same but for where the tone mark stands",
    ),
    ("match", "same_code", "Trùng mã", "the same code"),
    ("match", "same_label", "Trùng tên gọi", "the same by name"),
    ("match", "same_unit", "Cùng đơn vị hành chính", "the same administrative unit"),
    (
        "match",
        "same_unit_after_conversion",
        "Cùng đơn vị hành chính sau khi đổi địa danh cũ sang địa danh từ 01/07/2025",
        "the same administrative unit once units of before 1 July 2025 are taken to those of today",
    ),
    ("match", "same_number", "Trùng số", "the same number"),
    (
        "match_with_notice",
        "spelling_variant",
        "Trùng khớp, khác cách viết (i/y, gạch nối, viết liền); ghi theo giấy tờ hộ tịch",
        "a spelling variant of the same: i or y, hyphen, joined; write it as the civil-status paper does",
    ),
    (
        "match_with_notice",
        "detail_differs",
        "Cùng đơn vị hành chính, số nhà hoặc thôn, tổ viết khác; hỏi lại người dân",
        "the same administrative unit; house or hamlet is written otherwise, ask the applicant",
    ),
    (
        "match_with_notice",
        "same_unit_by_population",
        "Xã cũ bị chia, toàn bộ dân về xã này theo bảng chuyển đổi của cơ quan thống kê",
        "the old commune was split and its whole population went to this one, says the statistics office",
    ),
    (
        "match_with_notice",
        "same_number_other_name",
        "Trùng số, họ tên viết khác; đối chiếu giấy tờ",
        "the same number under a name written otherwise; look at the paper",
    ),
    (
        "compatible",
        "accents_missing",
        "Một bên không có dấu, phần còn lại trùng khớp; đối chiếu giấy tờ",
        "one side has no accents and the rest agrees; look at the paper",
    ),
    (
        "compatible",
        "compatible_year",
        "Trùng năm, một bên chỉ biết năm sinh hoặc ghi 01/01; đối chiếu giấy tờ",
        "the same year; one side knows no more or says 1 January, look at the paper",
    ),
    (
        "compatible",
        "compatible_month",
        "Trùng tháng và năm, một bên không rõ ngày; đối chiếu giấy tờ",
        "the same month and year; one side knows no day, look at the paper",
    ),
    (
        "compatible",
        "same_country",
        "Cùng một nước ngoài, địa chỉ trong nước đó không đối chiếu được; đối chiếu giấy tờ",
        "the same foreign country; where in it cannot be compared, look at the paper",
    ),
    (
        "compatible",
        "same_province",
        "Cùng tỉnh, một bên không rõ xã, phường; hỏi thêm người dân",
        "the same province; one side knows no commune, ask the applicant",
    ),
    (
        "compatible",
        "split_unit",
        "Đơn vị cũ đã chia về nhiều xã, phường, trong đó có xã, phường này; cán bộ chọn",
        "the old unit went into several of today's, this one among them; the officer chooses",
    ),
    (
        "compatible",
        "vintage_unknown",
        "Mã có trong cả danh mục cũ và mới, một cách đọc trùng khớp; hỏi thêm người dân",
        "the code stands in the old and in the new list, and one reading agrees; ask the applicant",
    ),
    (
        "compatible",
        "covers_several",
        "Mã của CSDL gộp nhiều tình trạng, trong đó có nội dung khai; đối chiếu giấy tờ",
        "the register's code covers several states, the claimed one among them; look at the paper",
    ),
    (
        "undecidable",
        "order_or_missing_part",
        "Khác thứ tự hoặc thiếu một phần của tên; đối chiếu giấy tờ",
        "another order, or a part of the name is missing; look at the paper",
    ),
    (
        "undecidable",
        "place_unknown",
        "Không xác định được địa danh từ nội dung khai hoặc mã; chọn tỉnh và xã, phường rồi thử lại",
        "no place can be told from the claim or the code; choose province and commune and try again",
    ),
    (
        "undecidable",
        "label_unknown",
        "Nội dung khai không có trong danh mục; chọn lại theo danh mục hoặc đối chiếu giấy tờ",
        "what is claimed is no label of the list; choose one of the list or look at the paper",
    ),
    (
        "undecidable",
        "other_scheme",
        "Hai bên dùng hai danh mục không đối chiếu được với nhau; đối chiếu giấy tờ",
        "the two sides use lists that cannot be compared; look at the paper",
    ),
    (
        "undecidable",
        "claim_says_nothing",
        "Nội dung khai không có gì để đối chiếu; hỏi thêm người dân",
        "the claim says nothing that can be compared; ask the applicant",
    ),
    (
        "undecidable",
        "nothing_in_common",
        "Hai bên không có thông tin cùng loại để đối chiếu; đối chiếu giấy tờ",
        "the two sides know nothing of the same kind; look at the paper",
    ),
    (
        "undecidable",
        "no_record_there",
        "Dịch vụ trả lời mục này không tìm thấy hồ sơ; đối chiếu giấy tờ",
        "the service that answers this field found no record; look at the paper",
    ),
    ("mismatch", "different", "Không khớp; đối chiếu giấy tờ", "different; look at the paper"),
    (
        "mismatch",
        "swapped_day_month",
        "Không khớp: ngày và tháng đảo chỗ; kiểm tra lại giấy tờ và cách gõ",
        "different: day and month are swapped; check the paper and the typing",
    ),
    (
        "not_registered",
        "not_registered",
        "CSDL không có thông tin này; yêu cầu giấy tờ theo quy định",
        "the register holds nothing here; ask for the paper that the rules name",
    ),
    (
        "not_licensed",
        "not_licensed",
        "Cơ quan chưa được cấp quyền khai thác thông tin này; yêu cầu giấy tờ theo quy định",
        "the agency may not ask for this field; ask for the paper that the rules name",
    ),
    (
        "unavailable",
        "unavailable",
        "Dịch vụ trả lời mục này đang gián đoạn; thử lại sau",
        "the service that answers this field is not available; try again later",
    ),
)

RULES: Mapping[str, FieldVerdict] = MappingProxyType(
    {rule: FieldVerdict(word, rule, vietnamese, english) for word, rule, vietnamese, english in _ROWS}
)
"""Rule to its verdict; in order of how well the two sides agree."""


def verdict(rule: str) -> FieldVerdict:
    """The verdict of a rule of `RULES`."""
    return RULES[rule]
