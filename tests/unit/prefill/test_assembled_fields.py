"""What becomes of answers: a state for every field, and no value that nobody gave."""

from __future__ import annotations

import datetime
import random
from typing import TYPE_CHECKING, Any

import pytest

from dancu import FIELDS, Address, Ambiguous, Citizen, Coded, Found, NotMatched, PartialDate, Subject, parse_card
from dancu.domain import codes
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.domain.names import Name
from dancu.domain.people import Relative
from dancu.errors import CODES, error_for
from dancu.prefill.assembling import Answered, assemble_fields
from dancu.prefill.plan import make_plan
from dancu.privacy import PersonalText

from ...forms_at_hand import MAU, ONE, PARENTS, field, form, role  # noqa: TID252  # one set of forms for all tests

if TYPE_CHECKING:
    from dancu import FieldName, FieldValue
    from dancu.prefill.forms import Form
    from dancu.prefill.record import Given

AS_OF = datetime.datetime(2026, 11, 22, 1, 2, 3, tzinfo=datetime.UTC)
WARD_9 = Address(province="54", district="555", commune="22024")
TUY_HOA = Address(province="66", commune="22015", as_of=AS_OF.date())
RECORD: dict[str, Any] = {
    "number": PersonNumber("066790000001"),
    "old_number": OldPersonNumber("000000001"),
    "name": Name("NGUYỄN THỊ MẪU"),
    "birth_date": PartialDate(1990, 1, 2),
    "gender": codes.gender("2"),
    "ethnic_group": codes.ethnic_group("12"),
    "permanent_address": TUY_HOA,
    "origin": WARD_9,
    "father": Relative(name=Name("NGUYỄN VĂN CHA MẪU"), number=PersonalText("066660000002")),
    "household_head": Relative(relation=codes.household_relation("CH01")),
}
CARD = parse_card("066790000001|000000001|NGUYỄN THỊ MẪU|02011990|Nữ|Số 1 đường Mẫu, Phường Tuy Hòa, Đắk Lắk|01022022")


def filled(
    answer: Any, *, given: Given = MAU, to: Form = ONE, declared: dict[str, str] | None = None
) -> dict[str, FieldValue]:
    """The fields of one applicant after one answer to everything."""
    people = {"applicant": given}
    plan = make_plan(to, people, {"look_up": frozenset(FIELDS)})
    if isinstance(answer, dict):
        (query,) = plan.queries
        held: dict[FieldName, Any] = {name: answer.get(name) for name in query.fields}
        answer = Found(Citizen.of(held), reference="R", as_of=AS_OF)
    return assemble_fields(to, people, plan, [Answered(one, answer) for one in plan.queries], declared or {})


def test_the_register_comes_first() -> None:
    """A value of the register's stands, is verified and may be locked, whatever was typed; with its time and call."""
    name = filled(RECORD)["applicant.full_name"]
    assert (name.state, name.value, name.source) == ("filled", "NGUYỄN THỊ MẪU", "register")
    assert (name.verified, name.lockable, name.as_of, name.reference, name.reason) == (True, True, AS_OF, "R", None)
    assert filled(RECORD)["applicant.birth_year"].value == PartialDate(1990)


def test_a_form_may_forbid_the_lock() -> None:
    """What a form never locks is verified and not locked."""
    open_name = field("applicant.full_name").model_copy(update={"lock": "never"})
    one = filled(RECORD, to=form(open_name))["applicant.full_name"]
    assert (one.verified, one.lockable) == (True, False)


def test_nothing_of_a_relative_is_verified() -> None:
    """Names and numbers out of somebody else's record come from the register and are not verified."""
    fields = filled(RECORD)
    for key in ("applicant.father.full_name", "applicant.father.id_number", "applicant.household_head.relation"):
        assert (fields[key].state, fields[key].source) == ("filled", "register")
        assert not fields[key].verified and not fields[key].lockable
    short = RECORD | {"father": Relative(name=Name("CHA"), number=PersonalText("0001"))}
    assert filled(short)["applicant.father.id_number"].state == "absent"


@pytest.mark.parametrize("held", [None, codes.gender("0"), Coded("0")])
def test_no_information_is_absent(held: Coded | None) -> None:
    """The code that says that nothing is known fills no form, and is no outage either."""
    gender = filled(RECORD | {"gender": held})["applicant.gender"]
    assert (gender.state, gender.value, gender.reason, gender.reference) == ("absent", None, None, "R")


