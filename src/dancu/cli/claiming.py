"""What the applicant claims: from JSON, from a card, by prompt, or as arguments about an invented person."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from dancu.cli.asking import NotTaken, check_may_be_argument, prompt
from dancu.cli.labels import FIELD_LABELS
from dancu.domain.dates import parse_typed_date
from dancu.domain.fields import FIELDS
from dancu.domain.names import parse_name
from dancu.domain.people import Relative
from dancu.domain.places import Address
from dancu.domain.queries import Claim
from dancu.errors import InvalidInput
from dancu.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dancu.cli.asking import Keys
    from dancu.domain.card import CardText

__all__ = ["ask_claim"]

Part = TypeVar("Part", Address, Relative)

_ON_THE_CARD = {
    **{name: name for name in ("number", "old_number", "name", "birth_date", "gender")},
    "permanent_address": "address",
}
_TWICE = Phrase("Give the claim once: in the JSON or with --claim", "Chỉ khai một cách: trong JSON hoặc bằng --claim")
_WITHOUT_VALUE = Phrase(
    "With --stdin the claim stands in the JSON, under the key claim", "Khi dùng --stdin, ghi nội dung khai vào JSON"
)


def ask_claim(keys: Keys, given: Sequence[str] | None) -> Claim:
    """The claim from the JSON that was read, or from ``--claim field=value`` and ``--claim field``.

    A field without its value is read from the card, or else asked for.

    Raises:
        NotTaken: a value as an argument about a person who may be real.
        InvalidInput: nothing is claimed, an unknown field, or a value of the wrong kind.
    """
    if keys.claim is not None and given:
        raise NotTaken(_TWICE, field="claim", code="invalid_fields")
    if keys.claim is not None:
        parts = _object(keys.claim)
        if parts is None:
            raise InvalidInput("invalid_fields", field="claim", detail="an object is required")
        return _claim(parts)
    pairs = [item.partition("=") for item in given or ()]
    _check_known(name for name, _, _ in pairs)
    return _claim({name: value if equals else _value_of(name, keys) for name, equals, value in _allowed(pairs, keys)})


def _allowed(pairs: list[tuple[str, str, str]], keys: Keys) -> list[tuple[str, str, str]]:
    if any(equals for _, equals, _ in pairs):
        check_may_be_argument(keys.subject.number, field="claim")
    return pairs


def _object(value: object) -> dict[str, object] | None:
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _check_known(names: Iterable[str]) -> None:
    if not set(names) <= FIELDS.keys():
        raise InvalidInput("invalid_fields", field="claim", detail="unknown field name")


def _value_of(name: str, keys: Keys) -> object:
    if keys.card is not None:
        return _printed(keys.card, name)
    if keys.from_stdin:
        raise NotTaken(_WITHOUT_VALUE, field="claim", code="invalid_fields")
    return prompt(FIELD_LABELS[name])


def _printed(card: CardText, name: str) -> object:
    """What the card says in a field; the address that is printed on it is the permanent one."""
    said = getattr(card, _ON_THE_CARD.get(name, ""), None)
    if said is None:
        raise InvalidInput("invalid_fields", field=name, detail="the card does not say it")
    return said


def _claim(parts: Mapping[str, object]) -> Claim:
    _check_known(parts)
    # Claim refuses what is of the wrong kind.
    return Claim(**cast("dict[str, Any]", {name: _value(name, part) for name, part in parts.items()}))


def _value(name: str, value: object) -> object:
    if name == "birth_date" and isinstance(value, str):
        return parse_typed_date(value, field=name)
    parts = _object(value)
    if parts is None:
        return value
    if name in {"birth_registration_place", "origin", "permanent_address", "current_address"}:
        return _built(Address, parts, name)
    if name in {"father", "mother", "spouse", "representative", "household_head"}:
        relative = _built(Relative, parts, name)
        return dataclasses.replace(relative, name=relative.name and parse_name(relative.name, field=name))
    return value


def _built(kind: type[Part], parts: Mapping[str, object], field: str) -> Part:
    """A part of a claim in the shape in which `dancu.to_json` writes it; a key too many is refused."""
    if not parts.keys() <= {part.name for part in dataclasses.fields(kind)}:
        raise InvalidInput("invalid_fields", field=field, detail="a key that this field does not have")
    try:
        return TypeAdapter(kind).validate_python(dict(parts))
    except ValidationError:
        raise InvalidInput("invalid_fields", field=field, detail="a value of another kind") from None
