"""What errors say to people, in Vietnamese for officers and in English for engineers."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REMEDIES", "WHAT_HAPPENED", "Phrase"]


class Phrase(NamedTuple):
    """One sentence, without its full stop, in two languages."""

    en: str
    vi: str


WHAT_HAPPENED: Mapping[str, Phrase] = MappingProxyType(
    {
        "invalid_subject": Phrase(
            "The number, name or birth date cannot be used as typed", "Số, họ tên hoặc ngày sinh chưa đúng"
        ),
        "invalid_purpose": Phrase(
            "The purpose of the call is incomplete or malformed", "Mục đích tra cứu thiếu hoặc sai"
        ),
        "invalid_fields": Phrase(
            "The list of fields asked for is missing, empty or unknown", "Danh sách trường cần hỏi thiếu hoặc sai"
        ),
        "field_not_asked": Phrase(
            "The field was not asked for, so nothing is known about it", "Trường này không được hỏi"
        ),
        "profile_invalid": Phrase("The profile cannot be used", "Tệp cấu hình không dùng được"),
        "extra_missing": Phrase("An optional part of dancu is not installed", "Chưa cài phần tùy chọn của dancu"),
        "certificate_unusable": Phrase(
            "The client certificate, its key or the CA file cannot be used", "Chứng thư hoặc khóa không dùng được"
        ),
        "credential_refused": Phrase(
            "The platform does not accept our credential", "Nền tảng từ chối tài khoản kết nối"
        ),
        "client_certificate_refused": Phrase(
            "The platform does not accept our client certificate", "Nền tảng từ chối chứng thư kết nối"
        ),
        "procedure_not_licensed": Phrase(
            "This procedure has no licence for the service", "Thủ tục chưa được cấp quyền tra cứu"
        ),
        "officer_not_licensed": Phrase(
            "This officer has no licence for the service", "Cán bộ chưa được cấp quyền tra cứu"
        ),
        "request_refused": Phrase("The platform refuses the request as it was put", "Nền tảng từ chối yêu cầu"),
        "quota_spent": Phrase("The quota is spent", "Đã hết hạn mức tra cứu"),
        "subject_locked": Phrase(
            "Too many questions that did not fit this person", "Quá nhiều lần hỏi không khớp về người này"
        ),
        "not_granted": Phrase("The application has no grant for this", "Ứng dụng chưa được cấp quyền này"),
        "connect_failed": Phrase("The platform cannot be reached", "Không kết nối được nền tảng"),
        "server_untrusted": Phrase(
            "The server's certificate is not to be trusted", "Chứng thư máy chủ không tin cậy được"
        ),
        "timed_out": Phrase("No complete answer came in time", "Quá thời gian chờ trả lời"),
        "disconnected": Phrase("The connection broke before the answer was complete", "Kết nối bị ngắt giữa chừng"),
        "throttled": Phrase("The platform asks us to slow down", "Nền tảng yêu cầu giảm tốc độ"),
        "maintenance": Phrase("The platform is under maintenance", "Nền tảng đang bảo trì"),
        "provider_fault": Phrase("The platform answered with a fault", "Nền tảng báo lỗi"),
        "http_error": Phrase("The platform answered with an HTTP error", "Nền tảng trả về lỗi HTTP"),
        "empty_answer": Phrase("The answer is empty", "Nội dung trả lời trống"),
        "unreadable_answer": Phrase("The answer cannot be read", "Không đọc được nội dung trả lời"),
        "unknown_answer": Phrase("The answer has an unknown shape", "Nội dung trả lời có dạng lạ"),
        "answer_mismatch": Phrase("The answer is about somebody else", "Nội dung trả lời không đúng người hỏi"),
        "answer_too_large": Phrase("The answer is too large", "Nội dung trả lời quá lớn"),
        "circuit_open": Phrase(
            "Calls are paused because the platform keeps failing", "Tạm ngừng gọi vì nền tảng lỗi liên tục"
        ),
        "too_busy": Phrase("No free connection in time", "Không còn kết nối trống"),
        "audit_unavailable": Phrase(
            "The audit could not be written, so nothing is asked or shown", "Không ghi được nhật ký nên không tra cứu"
        ),
    }
)
"""By code of `dancu.errors.CODES`."""

REMEDIES: Mapping[str, Phrase] = MappingProxyType(
    {
        "correct": Phrase("Correct the named part; nothing was sent", "Sửa phần được nêu; chưa gửi gì đi"),
        "name_fields": Phrase("Name the fields you need, one by one", "Nêu rõ từng trường cần hỏi"),
        "add_field": Phrase("Add it to fields= if the procedure needs it", "Thêm vào fields= nếu thủ tục cần"),
        "correct_setting": Phrase("Correct the named setting", "Sửa mục được nêu"),
        "install_extra": Phrase("Install the named extra", "Cài phần được nêu"),
        "replace_file": Phrase("Replace the named file; nothing was sent", "Thay tệp được nêu; chưa gửi gì đi"),
        "tell_operator": Phrase(
            "Tell the operator; asking again will not help", "Báo cho đơn vị vận hành; hỏi lại cũng không được"
        ),
        "tell_provider": Phrase(
            "Tell the platform's operator, with the reference", "Báo cho đơn vị quản lý nền tảng, kèm mã tham chiếu"
        ),
        "await_quota": Phrase("Wait until the quota is renewed", "Chờ đến khi hạn mức được cấp lại"),
        "ask_rightly": Phrase("Wait, then ask with the right keys", "Chờ rồi hỏi lại với thông tin đúng"),
        "ask_again": Phrase("Try again in a moment", "Thử lại sau ít phút"),
    }
)
"""What to do about it."""
