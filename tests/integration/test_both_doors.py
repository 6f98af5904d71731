"""The same questions through both doors, a platform itself and a gateway in front of it, come to the same.

By design an answer's reference, time and source are each door's own; so is the detail of an error.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import signal
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from dancu import (
    FIELDS,
    Address,
    Ambiguous,
    Claim,
    Client,
    Confirmed,
    DancuError,
    Found,
    MemorySink,
    NotMatched,
    Officer,
    Purpose,
    Relative,
    Subject,
    Unavailable,
    Verified,
)
from dancu.privacy import PersonalText
from dancu.wire.messages import WireReply
from dancu.wire.native import read_native
from dancu_mock import FAULT_NUMBERS, PEOPLE, Mock, MockServer

from ..gateway.conftest import start, write_files  # noqa: TID252  # test folders are no packages: there is no absolute name
from .conftest import profile_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from dancu_mock import Person

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), dossier="H15.42-261123-0001")
ENDLESS = {"drip_body", "drip_head", "flood_1xx", "hang"}
HASTY = 0.4
ONE_ATTEMPT = "[retry]\nattempts = 1\n[breaker]\nenabled = false\n"
"""Each door is to ask as often, and every fault is to be met."""
RESULTS: dict[type, str] = {
    Found: "found",
    NotMatched: "not_matched",
    Ambiguous: "ambiguous",
    Confirmed: "confirmed",
    Verified: "verified",
}
GRANTS = "".join(
    '[[grant]]\napplication = "mot-cua"\nprocedure = "1.004194"\n'
    f'service = "{service}"\nfields = {json.dumps(fields)}\n'
    for service, fields in {"look_up": list(FIELDS), "confirm": [], "verify": list(FIELDS)}.items()
)
CLAIMS: dict[str, Callable[[Person], Claim]] = {
    "own": lambda person: Claim(name=typed_name(person), birth_date=typed_date(person), gender="Nữ"),
    "codes": lambda person: Claim(
        ethnic_group=person.ethnic_group or "01", nationality="VN", marital_status="Đã kết hôn"
    ),
    "others": lambda _person: Claim(
        name="Nguyễn Thị Khác", birth_date="1990-01", gender="Nam", religion="Không", blood_group="O"
    ),
    "places": lambda person: Claim(
        permanent_address=Address("66", None, "22015", "12 Đường Mẫu"),
        origin=Address(person.origin.province),
        household_book="mau-0001",
    ),
    "kin": lambda person: Claim(
        father=None if person.father is None else person.father.name or None,
        spouse=Relative(number=PersonalText("066688000004")),
        mother="Trần Thị Mẹ Mẫu",
        number="066790000001",
        old_number="000000001",
    ),
}


def typed_name(person: Person) -> str:
    """The name as an applicant types it."""
    return person.name if isinstance(person.name, str) else " ".join(person.name)


def typed_date(person: Person) -> str:
    """The birth date as far as the register knows it."""
    return f"{person.year}-{person.month:02}-{person.day:02}" if person.month and person.day else f"{person.year}"


def subject_of(person: Person, **other: str) -> Subject:
    """The three keys of a person, or others."""
    keys = {"number": person.asked_number, "name": typed_name(person), "birth_date": typed_date(person)}
    return Subject(**(keys | other))


class Failure(NamedTuple):
    """What of an error is to be the same."""

    kind: type[DancuError]
    code: str
    field: str | None
    retryable: bool
    retry_after: float | None


class Doors(NamedTuple):
    """A client of the platform, and a client of the gateway.

    Attributes:
        given: references and kinds of the answers that either client gave.
    """

    directly: Client
    through: Client
    mock: Mock
    given: list[tuple[str, type]]

    def ask(self, question: Callable[[Client], Any]) -> tuple[Any, Any]:
        """What a question comes to at each door, an error as a value; each door has asked the platform as often."""
        calls = len(self.mock.journal.calls)
        directly = told(question, self.directly, self.given)
        asked = len(self.mock.journal.calls) - calls
        through = told(question, self.through, self.given)
        assert len(self.mock.journal.calls) - calls == 2 * asked
        return directly, through


@contextlib.contextmanager
def both(directory: Path, *, call: float) -> Generator[Doors]:
    """One mock, with a gateway in front of it; a call to the platform takes at most so many seconds at either door."""
    mock = Mock()
    with MockServer(mock) as platform:
        key, _slow = write_files(directory, platform)
        profile = profile_of(directory, directory / "profile.toml")
        profile |= {"deadline": {"call": call}, "retry": {"attempts": 1}, "breaker": {"enabled": False}}
        with (directory / "profile.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[deadline]\ncall = {call}\n{ONE_ATTEMPT}")
        config = directory / "gateway.toml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text[: text.index("[[grant]]")] + GRANTS, encoding="utf-8")
        process, url = start(directory)
        sink = MemorySink()
        try:
            with (
                Client(profile, audit=sink) as directly,
                Client(door_of(directory, url, key), audit=sink) as through,
            ):
                doors = Doors(directly, through, mock, [])
                yield doors
            assert sorted(audited(sink)) == sorted((reference, RESULTS[kind]) for reference, kind in doors.given)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """Two doors with time enough."""
    with both(tmp_path_factory.mktemp("doors"), call=10.0) as made:
        yield made


@pytest.fixture(scope="module")
def hasty_doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """Two doors at which a platform that does not end its answer is given up after 400 ms."""
    with both(tmp_path_factory.mktemp("hasty"), call=HASTY) as made:
        yield made


def audited(sink: MemorySink) -> list[tuple[str, str]]:
    """References and results of the answers that the clients' own audit knows."""
    records = [json.loads(line) for line in sink.lines]
    return [(one["reference"], one["result"]) for one in records if one.get("result") in RESULTS.values()]


