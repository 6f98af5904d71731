"""What is asked: about whom, why, on whose behalf, and what the applicant claims."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from dancu.domain import codes
from dancu.domain.address_text import ParsedAddress, parse_address
from dancu.domain.codes import Coded
from dancu.domain.dates import PartialDate, parse_date, parse_typed_date
from dancu.domain.ids import OldPersonNumber, PersonNumber, is_synthetic, parse_number, without_separators
from dancu.domain.names import Name, parse_name
from dancu.domain.people import Relative
from dancu.domain.places import Address
from dancu.errors import InvalidInput
from dancu.privacy import Secret, masked_repr

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from typing import Self

    from dancu.domain.fields import FieldName

__all__ = ["Claim", "Officer", "Purpose", "Subject"]

_VISIBLE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]+")
_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")


@dataclass(frozen=True, slots=True, repr=False, init=False)
class Subject:
    """The three keys by which the register is asked about one person.

    Decree 70/2024 art. 10 asks for number, name and birth date together; there is no
    look-up by number alone.

    Attributes:
        number: 12 digits, or the 9 of an old card.
        name: whole name, cleaned.
        birth_date: to the day, month or year. A month-precision date goes out as the year
            and is compared afterwards.

    Raises:
        InvalidInput: ``invalid_subject`` naming the key, never its value.
    """

    number: PersonNumber | OldPersonNumber
    name: Name
    birth_date: PartialDate

    def __init__(self, *, number: str, name: str, birth_date: datetime.date | str | PartialDate) -> None:
        object.__setattr__(self, "number", parse_number(number))
        object.__setattr__(self, "name", parse_name(name))
        object.__setattr__(self, "birth_date", parse_date(birth_date))

    @classmethod
    def typed(cls, *, number: str, name: str, birth_date: str) -> Self:
        """The same from what an officer types: 02/01/1990, 2-1-1990, 02011990, 01/1990 or 1990."""
        return cls(number=number, name=name, birth_date=parse_typed_date(birth_date))

    @property
    def synthetic(self) -> bool:
        """Whether no living person can bear the number."""
        return is_synthetic(self.number)

    def check_born_by(self, today: datetime.date) -> None:
        """Refuse a birth date in the future.

        Raises:
            InvalidInput: ``invalid_subject`` naming ``birth_date``.
        """
        if self.birth_date.begins_after(today):
            raise InvalidInput("invalid_subject", field="birth_date", detail="in the future")

    def __repr__(self) -> str:
        return masked_repr(self)

    __str__ = __repr__


def _text(value: str | None, field: str, longest: int, *, required: bool = False) -> str | None:
    if value is None and not required:
        return None
    if not isinstance(value, str):
        raise InvalidInput("invalid_purpose", field=field, detail="text is required")
    stripped = value.strip()
    if not stripped:
        raise InvalidInput("invalid_purpose", field=field, detail="empty")
    if len(stripped) > longest:
        raise InvalidInput("invalid_purpose", field=field, detail=f"longer than {longest} characters")
    if _VISIBLE.fullmatch(stripped) is None:
        raise InvalidInput("invalid_purpose", field=field, detail="a control character")
    return stripped


def _token(value: Secret | str | None) -> Secret | None:
    """Text that fits a header."""
    if value is None:
        return None
    found = value if isinstance(value, Secret) else Secret(value)
    if _TOKEN.fullmatch(found.reveal()) is None:
        raise InvalidInput("invalid_purpose", field="officer.token", detail="not the text of a token")
    return found


@dataclass(frozen=True, slots=True)
class Officer:
    """Who asks, as the agency knows them.

    Attributes:
        code: ``MaCanBo``: the officer's own number, e-mail or account; at most 100
            characters, since real codes exceed the 20 of the specification (wire.md §1.2).
        account: account name (``TaiKhoan``), or None.
        phone: ``SoDienThoai``, or None.
        token: the access token of their sign-in, for a gateway whose officers are signed (``Officer-Token``); it is
            sent there and nowhere else, and says nothing about who this is.

    Raises:
        InvalidInput: ``invalid_purpose`` naming the part.
    """

    code: str
    account: str | None = None
    phone: str | None = None
    token: Secret | str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        for name, required in (("code", True), ("account", False), ("phone", False)):
            object.__setattr__(self, name, _text(getattr(self, name), f"officer.{name}", 100, required=required))
        object.__setattr__(self, "token", _token(self.token))

    def __repr__(self) -> str:
        return masked_repr(self)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Purpose:
    """Why the question is asked; every call carries one and every audit record keeps it.

    Attributes:
        procedure: code of the administrative procedure (``MaDVC``), at most 20 characters.
        unit: code of the asking unit (``MaDonVi``, Decision 20/2020/QD-TTg), at most 35.
        officer: who asks.
        dossier: dossier number, at most 64.
        session: a draft's id, before there is a dossier number, at most 64. One of the two
            is needed: a question belongs to somebody's case.
        basis: code of the legal basis, at most 64, or None.

    Raises:
        InvalidInput: ``invalid_purpose`` naming the part.
    """

    procedure: str
    unit: str
    officer: Officer
    dossier: str | None = None
    session: str | None = None
    basis: str | None = None

    def __post_init__(self) -> None:
        for name, longest, required in (
            ("procedure", 20, True),
            ("unit", 35, True),
            ("dossier", 64, False),
            ("session", 64, False),
            ("basis", 64, False),
        ):
            object.__setattr__(self, name, _text(getattr(self, name), name, longest, required=required))
        if not isinstance(self.officer, Officer):
            raise InvalidInput("invalid_purpose", field="officer", detail="an Officer is required")
        if self.dossier is None and self.session is None:
            raise InvalidInput("invalid_purpose", field="dossier", detail="a dossier number or a session is required")

    def check_holds_no(self, number: str) -> None:
        """Refuse a purpose that carries the asked person's number: it would stand in the audit.

        Raises:
            InvalidInput: ``invalid_purpose`` naming the part.
        """
        for name in ("procedure", "unit", "dossier", "session", "basis"):
            if number in without_separators(getattr(self, name) or ""):
                raise InvalidInput("invalid_purpose", field=name, detail="holds a person's number")

    def __repr__(self) -> str:
        return masked_repr(self, procedure=self.procedure, unit=self.unit)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Claim:
    """What an applicant says about themselves, to be compared with the register.

    Each attribute bears a field's name; ``None`` means that nothing is claimed. Text is
    accepted for all: a name, a date, a code or its Vietnamese label, a relative's name, an
    address as it is written (`dancu.domain.address_text.parse_address`).

    Raises:
        InvalidInput: ``invalid_fields``: nothing is claimed, or a value of the wrong kind.
    """

    number: str | None = None
    old_number: str | None = None
    name: str | None = None
    birth_date: datetime.date | str | PartialDate | None = None
    gender: str | Coded | None = None
    nationality: str | Coded | None = None
    ethnic_group: str | Coded | None = None
    religion: str | Coded | None = None
    blood_group: str | Coded | None = None
    marital_status: str | Coded | None = None
    birth_registration_place: str | Address | ParsedAddress | None = None
    origin: str | Address | ParsedAddress | None = None
    permanent_address: str | Address | ParsedAddress | None = None
    current_address: str | Address | ParsedAddress | None = None
    father: str | Relative | None = None
    mother: str | Relative | None = None
    spouse: str | Relative | None = None
    representative: str | Relative | None = None
    household_head: str | Relative | None = None
    household_book: str | None = None

    def __post_init__(self) -> None:
        if not self.claimed:
            raise InvalidInput("invalid_fields", field="claim", detail="nothing is claimed")
        for name in self.claimed:
            object.__setattr__(self, name, _claimed_value(name, getattr(self, name)))

    @property
    def claimed(self) -> tuple[FieldName, ...]:
        """The names of the claimed fields."""
        return tuple(part.name for part in fields(self) if getattr(self, part.name) is not None)  # type: ignore[misc]  # the attributes are the field names, which a test holds

    def __repr__(self) -> str:
        return masked_repr(self, claimed=self.claimed)


_CODED: dict[codes.CodeList, Callable[[str], Coded]] = {
    "gender": codes.gender,
    "nationality": codes.nationality,
    "ethnic_group": codes.ethnic_group,
    "religion": codes.religion,
    "blood_group": codes.blood_group,
    "marital_status": codes.marital_status,
}
_PLACES = frozenset({"birth_registration_place", "origin", "permanent_address", "current_address"})
_RELATIVES = frozenset({"father", "mother", "spouse", "representative", "household_head"})


def _coded(listing: codes.CodeList, text: str) -> Coded:
    """A code as it stands, or what a word means; a word for a part of an entry stays, and so does an unknown one.

    ``VN`` is a code, ``My`` (Mỹ) is a word: codes of countries are in capitals.
    """
    if text.isascii() and (text.isdigit() or (listing == "nationality" and text.isupper() and len(text) in {2, 3})):
        code = _CODED[listing](text)
        if code.label is not None or text.isdigit():
            return code
    meant = codes.by_label(listing, text)
    if meant is None:
        return Coded("", text)
    return Coded(meant.code, text, meant.scheme) if _is_wider(meant, text) else meant


def _is_wider(meant: Coded, text: str) -> bool:
    """Whether the entry covers more than the word: ``ly hôn`` is a part of "divorced or widowed"."""
    return " hoặc " in (meant.label or "") and "hoặc" not in text.casefold()


def _claimed_value(name: str, value: object) -> object:
    if name in _CODED:
        if isinstance(value, str) and value.strip():
            return _coded(name, value.strip())
        accepted = isinstance(value, Coded)
    elif name in _PLACES:
        if isinstance(value, str) and value.strip():
            return parse_address(value)
        accepted = isinstance(value, Address | ParsedAddress)
    elif name in _RELATIVES:
        if isinstance(value, str):
            return Relative(name=parse_name(value, field=name))
        accepted = isinstance(value, Relative)
    elif name == "birth_date":
        return parse_date(value, field=name)  # type: ignore[arg-type]  # it refuses what it cannot read
    elif name == "name":
        return parse_name(value, field=name)  # type: ignore[arg-type]  # it refuses what is not text
    elif name in {"number", "old_number"}:
        number = parse_number(value, field=name)  # type: ignore[arg-type]  # it refuses what is not text
        if isinstance(number, PersonNumber) is (name == "number"):
            return number
        raise InvalidInput("invalid_subject", field=name, detail="12 digits" if name == "number" else "9 digits")
    else:
        accepted = isinstance(value, str)
    if not accepted:
        raise InvalidInput("invalid_fields", field=name, detail="a value of another kind")
    return value
