from __future__ import annotations

import datetime
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu import Officer, Purpose, Secret, Subject
from dancu.policy.audit import Intent, Outcome, Pseudonyms

from ..answers import NUMBER, OTHER_NUMBER, PURPOSE, SUBJECT  # noqa: TID252  # one set of documents for all unit tests

if TYPE_CHECKING:
    from dancu.policy.audit import AuditRecord

TIME = datetime.datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=datetime.UTC)
INTENT = Intent.of(
    PURPOSE,
    time=TIME,
    reference="01HF7YAT0000000000000000RE",
    operation="look_up",
    environment="test",
    credential="demo-app",
    named_keys=("server_pin",),
    keys=("number", "name", "birth_date"),
    fields=("name",),
    subject="k1:00",
)
OUTCOME = Outcome(
    time=TIME,
    reference="01HF7YAT0000000000000000RE",
    operation="look_up",
    result="found",
    code=None,
    findings=("renumbered",),
    fields=("name",),
    source="upstream",
    attempts=1,
    duration_ms=12,
)


def parsed(record: AuditRecord) -> dict[str, Any]:
    """The record's line, read back."""
    return dict(json.loads(record.line()))


@pytest.mark.parametrize(("record", "name"), [(INTENT, "intent"), (OUTCOME, "outcome")])
def test_a_line_says_its_kind_first_and_holds_every_attribute(record: AuditRecord, name: str) -> None:
    """The line is a JSON object: ``record``, then each attribute under its name."""
    line = parsed(record)
    assert list(line) == ["record", *(part.name for part in fields(record))]
    assert line["record"] == name
    assert line["time"] == "2026-01-02T03:04:05.678+00:00"


def test_an_intent_bears_the_whole_purpose() -> None:
    """Procedure, unit, officer, account, dossier, session and basis come from the purpose."""
    purpose = Purpose(
        procedure="P", unit="U", officer=Officer("C", "A", "0900"), dossier="D", session="S", basis="ND-70-2024"
    )
    rest = {name: getattr(INTENT, name) for name in ("time", "reference", "operation", "environment", "credential")}
    line = parsed(Intent.of(purpose, named_keys=(), keys=(), fields=(), subject="k1:00", **rest))
    expected = {"procedure": "P", "unit": "U", "officer": "C", "account": "A"}
    expected |= {"dossier": "D", "session": "S", "basis": "ND-70-2024"}
    assert {name: line[name] for name in expected} == expected
    assert "0900" not in line.values()


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), min_size=1, max_size=64).filter(str.strip)
)
def test_whatever_a_purpose_holds_a_record_is_one_line(text: str) -> None:
    """A record is one line of UTF-8 JSON that reads back as it was, whatever an officer typed."""
    purpose = Purpose(procedure="P", unit="U", officer=Officer("C"), dossier=text)
    rest = {name: getattr(INTENT, name) for name in ("time", "reference", "operation", "environment", "credential")}
    line = Intent.of(purpose, named_keys=(), keys=(), fields=(), subject="k1:00", **rest).line()
    assert b"\n" not in line and b"\r" not in line
    assert json.loads(line)["dossier"] == text.strip()


def test_a_person_has_one_pseudonym_under_one_key() -> None:
    """The hash depends on number and key only: same person, same hash; other number or key, another."""
    pseudonyms = Pseudonyms(Secret("key-a"))
    same = Subject(number=NUMBER, name="Trần Văn Khác", birth_date="1980")
    other = Subject(number=OTHER_NUMBER, name=SUBJECT.name, birth_date="1990-01-02")
    assert pseudonyms.of(SUBJECT) == pseudonyms.of(same)
    assert pseudonyms.of(SUBJECT) != pseudonyms.of(other)
    assert pseudonyms.of(SUBJECT) != Pseudonyms(Secret("key-b")).of(SUBJECT)


def test_a_pseudonym_tells_its_keys_version_and_nothing_of_the_number() -> None:
    """It is ``k``, the key's version, a colon and 64 hexadecimal digits; the key is not shown either."""
    pseudonyms = Pseudonyms(Secret("key-a"), version="7")
    version, _colon, digest = pseudonyms.of(SUBJECT).partition(":")
    assert (version, len(digest), len(bytes.fromhex(digest))) == ("k7", 64, 32)
    assert repr(pseudonyms) == "Pseudonyms(version='7')"


def test_a_pseudonym_is_the_standard_keyed_hash() -> None:
    """Whoever holds key and number finds the hash with any HMAC-SHA-256."""
    expected = "7eb4ec818ea5b36cdfa2b1da6c1202c03ea2b21a2f30190a5348e0271ab95d3e"
    assert Pseudonyms(Secret("key-a")).of(SUBJECT) == f"k1:{expected}"
