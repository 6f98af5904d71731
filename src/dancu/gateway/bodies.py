"""Requests as applications write them: three keys, a purpose, and fields or a claim; nothing else.

The models are read by `dancu.gateway.schemas` too: what they accept is what the OpenAPI document says.
A pattern or length that stands in a ``WithJsonSchema`` is the domain's rule, which refuses with a code of its own.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    field_validator,
)

from dancu.domain.address_text import ParsedAddress, parse_address
from dancu.domain.fields import FIELDS
from dancu.domain.names import parse_name
from dancu.domain.people import Relative
from dancu.domain.places import Address
from dancu.domain.queries import Claim, Officer, Purpose, Subject
from dancu.errors import InvalidInput
from dancu.flows.look_up import OFFERED
from dancu.gateway.problems import Problem, from_error
from dancu.privacy import PersonalText

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Body",
    "Claimed",
    "ConfirmBody",
    "LookUpBody",
    "PurposeBody",
    "RelativesBody",
    "Served",
    "SubjectBody",
    "Text",
    "VerifyBody",
    "at_most",
    "pointing",
    "purpose_of",
    "read",
]

B = TypeVar("B", bound=BaseModel)
T = TypeVar("T")


def _told(description: str, example: str, **rules: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **rules, "description": description, "example": example})


def at_most(longest: int, description: str, example: str) -> WithJsonSchema:
    """What the document says of a text whose length the domain checks."""
    return _told(description, example, minLength=1, maxLength=longest)


_NUMBER = _told(
    "12 digits, or the 9 of an old card; text, since a number may begin with 0.",
    "066790000001",
    pattern="^([0-9]{9}|[0-9]{12})$",
)
_NEW_NUMBER = _told("12 digits.", "066790000001", pattern="^[0-9]{12}$")
_OLD_NUMBER = _told("The 9 digits of an old card.", "000000001", pattern="^[0-9]{9}$")
_NAME = at_most(100, "Whole name as on the paper, with or without accents.", "Nguyễn Thị Mẫu")
_DATE = _told(
    "yyyy-mm-dd, yyyy-mm or yyyy, as far as it is known.", "1990-01-02", pattern="^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
)
_ADDRESS = at_most(200, "As people write it, of today or of before 1 July 2025.", "12 Lê Lợi, Phường Tuy Hòa, Đắk Lắk")
_DAY = _told("yyyy-mm-dd.", "2025-07-01", pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
Text = Annotated[str, StringConstraints(max_length=200)]
FieldText = Annotated[Text, WithJsonSchema({"type": "string", "enum": list(FIELDS)})]
KinText = Annotated[Text, WithJsonSchema({"type": "string", "enum": sorted(OFFERED["relatives"])})]
Claimed = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Body(BaseModel):
    """What all bodies have in common: no unknown key, no conversion, and a part is given or absent, never null."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _given(cls, value: object) -> object:
        if value is None:
            raise ValueError("null")
        return value


class Served(BaseModel):
    """What answers have in common that are no outcome of the domain's: a part is told or left out, never null."""

    model_config = ConfigDict(extra="forbid")


class SubjectBody(Body):
    """The three keys: number, name and birth date together."""

    number: Annotated[Text, _NUMBER]
    name: Annotated[Text, _NAME]
    birth_date: Annotated[Text, _DATE]


class OfficerBody(Body):
    """Who asks, as the application names them."""

    code: Annotated[Text, at_most(100, "The officer's own number, e-mail or account.", "can.bo.mau")]
    account: Annotated[Text, at_most(100, "Account name.", "can.bo.mau")] | None = None
    phone: Annotated[Text, at_most(100, "Telephone number.", "000 000 000")] | None = None


class PurposeBody(Body):
    """Why the question is asked, and for which dossier or session: one of the two is needed."""

    procedure: Annotated[Text, at_most(20, "Code of the administrative procedure.", "1.004194")]
    unit: Annotated[Text, at_most(35, "Code of the asking unit, Decision 20/2020/QD-TTg.", "H15.42")]
    officer: OfficerBody
    dossier: Annotated[Text, at_most(64, "Dossier number.", "H15.42-261122-0001")] | None = None
    session: Annotated[Text, at_most(64, "A draft's id, before there is a dossier.", "draft-1")] | None = None
    basis: Annotated[Text, at_most(64, "Code of the legal basis.", "basis-1")] | None = None


class ConfirmBody(Body):
    """Body of ``POST /v1/confirm``, and the common part of the others."""

    subject: SubjectBody
    purpose: PurposeBody

    def to_subject(self) -> Subject:
        """The subject; a refused key is pointed at."""
        parts = self.subject
        return pointing("/subject", lambda: Subject(number=parts.number, name=parts.name, birth_date=parts.birth_date))

    def to_purpose(self) -> Purpose:
        """The purpose; a refused part is pointed at."""
        return pointing("/purpose", lambda: purpose_of(self.purpose))


def purpose_of(parts: PurposeBody) -> Purpose:
    """The purpose in the domain's words.

    Raises:
        InvalidInput: naming the part.
    """
    return Purpose(
        procedure=parts.procedure,
        unit=parts.unit,
        officer=Officer(parts.officer.code, parts.officer.account, parts.officer.phone),
        dossier=parts.dossier,
        session=parts.session,
        basis=parts.basis,
    )


