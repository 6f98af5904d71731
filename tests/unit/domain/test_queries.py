from __future__ import annotations

import contextlib
import copy
import dataclasses
import datetime
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain import codes
from dancu.domain.codes import Coded
from dancu.domain.dates import PartialDate
from dancu.domain.fields import FIELDS
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.domain.names import Name
from dancu.domain.people import Relative
from dancu.domain.places import Address
from dancu.domain.queries import Claim, Officer, Purpose, Subject
from dancu.errors import InvalidInput

OFFICER = Officer("066680000009")
KEYS: dict[str, Any] = {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-02"}
PURPOSE: dict[str, Any] = {
    "procedure": "1.004194",
    "unit": "H15.42",
    "officer": OFFICER,
    "dossier": "H15.42-261122-0001",
}


def purpose_with(**parts: Any) -> Purpose:
    """A complete purpose but for these parts."""
    return Purpose(**{**PURPOSE, **parts})


def test_a_subject_is_cleaned_at_the_door() -> None:
    """Number, name and birth date are parsed once; afterwards they are exact values."""
    subject = Subject(number=" 066 790 000 001", name=" Nguyễn  Thị Mẫu ", birth_date=datetime.date(1990, 1, 2))
    assert (subject.number, subject.name, subject.birth_date) == (
        "066790000001",
        "Nguyễn Thị Mẫu",
        PartialDate(1990, 1, 2),
    )
    assert isinstance(subject.number, PersonNumber)
    assert subject == Subject(**KEYS)


def test_a_subject_is_typed_day_first() -> None:
    """``typed`` reads a birth date as an officer types it."""
    subject = Subject.typed(number="000000001", name="A Biu", birth_date="2/1/1990")
    assert subject.birth_date == PartialDate(1990, 1, 2)
    assert isinstance(subject.number, OldPersonNumber)


@pytest.mark.parametrize(("key", "wrong"), [("number", "CANARY-1"), ("name", "CANARY 9"), ("birth_date", "CANARY")])
def test_a_wrong_key_is_named_and_not_repeated(key: str, wrong: str) -> None:
    """The error of a subject names the key and holds nothing of its value."""
    with pytest.raises(InvalidInput) as caught:
        Subject(**{**KEYS, key: wrong})
    assert (caught.value.code, caught.value.field) == ("invalid_subject", key)
    assert "CANARY" not in f"{caught.value} {caught.value!r} {caught.value.message('vi')} {caught.value.args}"


def test_a_subject_needs_all_three_keys() -> None:
    """There is no question by number alone."""
    with pytest.raises(TypeError):
        Subject(number="066790000001")  # type: ignore[call-arg]  # the refusal is what is tested


def test_a_subject_is_synthetic_by_its_number() -> None:
    """An invented number marks the whole subject."""
    assert Subject(**KEYS).synthetic
    assert not Subject(**{**KEYS, "number": "240000001"}).synthetic


def test_nobody_is_born_tomorrow() -> None:
    """A birth date in the future is refused; today and this year are not."""
    today = datetime.date(2026, 11, 22)
    for fine in ("2026-11-22", "2026", "2026-11"):
        Subject(**{**KEYS, "birth_date": fine}).check_born_by(today)
    with pytest.raises(InvalidInput) as caught:
        Subject(**{**KEYS, "birth_date": "2026-11-23"}).check_born_by(today)
    assert (caught.value.field, caught.value.detail) == ("birth_date", "in the future")


def test_a_subject_is_copied_and_pickled_whole() -> None:
    """Copies are equal and as closed as the original."""
    subject = Subject(**KEYS)
    for other in (copy.deepcopy(subject), pickle.loads(pickle.dumps(subject))):
        assert other == subject and hash(other) == hash(subject)
        assert repr(other) == "Subject(***)"
    with pytest.raises(dataclasses.FrozenInstanceError):
        subject.number = PersonNumber("066790000002")  # type: ignore[misc]  # the refusal is what is tested


def test_a_purpose_is_trimmed() -> None:
    """Spaces around a part do not reach the wire or the audit."""
    purpose = Purpose(procedure=" 1.004194 ", unit="H15.42\n", officer=Officer(" canbo.mau "), session=" draft-1 ")
    assert (purpose.procedure, purpose.unit, purpose.session, purpose.officer.code) == (
        "1.004194",
        "H15.42",
        "draft-1",
        "canbo.mau",
    )


@pytest.mark.parametrize(
    ("part", "value", "why"),
    [
        ("procedure", "", "empty"),
        ("procedure", None, "text is required"),
        ("procedure", 1, "text is required"),
        ("procedure", "1" * 21, "longer than 20 characters"),
        ("unit", "u" * 36, "longer than 35 characters"),
        ("unit", " ", "empty"),
        ("dossier", "d" * 65, "longer than 64 characters"),
        ("session", "", "empty"),
        ("basis", "b" * 65, "longer than 64 characters"),
        ("officer", "canbo.mau", "an Officer is required"),
        ("officer", None, "an Officer is required"),
        ("dossier", None, "a dossier number or a session is required"),
    ],
)
def test_an_incomplete_purpose_is_refused(part: str, value: Any, why: str) -> None:
    """Every part has its length, and a question belongs to somebody's case."""
    with pytest.raises(InvalidInput) as caught:
        purpose_with(**{part: value})
    assert (caught.value.code, caught.value.field, caught.value.detail) == ("invalid_purpose", part, why)


@pytest.mark.parametrize(
    "char", ["\x00", "\n", "\x1b", "\x7f", "\x85", "\u200b", "\u202e", "\u2066", "\ufeff", "\ud800", "\ufffe"]
)
@pytest.mark.parametrize("part", ["procedure", "unit", "dossier", "session", "basis"])
def test_a_purpose_holds_nothing_that_cannot_be_seen_or_sent(part: str, char: str) -> None:
    """Control characters, invisible ones, half surrogates and what XML cannot carry are refused."""
    with pytest.raises(InvalidInput) as caught:
        purpose_with(**{part: f"a{char}b"})
    assert (caught.value.field, caught.value.detail) == (part, "a control character")


@given(st.text(max_size=20))
def test_a_purpose_that_is_accepted_can_be_encoded(text: str) -> None:
    """Whatever stands in a purpose goes out as UTF-8; else it has been refused."""
    with contextlib.suppress(InvalidInput):
        purpose = purpose_with(procedure=text)
        assert purpose.procedure == text.strip() and purpose.procedure.encode()


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"code": ""}, "officer.code"),
        ({"code": None}, "officer.code"),
        ({"code": "c" * 101}, "officer.code"),
        ({"code": "c", "account": ""}, "officer.account"),
        ({"code": "c", "phone": "0\r\n1"}, "officer.phone"),
    ],
)
def test_an_officer_has_a_code(parts: dict[str, Any], field: str) -> None:
    """The officer's code is needed, account and phone are not; the error names the part."""
    with pytest.raises(InvalidInput) as caught:
        Officer(**parts)
    assert (caught.value.code, caught.value.field) == ("invalid_purpose", field)


