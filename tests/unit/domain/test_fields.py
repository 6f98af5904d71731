from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.fields import FIELDS, FieldName, parse_fields
from dancu.errors import InvalidInput


def test_each_name_has_a_rule() -> None:
    """The names of the type and of the table are the same, in the same order."""
    assert tuple(FIELDS) == get_args(FieldName)


def test_sensitive_fields_are_those_of_the_decree() -> None:
    """Ethnic group, religion and blood group are sensitive; the last two are never cached."""
    assert {name for name, rule in FIELDS.items() if rule.sensitive} == {"ethnic_group", "religion", "blood_group"}
    assert {name for name, rule in FIELDS.items() if not rule.cached_at_most} == {
        "religion",
        "blood_group",
        "marital_status",
    }


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("number", 86_400), ("origin", 86_400), ("permanent_address", 900), ("ethnic_group", 900), ("father", 900)],
)
def test_a_field_is_cached_no_longer_than_its_ceiling(name: FieldName, seconds: int) -> None:
    """Identity keeps for a day, where people live and to whom they belong for a quarter of an hour."""
    assert FIELDS[name].cached_at_most == seconds


@given(st.lists(st.sampled_from(get_args(FieldName)), min_size=1))
def test_fields_are_kept_once_in_the_order_of_the_table(names: list[str]) -> None:
    """Order and repetition of what is asked make no difference."""
    parsed = parse_fields(names)
    assert set(parsed) == set(names)
    assert parsed == tuple(name for name in FIELDS if name in names)
    assert parse_fields(iter(reversed(names))) == parsed


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (None, "a list of field names"),
        ("name", "a list of field names"),
        (7, "a list of field names"),
        ([["name"]], "a list of field names"),
        ([], "empty"),
        (set(), "empty"),
        (["name", "shoe_size"], "unknown field name"),
        (["*"], "unknown field name"),
        (["all"], "unknown field name"),
        (["HoVaTen"], "unknown field name"),
        ([None], "unknown field name"),
        (b"name", "unknown field name"),
    ],
)
def test_there_is_no_default_and_no_all(fields: list[str], why: str) -> None:
    """No list, an empty one, one text and unknown names are refused; nothing means "everything"."""
    with pytest.raises(InvalidInput) as caught:
        parse_fields(fields)
    assert (caught.value.code, caught.value.field, caught.value.detail) == ("invalid_fields", "fields", why)
