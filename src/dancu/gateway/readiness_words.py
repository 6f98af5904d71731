"""What readiness finds, in English for engineers and in Vietnamese for operators."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REASONS", "STATUS_WORDS"]

REASONS: Mapping[str, Phrase] = MappingProxyType(
    {
        "audit_written": Phrase("The audit can be written", "Ghi được nhật ký truy vết"),
        "audit_unwritable": Phrase(
            "The audit cannot be written: every question is refused",
            "Không ghi được nhật ký truy vết: mọi câu hỏi bị từ chối",
        ),
        "audit_hangs": Phrase("The audit's disk does not answer", "Ổ đĩa chứa nhật ký truy vết không phản hồi"),
        "audit_disk_low": Phrase(
            "The audit's disk has less than 1 GiB left", "Ổ đĩa chứa nhật ký truy vết còn dưới 1 GiB"
        ),
        "audit_disk_full": Phrase("The audit's disk is full", "Ổ đĩa chứa nhật ký truy vết đã đầy"),
        "checkpoints_kept": Phrase(
            "The audit's checkpoints are in their second place", "Điểm kiểm tra đã được lưu ở nơi thứ hai"
        ),
        "checkpoints_behind": Phrase(
            "The audit's last checkpoint is not in its second place: its end could be cut off unseen",
            "Điểm kiểm tra cuối chưa được lưu ở nơi thứ hai: phần cuối nhật ký có thể bị cắt mà không ai biết",
        ),
        "upstream_answers": Phrase("The platform answers", "Nền tảng có phản hồi"),
        "upstream_tried": Phrase(
            "The platform failed and is tried again by single calls",
            "Nền tảng đã lỗi, đang được thử lại bằng từng lượt gọi",
        ),
        "upstream_silent": Phrase(
            "The platform fails; calls are refused at once for some seconds",
            "Nền tảng đang lỗi; các lượt gọi tạm thời bị từ chối ngay",
        ),
        "certificate_good": Phrase("The certificate has time", "Chứng thư còn hạn"),
        "certificate_ends": Phrase("The certificate ends soon", "Chứng thư sắp hết hạn"),
        "certificate_ended": Phrase("The certificate has ended", "Chứng thư đã hết hạn"),
        "list_ends": Phrase(
            "The list of revoked certificates (listen.crl) ends within a day",
            "Danh sách chứng thư bị thu hồi (listen.crl) hết hạn trong vòng một ngày",
        ),
        "list_ended": Phrase(
            "The list of revoked certificates (listen.crl) is out of date: no client certificate is taken",
            "Danh sách chứng thư bị thu hồi (listen.crl) đã hết hạn: không nhận chứng thư nào của ứng dụng",
        ),
        "certificate_not_taken": Phrase(
            "The newest certificate files are not used; the ones before still are",
            "Chứng thư mới chưa dùng được; hệ thống vẫn dùng chứng thư cũ",
        ),
        "permission_good": Phrase("The permission to read the register is in force", "Văn bản cho phép còn hiệu lực"),
        "permission_ends": Phrase(
            "The permission to read the register ends soon", "Văn bản cho phép khai thác dữ liệu sắp hết hiệu lực"
        ),
        "permission_ended": Phrase(
            "The permission has ended: what rests on it is refused",
            "Văn bản cho phép đã hết hiệu lực: quyền dựa trên văn bản này bị từ chối",
        ),
        "rules_in_force": Phrase("The newest rules are in force", "Quy tắc mới nhất đang có hiệu lực"),
        "rules_kept": Phrase(
            "The newest gateway.toml or a file that it names cannot be used; the rules before stay in force",
            "Tệp gateway.toml mới hoặc tệp liên quan không dùng được; quy tắc cũ vẫn có hiệu lực",
        ),
        "clock_synchronised": Phrase("The clock is synchronised", "Đồng hồ đã đồng bộ"),
        "clock_unknown": Phrase(
            "Whether the clock is synchronised is not known on this system",
            "Không rõ đồng hồ đã đồng bộ hay chưa trên hệ điều hành này",
        ),
        "clock_unsynchronised": Phrase(
            "The system says that nothing synchronises its clock",
            "Hệ điều hành báo đồng hồ chưa được đồng bộ",
        ),
        "clock_stepped": Phrase(
            "The clock was set to another time within the last ten minutes",
            "Đồng hồ vừa bị chỉnh sang giờ khác trong 10 phút qua",
        ),
        "draining": Phrase(
            "The gateway is ending: it finishes what it has and takes nothing new",
            "Cổng kết nối đang dừng: làm nốt việc dở, không nhận việc mới",
        ),
    }
)
"""By reason."""

STATUS_WORDS: Mapping[str, Phrase] = MappingProxyType(
    {
        "ready": Phrase("ready", "sẵn sàng"),
        "degraded": Phrase("degraded", "hoạt động hạn chế"),
        "not_ready": Phrase("not ready", "không phục vụ"),
    }
)
"""By the word for a load balancer."""
