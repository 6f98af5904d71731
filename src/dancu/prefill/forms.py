"""A form as data: who stands in it, what to ask for, and what goes into which field, how."""

from __future__ import annotations

import datetime  # pydantic resolves the annotations at run time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from dancu.prefill.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from dancu.prefill.attributes import Attribute

__all__ = ["Family", "Form", "FormField", "Format", "Lock", "Role"]

Family = Literal["formio", "civil_status", "igate"]
"""Whose key: a form.io form's, the civil-status e-forms' (family A of vn-data.md §5.3), an iGate-style portal's (B)."""
Format = Literal[
    "name:as_register",
    "text:upper",
    "text",
    "date:dd/mm/yyyy",
    "date:words",
    "year",
    "code:id",
    "code:label",
    "code:commune",
    "code:province",
    "name:commune",
    "name:province",
    "name:ethnic",
    "address:line",
    "address:detail",
    "address:parts",
]
Lock = Literal["verified", "never"]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]


class Part(BaseModel):
    """A table of the file; what it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Role(Part):
    """One person of the form.

    Attributes:
        label_vi, label_en: what the form calls them.
        required: whether the form is of use without them.
        from_register: whether the register is asked about them; a newborn child is in no register.
    """

    label_vi: str
    label_en: str
    required: bool = True
    from_register: bool = True


class FormField(Part):
    """One field.

    Attributes:
        key: unique in the form; the key of `Prefill.fields` and of the JSON instance.
        label_vi, label_en: what stands beside it.
        attribute: ``role.attribute`` of `ATTRIBUTES`; None for what only the applicant knows (phone, request).
        format: how the value is written.
        lock: whether a verified value locks the field.
        required: whether the form is incomplete without it.
        targets: its key in each family of portals that has one; a dotted key nests.
    """

    key: Key
    label_vi: str
    label_en: str
    attribute: str | None = None
    format: Format = "text"
    lock: Lock = "verified"
    required: bool = False
    targets: dict[Family, str] = {}

    @property
    def role(self) -> str | None:
        """Whose field it is; None for nobody's."""
        return None if self.attribute is None else self.attribute.partition(".")[0]

    @property
    def rule(self) -> Attribute | None:
        """The attribute's row in `ATTRIBUTES`."""
        return None if self.attribute is None else ATTRIBUTES[self.attribute.partition(".")[2]]


class Form(Part):
    """One form of one or more procedures.

    Attributes:
        id: short and stable, such as ``birth`` or ``ct01-permanent``.
        procedures: codes that file it (vn-data.md §5.2); the first is the usual one.
        number: the form's own number in its regulation, or None where it has none.
        regulation: in Vietnamese, as one cites it.
        valid_from, valid_to: days between which the regulation asks for this form.
        confidence: how sure the definition is of its fields: ``high``, ``medium`` or ``low`` (vn-data.md's marks).
        roles: in the order in which the form names them.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    procedures: Annotated[tuple[str, ...], Field(min_length=1)]
    title_vi: str
    title_en: str
    number: str | None = None
    regulation: str
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    confidence: Literal["high", "medium", "low"]
    roles: dict[Word, Role]
    fields: tuple[FormField, ...]
