"""What an officer writes into a form that came filled."""

from __future__ import annotations

import datetime

import pytest

from dancu import Address, FieldValue, InvalidInput, PartialDate, Prefill
from dancu.domain.names import Name
from dancu.prefill.forms import FormField
from dancu.prefill.record import Record
from dancu.privacy import PersonalText

from ...forms_at_hand import MAU, PURPOSE, field, form, role  # noqa: TID252  # one set of forms for all tests

NOW = datetime.datetime(2026, 11, 22, 17, 2, 3, tzinfo=datetime.UTC)
FORM = form(
    FormField(key="phone", label_vi="Điện thoại", label_en="Telephone", required=True),
    field("mother.full_name"),
    field("mother.birth_date"),
    field("mother.father.full_name"),
    field("mother.origin"),
    mother=role(),
)
FIELDS = {
    one.key: one
    for one in (
        FieldValue(
            key="mother.full_name",
            state="filled",
            value=Name("NGUYỄN THỊ MẪU"),
            source="register",
            verified=True,
            lockable=True,
        ),
        FieldValue(key="mother.birth_date", state="unavailable", reason="timed_out", reference="R2"),
        FieldValue(
            key="mother.father.full_name", state="filled", value=Name("NGUYỄN VĂN CHA"), source="register", as_of=NOW
        ),
        FieldValue(
            key="mother.origin",
            state="filled",
            value=Address(province="54", district="563", commune="22312"),
            source="register",
            verified=True,
            reason="split_commune",
            choices=(Address(province="66", commune="22015"),),
        ),
    )
}


def completed(**typed: str) -> Prefill:
    """The form with some of it typed; ``__`` stands for a dot."""
    record = Record(FORM, {"mother": MAU}, PURPOSE, FIELDS, (), NOW, "test")
    return Prefill(record).complete({key.replace("__", "."): text for key, text in typed.items()})


def test_a_field_of_no_register_takes_what_is_typed() -> None:
    """It stands at its place in the form, says that it was typed, and is missing no more."""
    after = completed(phone=" 0000 ")
    phone = after.fields["phone"]
    assert list(after.fields) == [one.key for one in FORM.fields]
    assert (phone.value, phone.source, phone.state, phone.reason) == (
        PersonalText("0000"),
        "typed",
        "absent",
        "not_in_register",
    )
    assert "phone" not in {one.key for one in after.missing()}
    assert after.render("formio")["data"]["phone"] == "0000"


def test_an_outage_stays_one_beside_what_is_typed() -> None:
    """The value is read as the field's kind; state, reason and reference are the register's still."""
    date = completed(mother__birth_date="02011990").fields["mother.birth_date"]
    assert (date.value, date.source, date.verified) == (PartialDate(1990, 1, 2), "typed", False)
    assert (date.state, date.reason, date.reference) == ("unavailable", "timed_out", "R2")


def test_what_differs_from_the_register_says_how() -> None:
    """An open value of the register's may be changed; it is verified no more, as of no time, and compared."""
    name = completed(mother__father__full_name="Nguyễn Văn Chú").fields["mother.father.full_name"]
    assert (str(name.value), name.source, name.as_of, name.verified) == ("Nguyễn Văn Chú", "typed", None, False)
    assert name.difference is not None and name.difference.verdict == "mismatch"


def test_a_typed_address_ends_the_choice() -> None:
    """Where a commune was split the officer may write the address; nothing is to be chosen any more."""
    after = completed(mother__origin="Xã Hòa Trị, huyện Phú Hòa")
    assert after.fields["mother.origin"].choices == ()
    assert "mother.origin" not in {one.key for one in after.missing()}


def test_blank_text_empties_a_field() -> None:
    """Nothing is left of the value, and nobody reads the emptiness as the register's."""
    name = completed(mother__father__full_name="  ").fields["mother.father.full_name"]
    assert (name.value, name.source, name.state) == (None, None, "filled")


@pytest.mark.parametrize(
    ("key", "text", "named"),
    [
        ("mother.full_name", "Nguyễn Thị Khác", "mother.full_name"),
        ("mother.birth_date", "32/13/1990", "mother.birth_date"),
        ("mother.height", "160", "fields"),
    ],
)
def test_a_locked_field_or_nonsense_is_refused(key: str, text: str, named: str) -> None:
    """The error names the key and never what was typed."""
    with pytest.raises(InvalidInput) as caught:
        completed(**{key: text})
    assert (caught.value.code, caught.value.field) == ("invalid_fields", named)
    assert text not in str(caught.value)
