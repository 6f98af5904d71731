from __future__ import annotations

import pytest

from dancu import InvalidInput, Subject
from dancu.domain.card import parse_card

from .conftest import CARD

FIELDS = CARD.split("|")


def changed(place: int, value: str) -> str:
    """The card with another text in one field."""
    return "|".join(value if at == place else field for at, field in enumerate(FIELDS))


def test_a_card_gives_the_three_keys() -> None:
    """Number, name and birth date become a subject; the rest is kept beside them."""
    card = parse_card(changed(1, "000000001"))
    assert card.subject() == Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
    assert (card.old_number, str(card.issued), card.trailing) == ("000000001", "2022-01-01", ())
    assert card.gender is not None and (card.gender.code, card.gender.label) == ("2", "Nữ")
    assert card.address is not None and card.address.startswith("TDP Mẫu 1")


@pytest.mark.parametrize(
    ("text", "trailing"),
    [
        (CARD + "|a|", ("a", "")),
        (f"\ufeff{CARD}\r\n", ()),
        (f"  {CARD.replace('|', ' | ')}\n", ()),
        (CARD + "|" * 20, ("",) * 20),
    ],
)
def test_fields_after_the_seventh_are_kept_without_a_meaning(text: str, trailing: tuple[str, ...]) -> None:
    """A newer layout, a line end, spaces and a byte order mark do no harm."""
    card = parse_card(text)
    assert (card.trailing, card.subject()) == (trailing, parse_card(CARD).subject())


@pytest.mark.parametrize(
    ("place", "value", "attribute", "expected"),
    [
        (1, "", "old_number", "None"),
        (3, "1990", "birth_date", "1990"),
        (4, "", "gender", "None"),
        (4, "NAM", "gender", "Nam"),
        (4, "khác", "gender", "khác"),
        (5, "", "address", "None"),
        (6, "", "issued", "None"),
        (6, "99999999", "issued", "None"),
    ],
)
def test_what_is_no_key_may_be_missing(place: int, value: str, attribute: str, expected: str) -> None:
    """An empty or unreadable field that is no key is None, and an unknown gender keeps its word."""
    assert str(getattr(parse_card(changed(place, value)), attribute)) == expected


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "card"),
        (CARD.rpartition("|")[0], "card"),
        (CARD + "|" + "x" * 5000, "card"),
        (changed(0, "06679000000"), "number"),
        (changed(1, "abc"), "old_number"),
        (changed(2, ""), "name"),
        (changed(3, "31021990"), "birth_date"),
    ],
)
def test_a_card_that_cannot_be_read_is_named_and_not_shown(text: str, field: str) -> None:
    """Too few fields, or a key that is none, is ``invalid_subject`` without the value."""
    with pytest.raises(InvalidInput) as caught:
        parse_card(text)
    assert (caught.value.code, caught.value.field) == ("invalid_subject", field)
    assert "Mẫu" not in str(caught.value) and "990" not in str(caught.value)


def test_a_card_is_masked() -> None:
    """``repr`` and ``str`` say that something is there and nothing of it."""
    card = parse_card(CARD)
    assert (repr(card), str(card)) == ("CardText(***)", "CardText(***)")


def test_a_card_is_text() -> None:
    """Bytes are refused, not guessed at."""
    with pytest.raises(InvalidInput, match="card"):
        parse_card(CARD.encode())  # type: ignore[arg-type]  # what an untyped caller may pass
