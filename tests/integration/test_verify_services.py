"""A claim whose fields several services answer, over real mTLS by both clients."""

from __future__ import annotations

import json
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from dancu import FIELDS, Claim, ConfigurationError, InvalidInput, MemorySink, NotMatched, Subject, Verified, to_json
from dancu_mock import PEOPLE

from .conftest import MAU, PURPOSE

if TYPE_CHECKING:
    from dancu_mock import Person

    from .conftest import Platform

CLAIM = Claim(name="Nguyễn Thị Mẫu", father="Nguyễn Văn Cha Mẫu", blood_group="04", spouse="Lê Văn Chồng Mẫu")


def narrowed(platform: Platform, *, relatives: dict[str, Any] | None = None) -> Platform:
    """The platform whose service A answers with a name and a gender only."""
    profile = platform.changed(environment=None)
    profile.profile["services"]["look_up"]["fields"] = ["name", "gender"]
    profile.profile["services"]["relatives"] |= relatives or {}
    return profile


def verdicts(answer: Verified) -> dict[str, str]:
    """Field to verdict."""
    return {name: one.verdict for name, one in answer.fields.items()}


def records(platform: Platform) -> list[dict[str, Any]]:
    """What the audit holds."""
    assert isinstance(platform.sink, MemorySink)
    return [json.loads(line) for line in platform.sink.lines]


def test_each_field_is_asked_of_a_service_that_answers_it(platform: Platform) -> None:
    """Service A has what it can answer, C and K the rest, and a field that nobody answers is not licensed."""
    asked = narrowed(platform)
    answer = asked.ask(lambda dancu: dancu.verify(MAU, CLAIM, purpose=PURPOSE))
    assert isinstance(answer, Verified)
    assert list(answer.fields) == list(CLAIM.claimed)
    assert verdicts(answer) == {
        "name": "match",
        "blood_group": "match",
        "father": "match",
        "spouse": "not_licensed",
    }
    assert answer.overall == "undecided"
    assert sorted(call.service for call in asked.mock.journal.calls) == ["blood_group", "look_up", "relatives"]


def test_each_question_has_its_own_two_records(platform: Platform) -> None:
    """Three questions leave three intents and three outcomes; each intent names the fields of its own service."""
    asked = narrowed(platform)
    answer = asked.ask(lambda dancu: dancu.verify(MAU, CLAIM, purpose=PURPOSE))
    intents = {tuple(one["fields"]): one["reference"] for one in records(asked) if one["record"] == "intent"}
    assert intents.keys() == {("name",), ("father",), ("blood_group",)}
    assert sorted(intents.values()) == sorted(one["reference"] for one in records(asked) if one["record"] == "outcome")
    assert answer.reference == intents[("name",)]


def test_a_service_that_fails_leaves_its_fields_unavailable(platform: Platform) -> None:
    """The other fields keep their verdicts, and the whole is undecided and never a mismatch."""
    asked = narrowed(platform, relatives={"path": "khong-co"})
    answer = asked.ask(lambda dancu: dancu.verify(MAU, CLAIM, purpose=PURPOSE))
    assert verdicts(answer) == {
        "name": "match",
        "blood_group": "match",
        "father": "unavailable",
        "spouse": "not_licensed",
    }
    assert answer.overall == "undecided"


def test_the_main_answer_decides_whether_there_is_somebody(platform: Platform) -> None:
    """Where service A has no record, nobody else is asked."""
    asked = narrowed(platform)
    nobody = Subject(number="066790999999", name="Không Ai Cả", birth_date="1990-01-02")
    assert isinstance(asked.ask(lambda dancu: dancu.verify(nobody, CLAIM, purpose=PURPOSE)), NotMatched)
    assert [call.service for call in asked.mock.journal.calls] == ["look_up"]


def test_without_a_field_for_service_a_another_is_the_main_one(platform: Platform) -> None:
    """A claim of a father alone is one question, to service C."""
    asked = narrowed(platform)
    answer = asked.ask(lambda dancu: dancu.verify(MAU, Claim(father="Nguyễn Văn Khác"), purpose=PURPOSE))
    assert (verdicts(answer), answer.overall) == ({"father": "mismatch"}, "mismatch")
    assert [call.service for call in asked.mock.journal.calls] == ["relatives"]


