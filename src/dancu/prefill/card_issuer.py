"""Who issued a card, by its day of issue: cards do not say it in their QR code, and forms ask for it.

Before 10 October 2018 the residence and population police department, until 30 June 2024 the administrative order
police department, since then the ministry (vn-data.md §5.3, ``card_issuer_by_date.csv``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.privacy import PersonalText

if TYPE_CHECKING:
    from dancu.domain.dates import PartialDate

__all__ = ["card_issuer"]

_SINCE = (
    (20240701, "Bộ Công an"),
    (20181010, "Cục Cảnh sát quản lý hành chính về trật tự xã hội"),
    (20160101, "Cục Cảnh sát ĐKQL cư trú và DLQG về dân cư"),
)


def card_issuer(issued: PartialDate | None) -> PersonalText | None:
    """The issuer as forms write it; None without a whole day, or before the first card."""
    if issued is None or issued.month is None or issued.day is None:
        return None
    day = issued.year * 10_000 + issued.month * 100 + issued.day
    return next((PersonalText(name) for since, name in _SINCE if day >= since), None)
