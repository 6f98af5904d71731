"""What people say about a field, read and compared."""

from __future__ import annotations

import pytest

from dancu import Address, Coded, InvalidInput, PartialDate
from dancu.domain import codes
from dancu.prefill.said import compare_said, read_said
from dancu.privacy import PersonalText

from ...forms_at_hand import field  # noqa: TID252  # one set of forms for all tests

BORN = field("applicant.birth_date")
YEAR = field("applicant.birth_year")
GENDER = field("applicant.gender")
NAME = field("applicant.full_name")
NUMBER = field("applicant.id_number")
HOME = field("applicant.permanent_address")
RELATION = field("applicant.household_head.relation")
TUY_HOA = Address(province="66", commune="22015")


def test_a_text_becomes_the_kind_of_its_field() -> None:
    """Dates are read as people type them, codes by their label, and names and places stay text."""
    assert read_said(BORN, " 2-1-1990 ") == PartialDate(1990, 1, 2)
    assert read_said(YEAR, "02/01/1990") == PartialDate(1990)
    assert read_said(GENDER, "nữ") == codes.gender("2")
    assert read_said(RELATION, "Vợ") == Coded("", "Vợ")
    for one, text in ((NAME, "H'Hen Niê"), (HOME, "Buôn Mẫu, Đắk Lắk")):
        value = read_said(one, text)
        assert (type(value), str(value)) == (PersonalText, text)


@pytest.mark.parametrize(("one", "text"), [(BORN, "khoảng 1990"), (NAME, "  "), (NAME, "A" * 501), (GENDER, "")])
def test_what_cannot_be_read_is_refused_by_its_key(one: object, text: str) -> None:
    """The error names the field's key and never the text."""
    with pytest.raises(InvalidInput) as caught:
        read_said(one, text)  # type: ignore[arg-type]  # the parameter's type is the form's
    assert caught.value.field in {"applicant.birth_date", "applicant.full_name", "applicant.gender"}
    assert "khoảng" not in str(caught.value)


@pytest.mark.parametrize(
    ("one", "said", "held", "rule"),
    [
        (BORN, PartialDate(1990, 1, 2), PartialDate(1990, 1, 2), "exact"),
        (BORN, PartialDate(1990), PartialDate(1990, 5, 6), "compatible_year"),
        (BORN, PersonalText("khoảng 1990"), PartialDate(1990), "claim_says_nothing"),
        (YEAR, PartialDate(1991), PartialDate(1990), "different"),
        (GENDER, codes.gender("1"), codes.gender("2"), "different"),
        (GENDER, PersonalText("Nữ"), codes.gender("2"), "same_label"),
        (NAME, PersonalText("Nguyen Thi Mau"), PersonalText("NGUYỄN THỊ MẪU"), "accents_missing"),
        (NUMBER, PersonalText("066790000002"), PersonalText("066790000001"), "different"),
        (HOME, PersonalText("Phường Tuy Hòa, tỉnh Đắk Lắk"), TUY_HOA, "same_unit"),
        (HOME, TUY_HOA, TUY_HOA, "same_unit"),
        (RELATION, Coded("", "Chủ hộ"), codes.household_relation("CH01"), "same_label"),
    ],
)
def test_each_kind_is_compared_by_its_own_rules(one: object, said: object, held: object, rule: str) -> None:
    """Names as names, places as places; what cannot be compared says so and is no mismatch."""
    assert compare_said(one, said, held).rule == rule  # type: ignore[arg-type]  # as the table says
