"""The invented register: one person for each thing that real records do to a client.

Nobody here can exist: 12-digit numbers have a 4th digit of 6 or more or the prefix 000,
old numbers begin with 000. ``key`` is the name as the wire carries it, written out by
hand, so that the mock is an independent witness of how an SDK folds names.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PEOPLE", "Kin", "Person", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the live dialect; empty text makes an empty element."""

    province: str = ""
    district: str = ""
    commune: str = ""
    detail: str = ""
    country: str = "VN"


@dataclass(frozen=True, slots=True)
class Kin:
    """A relative as a record names them; flat name, numbers as they may come."""

    name: str = ""
    number: str = ""
    old_number: str = ""
    nationality: str = "VN"
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person.

    Attributes:
        asked_number: the number under which they are asked for, 12 or 9 digits.
        key: folded name that the platform compares.
        year, month, day: birth; None where the register does not know.
        name: the record's name; a triple of ``Ho``, ``ChuDem``, ``Ten`` or a text for ``Ten``.
        number, old_number: what the record says; ``number`` is the asked one by default.
        records: how many records the register answers with.
        others: whose records it answers with instead.
    """

    asked_number: str
    key: str
    year: int
    month: int | None = None
    day: int | None = None
    name: str | tuple[str, str, str] = ""
    number: str | None = None
    old_number: str = ""
    gender: str = "1"
    ethnic_group: str = "01"
    religion: str = "00"
    marital_status: str = "1"
    blood_group: str = "00"
    nationality: str = "VN"
    birth_place: Place = Place("66", "", "22015", "TDP MẪU 1")
    origin: Place = Place("54", "555", "22024", "")
    permanent: Place = Place("66", "", "22015", "12 ĐƯỜNG MẪU")
    current: Place = Place("66", "", "22015", "12 ĐƯỜNG MẪU")
    father: Kin | None = None
    mother: Kin | None = None
    spouse: Kin | None = None
    representative: Kin | None = None
    head: Kin | None = None
    household_book: str = "MAU-0001"
    records: int = 1
    others: tuple[Person, ...] = ()

    @property
    def answered(self) -> tuple[Person, ...]:
        """The people whose records stand in the answer."""
        return self.others or (self,) * self.records

    @property
    def record_number(self) -> str:
        """The 12-digit number that the record bears, or empty."""
        if self.number is not None:
            return self.number
        return self.asked_number if len(self.asked_number) == 12 else ""

    def __repr__(self) -> str:
        return f"Person({self.key!r})"


MAU = Person(
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

PEOPLE: tuple[Person, ...] = (
    MAU,
    # Only the year of birth is known.
    Person("066645000011", "TRANVANNAMMAU", 1945, name="TRẦN VĂN NĂM MẪU"),
    # 1 January, the filler of a register that knows only the year.
    Person("066650000012", "LEVANDAUMAU", 1950, 1, 1, name="LÊ VĂN ĐẦU MẪU"),
    # Structured name.
    Person("066692000013", "PHAMTHITACHMAU", 1992, 5, 6, name=("PHẠM", "THỊ TÁCH", "MẪU"), gender="1"),
    # Decomposed letters (NFD).
    Person("066685000014", "VOTHUYMAU", 1985, 7, 8, name="VO\u0303 THU\u0309Y MA\u0302\u0303U"),
    # Eth (U+00D0) where Đ should stand.
    Person("066688000015", "DANGVANDUCMAU", 1988, 9, 10, name="\u00d0ẶNG VĂN \u00d0ỨC MẪU"),
    # Old tone placement.
    Person("066775000016", "HUYNHTHIHOAMAU", 1975, 11, 12, name="HUỲNH THỊ HOÀ MẪU", gender="2"),
    # Known under the old 9-digit number only.
    Person("000000017", "BUIVANCUMAU", 1960, 3, 4, name="BÙI VĂN CŨ MẪU", number="", old_number="000000017"),
    # Gender code 0.
    Person("066699000018", "DOMOMAU", 1999, 2, 3, name="ĐỖ MƠ MẪU", gender="0"),
    # Gender and number differ, as after a correction.
    Person("066697000019", "HOTHIDOIMAU", 1997, 4, 5, name="HỒ THỊ ĐỔI MẪU", gender="2"),
    # Asked under a cancelled number; the record bears the new one.
    Person("066680000020", "NGOVANMOIMAU", 1980, 6, 7, name="NGÔ VĂN MỚI MẪU", number="066680000021"),
    # The platform answers with somebody else's record.
    Person("066681000022", "DUONGVANLACMAU", 1981, 8, 9, name="DƯƠNG VĂN LẠC MẪU", others=(MAU,)),
    # Ethnic names, with letters outside Vietnamese.
    Person("066791000023", "HHENNIE", 1991, 1, 20, name="H'HEN NIÊ", gender="2", ethnic_group="12"),
    Person("066793000024", "HBLAKNIE", 1993, 2, 21, name="H'\u0243LĂK NIÊ", gender="2", ethnic_group="12"),
    Person("066670000025", "YMOANENUOL", 1970, 3, 22, name="Y MOAN ÊNUÔL", ethnic_group="12"),
    # Relatives that are empty blocks, and relatives that are placeholders.
    Person(
        "066694000026", "PHANVANMOCOIMAU", 1994, 4, 23, "PHAN VĂN MỒ CÔI MẪU", father=Kin(nationality=""), mother=Kin()
    ),
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
    # A code that no list has, and no nationality.
    Person("066696000028", "KSORLAMAU", 1996, 6, 25, name="KSOR LẠ MẪU", ethnic_group="77", nationality=""),
    # Two records fit.
    Person("066698000029", "NGUYENVANDOIMAU", 1998, 7, 26, name="NGUYỄN VĂN ĐÔI MẪU", records=2),
    # No number of any kind in the record.
    Person("066682000030", "TRANTHITRONGMAU", 1982, 8, 27, name="TRẦN THỊ TRỐNG MẪU", number=""),
    # Old codes in an answer of today, and a detail that repeats the names.
    Person(
        "000683000031",
        "LETHICUMAU",
        1983,
        9,
        28,
        name="LÊ THỊ CỪ MẪU",
        permanent=Place("54", "555", "22015", "5 ĐƯỜNG MẪU, Phường 1, Thành phố Tuy Hòa, Tỉnh Phú Yên"),
    ),
)
