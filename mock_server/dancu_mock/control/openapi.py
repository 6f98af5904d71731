"""The control port's OpenAPI 3.1 document, made from the table of verbs and the types of their bodies."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from dancu_mock.control.models import Refusal
from dancu_mock.control.problems import PROBLEMS
from dancu_mock.control.routes import VERBS

if TYPE_CHECKING:
    from pydantic import BaseModel

    from dancu_mock.control.routes import Verb

__all__ = ["build_openapi", "openapi_json"]

_ABOUT = """\
Moves a mock of the population database's platform: scenarios, people, clock, journal and certificates. Everybody in it
is invented. The port is for the developer's own computer and wants the token that `dancu mock serve` wrote.
"""
_REFERENCE = "#/components/schemas/{model}"


def build_openapi() -> dict[str, Any]:
    """The document, as plain values."""
    paths: dict[str, dict[str, Any]] = {}
    for verb in VERBS:
        paths.setdefault(verb.path, {})[verb.method.lower()] = _operation(verb)
    return {
        "openapi": "3.1.0",
        "info": {"title": "dancu mock control", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(_schemas().items())),
            "responses": _refusals(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


@functools.cache
def openapi_json() -> str:
    """The document as it is served."""
    return json.dumps(build_openapi(), ensure_ascii=False, indent=2) + "\n"


def _schemas() -> dict[str, Any]:
    named = {kind for verb in VERBS for kind in (verb.takes, verb.gives) if kind is not None} | {Refusal}
    asked = [(kind, "validation") for kind in sorted(named, key=lambda kind: kind.__name__)]
    _each, together = models_json_schema(asked, ref_template=_REFERENCE)  # type: ignore[arg-type]  # a list of pairs
    found: dict[str, Any] = together["$defs"]
    return found


def _operation(verb: Verb) -> dict[str, Any]:
    described: dict[str, Any] = {"operationId": verb.name, "summary": verb.about}
    if verb.method == "GET" and verb.takes is not None:
        described["parameters"] = [_queried(name, schema) for name, schema in _properties(verb.takes).items()]
    elif verb.takes is not None:
        described["requestBody"] = {"required": True, "content": _json(verb.takes)}
    elif "{id}" in verb.path:
        described["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    good = {"description": verb.about} | ({} if verb.gives is None else {"content": _json(verb.gives)})
    refused = {str(status): {"$ref": f"#/components/responses/{status}"} for status in _statuses(verb)}
    return {**described, "responses": {str(verb.status): good, **refused}}


def _statuses(verb: Verb) -> list[int]:
    """What else the verb may answer with."""
    reads_body, reads_query = verb.method == "POST" and verb.takes is not None, verb.takes is not None
    more = [404] if "{id}" in verb.path else [400, 413, 415] if reads_body else [400] if reads_query else []
    return sorted([401, 403, 500, *more])


def _properties(query: type[BaseModel]) -> dict[str, Any]:
    found: dict[str, Any] = query.model_json_schema()["properties"]
    return found


def _queried(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _json(kind: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REFERENCE.format(model=kind.__name__)}}}


def _refusals() -> dict[str, Any]:
    by_status: dict[str, list[str]] = {}
    for code, (status, sentence) in PROBLEMS.items():
        by_status.setdefault(str(status), []).append(f"`{code}`: {sentence}")
    return {status: {"description": "; ".join(told), "content": _json(Refusal)} for status, told in by_status.items()}
