"""What operations, results and fields are called to inspectors and citizens."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dancu.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FIELDS_SEEN", "OPERATIONS", "RESULTS"]

OPERATIONS: Mapping[str, Phrase] = MappingProxyType(
    {
        "look_up": Phrase("looked up", "Tra cứu thông tin"),
        "confirm": Phrase("confirmed", "Xác nhận có trong cơ sở dữ liệu"),
        "verify": Phrase("compared with what was declared", "Đối chiếu với thông tin khai"),
        "relatives": Phrase("looked up parents", "Tra cứu cha, mẹ"),
        "blood_group": Phrase("looked up the blood group", "Tra cứu nhóm máu"),
        "prefill": Phrase("filled a form", "Điền trước biểu mẫu"),
    }
)

RESULTS: Mapping[str, Phrase] = MappingProxyType(
    {
        "found": Phrase("found and shown", "Đã xem thông tin"),
        "not_matched": Phrase("no record fitted, nothing was shown", "Không khớp, không xem được gì"),
        "ambiguous": Phrase("several records, nothing was shown", "Nhiều hồ sơ, không xem được gì"),
        "confirmed": Phrase("confirmed, nothing was shown", "Đã xác nhận, không xem thông tin"),
        "verified": Phrase("compared; no value was shown", "Đã đối chiếu, không xem thông tin"),
        "rejected": Phrase("refused, nothing was shown", "Bị từ chối, không xem được gì"),
        "unavailable": Phrase("the system was interrupted, nothing was shown", "Hệ thống gián đoạn, không xem được gì"),
        "failed": Phrase("an error, nothing was shown", "Lỗi, không xem được gì"),
        "abandoned": Phrase("given up, nothing was shown", "Đã hủy, không xem được gì"),
        "unknown": Phrase("the system stopped before it answered", "Hệ thống dừng trước khi trả lời"),
    }
)

FIELDS_SEEN: Mapping[str, Phrase] = MappingProxyType(
    {
        "number": Phrase("identity number", "số định danh cá nhân"),
        "old_number": Phrase("old number", "số chứng minh nhân dân"),
        "name": Phrase("full name", "họ và tên"),
        "birth_date": Phrase("birth date", "ngày sinh"),
        "gender": Phrase("gender", "giới tính"),
        "nationality": Phrase("nationality", "quốc tịch"),
        "ethnic_group": Phrase("ethnic group", "dân tộc"),
        "religion": Phrase("religion", "tôn giáo"),
        "blood_group": Phrase("blood group", "nhóm máu"),
        "marital_status": Phrase("marital status", "tình trạng hôn nhân"),
        "birth_registration_place": Phrase("place of birth registration", "nơi đăng ký khai sinh"),
        "origin": Phrase("place of origin", "quê quán"),
        "permanent_address": Phrase("permanent address", "nơi thường trú"),
        "current_address": Phrase("current address", "nơi ở hiện tại"),
        "father": Phrase("father", "cha"),
        "mother": Phrase("mother", "mẹ"),
        "spouse": Phrase("spouse", "vợ hoặc chồng"),
        "representative": Phrase("representative", "người đại diện"),
        "household_head": Phrase("head of household", "chủ hộ"),
        "household_book": Phrase("household book", "số sổ hộ khẩu"),
    }
)
