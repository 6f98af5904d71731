"""What may be asked: the decision against a table that says the same in another way, for every question there is."""

from __future__ import annotations

import datetime
import itertools
from typing import TYPE_CHECKING

import pytest

from dancu.domain.fields import FIELDS
from dancu.gateway.grants import Asked, Grants
from dancu.gateway.parts import AgencyPart, ApplicationPart, GrantPart

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = datetime.date(2026, 11, 23)
APPLICATIONS = {
    "one": ["A.1", "A.2", "B.1"],
    "two": ["B.1"],
    "three": ["C.1", "D.1"],
    "four": ["E.1", "F.1"],
    "none": ["A.1"],
}
AGENCIES = {"a": ["A.1", "A.2"], "b": ["B.1"], "c": ["C.1"], "d": ["D.1"], "e": ["E.1"]}
UNITS = ("A.1", "A.2", "B.1", "C.1", "D.1", "E.1", "F.1")
OFFICER_UNITS = (None, "A.1", "B.1", "C.1", "E.1", "F.1", "Z.9")
PROCEDURES = ("1.1", "1.2", "1.3", "1.4")
SERVICES = ("look_up", "verify")
GRANTS = (
    {"application": "one", "procedure": "1.1", "service": "look_up", "fields": ["name", "gender"]},
    {"application": "one", "procedure": "1.1", "service": "look_up", "fields": ["religion"], "agency": "a"},
    {"application": "one", "procedure": "1.2", "service": "verify", "fields": ["name"], "numbers": ["number"]},
    {"application": "one", "procedure": "1.2", "service": "verify", "fields": ["origin"], "numbers": ["old_number"]},
    {"application": "two", "procedure": "1.1", "service": "look_up", "fields": ["name"], "until": DAY},
    {
        "application": "two",
        "procedure": "1.3",
        "service": "look_up",
        "fields": ["name"],
        "until": DAY - datetime.timedelta(1),
    },
    {"application": "three", "procedure": "1.3", "service": "verify", "fields": ["spouse"], "agency": "c"},
    {"application": "three", "procedure": "1.3", "service": "verify", "fields": ["father"], "agency": "d"},
    {"application": "four", "procedure": "1.4", "service": "look_up", "fields": ["name", "ethnic_group"]},
    {"application": "four", "procedure": "1.4", "service": "look_up", "fields": ["mother"], "agency": "e"},
)
# What each may ask, written down by hand: application, unit, procedure, service, number -> fields.
A, B, C, D, E, F = "A.1", "B.1", "C.1", "D.1", "E.1", "F.1"
TABLE = {
    **{("one", unit, "1.1", "look_up", n): {"name", "gender", "religion"} for unit in (A, "A.2") for n in "no"},
    **{("one", B, "1.1", "look_up", n): {"name", "gender"} for n in "no"},
    **{("one", unit, "1.2", "verify", "n"): {"name"} for unit in (A, "A.2", B)},
    **{("one", unit, "1.2", "verify", "o"): {"origin"} for unit in (A, "A.2", B)},
    **{("two", B, "1.1", "look_up", n): {"name"} for n in "no"},
    **{("three", C, "1.3", "verify", n): {"spouse"} for n in "no"},
    **{("three", D, "1.3", "verify", n): {"father"} for n in "no"},
    **{("four", E, "1.4", "look_up", n): {"name", "ethnic_group", "mother"} for n in "no"},
    **{("four", F, "1.4", "look_up", n): {"name", "ethnic_group"} for n in "no"},
}
COLLEAGUES = {(None, unit) for unit in UNITS} | {(unit, unit) for unit in UNITS} | {("A.1", "A.2"), ("A.2", "A.1")}


def part(grant: Mapping[str, object]) -> GrantPart:
    """A grant as a file would say it."""
    rest = {name: value for name, value in grant.items() if name != "until"}
    if "until" in grant:
        rest["permission"] = {"reference": "12/GP", "until": grant["until"]}
    return GrantPart.model_validate(rest)


@pytest.fixture(scope="module")
def grants() -> Grants:
    """The grants of this module."""
    return Grants(
        [part(one) for one in GRANTS],
        applications=[
            ApplicationPart.model_validate({"name": name, "key_sha256": "0" * 64, "units": units})
            for name, units in APPLICATIONS.items()
        ],
        agencies=[AgencyPart.model_validate({"name": name, "units": units}) for name, units in AGENCIES.items()],
    )


def test_every_question_is_decided_as_the_table_says(grants: Grants) -> None:
    """Application, unit, officer's place, procedure, service, number and field: the whole product, no disagreement."""
    asked = disagreed = granted = 0
    places = itertools.product((*APPLICATIONS, "nobody"), UNITS, OFFICER_UNITS, PROCEDURES, SERVICES, "no", FIELDS)
    for application, unit, officer_unit, procedure, service, number, field in places:
        question = Asked(
            application=application,
            unit=unit,
            procedure=procedure,
            service=service,
            fields=frozenset({field}),
            numbers=frozenset({"number" if number == "n" else "old_number"}),
            officer_unit=officer_unit,
            day=DAY,
        )
        fields = TABLE.get((application, unit, procedure, service, number), set())
        expected = (officer_unit, unit) in COLLEAGUES and field in fields
        decided = grants.decide(question) is None
        asked, granted, disagreed = asked + 1, granted + decided, disagreed + (decided is not expected)
    assert asked == 6 * 7 * 7 * 4 * 2 * 2 * len(FIELDS) >= 6_240
    assert disagreed == 0
    assert granted == sum(
        len(fields) * sum((officer, key[1]) in COLLEAGUES for officer in OFFICER_UNITS) for key, fields in TABLE.items()
    )


@pytest.mark.parametrize(
    ("changed", "denial"),
    [
        ({}, None),
        ({"unit": "D.1"}, "unit"),
        ({"application": "nobody"}, "unit"),
        ({"officer_unit": "C.1"}, "officer"),
        ({"procedure": "1.4"}, "procedure"),
        ({"service": "confirm"}, "procedure"),
        ({"fields": frozenset({"name", "origin"})}, "fields"),
        ({"application": "three", "unit": "D.1", "procedure": "1.3", "service": "verify"}, "fields"),
        ({"application": "two", "unit": "B.1", "procedure": "1.3"}, "permission"),
        ({"procedure": "1.2", "service": "verify", "numbers": frozenset({"number", "old_number"})}, "numbers"),
    ],
)
def test_a_denial_says_what_stands_against_it(grants: Grants, changed: dict[str, object], denial: str | None) -> None:
    """Each condition that does not hold has its own word."""
    parts: dict[str, object] = {
        "application": "one",
        "unit": "A.1",
        "procedure": "1.1",
        "service": "look_up",
        "fields": frozenset({"name"}),
        "numbers": frozenset({"number"}),
        "officer_unit": None,
        "day": DAY,
    }
    question = Asked(**{**parts, **changed})  # type: ignore[arg-type]  # the parts have their types above
    assert grants.decide(question) == denial


def test_a_permission_ends_with_its_last_day(grants: Grants) -> None:
    """On the day it names it holds, on the next it does not; its reference is told while it holds."""
    for days, denial, references in ((0, None, ("12/GP",)), (1, "permission", ())):
        question = Asked(
            application="two",
            unit="B.1",
            procedure="1.1",
            service="look_up",
            fields=frozenset({"name"}),
            numbers=frozenset({"number"}),
            officer_unit=None,
            day=DAY + datetime.timedelta(days),
        )
        assert grants.decide(question) == denial
        assert grants.permissions(question) == references
