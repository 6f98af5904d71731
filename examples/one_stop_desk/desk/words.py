"""What the officer reads. Everything that the desk says stands here, in Vietnamese."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu.words import WHAT_HAPPENED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu import FieldValue

__all__ = ["KEYS", "WORDS", "explained", "source_of"]

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "title": "Một cửa: điền trước biểu mẫu",
        "skip": "Tới nội dung chính",
        "invented": "Bản trình diễn. Mọi người ở đây đều là hư cấu.",
        "pick": "Chọn thủ tục",
        "find": "Lọc theo tên, mã thủ tục hoặc mẫu (gõ không dấu cũng được), rồi Enter",
        "nothing_found": "Không có thủ tục nào khớp. Sửa chữ cần lọc.",
        "form_number": "Mẫu",
        "person_of": "Quét thẻ căn cước",
        "scan_how": "Đặt con trỏ ở đây rồi quét mã QR; máy quét tự nhấn Enter.",
        "or_type": "Hoặc nhập ba thông tin",
        "number": "Số định danh",
        "number_how": "12 số trên thẻ căn cước, hoặc 9 số của chứng minh nhân dân cũ",
        "name": "Họ, chữ đệm, tên",
        "birth_date": "Ngày sinh",
        "birth_date_how": "02/01/1990, 2-1-1990, 02011990, hoặc 1990",
        "optional": "không bắt buộc",
        "required": "bắt buộc",
        "declared": "Công dân khai (để đối chiếu, không bắt buộc)",
        "fill": "Tra cứu và điền",
        "another": "Chọn thủ tục khác",
        "mend": "Cần sửa",
        "still": "Còn phải hỏi công dân",
        "nothing_still": "Không còn mục bắt buộc nào để trống.",
        "locked": "Đã xác thực, khóa",
        "not_locked": "không khóa",
        "unlock": "Sửa mục đã khóa",
        "reason": "Lý do",
        "evidence": "Giấy tờ chứng minh (loại, số)",
        "instead": "Nội dung đúng (để trống: chỉ mở khóa)",
        "do_unlock": "Ghi nhận và mở khóa",
        "on_record": "Việc sửa được ghi vào nhật ký kiểm tra.",
        "overridden": "Cán bộ đã sửa, có lý do trong nhật ký",
        "dispute": "Công dân cho biết mục này trong CSDL chưa đúng",
        "slip": "Lập phiếu ghi nhận thông tin chưa đúng",
        "choose": "Chọn đơn vị hành chính hiện nay",
        "do_choose": "Dùng nơi đã chọn",
        "mend_keys": "Sửa thông tin tra cứu",
        "save": "Lưu phần đã nhập",
        "again": "Tra cứu lại",
        "proof": "In giấy xác nhận không tra cứu được",
        "outage": (
            "Chưa tra cứu được một số mục. Đây không phải là “không có thông tin”:"
            " hãy hỏi công dân và kèm giấy xác nhận."
        ),
        "document": "Tải tờ khai (Word)",
        "submission": "Xem dữ liệu gửi cổng",
        "end": "Xong, xóa khỏi máy",
        "back": "Về biểu mẫu",
        "print": "In",
        "other": "Nội dung khác",
        "gone": "Hồ sơ đã đóng",
        "gone_how": "Hồ sơ này đã xong, đã hết thời gian chờ, hoặc không mở từ trình duyệt này. Dữ liệu đã được xóa.",
        "fresh": "Bắt đầu hồ sơ mới",
        "refused": "Yêu cầu không hợp lệ",
        "refused_how": "Trang đã cũ hoặc được gửi từ nơi khác. Hãy bắt đầu lại.",
        "switch_off": "Ngắt nền tảng (thử)",
        "switch_on": "Nối lại nền tảng",
        "is_off": "Nền tảng đang bị ngắt để thử.",
        "nobody": "Hãy quét thẻ hoặc nhập đủ ba thông tin",
        "bad_card": "Không phải mã QR của thẻ căn cước, hoặc quét thiếu. Hãy quét lại",
        "bad_number": "Số định danh phải có 12 chữ số (hoặc 9 số của chứng minh nhân dân cũ). Hãy kiểm tra lại",
        "bad_name": "Họ tên còn trống hoặc có ký tự lạ. Hãy nhập như trên giấy tờ",
        "bad_birth_date": "Ngày sinh không đọc được hoặc ở tương lai. Hãy nhập như 02/01/1990, 02011990, 1990",
        "bad_value": "Không đọc được nội dung của mục này. Hãy nhập lại",
        "bad_reason": "Ghi lý do từ 3 đến 500 ký tự, không có số định danh",
        "bad_evidence": "Ghi giấy tờ chứng minh từ 3 đến 500 ký tự, không có số định danh",
        "bad_choice": "Hãy chọn một nơi",
        "bad_dispute": "Hãy đánh dấu ít nhất một mục mà công dân cho là chưa đúng",
        "failed": "Không thực hiện được",
    }
)

KEYS: Mapping[str, str] = MappingProxyType(
    {"number": "bad_number", "old_number": "bad_number", "name": "bad_name", "birth_date": "bad_birth_date"}
)
"""What is said about a key that cannot be read."""

_STATES = {
    "stale": "Dữ liệu cũ: chưa tra cứu lại được",
    "absent": "CSDL không có thông tin này",
    "restricted": "Đơn vị chưa được cấp quyền xem mục này",
    "not_licensed": "Chưa được cấp quyền tra cứu mục này",
    "unavailable": "Chưa tra cứu được",
}
_CIRCUMSTANCES = {
    "not_matched": "không có hồ sơ khớp cả số, họ tên và ngày sinh",
    "ambiguous": "nhiều hồ sơ cùng khớp",
    "no_such_service": "dịch vụ đang kết nối không trả lời mục này",
    "not_in_register": "ghi theo lời khai của công dân",
    "only_on_card": "chỉ có trên thẻ",
    "split_commune": "địa bàn cũ nay thuộc nhiều xã, phường",
}
_ORIGINS = {
    "register": "CSDL quốc gia về dân cư",
    "card": "Thẻ căn cước, chưa xác thực",
    "typed": "Nhập tay, chưa xác thực",
}


def explained(known: FieldValue) -> str:
    """Why a field is not simply filled; empty where it is, or where there is nothing to explain."""
    if known.reason == "not_in_register":
        return "" if known.value is not None else f"Không có trong CSDL: {_CIRCUMSTANCES['not_in_register']}"
    state = _STATES.get(known.state, "")
    what = WHAT_HAPPENED.get(known.reason or "")
    why = _CIRCUMSTANCES.get(known.reason or "", what.vi if what else "")
    return ": ".join(part for part in (state, why) if part)


def source_of(known: FieldValue) -> str:
    """Where a value comes from, and as of when; empty without one."""
    return "" if known.source is None or known.value is None else _ORIGINS[known.source]