def door_of(directory: Path, url: str, key: str) -> Path:
    """A gateway's profile, as an application has it."""
    (directory / "key.txt").touch(mode=0o600)
    (directory / "key.txt").write_text(key, encoding="utf-8")
    path = directory / "door.toml"
    path.write_text(
        f'environment = "test"\n[endpoint]\nurl = "{url}"\n[tls]\nca = "ca.pem"\n[audit]\nsink = "none"\n'
        '[credential]\nfamily = "gateway"\napplication = "mot-cua"\nkey = { file = "key.txt" }\n' + ONE_ATTEMPT,
        encoding="utf-8",
    )
    return path


def told(question: Callable[[Client], Any], dancu: Client, given: list[tuple[str, type]]) -> Any:
    """An outcome without what is each door's own, or an error as class, code, field, retry and wait."""
    try:
        outcome = question(dancu)
    except DancuError as error:
        return Failure(type(error), error.code, error.field, error.retryable, error.retry_after)
    assert len(outcome.reference) == 26 and outcome.as_of is not None
    given.append((outcome.reference, type(outcome)))
    return dataclasses.replace(outcome, reference="", as_of=None, source="upstream")


def look_up(dancu: Client, *, subject: Subject, fields: Any) -> Any:
    """The first question."""
    return dancu.look_up(subject, fields=fields, purpose=PURPOSE)


def confirm(dancu: Client, *, subject: Subject) -> Any:
    """The second."""
    return dancu.confirm(subject, purpose=PURPOSE)


def verify(dancu: Client, *, subject: Subject, claim: Claim) -> Any:
    """The third."""
    return dancu.verify(subject, claim, purpose=PURPOSE)


PEOPLE_BY_NUMBER = {person.asked_number: person for person in PEOPLE}
every_person = pytest.mark.parametrize("person", PEOPLE_BY_NUMBER.values(), ids=PEOPLE_BY_NUMBER.keys())


@every_person
def test_a_look_up_is_the_same(doors: Doors, person: Person) -> None:
    """Of all fields, of one, and of some: the citizen, findings and hints; and so under keys that do not fit."""
    others = (
        subject_of(person, birth_date=str(person.year)),
        subject_of(person, birth_date=f"{person.year}-{person.month or 1:02}"),
        subject_of(person, birth_date=f"{person.year + 1}-02-01"),
        subject_of(person, name="Ai Khác Mẫu"),
    )
    some = (["name"], ["birth_date", "permanent_address", "father", "religion"])
    cases = [(subject_of(person), fields) for fields in some] + [
        (one, list(FIELDS)) for one in (subject_of(person), *others)
    ]
    for subject, fields in cases:
        directly, through = doors.ask(partial(look_up, subject=subject, fields=fields))
        assert through == directly


