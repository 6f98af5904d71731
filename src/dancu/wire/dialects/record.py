"""One record of the register as a dialect read it: its own keys, and the fields asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.privacy import masked_repr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.domain.dates import PartialDate
    from dancu.domain.fields import FieldName
    from dancu.domain.ids import OldPersonNumber, PersonNumber
    from dancu.domain.names import Name

__all__ = ["Record"]


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """A record on its way to a `Citizen`.

    Attributes:
        number, old_number, name, birth_date: whose record it says it is; compared with
            the keys sent and then forgotten.
        values: the fields asked for and no others.
    """

    number: PersonNumber | None
    old_number: OldPersonNumber | None
    name: Name | None
    birth_date: PartialDate | None
    values: Mapping[FieldName, object]

    def __repr__(self) -> str:
        return masked_repr(self)
