"""A form over real mTLS by both clients: filled, half filled, and never blank where there was an outage."""

from __future__ import annotations

import datetime
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from dancu import Client, Coded, ConfigurationError, InvalidInput, MemorySink, Prefill, Subject, Unavailable, parse_card
from dancu.flows.context import Clock
from dancu.policy.chain_reading import verify_chain
from dancu_mock import Mock, MockServer
from dancu_mock.stage import When

from ..forms_at_hand import (  # noqa: TID252  # test folders are no packages: there is no absolute name
    MAU,
    NOBODY,
    ONE,
    PARENTS,
    PURPOSE,
    field,
    form,
    role,
)
from .conftest import Stopwatch, profile_of

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from dancu.prefill.forms import Form
    from dancu.testing import DancuMock

    from .conftest import Platform

FATHER = "ede_man"
DELAY = 0.5
SLOW = """
name = "a_little_late"
title = { vi = "Chậm nửa giây", en = "Half a second late" }
use = { vi = "Thử.", en = "A test." }
source = "synthetic"
[[steps]]
good = true
delay = 0.5
"""


def prefilled(platform: Platform, people: dict[str, Any], *, to: Form = ONE, **parts: Any) -> Prefill:
    """A form that was filled by the client under test."""
    asked = {"purpose": PURPOSE, "form": to, **parts}
    answer = platform.ask(lambda dancu: dancu.prefill("1.001193", people, **asked))
    assert isinstance(answer, Prefill)
    return answer


def somebody(platform: Platform, persona: str) -> Any:
    """The keys of one of the mock's people."""
    person = platform.mock.register.persona(persona)
    name = person.name if isinstance(person.name, str) else " ".join(person.name)
    return Subject(number=person.asked_number, name=name, birth_date=f"{person.year:04}")


def records(platform: Platform) -> list[dict[str, Any]]:
    """What the audit holds."""
    assert isinstance(platform.sink, MemorySink)
    return [json.loads(line) for line in platform.sink.lines]


def test_a_form_is_filled_from_the_register(platform: Platform) -> None:
    """One question fills every field that the register holds; each knows its call, and the audit knows the fields."""
    answer = prefilled(platform, {"applicant": MAU}, declared={"applicant.gender": "Nam"})
    states = {key.removeprefix("applicant."): one.state for key, one in answer.fields.items()}
    assert set(states.values()) == {"filled", "not_licensed"}
    assert [key for key, state in states.items() if state == "not_licensed"] == ["card_issue_date", "card_issuer"]
    gender = answer.fields["applicant.gender"]
    assert gender.difference is not None
    assert (str(gender.value), gender.difference.verdict) == ("Nữ", "mismatch")
    (call,) = platform.mock.journal.calls
    intent, outcome = records(platform)
    assert call.request_id == intent["reference"] == outcome["reference"] == gender.reference
    assert intent["fields"] == outcome["fields"]
    assert set(intent["fields"]) == {one.rule.field for one in ONE.fields if one.rule and one.rule.field}
    assert answer.proof() is None


def test_what_is_remarkable_comes_by_person(platform: Platform) -> None:
    """Hints where nobody fits the keys, a finding where the number was changed, and nothing of an outage."""
    swapped = Subject(number=MAU.number, name=MAU.name, birth_date="1990-02-01")
    answer = prefilled(platform, {"mother": swapped, "father": somebody(platform, "renumbered")}, to=PARENTS)
    assert {role: [note.code for note in notes] for role, notes in answer.remarks.items()} == {
        "mother": ["day_month_swapped"],
        "father": ["renumbered"],
    }
    with platform.mock.scenario("empty_body"):
        assert prefilled(platform, {"mother": swapped}, to=PARENTS).remarks == {}


def test_a_card_asks_the_same_question(platform: Platform) -> None:
    """What a scanner reads is asked for like what was typed, and the register's values replace the card's."""
    card = parse_card("066790000001||NGUYỄN THỊ MẪU|02011990|Nam|Nơi khác|01022022")
    gender = prefilled(platform, {"applicant": card}).fields["applicant.gender"]
    assert (str(gender.value), gender.source, gender.verified) == ("Nữ", "register", True)
    assert gender.difference is not None and gender.difference.rule == "different"


def test_a_shipped_form_is_found_by_its_procedure(platform: Platform) -> None:
    """The usual form of the procedure is filled where no other is named; an unknown procedure is refused unsent."""
    answer = platform.ask(lambda dancu: dancu.prefill("1.001193", {"applicant": MAU}, purpose=PURPOSE))
    assert answer.form.id == "birth"
    assert answer.fields["applicant.full_name"].verified
    with pytest.raises(InvalidInput) as caught:
        platform.ask(lambda dancu: dancu.prefill("9.999999", {"applicant": MAU}, purpose=PURPOSE))
    assert caught.value.field == "procedure"
    assert len(platform.mock.journal.calls) == 1


def test_nobody_under_the_keys_leaves_what_was_typed(platform: Platform) -> None:
    """The register was asked and knows nobody: the fields are absent, the keys stand, and nothing is proved."""
    answer = prefilled(platform, {"applicant": NOBODY})
    name = answer.fields["applicant.full_name"]
    assert (name.state, name.reason, name.value, name.verified) == ("absent", "not_matched", "Không Ai Cả", False)
    assert answer.proof() is None


def test_an_outage_leaves_a_form_to_work_with(platform: Platform) -> None:
    """Every field of the register's is unavailable with the call's reference, and the proof has the same one."""
    with platform.mock.scenario("error_500"):
        answer = prefilled(platform.changed(retry={"attempts": 1}), {"applicant": MAU})
    asked = [one for key, one in answer.fields.items() if "card_" not in key]
    assert {one.state for one in asked} == {"unavailable"}
    (reference,) = {one.reference for one in asked}
    proof = answer.proof()
    assert proof is not None
    assert [one.reference for one in proof.questions] == [reference] == [records(platform)[0]["reference"]]
    assert [one.key for one in answer.missing()][-1] == "phone"
    assert MAU.number not in proof.text() and MAU.name not in proof.text()


def test_one_service_down_is_the_state_of_its_fields_alone(platform: Platform) -> None:
    """Service A answers and service C does not: a father is unavailable, everything else is filled."""
    narrow = platform.changed(retry={"attempts": 1})
    narrow.profile["services"]["look_up"]["fields"] = ["name", "number", "gender"]
    with platform.mock.scenario("html_502", when=When(service="relatives")):
        answer = prefilled(narrow, {"applicant": MAU})
    states = {key.removeprefix("applicant."): one.state for key, one in answer.fields.items()}
    assert {key for key, state in states.items() if state == "filled"} == {"full_name", "id_number", "gender"}
    assert {key for key, state in states.items() if state == "unavailable"} == {"father.full_name", "father.id_number"}
    assert answer.fields["applicant.birth_date"].reason == "no_such_service"
    proof = answer.proof()
    assert proof is not None and [one.operation for one in proof.questions] == ["relatives"]


def test_one_person_down_is_the_state_of_their_fields_alone(platform: Platform) -> None:
    """An outage that meets the mother's question leaves the father's fields filled."""
    with platform.mock.scenario("error_500", when=When(number=MAU.number)):
        people = {"mother": MAU, "father": somebody(platform, FATHER)}
        answer = prefilled(platform.changed(retry={"attempts": 1}), people, to=PARENTS)
    states = {key: one.state for key, one in answer.fields.items()}
    assert (states["mother.birth_year"], states["father.birth_year"]) == ("unavailable", "filled")


@pytest.mark.parametrize(
    ("scenario", "state"), [("procedure_not_licensed", "not_licensed"), ("officer_not_licensed", "not_licensed")]
)
def test_a_missing_licence_is_no_outage(platform: Platform, scenario: str, state: str) -> None:
    """The fields say that the agency may not ask, and there is no proof of unavailability."""
    with platform.mock.scenario(scenario):
        answer = prefilled(platform, {"applicant": MAU})
    assert answer.fields["applicant.gender"].state == state
    assert answer.proof() is None


def test_without_an_audit_there_is_no_form(platform: Platform) -> None:
    """A record that cannot be written is raised, and nothing is shown."""

    class Broken(MemorySink):
        def append(self, line: bytes) -> Future[None]:
            raise OSError

    platform.sink = Broken()
    with pytest.raises(Unavailable) as caught:
        prefilled(platform, {"applicant": MAU})
    assert caught.value.code == "audit_unavailable"
    assert platform.mock.journal.calls == ()


@pytest.mark.parametrize(
    ("people", "parts", "where"),
    [
        ({}, {}, "people.applicant"),
        ({"applicant": MAU}, {"declared": {"nothing": "x"}}, "declared"),
        ({"applicant": MAU}, {"deadline": 0}, "deadline"),
    ],
)
def test_a_mistake_of_the_callers_is_refused_unsent(
    platform: Platform, people: dict[str, Any], parts: dict[str, Any], where: str
) -> None:
    """A role that is missing, a key that the form has not, or no time: nothing is asked and nothing audited."""
    with pytest.raises(InvalidInput) as caught:
        prefilled(platform, people, **parts)
    assert caught.value.field == where
    assert platform.mock.journal.calls == () and records(platform) == []


def test_a_birth_date_to_come_says_whose_it_is(platform: Platform) -> None:
    """Of several people the one whose key cannot be is named, and nobody is asked about."""
    later = Subject(number="066666000001", name="Nguyễn Mai Sau", birth_date="2099")
    with pytest.raises(InvalidInput) as caught:
        prefilled(platform, {"mother": MAU, "father": later}, to=PARENTS)
    assert caught.value.field == "people.father.birth_date"
    assert platform.mock.journal.calls == ()


def test_a_profile_without_a_look_up_says_so(platform: Platform) -> None:
    """Where nobody can be looked up a form is a matter of the profile."""
    with pytest.raises(ConfigurationError) as caught:
        prefilled(platform.changed(services={"look_up": None, "relatives": None}), {"applicant": MAU})
    assert caught.value.field == "services.look_up"


def test_parents_take_the_time_of_one(platform: Platform, tmp_path: Path) -> None:
    """Mother and father are asked about at the same time, each once, within less than two of the platform's delays."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "a_little_late.toml").write_text(SLOW, encoding="utf-8")
    mock = Mock(scenarios=tmp_path / "scenarios")
    with MockServer(mock) as server, mock.scenario("a_little_late"):
        late = type(platform)(server, mock, profile_of(tmp_path, server.write_files(tmp_path)), platform.face)

        def timed(dancu: Any) -> Any:
            watch = Stopwatch()
            asked = dancu.prefill("1.001193", people, purpose=PURPOSE, form=PARENTS)
            return _await(asked, watch) if late.face == "async" else (asked, watch.seconds)

        people = {"mother": MAU, "father": somebody(late, FATHER)}
        answer, took = late.ask(timed)
        calls = mock.journal.calls
    assert {one.state for one in answer.fields.values()} == {"filled", "absent"}
    assert len(calls) == 2
    assert abs(calls[1].at - calls[0].at) < DELAY, "the second was sent before the first was answered"
    assert DELAY <= took < 2 * DELAY


async def _await(asked: Any, watch: Stopwatch) -> tuple[Prefill, float]:
    answer = await asked
    return answer, watch.seconds


def test_one_person_under_two_roles_is_asked_about_once(platform: Platform) -> None:
    """An applicant who is the mother costs one question, for what both roles need."""
    two = form(field("mother.full_name"), field("applicant.gender"), mother=role(), applicant=role())
    answer = prefilled(platform, {"mother": MAU, "applicant": MAU}, to=two)
    assert {one.state for one in answer.fields.values()} == {"filled"}
    assert len(platform.mock.journal.calls) == 1
    assert records(platform)[0]["fields"] == ["name", "gender"]


def test_an_override_is_on_record(platform: Platform) -> None:
    """The field is the officer's, the record names form, key and call, and the platform is not asked again."""
    answer = prefilled(platform, {"applicant": MAU})
    parts: dict[str, Any] = {"reason": "Giấy khai sinh ghi khác", "evidence": "Giấy khai sinh 12/2000"}
    changed = platform.ask(
        lambda dancu: dancu.override(answer, "applicant.gender", value="Nam", purpose=PURPOSE, **parts)
    )
    one = changed.fields["applicant.gender"]
    assert isinstance(one.value, Coded)
    assert (one.value.code, one.source, one.verified, one.overridden) == ("1", "typed", False, True)
    record = records(platform)[-1]
    assert (record["record"], record["key"], record["call"]) == ("override", "applicant.gender", one.reference)
    assert "Nam" not in json.dumps(record, ensure_ascii=False)
    assert len(platform.mock.journal.calls) == 1


def test_an_override_that_cannot_be_kept_is_none(platform: Platform) -> None:
    """Without its record the form stays as it was, and the caller is told."""
    answer = prefilled(platform, {"applicant": MAU})

    class Broken(MemorySink):
        def append(self, line: bytes) -> Future[None]:
            raise OSError

    platform.sink = Broken()
    with pytest.raises(Unavailable) as caught:
        platform.ask(
            lambda dancu: dancu.override(
                answer, "applicant.gender", reason="Sai thật", evidence="Không có", purpose=PURPOSE
            )
        )
    assert caught.value.code == "audit_unavailable"
    assert answer.fields["applicant.gender"].lockable


def test_an_override_is_in_the_chain(platform: Platform, tmp_path: Path) -> None:
    """A log with an override in it is whole, and its own sink has it on disk before the form is changed."""
    log = tmp_path / "overridden.jsonl"
    chained = platform.changed(audit={"sink": f"file:{log}"})
    chained.sink = None
    answer = prefilled(chained, {"applicant": MAU})
    parts: dict[str, Any] = {"reason": "Sai thật", "evidence": "Giấy khai sinh", "purpose": PURPOSE}
    chained.ask(lambda dancu: dancu.override(answer, "applicant.gender", **parts))
    lines = log.read_bytes().split(b"\n")
    assert verify_chain(lines, keys={}).broken is None
    kinds = [json.loads(line)["record"] for line in lines if line]
    assert [kind for kind in kinds if kind not in {"log", "checkpoint"}] == ["intent", "outcome", "override"]


def test_a_record_that_bears_another_number_shows_both(platform: Platform) -> None:
    """Whoever was given a new number is found under the old one: the register's stands, and differs from the key."""
    answer = prefilled(platform, {"applicant": somebody(platform, "renumbered")})
    number = answer.fields["applicant.id_number"]
    assert number.verified and number.difference is not None
    assert (number.difference.rule, number.source) == ("different", "register")


def test_an_old_record_stands_in_for_an_outage(dancu_mock: DancuMock) -> None:
    """Where the profile allows it a form is filled from a record of before, with its time, marked and unlocked."""
    moved = [0.0]

    def now() -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=moved[0])

    clock = Clock(lambda: time.monotonic() + moved[0], now)
    profile = dancu_mock.profile | {"cache": {"enabled": True, "stale_for": 3600}}
    names = form(field("applicant.full_name"), field("applicant.birth_date"))
    with Client(profile, transport=dancu_mock.mock.transport(), clock=clock) as dancu:
        first = dancu.prefill("1.001193", {"applicant": MAU}, purpose=PURPOSE, form=names)
        moved[0] = 1800.0
        dancu_mock.clock.advance(1800)
        with dancu_mock.mock.scenario("error_500"):
            later = dancu.prefill("1.001193", {"applicant": MAU}, purpose=PURPOSE, form=names)
            moved[0] = 7200.0
            dancu_mock.clock.advance(5400)
            gone = dancu.prefill("1.001193", {"applicant": MAU}, purpose=PURPOSE, form=names)
    one, old = first.fields["applicant.full_name"], later.fields["applicant.full_name"]
    assert (old.state, old.value, old.as_of, old.lockable) == ("stale", one.value, one.as_of, False)
    assert (gone.fields["applicant.full_name"].state, later.proof()) == ("unavailable", None)