def test_a_claim_that_nobody_answers_is_refused_unsent(platform: Platform) -> None:
    """Nothing is asked, nothing is audited, and the error names the claim."""
    asked = narrowed(platform)
    with pytest.raises(InvalidInput) as caught:
        asked.ask(lambda dancu: dancu.verify(MAU, Claim(religion="01"), purpose=PURPOSE))
    assert (caught.value.code, caught.value.field) == ("invalid_fields", "claim")
    assert asked.mock.journal.calls == () and records(asked) == []


def test_a_profile_without_any_such_service_says_so(platform: Platform) -> None:
    """Without A, C and K a verification is a matter of the profile."""
    asked = platform.changed(services={"look_up": None, "relatives": None, "blood_group": None})
    with pytest.raises(ConfigurationError) as caught:
        asked.ask(lambda dancu: dancu.verify(MAU, CLAIM, purpose=PURPOSE))
    assert caught.value.field == "services.look_up"


def test_a_field_that_the_service_does_not_answer_cannot_be_looked_up(platform: Platform) -> None:
    """What the profile takes from service A is refused before anything is sent."""
    asked = narrowed(platform)
    with pytest.raises(InvalidInput) as caught:
        asked.look_up(fields=["name", "religion"])
    assert caught.value.code == "invalid_fields"
    assert asked.mock.journal.calls == ()


ELSE = Claim(
    number="066690099999",
    old_number="000099999",
    name="Vũ Quang Khác Hẳn",
    birth_date="1901-02-03",
    gender="1",
    nationality="Lào",
    ethnic_group="54",
    religion="14",
    blood_group="03",
    marital_status="1",
    birth_registration_place="Phường Hồng Hà, Thành phố Hà Nội",
    origin="Phường Hồng Hà, Thành phố Hà Nội",
    permanent_address="99 Ngõ Riêng, Phường Hồng Hà, Thành phố Hà Nội",
    current_address="Phường Hồng Hà, Thành phố Hà Nội",
    father="Vũ Quang Riêng",
    mother="Vũ Thị Riêng",
    spouse="Vũ Ai Riêng",
    representative="Vũ Ai Riêng",
    household_head="Vũ Ai Riêng",
    household_book="RIENG-1",
)


def whole_name(person: Person) -> str:
    """The name as it is typed."""
    return person.name if isinstance(person.name, str) else " ".join(person.name)


def held(person: Person) -> set[str]:
    """What the register alone knows of a person, in capitals."""
    kin = (person.father, person.mother, person.spouse, person.representative, person.head)
    places = (person.birth_place, person.origin, person.permanent, person.current)
    texts = {whole_name(person), person.record_number, person.old_number, person.household_book}
    texts |= {text for one in kin if one for text in (one.name, one.number, one.old_number)}
    texts |= {text for place in places for text in (place.commune, place.detail)}
    texts |= {f"{person.year}-{person.month:02}-{person.day:02}"} if person.month and person.day else set()
    return {text.upper() for text in texts if len(text) > 4}


def verified(dancu: Any, *, subject: Subject) -> Any:
    """Verify the claim of everything otherwise, by either client."""
    return dancu.verify(subject, ELSE, purpose=PURPOSE)


def test_no_value_of_the_register_leaves_with_a_verdict(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    """Of every person of the mock, all fields claimed otherwise: no record's value is in answer, log or audit."""
    caplog.set_level(logging.DEBUG)
    people = [one for one in PEOPLE if one.answered == (one,)]
    assert set(ELSE.claimed) == set(FIELDS) and len(people) > 15
    for person in people:
        born = "-".join(f"{part:02}" for part in (person.year, person.month, person.day) if part)
        subject = Subject(number=person.asked_number, name=whole_name(person), birth_date=born)
        answer = platform.ask(partial(verified, subject=subject))
        assert isinstance(answer, Verified) and answer.overall == "mismatch"
        said = (
            f"{to_json(answer)} {answer!r} {answer} {answer.fields} {answer.findings} {caplog.text} {records(platform)}"
        )
        assert [text for text in held(person) if text in said.upper()] == []
        caplog.clear()
