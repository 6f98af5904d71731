"""Everybody in the mock's register, asked for as they are written, through both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dancu import FIELDS, Ambiguous, Found, NotMatched, Subject, Unavailable, from_json, to_json
from dancu_mock import PEOPLE, Person

if TYPE_CHECKING:
    from .conftest import Platform

STRANGE = {"066681000022": "somebody else's record", "066698000029": "two records"}
BY_KEY = {person.key: person for person in PEOPLE}


def subject_of(person: Person) -> Subject:
    """The keys under which an officer would ask for a person."""
    name = person.name if isinstance(person.name, str) else " ".join(person.name)
    if person.key == "DUONGVANLACMAU":
        name = "Dương Văn Lạc Mẫu"
    date = str(person.year)
    if person.month is not None and person.day is not None:
        date = f"{person.year}-{person.month:02}-{person.day:02}"
    return Subject(number=person.asked_number, name=name, birth_date=date)


@pytest.mark.parametrize(
    "key", [person.key for person in PEOPLE if person.answered and person.asked_number not in STRANGE]
)
def test_everybody_is_found(platform: Platform, key: str) -> None:
    """Each person is found with all fields, and the answer survives the serialiser."""
    answer = platform.look_up(subject_of(BY_KEY[key]), fields=list(FIELDS))
    assert isinstance(answer, Found)
    assert from_json(to_json(answer)) == answer


def test_a_renumbered_person_is_found_with_the_finding(platform: Platform) -> None:
    """A cancelled number leads to the record of the new one, and the answer says so."""
    answer = platform.look_up(subject_of(BY_KEY["NGOVANMOIMAU"]), fields=["number"])
    assert [finding.code for finding in answer.findings] == ["renumbered"]
    assert answer.citizen.number == "066680000021"


def test_a_record_without_a_number_is_found_with_the_finding(platform: Platform) -> None:
    """A record that states no number is the person's when name and birth date fit."""
    answer = platform.look_up(subject_of(BY_KEY["TRANTHITRONGMAU"]), fields=["number"])
    assert [finding.code for finding in answer.findings] == ["number_missing"]
    assert answer.citizen.number is None


def test_another_persons_record_is_a_mismatch(platform: Platform) -> None:
    """Somebody else's record is answer_mismatch, not retryable, and nothing of it is given."""
    with pytest.raises(Unavailable) as caught:
        platform.look_up(subject_of(BY_KEY["DUONGVANLACMAU"]))
    assert (caught.value.code, caught.value.retryable) == ("answer_mismatch", False)


def test_two_records_are_a_count(platform: Platform) -> None:
    """Several records come to Ambiguous with their number and no data."""
    answer = platform.look_up(subject_of(BY_KEY["NGUYENVANDOIMAU"]))
    assert isinstance(answer, Ambiguous)
    assert answer.count == 2


def test_an_old_number_is_asked_as_one(platform: Platform) -> None:
    """A 9-digit number goes out as SoCMND and both numbers are in the answer."""
    answer = platform.look_up(subject_of(BY_KEY["BUIVANCUMAU"]), fields=["number", "old_number"])
    assert (answer.citizen.number, answer.citizen.old_number) == (None, "000000017")
    assert answer.findings == ()


def test_a_typed_month_is_compared_afterwards(platform: Platform) -> None:
    """A month goes out as the year; the right one is found, a wrong one is NotMatched."""
    mau = BY_KEY["NGUYENTHIMAU"]
    right = Subject(number=mau.asked_number, name="Nguyễn Thị Mẫu", birth_date="1990-01")
    wrong = Subject(number=mau.asked_number, name="Nguyễn Thị Mẫu", birth_date="1990-02")
    assert isinstance(platform.look_up(right), Found)
    assert isinstance(platform.look_up(wrong), NotMatched)


def test_a_birth_known_by_its_year_keeps_that_precision(platform: Platform) -> None:
    """A year is a year: no first of January is made up."""
    answer = platform.look_up(subject_of(BY_KEY["TRANVANNAMMAU"]), fields=["birth_date"])
    assert str(answer.citizen.birth_date) == "1945"


def test_placeholders_and_empty_blocks_are_told_apart(platform: Platform) -> None:
    """A placeholder relative is kept as it came; an empty block is None."""
    placeholder = platform.look_up(subject_of(BY_KEY["VUTHITATMAU"]), fields=["father", "spouse"]).citizen
    assert (placeholder.father.name, placeholder.father.number, placeholder.spouse) == ("V.V.A", "123", None)
    orphan = platform.look_up(subject_of(BY_KEY["PHANVANMOCOIMAU"]), fields=["father"]).citizen
    assert orphan.father is None


def test_an_unknown_code_stays_a_code(platform: Platform) -> None:
    """A code of no list keeps its digits and has no label; an empty nationality is None."""
    citizen = platform.look_up(subject_of(BY_KEY["KSORLAMAU"]), fields=["ethnic_group", "nationality"]).citizen
    assert (citizen.ethnic_group.code, citizen.ethnic_group.label) == ("77", None)
    assert citizen.nationality is None
