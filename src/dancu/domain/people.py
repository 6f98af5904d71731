"""A citizen as far as one was asked about, and the relatives named in the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from dancu.domain.codes import Coded
from dancu.domain.dates import PartialDate
from dancu.domain.ids import OldPersonNumber, PersonNumber
from dancu.domain.names import Name
from dancu.domain.places import Address
from dancu.errors import FieldNotAsked
from dancu.privacy import PersonalText, masked_repr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from dancu.domain.fields import FieldName

__all__ = ["Citizen", "Relative"]


@dataclass(frozen=True, slots=True, repr=False)
class Relative:
    """A person as another person's record names them; nothing of it is verified.

    Attributes:
        name: whole name, or None.
        number, old_number: as they came; placeholders and short runs of digits occur
            (wire.md §5 quirk 4), so their length is not checked.
        nationality: ISO 3166 alpha-2, or None.
        relation: to the head of the household, for ``household_head`` only.
    """

    name: Name | None = None
    number: PersonalText | None = None
    old_number: PersonalText | None = None
    nationality: Coded | None = None
    relation: Coded | None = None

    def __repr__(self) -> str:
        return masked_repr(self)

    __str__ = __repr__


class Citizen(BaseModel):
    """The fields asked for, and no others.

    Reading a field that was not asked for raises `FieldNotAsked`; ``None`` means that it
    was asked for and the register holds nothing. ``repr`` and ``str`` are masked. In JSON
    a field that was not asked for is absent, and one without a value is null.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    number: PersonNumber | None = None
    old_number: OldPersonNumber | None = None
    name: Name | None = None
    birth_date: PartialDate | None = None
    gender: Coded | None = None
    nationality: Coded | None = None
    ethnic_group: Coded | None = None
    religion: Coded | None = None
    blood_group: Coded | None = None
    marital_status: Coded | None = None
    birth_registration_place: Address | None = None
    origin: Address | None = None
    permanent_address: Address | None = None
    current_address: Address | None = None
    father: Relative | None = None
    mother: Relative | None = None
    spouse: Relative | None = None
    representative: Relative | None = None
    household_head: Relative | None = None
    household_book: PersonalText | None = None

    @property
    def asked(self) -> frozenset[str]:
        """The names of the fields that were asked for."""
        return frozenset(self.model_fields_set)

    def only(self, fields: tuple[FieldName, ...]) -> Self:
        """A copy with these fields of the asked ones and no others."""
        return type(self)(**{name: getattr(self, name) for name in fields})

    @classmethod
    def of(cls, values: Mapping[FieldName, object]) -> Self:
        """A citizen with exactly these fields asked for."""
        return cls(**dict(values))  # type: ignore[arg-type]  # pydantic checks each value

    def model_post_init(self, _context: Any) -> None:
        """Forget the defaults of what was not asked for, so that reading it is an error."""
        for name in type(self).model_fields.keys() - self.model_fields_set:
            object.__delattr__(self, name)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise FieldNotAsked("field_not_asked", field=name)
            return super().__getattr__(name)

    def __repr__(self) -> str:
        return masked_repr(self)

    __str__ = __repr__

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []
