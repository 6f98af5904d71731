from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dancu.domain.codes import gender
from dancu.domain.dates import PartialDate
from dancu.domain.fields import FIELDS, FieldName
from dancu.domain.names import Name
from dancu.domain.people import Citizen, Relative
from dancu.errors import FieldNotAsked
from dancu.privacy import PersonalText

NAME = Name("Nguyễn Thị Mẫu")
ASKED = Citizen.of({"name": NAME, "birth_date": PartialDate(1990, 1, 2), "religion": None})


def test_the_fields_of_a_citizen_are_the_fields_that_can_be_asked() -> None:
    """The record type and the table of fields name the same things in the same order."""
    assert tuple(Citizen.model_fields) == tuple(FIELDS)


def test_none_means_asked_and_empty() -> None:
    """A field that was asked for is read, also when the register holds nothing."""
    assert ASKED.name == NAME
    assert ASKED.religion is None
    assert ASKED.asked == {"name", "birth_date", "religion"}


@pytest.mark.parametrize("name", sorted(FIELDS.keys() - ASKED.asked))
def test_reading_what_was_not_asked_is_an_error(name: str) -> None:
    """The error names the field and is not an `AttributeError`, so no default and no ``hasattr`` swallows it."""
    for read in (lambda: getattr(ASKED, name), lambda: getattr(ASKED, name, None), lambda: hasattr(ASKED, name)):
        with pytest.raises(FieldNotAsked) as caught:
            read()
        assert (caught.value.code, caught.value.field) == ("field_not_asked", name)
        assert not isinstance(caught.value, AttributeError)


def test_what_is_no_field_at_all_is_a_plain_attribute_error() -> None:
    """A misspelt name is Python's ordinary error, which tools rely on."""
    with pytest.raises(AttributeError):
        _ = ASKED.shoe_size  # type: ignore[attr-defined]  # the refusal is what is tested
    assert getattr(ASKED, "__array__", None) is None


@given(st.sets(st.sampled_from(tuple(FIELDS))))
def test_copies_neither_reveal_nor_invent(fields: set[FieldName]) -> None:
    """Pickles and copies hold what was asked for and nothing else."""
    citizen = Citizen.of(dict.fromkeys(fields))
    copies = [copy.copy(citizen), copy.deepcopy(citizen), citizen.model_copy(), pickle.loads(pickle.dumps(citizen))]
    for other in copies:
        assert other == citizen and hash(other) == hash(citizen)
        assert other.asked == fields
        for name in FIELDS.keys() - fields:
            with pytest.raises(FieldNotAsked):
                getattr(other, name)


def test_asked_and_empty_differs_from_not_asked() -> None:
    """A citizen of whom nothing is known by request is not one about whom nobody asked."""
    assert Citizen.of({"religion": None}) != Citizen.of({})


def test_a_citizen_is_cut_down_to_fields() -> None:
    """``only`` keeps fields that were asked for and refuses to invent another."""
    cut = ASKED.only(("name",))
    assert cut.asked == {"name"} and cut.name == NAME
    with pytest.raises(FieldNotAsked):
        ASKED.only(("name", "origin"))


def test_a_citizen_cannot_be_changed_or_widened() -> None:
    """A record is frozen and knows no further fields; the error does not repeat the value."""
    with pytest.raises(ValidationError) as frozen:
        ASKED.name = Name("CANARY")
    with pytest.raises(ValidationError) as extra:
        Citizen.model_validate({"shoe_size": "CANARY"})
    with pytest.raises(ValidationError) as kind:
        Citizen.model_validate({"gender": "CANARY"})
    assert not any("CANARY" in f"{caught.value} {caught.value!r}" for caught in (frozen, extra, kind))


def test_a_citizen_and_a_relative_show_nothing() -> None:
    """``repr``, ``str`` and f-strings of a record and of a relative are masks."""
    relative = Relative(name=NAME, number=PersonalText("12"), nationality=gender("1"))
    assert {repr(ASKED), str(ASKED), f"{ASKED}", f"{ASKED!r}"} == {"Citizen(***)"}
    assert {repr(relative), str(relative), f"{relative}"} == {"Relative(***)"}
    assert repr([ASKED, relative]) == "[Citizen(***), Relative(***)]"


def test_the_dump_of_a_citizen_is_masked_when_printed() -> None:
    """Even the plain mapping of a record masks its leaves in ``repr``, as in a list of locals."""
    assert "Nguyễn" not in repr(ASKED.model_dump())
