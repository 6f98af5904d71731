from __future__ import annotations

import dataclasses
import datetime

import pytest

from dancu.domain.dates import PartialDate
from dancu.domain.names import Name
from dancu.domain.outcomes import FINDINGS, HINTS, Ambiguous, Confirmed, Found, Note, NotMatched, Verified
from dancu.domain.people import Citizen
from dancu.matching.verdicts import verdict

CITIZEN = Citizen.of({"name": Name("Nguyễn Thị Mẫu"), "birth_date": PartialDate(1990, 1, 2)})
NOW = datetime.datetime(2026, 11, 22, 8, 30, tzinfo=datetime.UTC)
OUTCOMES = [
    Found(CITIZEN),
    NotMatched(),
    Ambiguous(2),
    Confirmed(("number", "name")),
    Verified("match", {"name": verdict("exact")}),
]


def test_found_and_not_matched_are_taken_apart_by_position() -> None:
    """``case Found(citizen)`` and ``case NotMatched(hints)`` work as a reader expects."""
    hint = HINTS["old_number"]
    match Found(CITIZEN):
        case Found(citizen):
            assert citizen is CITIZEN
    match NotMatched((hint,)):
        case NotMatched(hints):
            assert hints == (hint,)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
def test_an_outcome_cannot_be_changed(outcome: Found) -> None:
    """An answer stays what it was."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        outcome.reference = "other"  # type: ignore[misc]  # the refusal is what is tested
    assert (outcome.reference, outcome.as_of, outcome.source) == ("", None, "upstream")


def test_an_outcome_shows_its_reference_and_nobody() -> None:
    """``repr`` and ``str`` of what was found say where to look in the audit and hide the person."""
    found = Found(CITIZEN, reference="01JDEMO", as_of=NOW)
    verified = Verified("undecided", {"name": verdict("accents_missing")}, reference="01JDEMO")
    assert repr(found) == str(found) == f"{found}" == "Found(reference='01JDEMO', ***)"
    assert repr(verified) == str(verified) == "Verified(overall='undecided', reference='01JDEMO', ***)"


@pytest.mark.parametrize("note", [*HINTS.values(), *FINDINGS.values()], ids=lambda note: note.code)
def test_each_note_has_both_languages_and_its_own_key(note: Note) -> None:
    """A remark is closed: a stable code, a Vietnamese and an English sentence; ``str`` is English."""
    assert (HINTS.get(note.code) or FINDINGS[note.code]) is note
    assert note.vi and note.en and note.vi != note.en
    assert str(note) == note.en
