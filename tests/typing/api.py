"""Calls that must type-check for users of dancu. Never executed: ``make check`` reads it with mypy and pyright."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import assert_type

import httpx

from dancu import (
    Address,
    Ambiguous,
    AsyncClient,
    AuditSink,
    Citizen,
    Claim,
    Client,
    Coded,
    ConfigurationError,
    Confirmed,
    DancuError,
    FieldName,
    FieldVerdict,
    FileSink,
    Found,
    InvalidInput,
    MemorySink,
    Name,
    Note,
    NotMatched,
    Officer,
    PartialDate,
    Profile,
    Purpose,
    Rejected,
    Relative,
    Subject,
    Unavailable,
    Verified,
    from_json,
    load_profile,
    to_json,
)

SUBJECT = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
PURPOSE = Purpose(
    procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), dossier="H15.42-261122-0001", basis=None
)


def every_outcome_is_matched(dancu: Client) -> str | None:
    """The three outcomes of a look-up are matched by position and by name, and there is no fourth."""
    answer = dancu.look_up(SUBJECT, fields=["name", "gender", "permanent_address"], purpose=PURPOSE)
    assert_type(answer, Found | NotMatched | Ambiguous)
    match answer:
        case Found(citizen):
            assert_type(citizen, Citizen)
            return str(citizen.permanent_address)
        case NotMatched(hints=hints):
            assert_type(hints, tuple[Note, ...])
            return ", ".join(note.vi for note in hints)
        case Ambiguous(count):
            assert_type(count, int)
            return str(count)


async def awaited_words_are_the_same(dancu: AsyncClient) -> Found | NotMatched | Ambiguous:
    """The async client answers with the same types."""
    assert_type(await dancu.confirm(SUBJECT, purpose=PURPOSE), Confirmed | NotMatched)
    claim = Claim(name="Nguyễn Thị Mẫu")
    assert_type(await dancu.verify(SUBJECT, claim, purpose=PURPOSE), Verified | NotMatched | Ambiguous)
    return await dancu.look_up(SUBJECT, fields=["name"], purpose=PURPOSE, deadline=5.0)


def verdicts_are_typed(dancu: Client) -> list[str]:
    """A verification maps the names of fields to verdicts."""
    claim = Claim(name="Nguyễn Thị Mẫu", birth_date=datetime.date(1990, 1, 2), gender="female", father="Nguyễn Văn Mẫu")
    match dancu.verify(SUBJECT, claim, purpose=PURPOSE):
        case Verified(overall, fields):
            return [f"{overall} {name}: {one.verdict} {one.reason_vi}" for name, one in fields.items()]
        case NotMatched() | Ambiguous():
            return []


def forgotten(dancu: Client) -> int:
    """Purging says how much there was."""
    assert_type(dancu.forget_dossier("H15.42-261122-0001"), int)
    return dancu.forget(SUBJECT)


def verdict(answer: Verified, field: FieldName) -> FieldVerdict:
    """One field's verdict."""
    return answer.fields[field]


def confirmed_or_not(dancu: Client) -> bool:
    """A confirmation has two outcomes."""
    match dancu.confirm(SUBJECT, purpose=PURPOSE):
        case Confirmed(keys):
            return "name" in keys
        case NotMatched():
            return False


def profiles_come_in_many_shapes() -> list[Client]:
    """A path, text, a mapping, a `Profile` or nothing at all."""
    profile: Profile = load_profile(Path("dak-lak.toml"))
    sources: list[str | Path | Profile] = ["dak-lak.toml", Path("dak-lak.toml"), profile]
    return [*(Client(source) for source in sources), Client({"environment": "test"}), Client()]


def parts_can_be_replaced() -> tuple[Client, AsyncClient]:
    """httpx transports and sinks of the user's own are accepted."""
    sink: AuditSink = MemorySink()
    transport = httpx.MockTransport(lambda _request: httpx.Response(200))
    file = FileSink(Path("audit.jsonl"))
    return Client(transport=transport, audit=sink), AsyncClient(transport=transport, audit=file)


def fields_of_a_citizen(citizen: Citizen) -> tuple[object, ...]:
    """Each field has its type, or None where the register holds nothing."""
    assert_type(citizen.name, Name | None)
    assert_type(citizen.birth_date, PartialDate | None)
    assert_type(citizen.gender, Coded | None)
    assert_type(citizen.permanent_address, Address | None)
    assert_type(citizen.father, Relative | None)
    return citizen.name, citizen.father.name if citizen.father else None


def keys_as_people_type_them() -> list[Subject]:
    """A birth date is a date, text to the day, month or year, or what an officer types."""
    number, name = "066790000001", "Nguyễn Thị Mẫu"
    return [
        Subject(number=number, name=name, birth_date=datetime.date(1990, 1, 2)),
        Subject(number=number, name=name, birth_date="1990-01"),
        Subject(number=number, name=name, birth_date=PartialDate(1990)),
        Subject.typed(number=number, name=name, birth_date="02/01/1990"),
    ]


def errors_say_whose_they_are(dancu: Client) -> str | None:
    """Every error is a `DancuError` with the same attributes; a bad input is a `ValueError` too."""
    try:
        with dancu as entered:
            entered.look_up(SUBJECT, fields=("name",), purpose=PURPOSE)
    except InvalidInput as error:
        wrong: ValueError = error
        return str(wrong)
    except Unavailable as error:
        return error.reference if error.retryable else error.message("vi")
    except (Rejected, ConfigurationError) as error:
        return error.field
    except DancuError as error:
        return error.code
    return None


def one_serialiser(answer: Found, citizen: Citizen) -> bool:
    """What `to_json` writes, `from_json` reads back as an outcome or a citizen."""
    assert_type(to_json(citizen), str)
    return isinstance(from_json(to_json(answer)), Found)


def what_does_not_type_check(dancu: Client, citizen: Citizen) -> object:
    """An unknown field, a missing purpose and a positional key are noticed before the program runs."""
    dancu.look_up(SUBJECT, fields=["shoe_size"], purpose=PURPOSE)  # type: ignore[list-item]  # no such field
    dancu.look_up(SUBJECT, fields=["name"])  # type: ignore[call-arg]  # a question has a purpose
    dancu.look_up(SUBJECT, purpose=PURPOSE)  # type: ignore[call-arg]  # there is no "all"
    Subject("066790000001", "Nguyễn Thị Mẫu", "1990")  # type: ignore[call-arg]  # keys go by name
    return citizen.shoe_size  # type: ignore[attr-defined]  # no such field
