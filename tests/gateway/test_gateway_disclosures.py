"""Zero unaudited answers: what clients of every make got, what the audit holds and what the platform heard agree."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import Claim, Client, DancuError, MemorySink, Officer, Purpose, Subject
from dancu_mock import PEOPLE

from .conftest import question
from .witness import ANSWERS, asked_otherwise, compared, differences

if TYPE_CHECKING:
    from dancu import FieldName

    from .conftest import Served

SEED = 20261123
CALLS = 240
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="s")
FIELDS: list[FieldName] = ["name", "gender"]
DOUBLED = [person for person in PEOPLE if len(person.answered) > 1] * 4
SCENES = (None, None, None, "empty_body", "soap_fault_500", "gzip_small", "wrong_hash", "html_502", "split_bytes")
REFERENCE, OTHER = "01M83517EC3ZCASEE6Z8634QT3", "01M83517EG0VKSJ2JK8GJY0MB0"
AGREED: dict[str, Any] = {
    "given": [(REFERENCE, "found")],
    "intents": [REFERENCE],
    "ended": [REFERENCE],
    "audited": [(REFERENCE, "found")],
    "heard": {REFERENCE},
}


def profile(served: Served) -> dict[str, Any]:
    """A profile of the gateway behind its witness."""
    key = served.directory / "key.txt"
    key.touch(mode=0o600)
    key.write_text(served.key, encoding="utf-8")
    return {
        "environment": "test",
        "endpoint": {"url": served.url},
        "tls": {"ca": str(served.directory / "ca.pem")},
        "credential": {"family": "gateway", "application": "mot-cua", "key": {"file": str(key)}},
        "audit": {"sink": "none"},
    }


def subject_of(chance: random.Random) -> Subject:
    """Somebody of the register, now and then under a date that is not theirs."""
    person = chance.choice((*PEOPLE, *DOUBLED))
    year = person.year if chance.random() < 0.8 else person.year - 1
    date = f"{year}-{person.month:02}-{person.day:02}" if person.month and person.day else f"{year}"
    name = person.name if isinstance(person.name, str) else " ".join(person.name)
    return Subject(number=person.asked_number, name=name, birth_date=date)


def ask(dancu: Client, subject: Subject, turn: int) -> None:
    """One of three questions; its outcome is for the witness to hear."""
    if turn % 3 == 0:
        dancu.look_up(subject, fields=FIELDS, purpose=PURPOSE)
    elif turn % 3 == 1:
        dancu.confirm(subject, purpose=PURPOSE)
    else:
        dancu.verify(subject, Claim(gender="Nữ"), purpose=PURPOSE)


def test_answers_are_counted_three_times_alike(served: Served) -> None:
    """Of 240 questions on 6 threads, amid faults, each answer is given, audited and heard by the platform once."""
    chance = random.Random(SEED)
    plan = [(turn, subject_of(chance), chance.choice(SCENES)) for turn in range(CALLS)]

    def one(turn: int, subject: Subject, scene: str | None) -> bool:
        with served.mock.scenario(scene, 1) if scene else nullcontext():
            try:
                ask(dancu, subject, turn)
            except DancuError:
                return False
        return True

    assert served.witness is not None
    before = len(served.witness.answers)
    with Client(profile(served), audit=MemorySink()) as dancu, ThreadPoolExecutor(6) as pool:
        answered = sum(pool.map(lambda planned: one(*planned), plan))
    given = served.witness.answers[before:]
    assert CALLS // 3 < answered == len(given) < CALLS, f"seed {SEED}"
    assert {outcome for _reference, outcome in given} == set(ANSWERS), f"seed {SEED}"
    assert differences(served, served.witness.answers) == {}, f"seed {SEED}"
    assert asked_otherwise(served) == set()


def test_an_answer_is_counted_whoever_asks_for_it(served: Served) -> None:
    """httpx and the SDK are overheard alike, on a connection of many answers too; a problem is no answer."""
    assert served.witness is not None
    before = len(served.witness.answers)
    references = [served.post("v1/confirm", question()).json()["reference"]]
    with httpx.Client(verify=served.trust(), trust_env=False, timeout=10) as client:
        headers = {"Authorization": f"Bearer {served.key}"}
        for body in (question(fields=["name"]), question(fields=["nonsense"]), question(fields=["name", "religion"])):
            answer = client.post(served.url + "v1/lookup", json=body, headers=headers).json()
            references += [answer["reference"]] if "outcome" in answer else []
    with Client(profile(served), audit=MemorySink()) as dancu:
        ask(dancu, Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02"), 0)
    heard = [reference for reference, _outcome in served.witness.answers[before:]]
    assert heard[:2] == references
    assert len(heard) == 3


def test_a_question_past_the_gateway_is_seen(served: Served) -> None:
    """Whoever asks the platform directly leaves a call in its journal that no intent explains."""
    with Client(served.directory / "profile.toml", audit=MemorySink()) as dancu:
        answer = dancu.confirm(
            Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02"), purpose=PURPOSE
        )
    assert asked_otherwise(served) == {answer.reference}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, set()),
        ({"audited": []}, {"given and not audited"}),
        ({"audited": [(REFERENCE, "not_matched")]}, {"given and not audited", "audited and not given"}),
        ({"given": []}, {"audited and not given"}),
        ({"given": AGREED["given"] * 2}, {"given twice"}),
        ({"ended": [REFERENCE] * 2}, {"audited twice"}),
        ({"intents": []}, {"ended and never begun"}),
        ({"intents": [REFERENCE, OTHER]}, {"begun and never ended"}),
        ({"heard": {OTHER}}, {"given and not heard by the platform"}),
    ],
)
def test_each_contradiction_is_named(changed: dict[str, Any], told: set[str]) -> None:
    """An answer that witness, audit or platform lacks, has twice or calls otherwise is told by its reference."""
    found = compared(**(AGREED | changed))
    assert found.keys() == told
    assert all(found.values())
