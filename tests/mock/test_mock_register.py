"""Who is in the register: added people first, then personas, then the population."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from dancu_mock.people import PEOPLE
from dancu_mock.person import Person
from dancu_mock.population import Population
from dancu_mock.register import SEARCHED, Register

NEW = Person("066690900001", "DANGTHEMMAU", 1990, 1, 2, "ĐẶNG THÊM MẪU")
UNKNOWN = (None, None, None)


def test_everybody_is_found_by_number_key_and_birth() -> None:
    """Personas with a record and people of the population come back; the latter under their old number, too."""
    register = Register()
    for person in (*PEOPLE, *(Population().at(index) for index in range(0, 1_000_000, 4_999))):
        birth = (person.year, person.month, person.day)
        assert register.find(person.asked_number, person.key, birth) == (person if person.answered else None)
        if person.old_number and person not in PEOPLE:
            assert register.find(person.old_number, person.key, birth) == person


def test_all_three_keys_have_to_fit() -> None:
    """Another name, year, month or day finds nobody; what was not sent is not compared."""
    register, person = Register(), Population().at(6)
    assert (person.month, person.day) != (None, None)
    assert register.find(person.asked_number, "KHONGAICA", UNKNOWN) is None
    assert register.find(person.asked_number, person.key, (person.year + 1, None, None)) is None
    assert register.find(person.asked_number, person.key, (person.year, person.month, 31)) is None
    assert register.find(person.asked_number, person.key, UNKNOWN) == person


def test_a_year_on_record_fits_every_day_of_it() -> None:
    """Where the register knows the year alone, a whole date of that year fits."""
    person = Register.persona("year_only")
    assert Register().find(person.asked_number, person.key, (person.year, 7, 8)) == person


def test_added_people_are_found_until_the_reset() -> None:
    """An added person is found, listed first, and forgotten by the reset."""
    register = Register()
    register.add(NEW)
    assert register.added == (NEW,)
    assert register.find(NEW.asked_number, NEW.key, (1990, 1, 2)) == NEW
    assert register.sample(0, 2) == [NEW, PEOPLE[0]]
    register.reset()
    assert not register.added
    assert register.find(NEW.asked_number, NEW.key, (1990, 1, 2)) is None


@pytest.mark.parametrize("number", ["0661" + "0" * 8, "000000099\n", "06669000000", "٠٦٦٦٩٠٠٠٠٠٠١", "1" * 9, ""])
def test_a_number_that_somebody_may_bear_is_not_added(number: str) -> None:
    """Neither as the number asked for nor as the record's; and nothing of the same call is added."""
    register = Register()
    for person in (replace(NEW, asked_number=number), replace(NEW, asked_number="066690900002", number=number or "1")):
        with pytest.raises(ValueError, match="somebody alive"):
            register.add(NEW, person)
    assert register.added == ()


def test_a_taken_number_is_not_added() -> None:
    """Numbers of personas, of the population, of added people and of the same call are taken."""
    register = Register()
    register.add(NEW)
    for taken in (PEOPLE[0].asked_number, Population().at(77).asked_number, NEW.asked_number):
        with pytest.raises(ValueError, match="is taken"):
            register.add(replace(NEW, asked_number=taken))
    twin = replace(NEW, asked_number="066690900003")
    with pytest.raises(ValueError, match="is taken"):
        register.add(twin, twin)


def test_threads_add_each_person_once() -> None:
    """Of eight threads that add the same hundred people, one succeeds for each."""
    register = Register(population=None)
    added: list[int] = []

    def work() -> None:
        for index in range(100):
            try:
                register.add(replace(NEW, asked_number=f"066690{index:06}"))
            except ValueError:
                continue
            added.append(index)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken_by_personas = {int(one.asked_number[6:]) for one in PEOPLE if one.asked_number.startswith("066690")}
    assert sorted(added) == [index for index in range(100) if index not in taken_by_personas]
    assert len(register.added) == len(added)


def test_without_a_population_the_rest_is_nobody() -> None:
    """A register of personas alone knows nobody of the population."""
    person, register = Population().at(6), Register(population=None)
    assert register.find(person.asked_number, person.key, UNKNOWN) is None
    assert len(register.sample(0, 1000)) == len(PEOPLE)


def test_a_search_finds_names_and_numbers() -> None:
    """A part of a name, accents or not, finds near people; a whole number of the population anybody, at once."""
    register, far = Register(), Population().at(987_654)
    assert register.sample(0, 1, search="nguyễn thị mẫu") == [PEOPLE[0]]
    assert register.sample(0, 1, search="NGUYEN THI MAU") == [PEOPLE[0]]
    assert register.sample(0, 9, search=far.asked_number) == [far]
    assert register.sample(0, 9, search="khong co ai") == []
    page = register.sample(0, SEARCHED, search="tran")
    assert register.sample(10, 10, search="tran") == page[10:20]


def test_a_persona_is_had_by_name() -> None:
    """A name gives the person; a wrong one an error that lists the right ones."""
    assert Register.persona("citizen") is PEOPLE[0]
    with pytest.raises(ValueError, match="there are citizen, year_only"):
        Register.persona("nobody")


def test_no_persona_shares_a_number_with_the_population() -> None:
    """In the default population nobody bears a number of a persona, old or new."""
    numbers = {number for one in PEOPLE for number in (one.asked_number, one.record_number, one.old_number) if number}
    assert [number for number in sorted(numbers) if Population().find(number)] == []


def test_finding_does_not_grow_with_the_population() -> None:
    """A look-up among a million takes about as long as one among a hundred; both are pure arithmetic."""
    seconds: dict[int, float] = {}
    for size in (100, 1_000_000):
        register = Register(population=Population(size=size))
        person = Population().at(size - 1)
        register.find(person.asked_number, person.key, UNKNOWN)
        runs = []
        for _ in range(5):
            before = time.perf_counter()
            for _ in range(50):
                register.find(person.asked_number, person.key, UNKNOWN)
            runs.append(time.perf_counter() - before)
        seconds[size] = min(runs)
    assert seconds[1_000_000] < 20 * seconds[100]
