"""How values are written: dates to their precision, names whole, codes and places only where they are known."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, get_args

import pytest

from dancu import Address, Coded, PartialDate
from dancu.domain.codes import ethnic_group, gender
from dancu.domain.date_words import date_in_words
from dancu.domain.names import parse_name
from dancu.prefill.forms import Format
from dancu.privacy import PersonalText
from dancu.render.formats import write

if TYPE_CHECKING:
    from dancu.prefill.record import Known

TODAY = Address("66", None, "22015", "TDP Mẫu 1", as_of=datetime.date(2025, 8, 1))
BEFORE = Address("54", "555", "22015", "TDP Mẫu 1", as_of=datetime.date(2024, 8, 1))
DAY = PartialDate(1990, 1, 2)


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (parse_name("H'Hen Niê"), "name:as_register", "H'Hen Niê"),
        (parse_name("H'Hen Niê"), "text:upper", "H'HEN NIÊ"),
        (parse_name("Đặng Thị Ƀlơi"), "text:upper", "ĐẶNG THỊ ɃLƠI"),
        (PersonalText('a < b & "c"'), "text", 'a < b & "c"'),
        (DAY, "date:dd/mm/yyyy", "02/01/1990"),
        (PartialDate(1990, 1), "date:dd/mm/yyyy", "01/1990"),
        (PartialDate(1990), "date:dd/mm/yyyy", "1990"),
        (DAY, "year", "1990"),
        (DAY, "date:words", "ngày hai tháng một năm một nghìn chín trăm chín mươi"),
        (PartialDate(2005), "date:words", "năm hai nghìn không trăm linh năm"),
        (gender("2"), "code:label", "Nữ"),
        (gender("2"), "code:id", "2"),
        (Coded("9"), "code:label", None),
        (Coded("9"), "code:id", "9"),
        (Coded("", "Khác"), "code:id", None),
        (ethnic_group("01"), "name:ethnic", "Kinh"),
        (Coded("99"), "name:ethnic", None),
        (TODAY, "address:line", "TDP Mẫu 1, Phường Tuy Hòa, tỉnh Đắk Lắk"),
        (TODAY, "address:detail", "TDP Mẫu 1"),
        (TODAY, "code:commune", "22015"),
        (TODAY, "code:province", "66"),
        (TODAY, "name:commune", "Phường Tuy Hòa"),
        (TODAY, "name:province", "Tỉnh Đắk Lắk"),
        (TODAY, "address:parts", {"province": "66", "commune": "22015", "detail": "TDP Mẫu 1"}),
        (BEFORE, "code:commune", None),
        (BEFORE, "name:province", None),
        (BEFORE, "address:parts", None),
        (Address("66"), "address:parts", {"province": "66"}),
        (PersonalText("Thôn Mẫu"), "address:line", "Thôn Mẫu"),
        (PersonalText("Thôn Mẫu"), "address:parts", {"detail": "Thôn Mẫu"}),
        (PersonalText("Thôn Mẫu"), "code:commune", None),
        (PersonalText("hai ba"), "date:dd/mm/yyyy", "hai ba"),
    ],
)
def test_a_value_is_written(value: Known, form: Format, written: object) -> None:
    """As the format says, or not at all."""
    assert write(value, form) == written


@pytest.mark.parametrize("form", get_args(Format))
@pytest.mark.parametrize(
    "value", [DAY, gender("1"), TODAY, BEFORE, parse_name("Ai Đó Mẫu")], ids=lambda one: type(one).__name__
)
def test_no_value_breaks_a_format(value: Known, form: Format) -> None:
    """Whatever stands in a definition, what comes is text, an object of texts, or nothing; and never empty."""
    written = write(value, form)
    parts = written.values() if isinstance(written, dict) else [written]
    assert all(part is None or part != "" for part in parts)


def test_every_year_is_said() -> None:
    """The years of 1900 to 2100 are 201 different wordings, none with a figure in it."""
    said = {date_in_words(PartialDate(year)) for year in range(1900, 2101)}
    assert len(said) == 201
    assert not any(char.isdigit() for words in said for char in words)
