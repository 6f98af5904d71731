"""OpenAPI schemas of the types that are read and served, so that the document cannot say anything else.

Flat objects for generators of clients: no ``oneOf``, ``anyOf`` or ``allOf``. A part that may be null says
``nullable``; a component is either never null or always allowed to be, since 3.0.3 knows no nullable reference.
"""

from __future__ import annotations

import datetime
import inspect
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel, StringConstraints, WithJsonSchema

from dancu.cli.labels import FIELD_LABELS
from dancu.domain.dates import PartialDate
from dancu.gateway.bodies import Body, Served

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Schema", "Schemas", "closed"]

Schema = dict[str, Any]
_TEXTS: Mapping[object, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    datetime.datetime: {"type": "string", "format": "date-time"},
    datetime.date: {"type": "string", "format": "date"},
    PartialDate: {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
}
_UNIONS = (Union, types.UnionType)


def closed(words: Iterable[object]) -> Schema:
    """Text of a closed list."""
    return {"type": "string", "enum": list(words)}


class Schemas:
    """The components of a document; each is made when a schema first refers to it."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """The schema of an annotation.

        Raises:
            TypeError: a kind of type that no body has had so far.
        """
        origin, parts = get_origin(kind), get_args(kind)
        if kind in _TEXTS:
            return dict(_TEXTS[kind])
        if origin is Annotated:
            return self._annotated(*parts)
        if origin in _UNIONS:
            (only,) = (part for part in parts if part is not type(None))
            return self._nullable(only)
        if origin is Literal:
            return closed(parts)
        if origin in {list, tuple}:
            return {"type": "array", "items": self.of(parts[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": True if parts[1] is Any else self.of(parts[1])}
        if origin is Mapping:
            return {"type": "object", "properties": {name: self.of(parts[1]) for name in get_args(parts[0])}}
        if inspect.isclass(kind) and issubclass(kind, str):
            return {"type": "string"}
        return self._component(kind)

    def properties(self, kind: type[Any]) -> dict[str, Schema]:
        """A schema for each part of a body, a model or a dataclass."""
        if issubclass(kind, BaseModel):
            # A part of a request is given or absent, so None is no value of it but its absence; as in what is served.
            absent = issubclass(kind, Body | Served)
            hints = {name: field.rebuild_annotation() for name, field in kind.model_fields.items()}
            found = {name: self.of(_present(hint) if absent else hint) for name, hint in hints.items()}
        elif is_dataclass(kind):
            hints = get_type_hints(kind, include_extras=True)
            found = {part.name: self.of(hints[part.name]) for part in fields(kind)}
        else:
            raise TypeError(f"no schema for {kind!r}")
        return {name: _labelled(name, schema) for name, schema in found.items()}

    def refer(self, name: str, schema: Schema) -> Schema:
        """Keep a component and give the reference to it.

        Raises:
            TypeError: another component bears this name.
        """
        if self.components.setdefault(name, schema) != schema:
            raise TypeError(f"two schemas of the name {name}, or one that is null in one place only")
        return {"$ref": f"#/components/schemas/{name}"}

    def _annotated(self, base: Any, *metadata: object) -> Schema:
        schema = self.of(base)
        for one in metadata:
            if isinstance(one, StringConstraints):
                bounds = {"minLength": one.min_length, "maxLength": one.max_length}
                schema |= {name: bound for name, bound in bounds.items() if bound is not None}
            elif isinstance(one, WithJsonSchema):
                told = one.json_schema or {}
                schema = dict(told) if "type" in told else schema | told
        return schema

    def _nullable(self, kind: Any) -> Schema:
        if is_dataclass(kind) and kind not in _TEXTS:
            return self._component(kind, nullable=True)
        return {**self.of(kind), "nullable": True}

    def _component(self, kind: Any, *, nullable: bool = False) -> Schema:
        schema: Schema = {"type": "object", "description": _described(kind)}
        if nullable:
            schema["nullable"] = True
        schema["properties"] = self.properties(kind)
        if required := _required(kind):
            schema["required"] = required
        if issubclass(kind, Body):
            schema["additionalProperties"] = False
            schema |= cast("Schema", kind.model_config.get("json_schema_extra", {}))
        return self.refer(kind.__name__, schema)


def _described(kind: Any) -> str:
    """The first sentence of a docstring, up to what it says about Python."""
    return (inspect.getdoc(kind) or "").partition("\n\n")[0].partition(";")[0].rstrip(".").replace("``", "`") + "."


def _present(hint: Any) -> Any:
    if get_origin(hint) not in _UNIONS:
        return hint
    (only,) = (part for part in get_args(hint) if part is not type(None))
    return only


def _required(kind: Any) -> list[str]:
    """A model leaves out what was not asked for or given; a dataclass is served whole."""
    if issubclass(kind, BaseModel):
        return [name for name, field in kind.model_fields.items() if field.is_required()]
    return [part.name for part in fields(kind)]


def _labelled(name: str, schema: Schema) -> Schema:
    if "$ref" in schema or "description" in schema or name not in FIELD_LABELS:
        return schema
    vietnamese, _slash, english = FIELD_LABELS[name].partition(" / ")
    return {**schema, "description": f"{english}. {vietnamese}."}
