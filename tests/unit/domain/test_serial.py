from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.codes import Coded, ethnic_group, gender
from dancu.domain.dates import PartialDate
from dancu.domain.fields import FIELDS, FieldName
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.domain.names import Name
from dancu.domain.outcomes import FINDINGS, HINTS, Ambiguous, Confirmed, Found, NotMatched, Verified
from dancu.domain.people import Citizen, Relative
from dancu.domain.places import Address
from dancu.domain.serial import Outcome, from_json, to_json
from dancu.errors import Unavailable
from dancu.matching.verdicts import verdict
from dancu.privacy import PersonalText

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
dates = st.dates(min_value=datetime.date(1800, 1, 1))
places = st.builds(
    Address,
    province=st.none() | text,
    district=st.none() | text,
    commune=st.none() | text,
    detail=st.none() | text,
    country=st.none() | text,
    as_of=st.none() | st.dates(),
)
coded = st.builds(Coded, text, st.none() | text, st.none() | text)
relatives = st.builds(
    Relative,
    name=st.none() | text.map(Name),
    number=st.none() | text.map(PersonalText),
    old_number=st.none() | text.map(PersonalText),
    nationality=st.none() | coded,
    relation=st.none() | coded,
)
SPECIAL: dict[FieldName, st.SearchStrategy[object]] = {
    "number": text.map(PersonNumber),
    "old_number": text.map(OldPersonNumber),
    "name": text.map(Name),
    "birth_date": dates.map(lambda day: PartialDate(day.year, day.month)),
    "household_book": text.map(PersonalText),
}
PLACES = ("birth_registration_place", "origin", "permanent_address", "current_address")
RELATIVES = ("father", "mother", "spouse", "representative", "household_head")


def _values(name: FieldName) -> st.SearchStrategy[object]:
    by_kind = places if name in PLACES else relatives if name in RELATIVES else coded
    return st.none() | SPECIAL.get(name, by_kind)


citizens = st.fixed_dictionaries({}, optional={name: _values(name) for name in FIELDS}).map(Citizen.model_validate)


@given(citizens)
def test_a_citizen_survives_json(citizen: Citizen) -> None:
    """Any set of asked fields, empty ones among them, comes back as it was, with the same types."""
    copy = from_json(to_json(citizen))
    assert isinstance(copy, Citizen)
    assert copy == citizen
    assert copy.asked == citizen.asked
    assert [type(getattr(copy, name)) for name in copy.asked] == [type(getattr(citizen, name)) for name in copy.asked]


@given(citizens)
def test_json_holds_what_was_asked_and_nothing_else(citizen: Citizen) -> None:
    """A field that was not asked for is absent; one without a value is null."""
    parts = json.loads(to_json(citizen))
    assert parts.keys() == citizen.asked
    assert {name for name, part in parts.items() if part is None} == {
        name for name in citizen.asked if getattr(citizen, name) is None
    }


CITIZEN = Citizen.of(
    {
        "name": Name("Nguyễn Thị Mẫu"),
        "birth_date": PartialDate(1990, 1, 2),
        "gender": gender("2"),
        "ethnic_group": ethnic_group("12"),
        "religion": None,
        "permanent_address": Address(province="66", commune="22015", as_of=datetime.date(2026, 1, 1)),
        "father": Relative(name=Name("Nguyễn Văn Mẫu"), number=PersonalText("xxx")),
    }
)
NOW = datetime.datetime(2026, 11, 22, 8, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Found(CITIZEN, (FINDINGS["renumbered"],), "01JDEMO", NOW, "cache"), "found"),
        (NotMatched((HINTS["old_number"], HINTS["day_month_swapped"]), "01JDEMO", NOW), "not_matched"),
        (Ambiguous(2, "01JDEMO", NOW), "ambiguous"),
        (Confirmed(("number", "name", "birth_year"), "01JDEMO", NOW), "confirmed"),
        (Verified("undecided", {"name": verdict("accents_missing")}, (), "01JDEMO", NOW), "verified"),
        (NotMatched(), "not_matched"),
    ],
)
def test_an_outcome_survives_json(outcome: Outcome, word: str) -> None:
    """Each outcome is a flat object that says its word and comes back as it was."""
    document = to_json(outcome)
    assert json.loads(document)["outcome"] == word
    assert from_json(document) == outcome
    assert from_json(document.encode()) == outcome


def test_json_is_whole_and_unmasked() -> None:
    """What is stored or sent holds the values themselves, in letters and not in escapes."""
    document = to_json(CITIZEN)
    assert "Nguyễn Thị Mẫu" in document and "1990-01-02" in document and "22015" in document
    assert "***" not in document


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "null",
        "7",
        "[]",
        '"outcome"',
        '["outcome"]',
        '{"outcome":"lost"}',
        '{"outcome":["found"]}',
        '{"outcome":"found"}',
        '{"outcome":"verified","overall":"perhaps","fields":{}}',
        '{"shoe_size":"CANARY"}',
        '{"birth_date":"CANARY"}',
        '{"gender":"CANARY"}',
        '{"father":{"name":7}}',
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_not_ours_is_unreadable(document: str | bytes) -> None:
    """Anything else is ``unreadable_answer``, and the error holds none of it."""
    with pytest.raises(Unavailable) as caught:
        from_json(document)
    assert caught.value.code == "unreadable_answer"
    assert "CANARY" not in f"{caught.value} {caught.value!r}"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | text, lambda inner: st.lists(inner) | st.dictionaries(text, inner)
    )
)
def test_reading_json_raises_nothing_else(value: object) -> None:
    """Any JSON is an outcome, a citizen or `Unavailable`."""
    for document in (json.dumps(value), json.dumps({"outcome": value}), json.dumps({"name": value, "father": value})):
        try:
            from_json(document)
        except Unavailable as error:
            assert error.code == "unreadable_answer"  # noqa: PT017  # either way is right
