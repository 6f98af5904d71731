"""What the console says, in Vietnamese and in English, and how it shows a time."""

from __future__ import annotations

import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu.gateway.readiness_words import STATUS_WORDS
from dancu.policy.limits import VIET_NAM

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WORDS", "shown_time"]


def shown_time(moment: str) -> str:
    """Viet Nam's time, dd/mm/yyyy HH:MM:SS, of one in ISO 8601."""
    return f"{datetime.datetime.fromisoformat(moment).astimezone(VIET_NAM):%d/%m/%Y %H:%M:%S}"


WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "title": ("Cổng kết nối dân cư", "Population gateway"),
        "skip": ("Tới nội dung chính", "Skip to the content"),
        "languages": ("Ngôn ngữ", "Language"),
        "about": (
            "Chỉ xem, không chỉnh sửa; không có dữ liệu cá nhân.",
            "Read-only, and without personal data.",
        ),
        "unreachable": ("Không liên lạc được với cổng kết nối", "The gateway is not reached"),
        "stand_still": ("Dừng cập nhật", "Stop updating"),
        "go_live": ("Cập nhật trực tiếp", "Update live"),
        "is_live": ("Tự cập nhật mỗi 2 giây.", "Updated every 2 seconds."),
        "status": ("Tình trạng", "Status"),
        **{word: (phrase.vi, phrase.en) for word, phrase in STATUS_WORDS.items()},
        "state_ok": ("Tốt", "Good"),
        "state_warning": ("Cần lưu ý", "Warning"),
        "state_degraded": ("Suy giảm", "Degraded"),
        "state_failing": ("Hỏng", "Failing"),
        "audit_check": ("Nhật ký", "Audit"),
        "checkpoints_check": ("Nơi lưu thứ hai", "Second place"),
        "upstream_check": ("Nền tảng", "Platform"),
        "certificates_check": ("Chứng thư", "Certificate"),
        "permissions_check": ("Văn bản cho phép", "Permission"),
        "rules_check": ("Quy tắc", "Rules"),
        "clock_check": ("Đồng hồ", "Clock"),
        "draining_check": ("Đang dừng", "Ending"),
        "started": ("Chạy từ", "Running since"),
        "version": ("Phiên bản", "Version"),
        "days_left": ("ngày còn lại", "days left"),
        "traffic": ("Lưu lượng", "Traffic"),
        "application": ("Ứng dụng", "Application"),
        "nobody": ("không có khóa hợp lệ", "without a valid key"),
        "five_minutes": ("5 phút qua", "Last 5 minutes"),
        "an_hour": ("1 giờ qua", "Last hour"),
        "answered": ("Trả lời", "Answered"),
        "refused": ("Từ chối", "Refused"),
        "failed": ("Lỗi", "Failed"),
        "no_traffic": ("Chưa có câu hỏi nào trong 1 giờ qua.", "No question within the last hour."),
        "platform": ("Nền tảng, hạn mức, bộ nhớ đệm", "Platform, quota, cache"),
        "agency": ("Cơ quan", "Agency"),
        "all_agencies": ("dùng chung", "shared by all"),
        "breaker": ("Cầu dao", "Breaker"),
        "closed": ("đóng (thông suốt)", "closed (calls pass)"),
        "half_open": ("thử lại", "half-open"),
        "open": ("ngắt", "open"),
        "inside": ("Đang hỏi", "Under way"),
        "quota": ("Hạn mức hôm nay", "Quota of today"),
        "no_quota": ("không giới hạn", "without limit"),
        "cache": ("Bộ nhớ đệm", "Cache"),
        "cache_hit": ("lượt có sẵn", "hits"),
        "cache_miss": ("lượt không có", "misses"),
        "cache_broken": ("lượt hỏng", "broken"),
        "cache_unused": ("chưa dùng", "not in use"),
        "certificates": ("Chứng thư", "Certificates"),
        "certificate": ("Chứng thư", "Certificate"),
        "ends": ("Hết hạn", "Ends"),
        "state": ("Mức", "State"),
        "no_certificates": ("Không có chứng thư nào.", "There is no certificate."),
        "applications": ("Ứng dụng và quyền", "Applications and grants"),
        "units": ("Đơn vị", "Units"),
        "lets_in": ("Đăng nhập bằng", "Lets itself in by"),
        "key": ("khóa", "key"),
        "certificate_of": ("chứng thư", "certificate"),
        "old_key_until": ("khóa cũ dùng đến", "old key until"),
        "banned": ("đã bị cấm", "banned"),
        "officers": ("Cán bộ", "Officers"),
        "named": ("do ứng dụng nêu tên", "named by the application"),
        "signed": ("đăng nhập tại cơ quan", "signed in at their agency"),
        "permission": ("Văn bản cho phép", "Permission"),
        "per_second": ("Lượt mỗi giây", "Calls a second"),
        "procedure": ("Thủ tục", "Procedure"),
        "service": ("Dịch vụ", "Service"),
        "fields": ("Trường được phép", "Fields granted"),
        "no_grants": ("Chưa được cấp quyền nào.", "Nothing is granted."),
        "audit": ("Nhật ký gần nhất", "Last entries of the audit"),
        "audit_about": (
            "Mới nhất ở trên; không có người được hỏi. Tra cứu đầy đủ bằng lệnh dancu audit.",
            "The newest first; nobody who was asked about. dancu audit has it all.",
        ),
        "last_checkpoint": ("Điểm kiểm tra gần nhất", "Last checkpoint"),
        "never": ("chưa có", "none yet"),
        "no_entries": ("Chưa có bản ghi nào.", "No record yet."),
        "time": ("Giờ", "Time"),
        "kind": ("Loại", "Kind"),
        "result": ("Kết quả", "Result"),
        "reference": ("Mã tham chiếu", "Reference"),
    }
)
"""By key: Vietnamese, English."""
