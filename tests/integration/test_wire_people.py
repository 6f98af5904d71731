"""The people of the mock, asked over real mTLS by both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dancu import (
    FIELDS,
    Claim,
    FieldNotAsked,
    Found,
    InvalidInput,
    MemorySink,
    NotMatched,
    Subject,
    Verified,
    to_json,
)

from .conftest import MAU, PURPOSE

if TYPE_CHECKING:
    from .conftest import Platform


def test_a_citizen_is_found_with_the_fields_asked_for(platform: Platform) -> None:
    """A look-up over mTLS gives the asked fields, typed, and no others."""
    answer = platform.look_up(fields=["name", "gender", "permanent_address"])
    assert isinstance(answer, Found)
    assert answer.citizen.name == "NGUYỄN THỊ MẪU"
    assert str(answer.citizen.permanent_address).endswith("Phường Tuy Hòa, tỉnh Đắk Lắk")
    assert answer.citizen.asked == {"name", "gender", "permanent_address"}
    with pytest.raises(FieldNotAsked):
        _ = answer.citizen.religion


def test_a_field_not_asked_for_is_nowhere(platform: Platform) -> None:
    """What was not asked for is in no result, repr, JSON or audit record."""
    answer = platform.look_up(fields=["gender"])
    assert isinstance(platform.sink, MemorySink)
    seen = repr(answer) + str(answer) + to_json(answer) + repr(platform.sink.lines)
    assert "MẪU" not in seen
    assert "1990" not in to_json(answer).replace(answer.reference, "")
    assert set(answer.citizen.model_dump()) == {"gender"}


@pytest.mark.parametrize("fields", [None, [], "name", ["name", "photo"]])
def test_bad_fields_are_refused_before_anything_is_sent(platform: Platform, fields: object) -> None:
    """A missing, empty or unknown list of fields raises, and the platform hears nothing."""
    with pytest.raises(InvalidInput) as caught:
        platform.look_up(fields=fields)
    assert caught.value.code == "invalid_fields"
    assert platform.mock.journal.calls == ()
    assert platform.mock.journal.handshakes == 0


def test_fields_have_no_default(platform: Platform) -> None:
    """Leaving ``fields`` out is a TypeError of the call itself."""
    with pytest.raises(TypeError, match="fields"):
        platform.ask(lambda dancu: dancu.look_up(MAU, purpose=PURPOSE))


def test_a_future_birth_date_is_refused_before_anything_is_sent(platform: Platform) -> None:
    """A birth date after today names the field and not the value."""
    with pytest.raises(InvalidInput) as caught:
        platform.look_up(Subject(number=str(MAU.number), name="Nguyễn Thị Mẫu", birth_date="2999-12-31"))
    assert caught.value.field == "birth_date"
    assert "2999" not in str(caught.value)
    assert platform.mock.journal.handshakes == 0


def test_confirm_says_yes_or_no(platform: Platform) -> None:
    """Confirm gives Confirmed with the keys compared, or NotMatched with hints."""
    assert platform.ask(lambda dancu: dancu.confirm(MAU, purpose=PURPOSE)).keys == ("number", "name", "birth_date")
    other = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1991-03-02")
    answer = platform.ask(lambda dancu: dancu.confirm(other, purpose=PURPOSE))
    assert isinstance(answer, NotMatched)
    assert [hint.code for hint in answer.hints] == ["number_suggests_other_year", "day_month_swapped"]


def test_verify_gives_verdicts_and_no_values(platform: Platform) -> None:
    """Verify says match or different by field; the register's value is nowhere in the answer."""
    claim = Claim(name="Nguyễn Thị Khác", gender="Nữ", birth_date="1990")
    answer = platform.ask(lambda dancu: dancu.verify(MAU, claim, purpose=PURPOSE))
    assert isinstance(answer, Verified)
    assert {name: verdict.rule for name, verdict in answer.fields.items()} == {
        "name": "different",
        "birth_date": "compatible_year",
        "gender": "same_code",
    }
    assert answer.overall == "mismatch"
    assert "MẪU" not in to_json(answer).upper()


def test_an_answer_outlives_every_field(platform: Platform) -> None:
    """All fields at once are read, and each is either a value or None."""
    answer = platform.look_up(fields=list(FIELDS))
    assert answer.citizen.asked == set(FIELDS)
    assert all(getattr(answer.citizen, name) is not None for name in ("father", "mother", "spouse", "origin"))


def test_nobody_is_not_matched(platform: Platform) -> None:
    """A number that nobody bears is NotMatched, and the call is in the mock's journal."""
    answer = platform.look_up(Subject(number="066790999999", name="Không Ai Cả", birth_date="1990-01-02"))
    assert isinstance(answer, NotMatched)
    assert len(platform.mock.journal.calls) == 1