@pytest.mark.parametrize("part", ["procedure", "unit", "dossier", "session", "basis"])
def test_a_purpose_does_not_carry_the_number_asked_about(part: str) -> None:
    """The number would stand in the audit in the clear; the error names the part and not the number."""
    purpose = purpose_with(**{part: "x066790000001"})
    purpose.check_holds_no("066790000002")
    with pytest.raises(InvalidInput) as caught:
        purpose.check_holds_no("066790000001")
    assert caught.value.field == part
    assert "066790000001" not in f"{caught.value} {caught.value!r}"


def test_questions_show_nobody() -> None:
    """``repr`` and ``str`` of subject, officer, purpose and claim hold codes and names of fields, never a value."""
    assert {repr(Subject(**KEYS)), str(Subject(**KEYS)), f"{Subject(**KEYS)}"} == {"Subject(***)"}
    assert repr(Officer("066680000009", "canbo.mau", "0")) == "Officer(***)"
    assert repr(Purpose(**PURPOSE)) == "Purpose(procedure='1.004194', unit='H15.42', ***)"
    claim = Claim(name="Nguyễn Thị Mẫu", household_book="CANARY")
    assert repr(claim) == str(claim) == "Claim(claimed=('name', 'household_book'), ***)"


def test_the_parts_of_a_claim_are_the_fields() -> None:
    """A claim may be made about every field and about nothing else."""
    assert tuple(part.name for part in dataclasses.fields(Claim)) == tuple(FIELDS)