def test_an_old_address_is_given_as_it_is_today() -> None:
    """A commune that went into one is that one; of a split all are offered, and nothing is locked."""
    old = Address(province="54", district="555", commune="22018")
    today = filled(RECORD | {"origin": old})["applicant.origin"]
    assert isinstance(today.value, Address)
    assert (today.value.commune, today.choices, today.lockable) == ("22015", (), True)
    split = filled(RECORD)["applicant.origin"]
    assert (split.state, split.value, split.reason, split.lockable) == ("filled", WARD_9, "split_commune", False)
    assert [one.commune for one in split.choices] == ["22015", "22045"]


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (NotMatched(reference="R"), "absent", "not_matched"),
        (Ambiguous(2, "R"), "absent", "ambiguous"),
        (error_for("not_granted", reference="R"), "restricted", "not_granted"),
        (error_for("procedure_not_licensed", reference="R"), "not_licensed", "procedure_not_licensed"),
        (error_for("officer_not_licensed", reference="R"), "not_licensed", "officer_not_licensed"),
        (error_for("timed_out", reference="R"), "unavailable", "timed_out"),
        (error_for("quota_spent", reference="R"), "unavailable", "quota_spent"),
    ],
)
def test_what_was_typed_stays_where_the_register_says_nothing(answer: Any, state: str, reason: str) -> None:
    """Keys stand unverified and unlocked, the others are empty, and the state says why."""
    fields = filled(answer)
    name, gender = fields["applicant.full_name"], fields["applicant.gender"]
    assert (name.state, name.reason, name.value, name.source) == (state, reason, "Nguyễn Thị Mẫu", "typed")
    assert (gender.state, gender.reason, gender.value, gender.source) == (state, reason, None, None)
    assert not any(one.verified or one.lockable or one.as_of for one in fields.values())
    assert name.reference == "R"


@pytest.mark.parametrize("code", [code for code, row in CODES.items() if row.origin != "caller"])
def test_no_error_is_an_absence(code: Any) -> None:
    """Whatever goes wrong, no field is said to be absent from the register."""
    states = {one.state for key, one in filled(error_for(code)).items() if "card_" not in key}
    assert states < {"unavailable", "restricted", "not_licensed"} and len(states) == 1


def test_an_old_answer_is_stale_and_verifies_nothing() -> None:
    """A record that stood in for an outage fills the form with its own time."""
    (query,) = make_plan(ONE, {"applicant": MAU}, {"look_up": frozenset(FIELDS)}).queries
    old = Found(Citizen.of({one: RECORD.get(one) for one in query.fields}), reference="R", as_of=AS_OF, source="stale")
    name = filled(old)["applicant.full_name"]
    assert (name.state, name.value, name.as_of) == ("stale", "NGUYỄN THỊ MẪU", AS_OF)
    assert not name.verified and not name.lockable


