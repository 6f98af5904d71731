"""What fields and verdicts are called in a table, in Vietnamese and English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FIELD_LABELS", "VERDICT_LABELS"]

FIELD_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "number": "Số định danh / Number",
        "old_number": "Số CMND / Old number",
        "name": "Họ và tên / Full name",
        "birth_date": "Ngày sinh / Birth date",
        "gender": "Giới tính / Gender",
        "nationality": "Quốc tịch / Nationality",
        "ethnic_group": "Dân tộc / Ethnic group",
        "religion": "Tôn giáo / Religion",
        "blood_group": "Nhóm máu / Blood group",
        "marital_status": "Tình trạng hôn nhân / Marital status",
        "birth_registration_place": "Nơi đăng ký khai sinh / Birth registered at",
        "origin": "Quê quán / Place of origin",
        "permanent_address": "Thường trú / Permanent address",
        "current_address": "Nơi ở hiện tại / Current address",
        "father": "Cha / Father",
        "mother": "Mẹ / Mother",
        "spouse": "Vợ hoặc chồng / Spouse",
        "representative": "Người đại diện / Representative",
        "household_head": "Chủ hộ / Head of household",
        "household_book": "Số sổ hộ khẩu / Household book",
        "birth_year": "Năm sinh / Birth year",
    }
)
"""By field name; ``birth_year`` is a key that was compared without day and month."""

VERDICT_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "match": "Khớp / match",
        "match_with_notice": "Khớp, có lưu ý / match, with a notice",
        "mismatch": "Không khớp / mismatch",
        "compatible": "Phù hợp, chưa đủ để khớp / compatible",
        "undecidable": "Cán bộ xem xét / for an officer to decide",
        "undecided": "Chưa kết luận được, cán bộ xem xét / undecided, for an officer",
        "not_registered": "CSDL không có / not in the register",
        "not_licensed": "Chưa được cấp quyền / not licensed",
        "unavailable": "Tạm gián đoạn / unavailable",
    }
)
"""By verdict of one field, or of all."""
