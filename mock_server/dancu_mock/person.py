"""What the register holds of a person: a record, and the three keys that fit it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Kin", "Person", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the live dialect; empty text makes an empty element."""

    province: str = ""
    district: str = ""
    commune: str = ""
    detail: str = ""
    country: str = "VN"


@dataclass(frozen=True, slots=True)
class Kin:
    """A relative as a record names them; flat name, numbers as they may come."""

    name: str = ""
    number: str = ""
    old_number: str = ""
    nationality: str = "VN"
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person.

    Attributes:
        asked_number: the number under which they are asked for, 12 or 9 digits.
        key: folded name that the platform compares.
        year, month, day: birth; None where the register does not know.
        name: the record's name; a triple of ``Ho``, ``ChuDem``, ``Ten`` or a text for ``Ten``.
        number, old_number: what the record says; ``number`` is the asked one by default.
        records: how many records the register answers with; with none, nobody fits.
        others: whose records it answers with instead.
    """

    asked_number: str
    key: str
    year: int
    month: int | None = None
    day: int | None = None
    name: str | tuple[str, str, str] = ""
    number: str | None = None
    old_number: str = ""
    gender: str = "1"
    ethnic_group: str = "01"
    religion: str = "00"
    marital_status: str = "1"
    blood_group: str = "00"
    nationality: str = "VN"
    birth_place: Place = Place("66", "", "22015", "TDP MẪU 1")
    origin: Place = Place("54", "555", "22024", "")
    permanent: Place = Place("66", "", "22015", "12 ĐƯỜNG MẪU")
    current: Place = Place("66", "", "22015", "12 ĐƯỜNG MẪU")
    father: Kin | None = None
    mother: Kin | None = None
    spouse: Kin | None = None
    representative: Kin | None = None
    head: Kin | None = None
    household_book: str = "MAU-0001"
    records: int = 1
    others: tuple[Person, ...] = ()

    @property
    def answered(self) -> tuple[Person, ...]:
        """The people whose records stand in the answer."""
        return self.others or (self,) * self.records

    @property
    def record_number(self) -> str:
        """The 12-digit number that the record bears, or empty."""
        if self.number is not None:
            return self.number
        return self.asked_number if len(self.asked_number) == 12 else ""

    def __repr__(self) -> str:
        return f"Person({self.key!r})"
