"""An officer's override: on record before it is so, with a reason, and without a value."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from dancu import Address, FieldValue, InvalidInput, Officer, PartialDate, Purpose, Unavailable, parse_card
from dancu.domain.names import Name
from dancu.errors import error_for
from dancu.flows.effects import Audit
from dancu.policy.audit import Override
from dancu.prefill.overriding import override
from dancu.prefill.record import Record

from ...forms_at_hand import MAU, ONE, PARENTS, PURPOSE  # noqa: TID252  # one set of forms for all tests
from ..flows.by_hand import CONTEXT, NOW, REFERENCE  # noqa: TID252  # flows are driven by hand there

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.flows.effects import Flow

LOCKED = FieldValue(
    key="applicant.full_name",
    state="filled",
    value=Name("NGUYỄN THỊ MẪU"),
    source="register",
    as_of=NOW,
    verified=True,
    lockable=True,
    reference="R1",
)
EMPTY = FieldValue(key="applicant.birth_date", state="unavailable", reason="timed_out")
RECORD = Record(
    ONE, {"applicant": MAU}, PURPOSE, {"applicant.full_name": LOCKED, "applicant.birth_date": EMPTY}, (), NOW, "test"
)


def overriding(key: str = "applicant.full_name", *, record: Record = RECORD, **parts: Any) -> Flow[Record]:
    """An override that has not begun."""
    said: dict[str, Any] = {"reason": "Sai tên đệm", "evidence": "Giấy khai sinh 12/2000", "purpose": PURPOSE, **parts}
    return override(CONTEXT, record, key, **said)


def written(flow: Flow[Record]) -> tuple[Mapping[str, Any], Record]:
    """The one record that it leaves, and the form after it."""
    effect = next(flow)
    assert isinstance(effect, Audit)
    with pytest.raises(StopIteration) as ended:
        flow.send(None)
    return json.loads(effect.record.line()), ended.value.value


def test_a_field_is_unlocked_and_keeps_its_value() -> None:
    """Without another value the register's stands, verified and no longer locked."""
    record, after = written(overriding())
    one = after.fields["applicant.full_name"]
    assert (one.value, one.source, one.verified, one.lockable, one.overridden) == (
        LOCKED.value,
        "register",
        True,
        False,
        True,
    )
    assert record["replaced"] is False
    assert RECORD.fields["applicant.full_name"].lockable


def test_another_value_is_the_officers_word() -> None:
    """It is typed, not verified, of no time; the register's state stays."""
    record, after = written(overriding(value="Nguyễn Thị Đúng"))
    one = after.fields["applicant.full_name"]
    assert (str(one.value), one.source, one.verified, one.as_of) == ("Nguyễn Thị Đúng", "typed", False, None)
    assert (one.state, one.overridden, record["replaced"]) == ("filled", True, True)
    _record, after = written(overriding("applicant.birth_date", value="2-1-1990"))
    assert after.fields["applicant.birth_date"].value == PartialDate(1990, 1, 2)
    place = Address(province="66", commune="22015")
    assert written(overriding("applicant.birth_date", value=place))[1].fields["applicant.birth_date"].value is place


def test_the_record_says_who_why_and_of_which_call_and_no_value() -> None:
    """The purpose, the field, the words of the officer, the question behind it, and a keyed hash of the person."""
    other = Purpose(procedure="1.004222", unit="H15.43", officer=Officer("can.bo.hai", "hai"), session="draft")
    record, _after = written(overriding(value="Nguyễn Thị Đúng", purpose=other))
    assert record == {
        "record": "override",
        "time": NOW.isoformat(timespec="milliseconds"),
        "reference": REFERENCE,
        "operation": "prefill",
        "procedure": "1.004222",
        "unit": "H15.43",
        "officer": "can.bo.hai",
        "account": "hai",
        "dossier": None,
        "session": "draft",
        "basis": None,
        "environment": "test",
        "form": "at-hand",
        "key": "applicant.full_name",
        "replaced": True,
        "reason": "Sai tên đệm",
        "evidence": "Giấy khai sinh 12/2000",
        "source": "register",
        "state": "filled",
        "call": "R1",
        "subject": CONTEXT.pseudonyms.of(MAU),
    }
    assert "Đúng" not in json.dumps(record, ensure_ascii=False)


def test_without_a_record_nothing_is_changed() -> None:
    """An audit that cannot be written refuses the override, and the error bears the reference."""
    flow = overriding()
    next(flow)
    with pytest.raises(Unavailable) as caught:
        flow.throw(error_for("audit_unavailable"))
    assert (caught.value.code, caught.value.reference) == ("audit_unavailable", REFERENCE)


@pytest.mark.parametrize(
    ("key", "parts", "where"),
    [
        ("nothing", {}, "key"),
        ("phone", {"value": "1"}, "key"),
        ("applicant.birth_date", {}, "key"),
        ("applicant.birth_date", {"value": "hôm qua"}, "applicant.birth_date"),
        ("applicant.full_name", {"value": "  "}, "applicant.full_name"),
        ("applicant.full_name", {"reason": "x"}, "reason"),
        ("applicant.full_name", {"reason": "x" * 501}, "reason"),
        ("applicant.full_name", {"reason": "Hai\ndòng chữ"}, "reason"),
        ("applicant.full_name", {"reason": "số 066 790 000 001 sai"}, "reason"),
        ("applicant.full_name", {"evidence": ""}, "evidence"),
        ("applicant.full_name", {"evidence": "thẻ 066790000001"}, "evidence"),
        ("applicant.full_name", {"purpose": replace(PURPOSE, dossier="066790000001")}, "dossier"),
    ],
)
def test_what_cannot_be_kept_is_refused_unwritten(key: str, parts: dict[str, Any], where: str) -> None:
    """No such field, no reason, or a number where the audit would show it: nothing is written."""
    with pytest.raises(InvalidInput) as caught:
        next(overriding(key, **parts))
    assert caught.value.field == where
    assert "066790000001" not in str(caught.value)


def test_a_card_is_somebody_too() -> None:
    """Where a card was scanned the hash is of its number, and its number is looked for likewise."""
    card = parse_card("066790000001||NGUYỄN THỊ MẪU|02011990|Nữ||")
    record = replace(RECORD, people={"applicant": card})
    assert written(overriding(record=record))[0]["subject"] == CONTEXT.pseudonyms.of(MAU)
    with pytest.raises(InvalidInput):
        next(overriding(record=record, reason="số 066790000001"))


def test_somebody_in_no_register_has_no_hash() -> None:
    """A child's field is overridden like another, and the record names nobody."""
    child = FieldValue(key="child.full_name", state="absent", reason="not_in_register")
    record = Record(PARENTS, {"mother": MAU}, PURPOSE, {"child.full_name": child}, (), NOW, "test")
    assert written(overriding("child.full_name", record=record, value="Nguyễn Mẫu Con"))[0]["subject"] is None


def test_the_record_is_of_its_own_kind() -> None:
    """What is yielded is an `Override`, so that the chain keeps it beside intents and outcomes."""
    effect = next(overriding())
    assert isinstance(effect, Audit)
    assert isinstance(effect.record, Override)
