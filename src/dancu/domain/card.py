"""The text behind the QR code of an identity card: seven fields with ``|`` between them.

``number|old number|name|ddMMyyyy|gender|address|ddMMyyyy of issue`` (vn-data.md §2.1). Cards
issued since 1 July 2024 (Circular 16/2024) add the cancelled number and the parents' names in
an order that no source states, so whatever follows is kept as it came and given no meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dancu.domain import codes
from dancu.domain.codes import Coded
from dancu.domain.dates import parse_typed_date
from dancu.domain.ids import OldPersonNumber, PersonNumber, parse_number
from dancu.domain.names import parse_name
from dancu.domain.queries import Subject
from dancu.domain.scan import scan_fault
from dancu.domain.scan_shape import FIELDS
from dancu.errors import InvalidInput
from dancu.privacy import PersonalText, masked_repr

if TYPE_CHECKING:
    from dancu.domain.dates import PartialDate
    from dancu.domain.names import Name

__all__ = ["CardLayout", "CardText", "parse_card"]

CardLayout = Literal["2016", "2024"]

_LONGEST = 4096
_BYTE_ORDER_MARK = "\ufeff"
_GENDERS = {"nam": "1", "nữ": "2"}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CardText:
    """What a card says about its bearer; what it says is not verified.

    Attributes:
        number: the 12 digits, or the 9 of an old card.
        old_number: the number of the card before, or None.
        name: whole name, cleaned.
        birth_date: to the day, month or year.
        gender: code and label, only the label where it is an unknown word, or None.
        address: as it is printed, without codes, or None.
        issued: day of issue, or None where the card has none that can be read.
        trailing: the fields after the seventh, as they came, empty ones too.
    """

    number: PersonNumber | OldPersonNumber
    old_number: PersonNumber | OldPersonNumber | None
    name: Name
    birth_date: PartialDate
    gender: Coded | None
    address: PersonalText | None
    issued: PartialDate | None
    trailing: tuple[PersonalText, ...] = ()

    @property
    def layout(self) -> CardLayout:
        """``2016`` with seven fields, ``2024`` with more; inferred, since no source gives the newer order."""
        return "2024" if self.trailing else "2016"

    def subject(self) -> Subject:
        """The three keys of the bearer."""
        return Subject(number=self.number, name=self.name, birth_date=self.birth_date)

    def __repr__(self) -> str:
        return masked_repr(self)

    __str__ = __repr__


def parse_card(text: str) -> CardText:
    """Read the text of a card as a scanner gives it; a line end or a byte order mark does no harm.

    A text that a keyboard, an input method or an encoding has changed is refused whole.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``card``, with what happened to the scan and what
            to do (`dancu.domain.scan`), or the key that cannot be read; never its value.
    """
    if not isinstance(text, str):
        raise InvalidInput("invalid_subject", field="card", detail="text is required")
    if len(text) <= _LONGEST and (fault := scan_fault(text)):
        raise InvalidInput("invalid_subject", field="card", detail=fault.en)
    parts = [part.strip() for part in text.strip().removeprefix(_BYTE_ORDER_MARK).split("|")]
    if len(text) > _LONGEST or len(parts) < FIELDS:
        raise InvalidInput("invalid_subject", field="card", detail="not the seven fields of a card's QR code")
    number, old_number, name, birth_date, gender, address, issued = parts[:FIELDS]
    return CardText(
        number=parse_number(number),
        old_number=parse_number(old_number, field="old_number") if old_number else None,
        name=parse_name(name),
        birth_date=parse_typed_date(birth_date),
        gender=_gender(gender),
        address=PersonalText(address) if address else None,
        issued=_issued(issued),
        trailing=tuple(PersonalText(part) for part in parts[FIELDS:]),
    )


def _gender(word: str) -> Coded | None:
    if not word:
        return None
    code = _GENDERS.get(word.casefold())
    return codes.gender(code) if code else Coded("", word)


def _issued(text: str) -> PartialDate | None:
    """No key: a day of issue that cannot be read does not stand in the way of the question."""
    try:
        return parse_typed_date(text, field="card")
    except InvalidInput:
        return None
