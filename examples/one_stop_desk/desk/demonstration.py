"""For watching: cards of invented people, and a switch on the mock platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dancu_mock import Mock

__all__ = ["CARDS", "MockSwitch"]

CARDS = (
    "066790000001||Nguyễn Thị Mẫu|02011990|Nữ|Phường Tuy Hòa, Đắk Lắk|15082022",
    "066791000023|000000023|H'Hen Niê|20011991|Nữ|Phường Tuy Hòa, Đắk Lắk|01082024||Y Bhăm Niê|H'Bia Êban",
)
"""Texts of QR codes, of the layout of 2016 and of 2024."""

_OUTAGE = "maintenance_503"


class MockSwitch:
    """Puts the mock platform under maintenance, and back."""

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self._playing: int | None = None

    @property
    def is_off(self) -> bool:
        """Whether the platform is broken now."""
        return self._playing is not None

    def turn(self) -> None:
        """Break it, or mend it."""
        if self._playing is None:
            self._playing = self._mock.stage.push(_OUTAGE).id
        else:
            self._mock.stage.end(self._playing)
            self._playing = None