def test_a_card_says_more_than_keys() -> None:
    """Gender, address, old number and day of issue come from a card, unverified; the issuer follows from the day."""
    fields = filled(error_for("timed_out"), given=CARD)
    card = {key.removeprefix("applicant."): str(one.value) for key, one in fields.items() if one.source == "card"}
    assert card == {
        "full_name": "NGUYỄN THỊ MẪU",
        "birth_date": "1990-01-02",
        "birth_year": "1990",
        "id_number": "066790000001",
        "old_id_number": "000000001",
        "gender": "Nữ",
        "permanent_address": "Số 1 đường Mẫu, Phường Tuy Hòa, Đắk Lắk",
        "card_issue_date": "2022-02-01",
        "card_issuer": "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    }
    assert {fields["applicant.card_issuer"].state, fields["applicant.card_issue_date"].state} == {"not_licensed"}


@pytest.mark.parametrize(
    ("day", "issuer"),
    [
        ("09102018", "Cục Cảnh sát ĐKQL cư trú và DLQG về dân cư"),
        ("10102018", "Cục Cảnh sát quản lý hành chính về trật tự xã hội"),
        ("30062024", "Cục Cảnh sát quản lý hành chính về trật tự xã hội"),
        ("01072024", "Bộ Công an"),
        ("31122015", "None"),
    ],
)
def test_the_issuer_follows_from_the_day(day: str, issuer: str) -> None:
    """Each of the three offices has its time; without a day, or before the first card, there is none."""
    card = parse_card(f"066790000001||NGUYỄN THỊ MẪU|02011990|Nữ||{day}")
    assert str(filled(RECORD, given=card)["applicant.card_issuer"].value) == issuer


def test_an_old_number_is_no_identification_number() -> None:
    """Whoever is asked about under nine digits has them in their own field, and none of twelve."""
    typed = Subject(number="000000001", name="Nguyễn Thị Mẫu", birth_date="1990")
    fields = filled(error_for("timed_out"), given=typed)
    assert fields["applicant.id_number"].value is None
    cancelled = parse_card("066790000001|066790000002|NGUYỄN THỊ MẪU|02011990|Nữ||")
    assert filled(error_for("timed_out"), given=cancelled)["applicant.old_id_number"].value == "066790000002"
    assert fields["applicant.old_id_number"].value == "000000001"
    assert filled(RECORD, given=cancelled)["applicant.old_id_number"].value == "000000001"


def test_what_differs_from_the_register_says_how() -> None:
    """A typed key is compared only where it is not the same; what was declared always is."""
    typed = Subject(number="066790000001", name="Nguyen Thi Mau", birth_date="1990")
    fields = filled(RECORD, given=typed, declared={"applicant.gender": "Nam", "applicant.birth_year": "02/01/1990"})
    rules = {key.removeprefix("applicant."): one.difference.rule for key, one in fields.items() if one.difference}
    assert rules == {
        "full_name": "accents_missing",
        "birth_date": "compatible_year",
        "gender": "different",
        "birth_year": "exact",
    }


@pytest.mark.parametrize("said", ["khoảng 1990", "", "31/02/1990", "H'Hen & <b>"])
def test_what_was_declared_never_keeps_a_form_from_coming(said: str) -> None:
    """A citizen's words that cannot be read compare with nothing, and are no error."""
    declared = dict.fromkeys(filled(RECORD), said)
    fields = filled(RECORD, declared=declared)
    assert {key for key, one in fields.items() if one.source == "typed"} <= {
        "applicant.card_issue_date",
        "applicant.card_issuer",
    }
    gone = filled(error_for("timed_out"), declared=declared)["applicant.gender"]
    if said:
        assert (str(gone.value), gone.source) == (said, "typed")
        assert gone.difference is not None and gone.difference.verdict == "unavailable"
    else:
        assert (gone.value, gone.difference) == (None, None)


@pytest.mark.parametrize(
    ("answer", "verdict", "rule"),
    [
        (NotMatched(), "undecidable", "no_record_there"),
        (RECORD | {"gender": None}, "not_registered", "not_registered"),
        (error_for("not_granted"), "not_licensed", "not_licensed"),
        (error_for("throttled"), "unavailable", "unavailable"),
    ],
)
def test_without_a_value_to_compare_the_verdict_says_why(answer: Any, verdict: str, rule: str) -> None:
    """What was declared where the register holds or says nothing is undecided, for the reason of the state."""
    one = filled(answer, declared={"applicant.gender": "Nữ"})["applicant.gender"]
    assert one.difference is not None
    assert (one.difference.verdict, one.difference.rule) == (verdict, rule)
    assert (str(one.value), one.source, one.verified) == ("Nữ", "typed", False)


def test_somebody_in_no_register_has_only_what_was_declared() -> None:
    """A newborn child's fields are there with what was said of it; of a father who was not given there are none."""
    plan = make_plan(PARENTS, {"mother": MAU}, {"look_up": frozenset(FIELDS)})
    answers = [Answered(one, error_for("timed_out")) for one in plan.queries]
    fields = assemble_fields(PARENTS, {"mother": MAU}, plan, answers, {"child.full_name": "Nguyễn Mẫu Con"})
    assert list(fields) == ["child.full_name", "mother.full_name", "mother.birth_year", "mother.current_address"]
    child = fields["child.full_name"]
    assert (child.state, child.reason, child.value, child.difference) == (
        "absent",
        "not_in_register",
        "Nguyễn Mẫu Con",
        None,
    )


def test_one_person_under_two_roles_fills_both() -> None:
    """One answer fills the fields of every role of that person."""
    two = form(field("mother.full_name"), field("applicant.gender"), mother=role(), applicant=role())
    people = {"mother": MAU, "applicant": MAU}
    plan = make_plan(two, people, {"look_up": frozenset(FIELDS)})
    found = Found(Citizen.of({name: RECORD[name] for name in plan.queries[0].fields}))
    fields = assemble_fields(two, people, plan, [Answered(plan.queries[0], found)], {})
    assert [str(one.value) for one in fields.values()] == ["NGUYỄN THỊ MẪU", "Nữ"]


def given_by(record: dict[str, Any], given: Given, declared: dict[str, str]) -> set[str]:
    """Every text that a value may have: what the register, the card or somebody said, and what follows from it."""
    texts = set(declared.values())
    for value in [*record.values(), *(getattr(given, name) for name in ("number", "name", "birth_date"))]:
        parts = [value.name, value.number, value.relation] if isinstance(value, Relative) else [value]
        texts |= {str(one) for one in parts if one is not None}
        texts |= {str(PartialDate(one.year)) for one in parts if isinstance(one, PartialDate)}
        texts |= {str(one.converted().address) for one in parts if isinstance(one, Address)}
    return texts


def test_no_value_is_invented() -> None:
    """Of 300 random records, keys and declarations each value is one that somebody gave, and none is lost."""
    seed = 20261123
    chance = random.Random(seed)
    for turn in range(300):
        record = {name: value for name, value in RECORD.items() if chance.random() < 0.7}
        declared = {key: f"Lời khai {turn} {key}" for key in filled(RECORD) if chance.random() < 0.3}
        answer: Any = chance.choice([record, record, NotMatched(), Ambiguous(2), error_for("disconnected")])
        fields = filled(answer, declared=declared)
        known = given_by(record if answer is record else {}, MAU, declared)
        for key, one in fields.items():
            assert (one.value is None) == (one.source is None), (seed, turn, key)
            assert one.value is None or str(one.value) in known, (seed, turn, key)
            assert one.state in {"filled", "absent"} or one.source != "register", (seed, turn, key)
            assert (one.source == "register") == (one.state == "filled"), (seed, turn, key)
