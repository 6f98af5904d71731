"""Personas for how a record is written: names, dates, numbers, relatives and codes.

``key`` is the name as the wire carries it, written out by hand, so that the mock is an
independent witness of how an SDK folds names.
"""

from __future__ import annotations

from dancu_mock.person import Kin, Person, Place
from dancu_mock.personas.persona import Persona

__all__ = ["WRITTEN"]

_CITIZEN = Person(
    asked_number="066790000001",
    key="NGUYENTHIMAU",
    year=1990,
    month=1,
    day=2,
    name="NGUYỄN THỊ MẪU",
    old_number="000000001",
    gender="2",
    marital_status="2",
    blood_group="04",
    birth_place=Place("54", "555", "22024", "KHU PHỐ MẪU 2"),
    permanent=Place("66", "", "22015"),
    father=Kin("NGUYỄN VĂN CHA MẪU", "066660000002"),
    mother=Kin("TRẦN THỊ MẸ MẪU", "066764000003"),
    spouse=Kin("LÊ VĂN CHỒNG MẪU", "066688000004"),
    representative=Kin(),
    head=Kin("NGUYỄN THỊ MẪU", "066790000001", "000000001", relation="CH01"),
)

WRITTEN: tuple[Persona, ...] = (
    Persona(
        "citizen",
        _CITIZEN,
        "Công dân bình thường, hồ sơ đầy đủ; mọi ví dụ đều hỏi người này.",
        "An ordinary citizen with a whole record; every example asks for her.",
    ),
    Persona(
        "year_only",
        Person("066645000011", "TRANVANNAMMAU", 1945, name="TRẦN VĂN NĂM MẪU"),
        "Chỉ biết năm sinh.",
        "Only the year of birth is known.",
    ),
    Persona(
        "first_of_january",
        Person("066650000012", "LEVANDAUMAU", 1950, 1, 1, name="LÊ VĂN ĐẦU MẪU"),
        "Sinh ngày 01/01, ngày mà cơ sở dữ liệu điền khi chỉ biết năm.",
        "Born on 1 January, the filler of a register that knows only the year.",
    ),
    Persona(
        "structured_name",
        Person("066692000013", "PHAMTHITACHMAU", 1992, 5, 6, name=("PHẠM", "THỊ TÁCH", "MẪU"), gender="1"),
        "Họ, chữ đệm và tên nằm trong ba phần tử riêng.",
        "Surname, middle name and given name stand in three elements.",
    ),
    Persona(
        "decomposed_name",
        Person("066685000014", "VOTHUYMAU", 1985, 7, 8, name="VO\u0303 THU\u0309Y MA\u0302\u0303U"),
        "Tên viết bằng chữ cái rời dấu (NFD).",
        "The name comes in decomposed letters (NFD).",
    ),
    Persona(
        "eth_letter",
        Person("066688000015", "DANGVANDUCMAU", 1988, 9, 10, name="\u00d0ẶNG VĂN \u00d0ỨC MẪU"),
        "Chữ Eth (U+00D0) đứng ở chỗ của chữ Đ.",
        "Eth (U+00D0) stands where Đ should.",
    ),
    Persona(
        "old_tone",
        Person("066775000016", "HUYNHTHIHOAMAU", 1975, 11, 12, name="HUỲNH THỊ HOÀ MẪU", gender="2"),
        "Dấu thanh đặt theo kiểu cũ: HOÀ, không phải HÒA.",
        "The tone mark stands in its old place: HOÀ, not HÒA.",
    ),
    Persona(
        "nine_digit_only",
        Person("000000017", "BUIVANCUMAU", 1960, 3, 4, name="BÙI VĂN CŨ MẪU", number="", old_number="000000017"),
        "Chỉ có số CMND 9 số, chưa có số định danh.",
        "Known under an old 9-digit number only.",
    ),
    Persona(
        "gender_unknown",
        Person("066699000018", "DOMOMAU", 1999, 2, 3, name="ĐỖ MƠ MẪU", gender="0"),
        "Giới tính mang mã 0, chưa có thông tin.",
        "Gender has the code 0, no information.",
    ),
    Persona(
        "gender_corrected",
        Person("066697000019", "HOTHIDOIMAU", 1997, 4, 5, name="HỒ THỊ ĐỔI MẪU", gender="2"),
        "Giới tính trong hồ sơ khác với giới tính mà số định danh gợi ra, như sau khi cải chính.",
        "The record's gender differs from what the number suggests, as after a correction.",
    ),
    Persona(
        "renumbered",
        Person("066680000020", "NGOVANMOIMAU", 1980, 6, 7, name="NGÔ VĂN MỚI MẪU", number="066680000021"),
        "Hỏi bằng số đã hủy thì nhận hồ sơ mang số mới.",
        "Asked under a cancelled number; the record bears the new one.",
    ),
    Persona(
        "wrong_record",
        Person("066681000022", "DUONGVANLACMAU", 1981, 8, 9, name="DƯƠNG VĂN LẠC MẪU", others=(_CITIZEN,)),
        "Nền tảng trả lời bằng hồ sơ của người khác.",
        "The platform answers with somebody else's record.",
    ),
    Persona(
        "ede_woman",
        Person("066791000023", "HHENNIE", 1991, 1, 20, name="H'HEN NIÊ", gender="2", ethnic_group="12"),
        "Tên Ê-đê của nữ, có dấu nháy và không có họ đứng trước.",
        "A woman's Ê-đê name, with an apostrophe and no surname in front.",
    ),
    Persona(
        "ede_b_with_stroke",
        Person("066793000024", "HBLAKNIE", 1993, 2, 21, name="H'\u0243LĂK NIÊ", gender="2", ethnic_group="12"),
        "Tên Ê-đê có chữ Ƀ, chữ không có trong bảng chữ cái tiếng Việt.",
        "An Ê-đê name with the letter Ƀ, which Vietnamese has not.",
    ),
    Persona(
        "ede_man",
        Person("066670000025", "YMOANENUOL", 1970, 3, 22, name="Y MOAN ÊNUÔL", ethnic_group="12"),
        "Tên Ê-đê của nam, Y đứng trước và họ đứng sau.",
        "A man's Ê-đê name, Y in front and the clan last.",
    ),
    Persona(
        "empty_relatives",
        Person(
            "066694000026",
            "PHANVANMOCOIMAU",
            1994,
            4,
            23,
            "PHAN VĂN MỒ CÔI MẪU",
            father=Kin(nationality=""),
            mother=Kin(),
        ),
        "Cha và mẹ là khối phần tử rỗng.",
        "Father and mother are blocks of empty elements.",
    ),
    Persona(
        "placeholder_relatives",
        Person(
            "066695000027",
            "VUTHITATMAU",
            1995,
            5,
            24,
            "VŨ THỊ TẮT MẪU",
            father=Kin("V.V.A", "123"),
            mother=Kin("T.T.B", "45"),
        ),
        "Cha và mẹ chỉ là chữ viết tắt và số giữ chỗ.",
        "Father and mother are initials and placeholder numbers.",
    ),
    Persona(
        "unknown_codes",
        Person("066696000028", "KSORLAMAU", 1996, 6, 25, name="KSOR LẠ MẪU", ethnic_group="77", nationality=""),
        "Mã dân tộc không có trong danh mục nào, và thiếu quốc tịch.",
        "An ethnic group's code that no list has, and no nationality.",
    ),
    Persona(
        "two_records",
        Person("066698000029", "NGUYENVANDOIMAU", 1998, 7, 26, name="NGUYỄN VĂN ĐÔI MẪU", records=2),
        "Hai hồ sơ cùng khớp một câu hỏi.",
        "Two records fit one question.",
    ),
    Persona(
        "no_number",
        Person("066682000030", "TRANTHITRONGMAU", 1982, 8, 27, name="TRẦN THỊ TRỐNG MẪU", number=""),
        "Hồ sơ không mang số nào.",
        "The record bears no number of any kind.",
    ),
    Persona(
        "old_address",
        Person(
            "000683000031",
            "LETHICUMAU",
            1983,
            9,
            28,
            name="LÊ THỊ CỪ MẪU",
            permanent=Place("54", "555", "22015", "5 ĐƯỜNG MẪU, Phường 1, Thành phố Tuy Hòa, Tỉnh Phú Yên"),
        ),
        "Thường trú vẫn mang mã cũ, và phần chi tiết lặp lại tên xã, huyện, tỉnh.",
        "The address of today has old codes, and its detail repeats their names.",
    ),
)
