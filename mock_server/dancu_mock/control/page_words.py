"""What the page says, in Vietnamese and in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WORDS"]

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title": ("Nền tảng giả lập", "Mock platform"),
        "skip": ("Tới nội dung chính", "Skip to the content"),
        "languages": ("Ngôn ngữ", "Language"),
        "invented": (
            "Mọi người ở đây đều là hư cấu. Trang này chỉ dùng để thử phần mềm.",
            "Everybody here is invented. This page is for testing applications.",
        ),
        "unreachable": ("Không liên lạc được với nền tảng giả lập", "The mock is not reached"),
        "locked": ("Trang cần mã mở", "The page needs its token"),
        "locked_how": (
            "Mở lại bằng đường dẫn mà lệnh dancu mock serve đã in ra; mã nằm trong tệp control.txt.",
            "Open it by the address that dancu mock serve printed; the token stands in control.txt.",
        ),
        "platform": ("Nền tảng", "Platform"),
        "address": ("Địa chỉ", "Address"),
        "credential": ("Cách đăng nhập", "Credential family"),
        "skin": ("Vỏ bản tin", "Skin"),
        "dialect": ("Phương ngữ", "Dialect"),
        "clock": ("Giờ của nền tảng", "The platform's time"),
        "real_time": ("giờ thật", "real time"),
        "ahead": ("lệch so với giờ thật (giây)", "seconds from real time"),
        "hour_later": ("Thêm 1 giờ", "1 hour later"),
        "day_later": ("Thêm 1 ngày", "1 day later"),
        "real_again": ("Về giờ thật", "Real time again"),
        "certificate": ("Chứng thư máy chủ", "Server certificate"),
        "show": ("Dùng", "Show"),
        "good": ("hợp lệ", "good"),
        "wrong_issuer": ("CA không ai tin", "of a CA that nobody trusts"),
        "expired": ("đã hết hạn", "expired"),
        "not_yet_valid": ("chưa có hiệu lực", "not yet valid"),
        "wrong_name": ("sai tên máy chủ", "for another name"),
        "reset": ("Đặt lại từ đầu", "Reset everything"),
        "reset_sure": (
            "Bỏ mọi kịch bản, nhật ký, token, người thêm vào, giờ và chứng thư?",
            "Forget scenarios, journal, tokens, added people, clock and certificate?",
        ),
        "scenarios": ("Kịch bản", "Scenarios"),
        "playing": ("Đang chạy", "In play"),
        "nothing_plays": ("Không có kịch bản nào; mọi câu hỏi được trả lời như thường.", "None: calls are answered."),
        "until_ended": ("đến khi dừng", "until it is ended"),
        "calls_left": ("số lần gọi còn lại", "calls left"),
        "end": ("Dừng", "End"),
        "end_all": ("Dừng tất cả", "End all"),
        "play": ("Chạy", "Play"),
        "times": ("Số lần gọi (trống: đến khi dừng)", "Calls (empty: until ended)"),
        "find_scenario": ("Lọc kịch bản", "Filter scenarios"),
        "troubles": ("Tệp kịch bản không đọc được", "Scenario files that cannot be read"),
        "people": ("Người dân hư cấu", "Invented people"),
        "find_people": ("Tìm theo tên hoặc số (phím /)", "Search by name or number (key /)"),
        "nobody": ("Không tìm thấy ai.", "Nobody found."),
        "number": ("Số định danh", "Number"),
        "name": ("Họ tên", "Name"),
        "born": ("Ngày sinh", "Born"),
        "copy": ("Chép", "Copy"),
        "copied": ("Đã chép ba khóa", "The three keys are copied"),
        "journal": ("Nhật ký", "Journal"),
        "journal_about": (
            "Cập nhật mỗi giây, mới nhất ở trên; không có số hay tên của ai.",
            "Each second, the latest first; nobody's number or name is in it.",
        ),
        "no_calls": ("Chưa có lần gọi nào.", "No call yet."),
        "calls": ("Số lần gọi", "Calls"),
        "handshakes": ("Số lần bắt tay TLS", "TLS handshakes"),
        "time": ("Giờ", "Time"),
        "service": ("Dịch vụ", "Service"),
        "outcome": ("Kết quả", "Outcome"),
        "caller": ("Bên gọi", "Caller"),
        "scenario": ("Kịch bản", "Scenario"),
        "procedure": ("Thủ tục", "Procedure"),
        "clear_journal": ("Xóa nhật ký", "Clear the journal"),
        "real_number": ("số có thể là của người thật", "a number that somebody may bear"),
        "said_play": ("Đã chạy kịch bản", "Now in play"),
        "said_end": ("Đã dừng", "Ended"),
        "said_clear": ("Đã xóa nhật ký", "The journal is cleared"),
        "said_clock": ("Đã chỉnh giờ", "The clock is moved"),
        "said_certificate": ("Đã đổi chứng thư", "The certificate is changed"),
    }
)
"""By key: Vietnamese, English."""
