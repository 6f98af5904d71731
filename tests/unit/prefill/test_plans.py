"""What a form asks: everybody once, only what it uses, of the service that answers it."""

from __future__ import annotations

from typing import Any

import pytest

from dancu import FIELDS, InvalidInput, Subject, parse_card
from dancu.prefill.plan import make_plan, needed

from ...forms_at_hand import MAU, ONE, PARENTS, field, form, role  # noqa: TID252  # one set of forms for all tests

ALL = {"look_up": frozenset(FIELDS)}
FATHER = Subject(number="066660000002", name="Nguyễn Văn Cha Mẫu", birth_date="1960-03-04")


def test_only_the_fields_of_the_form_are_asked() -> None:
    """Each attribute asks for the field that it comes from; two of one field ask once; blood groups never."""
    used = needed(ONE, "applicant")
    assert used == (
        *("number", "old_number", "name", "birth_date", "gender", "ethnic_group"),
        *("origin", "permanent_address", "father", "household_head"),
    )
    (query,) = make_plan(ONE, {"applicant": MAU}, ALL).queries
    assert (query.service, query.subject, query.fields) == ("look_up", MAU, used)


def test_everybody_is_asked_about_once() -> None:
    """The same keys under two roles, typed or from a card, are one question for what both need."""
    two = form(field("mother.full_name"), field("applicant.gender"), mother=role(), applicant=role())
    card = parse_card("066790000001||NGUYỄN THỊ MẪU|02011990|Nữ||")
    (query,) = make_plan(two, {"mother": MAU, "applicant": card}, ALL).queries
    assert query.roles == ("mother", "applicant")
    assert query.fields == ("name", "gender")
    assert len(make_plan(two, {"mother": MAU, "applicant": FATHER}, ALL).queries) == 2


def test_another_service_answers_for_parents_only() -> None:
    """What service A does not answer is asked of service C where it is a parent, and else of nobody."""
    offered: dict[str, frozenset[Any]] = {
        "look_up": frozenset({"name", "gender"}),
        "relatives": frozenset({"name", "birth_date", "father", "mother"}),
    }
    plan = make_plan(ONE, {"applicant": MAU}, offered)
    assert [(one.service, one.fields) for one in plan.queries] == [
        ("look_up", ("name", "gender")),
        ("relatives", ("father",)),
    ]
    assert plan.unasked["applicant", "birth_date"] == ("not_licensed", "no_such_service")
    assert ("applicant", "father") not in plan.unasked


def test_what_is_not_granted_is_not_asked() -> None:
    """A field without a grant is restricted, whether a service answers it or not."""
    plan = make_plan(ONE, {"applicant": MAU}, ALL, granted=frozenset({"name"}))
    assert [one.fields for one in plan.queries] == [("name",)]
    assert plan.unasked["applicant", "gender"] == ("restricted", "not_granted")
    assert make_plan(ONE, {"applicant": MAU}, ALL, granted=frozenset()).queries == ()


def test_nobody_asks_about_somebody_in_no_register() -> None:
    """A newborn child has no question, not even where keys are given."""
    plan = make_plan(PARENTS, {"mother": MAU, "child": FATHER}, ALL)
    assert [one.roles for one in plan.queries] == [("mother",)]


@pytest.mark.parametrize(
    ("people", "where"),
    [
        ({}, "people.mother"),
        ({"father": FATHER}, "people.mother"),
        ({"mother": MAU, "066790000001": MAU}, "people"),
        ({"mother": "066790000001"}, "people.mother"),
    ],
)
def test_roles_are_those_of_the_form(people: dict[str, Any], where: str) -> None:
    """A role that is needed, unknown or held by no person is refused by its name; an unknown one is not repeated."""
    with pytest.raises(InvalidInput) as caught:
        make_plan(PARENTS, people, ALL)
    assert (caught.value.code, caught.value.field) == ("invalid_subject", where)
    assert "066790000001" not in str(caught.value)


def test_a_plan_shows_nobody() -> None:
    """The text of a plan and of its questions names no person."""
    plan = make_plan(ONE, {"applicant": MAU}, ALL)
    for text in (repr(plan), repr(plan.queries[0])):
        assert "066790000001" not in text and "Mẫu" not in text
