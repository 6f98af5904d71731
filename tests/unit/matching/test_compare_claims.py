from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from dancu.domain.codes import gender
from dancu.domain.dates import PartialDate
from dancu.domain.fields import FIELDS, FieldName
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.domain.names import Name
from dancu.domain.people import Citizen, Relative
from dancu.domain.places import Address
from dancu.domain.queries import Claim
from dancu.errors import FieldNotAsked
from dancu.matching.claims import compare_claim, overall
from dancu.matching.verdicts import RULES, verdict
from dancu.privacy import PersonalText

if TYPE_CHECKING:
    from dancu.domain.outcomes import Verdict

HOME = Address(province="66", commune="22015")
FATHER = Relative(name=Name("Nguyễn Văn Mẫu"))
HELD: dict[FieldName, Any] = {
    "number": PersonNumber("066790000001"),
    "old_number": OldPersonNumber("000000001"),
    "name": Name("Nguyễn Thị Mẫu"),
    "birth_date": PartialDate(1990, 1, 2),
    "household_book": PersonalText("MAU-0001"),
    **dict.fromkeys(("birth_registration_place", "origin", "permanent_address", "current_address"), HOME),
    **dict.fromkeys(("father", "mother", "spouse", "representative", "household_head"), FATHER),
    **dict.fromkeys(
        ("gender", "nationality", "ethnic_group", "religion", "blood_group", "marital_status"), gender("1")
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_can_be_compared(name: FieldName) -> None:
    """A claim of what the register holds matches, and a claim against nothing is not compared."""
    claim = Claim(**{name: HELD[name]})
    same = compare_claim(claim, Citizen.of({name: HELD[name]}), claim.claimed)
    empty = compare_claim(claim, Citizen.of({name: None}), claim.claimed)
    assert same.keys() == empty.keys() == {name}
    assert same[name].verdict == "match"
    assert empty[name].verdict == "not_registered"


def test_only_what_is_claimed_is_compared() -> None:
    """Each claimed field has a verdict, and a field that was not asked for is an error and no verdict."""
    claim = Claim(name="nguyễn thị mẫu", gender="2")
    held = Citizen.of({"name": HELD["name"], "gender": gender("1"), "origin": HOME})
    verdicts = compare_claim(claim, held, claim.claimed)
    assert {name: one.rule for name, one in verdicts.items()} == {"name": "same_after_cleaning", "gender": "different"}
    with pytest.raises(FieldNotAsked):
        compare_claim(claim, Citizen.of({"name": HELD["name"]}), claim.claimed)


def test_a_verdict_never_holds_the_register_s_value() -> None:
    """A mismatch says that it differs, not from what."""
    claim = Claim(name="Trần Văn Lạ")
    verdicts = compare_claim(claim, Citizen.of({"name": HELD["name"]}), claim.claimed)
    assert "Mẫu" not in str(verdicts)


RULE_OF = {one.verdict: rule for rule, one in RULES.items()}


@pytest.mark.parametrize("words", list(itertools.product(RULE_OF, repeat=2)))
def test_one_word_for_all(words: tuple[Verdict, ...]) -> None:
    """One mismatch decides; else all must match, with or without a notice, or an officer looks."""
    result = overall(verdict(RULE_OF[word]) for word in words)
    expected = "match" if set(words) <= {"match", "match_with_notice"} else "undecided"
    assert result == ("mismatch" if "mismatch" in words else expected)
