"""Names that fit a group, a gender and an age; upper case, as the register writes them.

The shares of surnames are rough (vn-data.md §6.3). Among Ê-đê, Gia-rai, Chăm and Mnông a child
bears the mother's clan; a Ba-na name has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu_mock.population.lots import Lots

__all__ = ["GROUPS", "Group", "folded", "marked"]

_LETTERS: Mapping[str, str] = {
    "A": "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ",
    "B": "Ƀ",
    "C": "Č",
    "D": "Đ",
    "E": "ÈÉẺẼẸÊỀẾỂỄỆĔ",
    "I": "ÌÍỈĨỊĬ",
    "N": "Ñ",
    "O": "ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢŎ",
    "U": "ÙÚỦŨỤƯỪỨỬỮỰŬ",
    "Y": "ỲÝỶỸỴ",
}
_PLAIN = str.maketrans(
    {letter: plain for plain, letters in _LETTERS.items() for letter in letters} | dict.fromkeys(" '.-", "")
)


def folded(name: str) -> str:
    """The name as the wire carries it; by a written-out table, of composed capitals only."""
    return name.translate(_PLAIN)


def marked(name: str) -> str:
    """A name that tells an onlooker that it is invented."""
    return f"{name} MẪU"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _often(times: int, names: str) -> tuple[str, ...]:
    return times * _words(names)


@dataclass(frozen=True, slots=True)
class Group:
    """How a people names its own.

    Attributes:
        code: of ``DanToc``, in the order of 1979.
        families: surnames or clans, each as often as it is likely.
        men, women: given names.
        man, woman: how a name is put together.
        from_mother: whether the child has the mother's clan, and the couple lives with her parents.
    """

    code: str
    families: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    man: str
    woman: str
    from_mother: bool = False

    def family(self, lots: Lots, *, besides: str = "") -> str:
        """A surname or clan; another than ``besides`` where a clan does not marry into itself."""
        choices = self.families
        if self.from_mother and besides:
            choices = tuple(one for one in choices if one != besides)
        return lots.pick(choices)

    def name(self, lots: Lots, family: str, *, male: bool, year: int) -> str:
        """A whole name; ``year`` of birth tells old middle names from new ones."""
        if male:
            middle = "VĂN" if year < _MODERN or lots.chance(30) else lots.pick(_MIDDLE_MEN)
            return self.man.format(family=family, middle=middle, given=lots.pick(self.men))
        middle = "THỊ" if year < _MODERN or lots.chance(40) else lots.pick(_MIDDLE_WOMEN)
        return self.woman.format(family=family, middle=middle, given=lots.pick(self.women))


_MODERN = 1980
_MIDDLE_MEN = ("MINH", "GIA", "QUỐC", "ĐỨC", "HOÀNG", "THÀNH", "HỮU", "TUẤN", "ANH", "BẢO", "CÔNG", "XUÂN")
_MIDDLE_WOMEN = ("NGỌC", "THANH", "KIM", "MỸ", "BẢO", "PHƯƠNG", "THU", "KHÁNH", "HỒNG", "MINH", "DIỄM", "TƯỜNG")
_KINH = (
    *_often(34, "NGUYỄN"),
    *_often(11, "TRẦN"),
    *_often(9, "LÊ"),
    *_often(7, "PHẠM"),
    *_often(6, "HUỲNH"),
    *_often(5, "VÕ"),
    *_often(4, "PHAN"),
    *_often(2, "HOÀNG VŨ ĐẶNG BÙI ĐỖ TRƯƠNG"),
    *_often(1, "HỒ NGÔ DƯƠNG ĐINH ĐOÀN"),
)
_MEN = _words(
    "AN BÌNH CƯỜNG DŨNG ĐẠT GIANG HẢI HIẾU HÒA HÙNG HUY KHANG KHOA LÂM LỘC LONG NAM NGHĨA PHÚC QUÂN QUÝ SƠN TÀI "
    "THẮNG THỊNH TOÀN TRÍ TRUNG TÙNG VIỆT VINH VŨ"
)
_WOMEN = _words(
    "ÁNH BÍCH CHI CÚC DUNG ĐÀO HÀ HẠNH HIỀN HOA HƯƠNG HUYỀN LAN LIÊN LOAN MAI NGA NHUNG OANH PHƯỢNG QUYÊN THẢO "
    "THỦY THƯ TRANG TRINH TUYẾT UYÊN VÂN XUÂN YẾN"
)
_EDE_CLANS = ("NIÊ", "NIÊ", "ÊNUÔL", "BYĂ", "MLÔ", "KBUÔR", "NIÊ KDĂM", "ÊBAN", "AYŬN", "KNUL")
_HIGHLAND_MEN = _words("BLĂM DHĂM DJŬ KHĂM KRĂH LIĂNG MĂNG NGŬN SUĔK THĂM TIÊP WƠN YƠH ɃUK ČĂM ÑAM")
_HIGHLAND_WOMEN = _words("BLŨI DJUĂN DƠNG KHUÊ LIM LŬN MƠK NHĔN NGUÔM RUĔ SIM TƠL WEN YŬ ɃLUÔT ČUN")

GROUPS: Mapping[str, Group] = {
    group.code: group
    for group in (
        Group("01", _KINH, _MEN, _WOMEN, "{family} {middle} {given}", "{family} {middle} {given}"),
        Group(
            "12",
            _EDE_CLANS,
            _HIGHLAND_MEN,
            _HIGHLAND_WOMEN,
            "Y {given} {family}",
            "H'{given} {family}",
            from_mother=True,
        ),
        Group(
            "10",
            ("KSOR", "RMAH", "NAY", "SIU", "RƠ CHĂM"),
            ("BRƠN", "CHƠN", "DJUH", "HLUNH", "KLŨ", "PHĂN", "TIUH", "WĔN"),
            ("BIN", "CHƠI", "DUIN", "LƠN", "MIĂN", "NHƠ", "SƠT", "YƠN"),
            "{family} {given}",
            "{family} H'{given}",
            from_mother=True,
        ),
        Group(
            "13",
            ("",),
            ("BIU", "CHUNH", "ĐƯK", "GLƠI", "HNHAI", "KHƠM", "NGƯNH", "THƯN"),
            ("BLƠN", "CHĂNH", "ĐƠI", "HLIP", "KRĔNG", "MƠI", "PHƯN", "SƠR"),
            "A {given}",
            "Y {given}",
        ),
        Group(
            "17",
            ("BÁ", "CHÂU", "ĐÀNG", "HÁN", "KIỀU", "LƯU", "MANG", "QUẢNG", "THÀNH"),
            _MEN,
            _WOMEN,
            "{family} VĂN {given}",
            "{family} THỊ {given}",
            from_mother=True,
        ),
        Group(
            "20",
            ("BKRÔNG", "LIÊNG", "RTUNG", "TRIÊK", "NDU", "BUÔN KRÔNG"),
            _HIGHLAND_MEN,
            _HIGHLAND_WOMEN,
            "Y {given} {family}",
            "H'{given} {family}",
            from_mother=True,
        ),
    )
}
"""By code."""
