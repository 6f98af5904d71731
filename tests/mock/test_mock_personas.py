"""Personas: each has a name, a purpose in two languages, and numbers that nobody bears."""

from __future__ import annotations

import re

import pytest

from dancu.domain.ids import is_synthetic
from dancu.domain.names import fold_name
from dancu.domain.units import find_commune
from dancu_mock.people import PEOPLE
from dancu_mock.personas import PERSONAS, Persona

from .personas_page import PAGE, columns_table, personas_table


def test_personas_are_the_people_in_order() -> None:
    """The names lead to all people written by hand, the first citizen first."""
    assert tuple(persona.person for persona in PERSONAS.values()) == PEOPLE
    assert next(iter(PERSONAS)) == "citizen"
    assert len({person.asked_number for person in PEOPLE}) == len(PEOPLE)


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_a_persona_has_a_purpose_and_cannot_exist(persona: Persona) -> None:
    """Its name is a word for code, its purpose one sentence each, its numbers are invented, its key folds."""
    person = persona.person
    assert re.fullmatch("[a-z]+(_[a-z0-9]+)*", persona.name)
    assert persona.vi.endswith(".")
    assert persona.en.endswith(".")
    assert is_synthetic(person.asked_number)
    assert not person.record_number or is_synthetic(person.record_number)
    assert not person.old_number or is_synthetic(person.old_number)
    name = " ".join(person.name) if isinstance(person.name, tuple) else person.name
    assert fold_name(name, "folded") == person.key


def test_addresses_of_personas_exist() -> None:
    """Communes are in the list of their time: with a district the old one, without the new one."""
    for persona in PERSONAS.values():
        for place in (
            persona.person.birth_place,
            persona.person.origin,
            persona.person.permanent,
            persona.person.current,
        ):
            if place.commune:
                assert find_commune(place.commune, vintage="old" if place.district else "new") is not None, persona.name


def test_each_split_commune_of_phu_yen_is_a_birthplace() -> None:
    """All seven old communes of Phú Yên that went to two new ones have somebody who was born there."""
    split = {"22024", "22225", "22228", "22246", "22252", "22312", "22315"}
    born = {name: one.person.birth_place for name, one in PERSONAS.items() if name.startswith("born_in_")}
    assert {place.commune for place in born.values()} == split
    assert {place.province for place in born.values()} == {"54"}


def test_who_was_renumbered_twice_is_one_record_under_three_numbers() -> None:
    """Both cancelled numbers lead to the record with the number of today, and so does that one."""
    names = ("renumbered_twice_first", "renumbered_twice_second", "renumbered_twice_now")
    persons = [PERSONAS[name].person for name in names]
    assert len({person.asked_number for person in persons}) == 3
    assert {person.record_number for person in persons} == {persons[-1].asked_number}
    assert len({(person.key, person.year, person.month, person.day) for person in persons}) == 1


def test_homonyms_differ_by_number_alone() -> None:
    """The two share a name and a birth date, and each number finds one of them."""
    one, other = PERSONAS["homonym"].person, PERSONAS["other_homonym"].person
    assert (one.key, one.year, one.month, one.day) == (other.key, other.year, other.month, other.day)
    assert one.asked_number != other.asked_number


def test_inferred_answers_say_so() -> None:
    """What no public text tells, the dead, the cancelled, the protected, is called inferred in both languages."""
    for name in ("cancelled", "deceased", "restricted"):
        assert "(suy đoán)" in PERSONAS[name].vi
        assert "(inferred)" in PERSONAS[name].en


def test_the_page_has_the_tables_of_the_code() -> None:
    """docs/personas.md lists every persona, and every column of the command, to the letter."""
    page = PAGE.read_text(encoding="utf-8")
    assert personas_table() in page
    assert columns_table() in page
