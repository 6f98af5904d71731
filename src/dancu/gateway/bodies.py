"""Requests as applications write them: three keys, a purpose, and fields or a claim; nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from dancu.domain.places import Address
from dancu.domain.queries import Claim, Officer, Purpose, Subject
from dancu.errors import InvalidInput
from dancu.gateway.problems import Problem, from_error

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ConfirmBody", "LookUpBody", "VerifyBody", "read"]

B = TypeVar("B", bound=BaseModel)
T = TypeVar("T")
Text = Annotated[str, StringConstraints(max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class SubjectBody(_Body):
    """The three keys."""

    number: Text
    name: Text
    birth_date: Text


class OfficerBody(_Body):
    """Who asks, as the application names them."""

    code: Text
    account: Text | None = None
    phone: Text | None = None


class PurposeBody(_Body):
    """Why; a dossier or a session is needed."""

    procedure: Text
    unit: Text
    officer: OfficerBody | Text
    dossier: Text | None = None
    session: Text | None = None
    basis: Text | None = None


class ConfirmBody(_Body):
    """Body of ``POST /v1/confirm``, and the common part of the others."""

    subject: SubjectBody
    purpose: PurposeBody

    def to_subject(self) -> Subject:
        """The subject; a refused key is pointed at."""
        parts = self.subject
        return _pointing("/subject", lambda: Subject(number=parts.number, name=parts.name, birth_date=parts.birth_date))

    def to_purpose(self) -> Purpose:
        """The purpose; a refused part is pointed at."""
        return _pointing("/purpose", self._purpose)

    def _purpose(self) -> Purpose:
        parts = self.purpose
        named = parts.officer
        officer = Officer(named) if isinstance(named, str) else Officer(named.code, named.account, named.phone)
        return Purpose(
            procedure=parts.procedure,
            unit=parts.unit,
            officer=officer,
            dossier=parts.dossier,
            session=parts.session,
            basis=parts.basis,
        )


class LookUpBody(ConfirmBody):
    """Body of ``POST /v1/lookup``."""

    fields: list[Text]


class AddressBody(_Body):
    """A claimed address, by codes."""

    province: Text
    district: Text | None = None
    commune: Text | None = None
    detail: Text | None = None


class VerifyBody(ConfirmBody):
    """Body of ``POST /v1/verify``."""

    claim: dict[Text, AddressBody | Text]

    def to_claim(self) -> Claim:
        """The claim; a refused field is pointed at."""
        parts: dict[str, Any] = {
            name: Address(value.province, value.district, value.commune, value.detail)
            if isinstance(value, AddressBody)
            else value
            for name, value in self.claim.items()
        }
        if not parts.keys() <= Claim.__dataclass_fields__.keys():
            raise Problem("invalid_fields", (("/claim", "unknown field name"),))
        return _pointing("/claim", lambda: Claim(**parts))


def _pointing(pointer: str, make: Callable[[], T]) -> T:
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
        known = _known_words()
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


def _known_words() -> frozenset[str]:
    """Names of ours; a name that the caller made up is not repeated in a pointer."""
    kinds = (SubjectBody, OfficerBody, PurposeBody, ConfirmBody, LookUpBody, VerifyBody, AddressBody)
    names = {name for kind in kinds for name in kind.model_fields}
    return frozenset(names | Claim.__dataclass_fields__.keys())
