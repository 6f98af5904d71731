from __future__ import annotations

import copy
import json
import pickle
import pprint
import traceback
from typing import Any

import pytest

from dancu.domain.codes import Coded
from dancu.domain.dates import PartialDate
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.domain.names import Name
from dancu.domain.outcomes import Found, Verified
from dancu.domain.people import Citizen, Relative
from dancu.domain.places import Address
from dancu.domain.queries import Claim, Officer, Purpose, Subject
from dancu.errors import DancuError, InvalidInput
from dancu.matching.verdicts import verdict
from dancu.privacy import PersonalText, Secret, masked_repr
from dancu.wire.dialects.record import Record
from dancu.wire.messages import WireReply, WireRequest
from dancu.wire.services.spec import Keys, ServiceSpec, WireStyle

NUMBER, OLD, NAME, STREET = "000190777001", "000777001", "Canary Thị Lộ", "777 Canary"
DATE = PartialDate(1977, 7, 17)
PLANTED = (NUMBER, OLD, NAME, "Canary", STREET, "777", "1977", "mot-canary")

SUBJECT = Subject(number=NUMBER, name=NAME, birth_date=DATE)
OFFICER = Officer(NUMBER, "canary.777", "777")
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=OFFICER, dossier="mot-canary", basis="777")
ADDRESS = Address(province="66", detail=STREET)
RELATIVE = Relative(name=Name(NAME), number=PersonalText("777"), relation=Coded("777", "Canary"))
CITIZEN = Citizen.of(
    {
        "number": PersonNumber(NUMBER),
        "old_number": OldPersonNumber(OLD),
        "name": Name(NAME),
        "birth_date": DATE,
        "religion": Coded("777", "Canary"),
        "origin": ADDRESS,
        "father": RELATIVE,
        "household_book": PersonalText("777"),
    }
)
RECORD = Record(PersonNumber(NUMBER), OldPersonNumber(OLD), Name(NAME), DATE, {"name": Name(NAME)})
SPEC = ServiceSpec("https://lgsp.example/a", "/a", "TraCuuThongTinCongDan", "037", ("SoDinhDanh",))

LEAVES = [
    PersonNumber(NUMBER),
    OldPersonNumber(OLD),
    Name(NAME),
    PersonalText(NAME),
    DATE,
    ADDRESS,
    Coded("777", "Canary"),
]
CLOSED = [
    SUBJECT,
    OFFICER,
    PURPOSE,
    Claim(name=NAME, number=NUMBER, birth_date=DATE, origin=ADDRESS, father=RELATIVE, household_book="777"),
    CITIZEN,
    RELATIVE,
    Found(CITIZEN),
    Verified("mismatch", {"name": verdict("different")}),
    RECORD,
    Keys(SPEC, WireStyle(), SUBJECT, PURPOSE, "01JDEMO"),
    WireRequest("https://lgsp.example/a", "/a", (("Authorization", "Canary"),), NAME.encode()),
    WireReply(200, (("X-Canary", "777"),), NUMBER.encode()),
    Secret("mot-canary"),
]


def shows(text: str) -> list[str]:
    """The planted values that a text holds."""
    return [value for value in PLANTED if value in text]


@pytest.mark.parametrize("value", [*LEAVES, *CLOSED], ids=lambda value: type(value).__name__)
def test_no_repr_shows_a_value(value: Any) -> None:
    """``repr`` alone, in containers, in ``%r`` and when pretty-printed is a mask."""
    assert shows(repr(value)) == []
    assert shows(f"{value!r} {[value]} { ({'a': value}) } {(value,)}") == []
    assert shows("%r %s" % (value, [value])) == []  # noqa: UP031  # old formatting is what is tested
    assert shows(pprint.pformat([value], width=20)) == []
    assert "***" in repr(value)


@pytest.mark.parametrize("value", CLOSED, ids=lambda value: type(value).__name__)
def test_no_container_is_shown_as_text(value: Any) -> None:
    """``str``, ``format`` and an f-string of whatever holds several values are masks."""
    assert shows(f"{value} {value!s}") == []
    assert shows(str(value)) == []


@pytest.mark.parametrize(("leaf", "text"), list(zip(LEAVES[:5], [NUMBER, OLD, NAME, NAME, "1977-07-17"], strict=True)))
def test_a_leaf_is_whole_where_somebody_asks_for_it(leaf: Any, text: str) -> None:
    """An f-string, ``str`` and JSON of a leaf give exactly it."""
    assert f"{leaf}" == str(leaf) == text
    assert json.loads(json.dumps(str(leaf))) == text


def test_an_address_and_a_code_are_whole_as_text() -> None:
    """``str`` of a place and of a coded value reads as a person would write it."""
    assert STREET in f"{ADDRESS}"
    assert f"{Coded('777', 'Canary')}" == "Canary"


def test_personal_text_stays_closed_in_copies() -> None:
    """A pickled or copied name is a name and masks itself."""
    name = Name(NAME)
    for other in (pickle.loads(pickle.dumps(name)), copy.copy(name), copy.deepcopy(name)):
        assert type(other) is Name and other == name and repr(other) == "Name(***)"


@pytest.mark.parametrize(
    ("field", "changed"),
    [("name", {"name": f"{NAME} \ufffd"}), ("birth_date", {"birth_date": "1977-17-77"}), ("number", {"number": "777"})],
)
def test_a_traceback_of_ours_shows_nobody(field: str, changed: dict[str, str]) -> None:
    """The whole traceback of a refused question, causes and contexts among it, holds nothing that was typed."""
    keys = {"number": NUMBER, "name": NAME, "birth_date": "1977-07-17", **changed}
    with pytest.raises(InvalidInput) as caught:
        Subject(**keys)
    assert caught.value.field == field
    assert shows(f"{caught.value!r} {''.join(traceback.format_exception(caught.value))}") == []


def test_an_error_has_no_place_for_a_value() -> None:
    """Errors are made of closed words; their arguments hold the code alone."""
    error: DancuError = InvalidInput("invalid_subject", field="number", detail="empty")
    assert error.args == ("invalid_subject",)


def test_a_mask_says_nothing_about_length() -> None:
    """Short and long values look the same; only parts that are nobody's data are named."""
    assert repr(Name("A")) == repr(Name(NAME)) == "Name(***)"
    assert masked_repr(Name("A"), url="https://lgsp.example") == "Name(url='https://lgsp.example', ***)"


def test_a_secret_is_revealed_by_request_only() -> None:
    """Only ``reveal`` gives the text; no formatting does."""
    secret = Secret("mot-canary")
    assert secret.reveal() == "mot-canary"
    assert {repr(secret), str(secret), f"{secret}"} == {"Secret(***)"}
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, Secret.__getstate__])
def test_a_secret_is_not_carried_away(take: Any) -> None:
    """Pickling, copying and JSON are refused, and the refusal does not hold the secret."""
    with pytest.raises(TypeError) as caught:
        take(Secret("mot-canary"))
    assert shows(str(caught.value)) == []


def test_secrets_compare_with_secrets_only() -> None:
    """Two equal secrets are equal and hash alike; a secret equals no text."""
    assert Secret("a") == Secret("a") and hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