@every_person
def test_a_confirmation_is_the_same(doors: Doors, person: Person) -> None:
    """Yes with the keys compared, or no with its hints."""
    for subject in (subject_of(person), subject_of(person, birth_date="1990-02-01")):
        directly, through = doors.ask(partial(confirm, subject=subject))
        assert through == directly


@pytest.mark.parametrize("claimed", CLAIMS)
@every_person
def test_a_verification_is_the_same(doors: Doors, person: Person, claimed: str) -> None:
    """Each field's verdict, rule and reasons, and the word for all."""
    claim = CLAIMS[claimed](person)
    for subject in (subject_of(person), subject_of(person, birth_date="1990-02-01")):
        directly, through = doors.ask(partial(verify, subject=subject, claim=claim))
        assert through == directly


def questions_about(number: str) -> dict[str, Callable[[Client], Any]]:
    """The three questions about a reserved number."""
    subject = Subject(number=number, name="Ai Cũng Được", birth_date="1990")
    return {
        "look_up": partial(look_up, subject=subject, fields=["name"]),
        "confirm": partial(confirm, subject=subject),
        "verify": partial(verify, subject=subject, claim=Claim(gender="Nữ")),
    }


@pytest.mark.parametrize("operation", ["look_up", "confirm", "verify"])
@pytest.mark.parametrize("number", [number for number, name in FAULT_NUMBERS.items() if name not in ENDLESS])
def test_a_fault_is_the_same(doors: Doors, number: str, operation: str) -> None:
    """Every reserved number comes to the same error, or answer; the same question may be asked again, or not."""
    directly, through = doors.ask(questions_about(number)[operation])
    assert through == directly


@pytest.mark.parametrize("operation", ["look_up", "confirm"])
@pytest.mark.parametrize("number", [number for number, name in FAULT_NUMBERS.items() if name in ENDLESS])
def test_an_answer_without_end_is_the_same(hasty_doors: Doors, number: str, operation: str) -> None:
    """A platform that hangs or drips is given up at both doors, under the same code."""
    directly, through = hasty_doors.ask(questions_about(number)[operation])
    assert through == directly
    assert (through.code, through.retryable) == ("timed_out", True)


def test_both_doors_tell_apart_what_they_are_asked(doors: Doors) -> None:
    """The comparison is of answers that differ: a citizen, another's hints, verdicts, and an error."""
    mau = PEOPLE[0]
    asked = [
        doors.ask(partial(look_up, subject=subject_of(mau), fields=["name"])),
        doors.ask(partial(confirm, subject=subject_of(mau, birth_date="1991-03-02"))),
        doors.ask(partial(verify, subject=subject_of(mau), claim=Claim(gender="Nam"))),
        doors.ask(partial(look_up, subject=subject_of(mau), fields=["photo"])),
    ]
    found, hinted, verified, refused = (through for _directly, through in asked)
    assert isinstance(found, Found) and found.citizen.name == "NGUYỄN THỊ MẪU"
    assert isinstance(hinted, NotMatched) and len(hinted.hints) == 2
    assert isinstance(verified, Verified) and verified.fields["gender"].verdict == "mismatch"
    assert refused.code == "invalid_fields"
    assert all(directly == through for directly, through in asked)


@pytest.mark.parametrize(("said", "again"), [(b"true", True), (b"false", False), (b'"true"', False), (b"null", False)])
def test_a_gateways_word_on_asking_again_is_taken(said: bytes, again: bool) -> None:
    """Where a problem says whether the same question may be asked again, that holds; else the code's own word."""
    body = b'{"code":"http_error","retryable":%s}' % said
    with pytest.raises(Unavailable) as caught:
        read_native(WireReply(502, (("Content-Type", "application/problem+json"),), body))
    assert caught.value.retryable is again
