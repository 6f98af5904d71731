"""An older record stands in for an answer that was not had: in a form, for as long as the profile says, and marked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dancu import NotMatched, Rejected, Unavailable
from dancu.errors import error_for
from dancu.flows.look_up import look_up
from dancu.policy.cache_keys import LONGEST, ceiling

from ..answers import NOBODY, PURPOSE, SUBJECT  # noqa: TID252  # one set of documents for all unit tests
from .by_hand import NOW, reply
from .keeping import Keeping, cache

HOUR = 3600.0


def keeping(stale_for: float = HOUR) -> Keeping:
    """A cache that keeps for so much longer."""
    return Keeping(cache=replace(cache(), stale_for=stale_for))


def for_a_form(one: Keeping, *fields: str) -> Any:
    """One look-up to its end, as prefill puts it."""
    return one.run(look_up(one.context, SUBJECT, fields=fields, purpose=PURPOSE, deadline=None, stale=True))


def broken(one: Keeping) -> None:
    """From now on the platform gives no answer."""
    one.platform = lambda _send: error_for("timed_out")


def test_an_older_record_fills_a_form_in_an_outage() -> None:
    """It says that it is old and how old, and its outcome in the audit says the same."""
    one = keeping()
    for_a_form(one, "name")
    broken(one)
    one.now += LONGEST + 60
    answer = for_a_form(one, "name")
    assert (answer.source, answer.as_of) == ("stale", NOW)
    assert one.outcomes[-1].source == "stale"
    assert one.outcomes[-1].result == "found"


def test_nobody_else_is_shown_an_older_record() -> None:
    """A look-up that fills no form hears of the outage."""
    one = keeping()
    one.look_up("name")
    broken(one)
    one.now += LONGEST + 60
    with pytest.raises(Unavailable, check=lambda error: error.code == "timed_out"):
        one.look_up("name")


def test_a_platform_that_answers_is_asked_first() -> None:
    """While there is an answer the older record is not looked at, and that nobody fits any more ends it."""
    one = keeping()
    for_a_form(one, "name")
    one.now += LONGEST + 60
    assert for_a_form(one, "name").source == "upstream"
    one.now += LONGEST + 60
    one.platform = lambda _send: reply(NOBODY)
    assert isinstance(for_a_form(one, "name"), NotMatched)
    broken(one)
    with pytest.raises(Unavailable):
        for_a_form(one, "name")


@pytest.mark.parametrize(("stale_for", "age"), [(0.0, LONGEST + 1), (HOUR, LONGEST + HOUR + 1)])
def test_it_ends(stale_for: float, age: float) -> None:
    """By default no older record is shown, else for as long as is said."""
    one = keeping(stale_for)
    for_a_form(one, "name")
    broken(one)
    one.now += age
    with pytest.raises(Unavailable):
        for_a_form(one, "name")


def test_a_field_is_never_older_than_it_may_be() -> None:
    """An address may be kept for a quarter of an hour: whatever the profile says, it is not shown after that."""
    one = keeping(24 * HOUR)
    for_a_form(one, "permanent_address")
    broken(one)
    one.now += ceiling(["permanent_address"]) + 1
    with pytest.raises(Unavailable):
        for_a_form(one, "permanent_address")


def test_a_refusal_is_no_outage() -> None:
    """Whoever is refused is shown nothing older either."""
    one = keeping()
    for_a_form(one, "name")
    one.platform = lambda _send: error_for("procedure_not_licensed")
    one.now += LONGEST + 60
    with pytest.raises(Rejected, check=lambda error: error.code == "procedure_not_licensed"):
        for_a_form(one, "name")