def test_a_claim_of_nothing_is_refused() -> None:
    """There is nothing to compare in an empty claim."""
    with pytest.raises(InvalidInput) as caught:
        Claim()
    assert (caught.value.code, caught.value.field, caught.value.detail) == (
        "invalid_fields",
        "claim",
        "nothing is claimed",
    )


@pytest.mark.parametrize(
    ("field", "said", "value"),
    [
        ("number", "066 790 000 001", PersonNumber("066790000001")),
        ("old_number", "000000001", OldPersonNumber("000000001")),
        ("name", " Nguyễn  Thị Mẫu", "Nguyễn Thị Mẫu"),
        ("birth_date", "1990-01", PartialDate(1990, 1)),
        ("gender", "2", Coded("2", "Nữ")),
        ("gender", "Female", Coded("2", "Nữ")),
        ("gender", " Nữ ", Coded("2", "Nữ")),
        ("gender", "nu", Coded("2", "Nữ")),
        ("gender", "Nữ giới lạ", Coded("", "Nữ giới lạ")),
        ("gender", Coded("1", "Nam"), Coded("1", "Nam")),
        ("nationality", "VN", Coded("VN", "Việt Nam")),
        ("nationality", "Việt Nam", Coded("VN", "Việt Nam")),
        ("nationality", "Anh", codes.nationality("GB")),
        ("nationality", "Nga", codes.nationality("RU")),
        ("nationality", "QQ", Coded("", "QQ")),
        ("ethnic_group", "12", Coded("12", "Ê-đê", "1979")),
        ("ethnic_group", "Ê-đê", Coded("12", "Ê-đê", "1979")),
        ("marital_status", "1", Coded("1", "Chưa kết hôn")),
        ("marital_status", "ly hôn", Coded("3", "ly hôn")),
        ("origin", Address(province="66"), Address(province="66")),
        ("father", "Nguyễn Văn Mẫu", Relative(name=Name("Nguyễn Văn Mẫu"))),
        ("household_book", "MAU-0001", "MAU-0001"),
    ],
)
def test_a_claim_is_understood(field: str, said: Any, value: Any) -> None:
    """Text becomes the value it means: a number, a date, a code or a label, a relative's name."""
    claim = Claim(**{field: said})
    assert getattr(claim, field) == value
    assert claim.claimed == (field,)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("gender", 1),
        ("gender", " "),
        ("origin", " "),
        ("origin", 66),
        ("father", 7),
        ("household_book", 7),
        ("number", "CANARY"),
        ("name", "CANARY 9"),
        ("name", 7),
        ("birth_date", "CANARY"),
        ("birth_date", datetime.date(1700, 1, 1)),
        ("father", "CANARY 9"),
    ],
)
def test_a_claim_of_another_kind_is_refused(field: str, said: Any) -> None:
    """The error names the claimed field and holds nothing of what was claimed."""
    with pytest.raises(InvalidInput) as caught:
        Claim(**{field: said})
    assert caught.value.field == field
    assert "CANARY" not in f"{caught.value} {caught.value!r}"


def test_a_claimed_number_is_of_its_kind() -> None:
    """Nine digits are no number and twelve no old number."""
    for claim in ({"number": "000000001"}, {"old_number": "066790000001"}):
        with pytest.raises(InvalidInput) as caught:
            Claim(**claim)
        assert caught.value.field in claim


def test_a_spaced_number_in_a_purpose_is_found() -> None:
    """A number written with spaces or dots does not slip into the audit."""
    purpose = Purpose(procedure="1.004194", unit="H15", officer=Officer("a"), dossier="HS 066 790 000.001")
    with pytest.raises(InvalidInput):
        purpose.check_holds_no("066790000001")