class LookUpBody(ConfirmBody):
    """Body of ``POST /v1/lookup``."""

    fields: Annotated[list[FieldText], WithJsonSchema({"minItems": 1})]


class RelativesBody(ConfirmBody):
    """Body of ``POST /v1/relatives``."""

    fields: Annotated[list[KinText], WithJsonSchema({"minItems": 1})]


class AddressBody(Body):
    """A claimed address: as it is written, in ``text``, or by codes of the administrative units.

    ``detail`` is house, street or hamlet; ``as_of`` the day on which the address was written down.
    """

    text: Annotated[Claimed, _ADDRESS] | None = None
    province: Claimed | None = None
    district: Claimed | None = None
    commune: Claimed | None = None
    detail: Claimed | None = None
    country: Claimed | None = None
    as_of: Annotated[Claimed, _DAY] | None = None


class RelativeBody(Body):
    """A claimed relative: by name, by number, or both."""

    name: Annotated[Claimed, _NAME] | None = None
    number: Annotated[Claimed, _NEW_NUMBER] | None = None
    old_number: Annotated[Claimed, _OLD_NUMBER] | None = None


class ClaimBody(Body):
    """What the applicant says, one property for each claimed field: text, an address, or a relative.

    Dates are yyyy-mm-dd, coded facts a code or its Vietnamese label.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra={"minProperties": 1})

    number: Annotated[Claimed, _NEW_NUMBER] | None = None
    old_number: Annotated[Claimed, _OLD_NUMBER] | None = None
    name: Annotated[Claimed, _NAME] | None = None
    birth_date: Annotated[Claimed, _DATE] | None = None
    gender: Claimed | None = None
    nationality: Claimed | None = None
    ethnic_group: Claimed | None = None
    religion: Claimed | None = None
    blood_group: Claimed | None = None
    marital_status: Claimed | None = None
    birth_registration_place: AddressBody | None = None
    origin: AddressBody | None = None
    permanent_address: AddressBody | None = None
    current_address: AddressBody | None = None
    father: RelativeBody | None = None
    mother: RelativeBody | None = None
    spouse: RelativeBody | None = None
    representative: RelativeBody | None = None
    household_head: RelativeBody | None = None
    household_book: Claimed | None = None


class VerifyBody(ConfirmBody):
    """Body of ``POST /v1/verify``."""

    claim: ClaimBody

    def to_claim(self) -> Claim:
        """The claim; a refused field is pointed at, and an unknown one is not repeated."""
        if self.claim.model_extra:
            raise Problem("invalid_fields", (("/claim", "unknown field name"),))
        given = self.claim.model_fields_set

        def claim() -> Claim:
            parts: dict[str, Any] = {name: _claimed(name, getattr(self.claim, name)) for name in given}
            return Claim(**parts)

        return pointing("/claim", claim)


def _claimed(field: str, value: AddressBody | RelativeBody | str) -> Address | ParsedAddress | Relative | str:
    if isinstance(value, str):
        return value
    if isinstance(value, AddressBody):
        return _address(field, value)
    return Relative(
        name=None if value.name is None else parse_name(value.name, field=field),
        number=None if value.number is None else PersonalText(value.number),
        old_number=None if value.old_number is None else PersonalText(value.old_number),
    )


def _address(field: str, parts: AddressBody) -> Address | ParsedAddress:
    try:
        day = None if parts.as_of is None else datetime.date.fromisoformat(parts.as_of)
    except ValueError:
        raise InvalidInput("invalid_fields", field=field, detail="as_of is yyyy-mm-dd") from None
    if parts.text is not None:
        if not parts.model_fields_set <= {"text", "as_of"}:
            raise InvalidInput("invalid_fields", field=field, detail="either text or codes")
        return parse_address(parts.text, as_of=day)
    return Address(parts.province, parts.district, parts.commune, parts.detail, parts.country, day)


def pointing(pointer: str, make: Callable[[], T]) -> T:
    """What ``make`` makes; what it refuses is a problem with a pointer below this one."""
    try:
        return make()
    except InvalidInput as error:
        raise from_error(error, pointer=pointer) from None


def read(kind: type[B], parsed: object) -> B:
    """Check a body's shape.

    Raises:
        Problem: ``invalid_body`` with a pointer to each part that is off, and no value.
    """
    try:
        return kind.model_validate(parsed)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[:20]
        known = _known_words(kind)
        raise Problem(
            "invalid_body",
            tuple(
                (
                    "".join(f"/{part}" for part in one["loc"] if isinstance(part, int) or part in known),
                    "not accepted here",
                )
                for one in found
            ),
        ) from None


def _known_words(kind: type[BaseModel]) -> frozenset[str]:
    """Names of ours; a name that the caller made up is not repeated in a pointer."""
    kinds = (kind, SubjectBody, OfficerBody, PurposeBody, AddressBody, RelativeBody, ClaimBody)
    return frozenset(name for kind in kinds for name in kind.model_fields)
