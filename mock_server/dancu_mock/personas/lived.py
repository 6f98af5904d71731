"""Personas for what happens to people: numbers, places, families, and answers that are withheld.

No public text says what the register answers about the dead, about a cancelled number or about
a protected record; their sentences say that it is inferred.
"""

from __future__ import annotations

from dataclasses import replace

from dancu_mock.person import Kin, Person, Place
from dancu_mock.personas.persona import Persona

__all__ = ["LIVED"]

_HOME = Place("66", "", "22015", "34 ĐƯỜNG MẪU")
_NOWHERE = Place(country="")
_TWICE = Person("066684000032", "HOANGVANBASOMAU", 1984, 10, 1, "HOÀNG VĂN BA SỐ MẪU", number="066684000034")
_HOMONYM = Person("066687000038", "TRANVANTRUNGMAU", 1987, 6, 5, "TRẦN VĂN TRÙNG MẪU")
_MOTHER = Person(
    "066789000040", "HMAINIEMAU", 1989, 4, 3, "H'MAI NIÊ MẪU", gender="2", ethnic_group="12", marital_status="3"
)


def _split(number: str, key: str, year: int, name: str, birth_place: Place, *, where: str) -> Persona:
    """One of the seven old communes of Phú Yên that went to two new ones (vn-data.md §1.4)."""
    gender = "1" if number[3] in "68" else "2"
    return Persona(
        f"born_in_{where}",
        Person(number, key, year, 5, 19, name, gender=gender, birth_place=birth_place, origin=birth_place),
        f"Sinh tại xã, phường cũ {birth_place.commune} của Phú Yên, nay chia về hai đơn vị mới.",
        f"Born in the old commune {birth_place.commune} of Phú Yên, which was split between two new ones.",
    )


LIVED: tuple[Persona, ...] = (
    Persona(
        "renumbered_twice_first",
        _TWICE,
        "Đổi số hai lần: hỏi bằng số đầu tiên thì nhận hồ sơ mang số thứ ba.",
        "Renumbered twice: asked under the first number, the record bears the third.",
    ),
    Persona(
        "renumbered_twice_second",
        replace(_TWICE, asked_number="066684000033"),
        "Đổi số hai lần: hỏi bằng số thứ hai cũng nhận hồ sơ mang số thứ ba.",
        "Renumbered twice: asked under the second number, the record bears the third, too.",
    ),
    Persona(
        "renumbered_twice_now",
        replace(_TWICE, asked_number="066684000034"),
        "Đổi số hai lần: hỏi bằng số đang dùng.",
        "Renumbered twice: asked under the number of today.",
    ),
    Persona(
        "cancelled",
        Person("066686000035", "LYVANHUYMAU", 1986, 7, 6, "LÝ VĂN HỦY MẪU", records=0),
        "Số đã hủy và không được cấp lại: không có hồ sơ khớp (suy đoán).",
        "The number was cancelled and none given instead: nobody fits (inferred).",
    ),
    Persona(
        "deceased",
        Person("066638000036", "CAOVANKHUATMAU", 1938, 8, 7, "CAO VĂN KHUẤT MẪU", records=0),
        "Đã mất: thông điệp không có chỗ ghi điều đó, nên không có hồ sơ khớp (suy đoán).",
        "Has died: the wire has no place to say so, and nobody fits (inferred).",
    ),
    Persona(
        "restricted",
        Person(
            "066683000037",
            "MAIVANKINMAU",
            1983,
            9,
            8,
            "MAI VĂN KÍN MẪU",
            ethnic_group="",
            religion="",
            marital_status="",
            blood_group="",
            birth_place=_NOWHERE,
            origin=_NOWHERE,
            permanent=_NOWHERE,
            current=_NOWHERE,
            household_book="",
        ),
        "Hồ sơ được bảo vệ: chỉ trả số, tên, giới tính, ngày sinh và quốc tịch, còn lại để trống (suy đoán).",
        "A protected record: number, name, gender, birth and nationality only, the rest empty (inferred).",
    ),
    Persona(
        "homonym",
        _HOMONYM,
        "Trùng tên và ngày sinh với người kế tiếp, khác số.",
        "Bears the name and the birth date of the next person, under another number.",
    ),
    Persona(
        "other_homonym",
        replace(_HOMONYM, asked_number="066687000039", permanent=_HOME, current=_HOME, household_book="MAU-0002"),
        "Trùng tên và ngày sinh với người trước, khác số.",
        "Bears the name and the birth date of the person before, under another number.",
    ),
    Persona(
        "mother_of_clan",
        _MOTHER,
        "Mẹ đơn thân, chủ hộ, người Ê-đê; con mang họ của bà.",
        "A mother alone and head of her household, Ê-đê; the child bears her clan.",
    ),
    Persona(
        "child_of_clan",
        Person(
            "066815000041",
            "YTHANHNIE",
            2015,
            3,
            2,
            "Y THANH NIÊ",
            ethnic_group="12",
            father=Kin(nationality=""),
            mother=Kin("H'MAI NIÊ MẪU", "066789000040"),
            representative=Kin("H'MAI NIÊ MẪU", "066789000040"),
            head=Kin("H'MAI NIÊ MẪU", "066789000040"),
        ),
        "Trẻ em mang họ mẹ, mẹ là người đại diện, không khai cha.",
        "A child with the mother's clan, the mother as representative and no father stated.",
    ),
    Persona(
        "jarai_woman",
        Person("064791000042", "KSORHLANMAU", 1991, 12, 1, "KSOR H'LAN MẪU", gender="2", ethnic_group="10"),
        "Tên Gia-rai của nữ: họ đứng trước, H' ở giữa.",
        "A woman's Gia-rai name: the clan in front, H' in the middle.",
    ),
    Persona(
        "bana_man",
        Person("064685000043", "ABIUMAU", 1985, 11, 9, "A BIU MẪU", ethnic_group="13"),
        "Tên Ba-na của nam, không có họ.",
        "A man's Ba-na name, without any family name.",
    ),
    Persona(
        "other_province",
        Person("001692000044", "DINHVANXAMAU", 1992, 2, 28, "ĐINH VĂN XA MẪU", birth_place=Place("01", "001", "00001")),
        "Ba số đầu là của Hà Nội, nay thường trú tại Đắk Lắk.",
        "The number's prefix is Hà Nội's; the home is in Đắk Lắk.",
    ),
    Persona(
        "born_after_merger",
        Person("066925000045", "LETHIMOISINHMAU", 2025, 8, 15, "LÊ THỊ MỚI SINH MẪU", gender="2", birth_place=_HOME),
        "Sinh sau ngày 01/07/2025: nơi đăng ký khai sinh mang mã mới.",
        "Born after 1 July 2025: the place of birth has a new code.",
    ),
    Persona(
        "born_abroad",
        Person("066694000046", "PHAMVANLAOMAU", 1994, 1, 31, "PHẠM VĂN LÀO MẪU", birth_place=Place(country="LA")),
        "Sinh ở nước ngoài: nơi sinh chỉ có mã quốc gia.",
        "Born abroad: the place of birth has a country and no codes.",
    ),
    Persona(
        "lives_elsewhere",
        Person(
            "066696000047", "VOVANTROMAU", 1996, 10, 20, "VÕ VĂN TRỌ MẪU", current=Place("79", "", "25747", "NHÀ TRỌ")
        ),
        "Nơi ở hiện tại ở tỉnh khác nơi thường trú.",
        "Lives in another province than that of the permanent address.",
    ),
    Persona(
        "longest_name",
        Person(
            "066790000048",
            "CONGTANGTONNUNGUYENTHITHANHNGOCPHUONGQUYNHMAU",
            1990,
            9,
            30,
            "CÔNG TẰNG TÔN NỮ NGUYỄN THỊ THANH NGỌC PHƯƠNG QUỲNH MẪU",
            gender="2",
        ),
        "Tên rất dài, mười một chữ.",
        "A very long name, of eleven words.",
    ),
    _split(
        "054690000049", "NGUYENVANCHINMAU", 1990, "NGUYỄN VĂN CHÍN MẪU", Place("54", "555", "22024"), where="phuong_9"
    ),
    _split("054788000050", "LETHITRIMAU", 1988, "LÊ THỊ TRỊ MẪU", Place("54", "563", "22312"), where="hoa_tri"),
    _split("054686000051", "TRANVANHOAANMAU", 1986, "TRẦN VĂN HÒA AN MẪU", Place("54", "563", "22315"), where="hoa_an"),
    _split(
        "054784000052",
        "VOTHIHIEPMAU",
        1984,
        "VÕ THỊ HIỆP MẪU",
        Place("54", "564", "22246"),
        where="hoa_hiep_bac",
    ),
    _split(
        "054682000053", "PHANVANBINHMAU", 1982, "PHAN VĂN BÌNH MẪU", Place("54", "562", "22252"), where="hoa_binh_1"
    ),
    _split("054780000054", "HBARMLOMAU", 1980, "H'BAR MLÔ MẪU", Place("54", "561", "22225"), where="ea_bar"),
    _split("054678000055", "YBIABYAMAU", 1978, "Y BIA BYĂ MẪU", Place("54", "561", "22228"), where="ea_bia"),
)
