"""Answers and problems of the OpenAPI document, from the outcomes and from the tables of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dancu.domain.outcomes import Ambiguous, Confirmed, Found, NotMatched, Verified
from dancu.gateway.examples import ANSWERS
from dancu.gateway.problems import by_status, meaning
from dancu.gateway.schemas import closed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.gateway.schemas import Schema, Schemas

__all__ = ["OUTCOMES", "PACE", "STATUSES", "answer", "ok", "problem_responses", "problems", "whole"]

OUTCOMES: Mapping[str, Mapping[str, type]] = {
    "LookUpAnswer": {"found": Found, "not_matched": NotMatched, "ambiguous": Ambiguous},
    "ConfirmAnswer": {"confirmed": Confirmed, "not_matched": NotMatched},
    "VerifyAnswer": {"verified": Verified, "not_matched": NotMatched, "ambiguous": Ambiguous},
}
"""What each answer may come to, by its `outcome` word."""

STATUSES = tuple(status for status in by_status() if status not in {404, 405, 409})
"""Of the problems that a question may come to; a path or method that is not described has none of its own."""

_HEADERS: Mapping[str, tuple[str, Schema]] = {
    "Retry-After": ("Whole seconds to wait before asking again.", {"type": "integer", "minimum": 1}),
    "RateLimit": ("What is left of the application's rate (draft-ietf-httpapi-ratelimit-headers).", {"type": "string"}),
    "RateLimit-Policy": ("The application's rate.", {"type": "string"}),
    "WWW-Authenticate": ("How to authenticate.", closed(["Bearer"])),
    "Cache-Control": ("An answer about a person is never kept.", closed(["no-store"])),
}
PACE = ("RateLimit", "RateLimit-Policy")
"""Headers of every answer to an application that is known."""
_HEADERS_OF = {
    **dict.fromkeys((403, 406, 413, 415, 422), PACE),
    401: ("WWW-Authenticate",),
    **dict.fromkeys((429, 502, 503, 504), ("Retry-After", *PACE)),
}


def problem_responses(schemas: Schemas) -> dict[str, Any]:
    """A response for each status, with exactly the codes that bear it."""
    found = {status: codes for status, codes in by_status().items() if status != 405}
    return {f"Problem{status}": _problem(schemas, status, codes) for status, codes in found.items()}


def problems(*statuses: int) -> dict[str, Any]:
    """References to the problems of these statuses."""
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}


def ok(description: str, schema: Schema, *headers: str) -> dict[str, Any]:
    """A response 200 with these headers."""
    content = {"application/json": {"schema": schema}}
    return {"description": description, "headers": _headers(headers, required=True), "content": content}


def whole(description: str, **properties: Schema) -> Schema:
    """An object that always has all of its parts."""
    return {"type": "object", "description": description, "properties": properties, "required": list(properties)}


def answer(schemas: Schemas, name: str) -> dict[str, Any]:
    """One flat object for all outcomes of an operation: their common parts, and those of each where it is the one."""
    parts = {word: schemas.properties(kind) for word, kind in OUTCOMES[name].items()}
    merged = {name: schema for found in parts.values() for name, schema in found.items()}
    common = [name for name in merged if all(name in found for found in parts.values())]
    of_each = "; ".join(f"`{word}` has {', '.join(found)}" for word, found in parts.items())
    schema = {
        "type": "object",
        "description": f"What the question came to: {of_each}.",
        "properties": {"outcome": closed(parts), **merged},
        "required": ["outcome", *common],
    }
    response = ok("An answer about the person.", schemas.refer(name, schema), "Cache-Control", *PACE)
    response["content"]["application/json"]["examples"] = {word: {"value": ANSWERS[word]} for word in parts}
    return response


def _problem(schemas: Schemas, status: int, codes: list[str]) -> dict[str, Any]:
    one_error = whole(
        "A part of the request that is off; never its value.", pointer={"type": "string"}, message={"type": "string"}
    )
    always: dict[str, Schema] = {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "enum": [status]},
        "code": closed(codes),
    }
    schema = whole("A failure (RFC 9457); it says nothing about the person.", **always)
    schema["properties"]["retryable"] = {
        "type": "boolean",
        "description": "Whether the same question may be asked again as it is.",
    }
    schema["properties"]["reference"] = {"type": "string", "description": "ULID of the call, as in the audit."}
    if status >= 502:
        schema["properties"]["proof"] = {
            "type": "string",
            "description": "Signed proof of the outage (compact JWS), where the gateway signs and asked.",
        }
    schema["properties"]["errors"] = {"type": "array", "items": schemas.refer("ProblemPart", one_error)}
    example = {"type": f"/problems/{codes[0]}", "title": meaning(codes[0])[1].en, "status": status, "code": codes[0]}
    return {
        "description": "; ".join(f"`{code}` {meaning(code)[1].en} / {meaning(code)[1].vi}" for code in codes),
        "headers": _headers(_HEADERS_OF.get(status, ()), required=status == 401),
        "content": {
            "application/problem+json": {"schema": schemas.refer(f"Problem{status}", schema), "example": example}
        },
    }


def _headers(names: tuple[str, ...], *, required: bool) -> dict[str, Any]:
    found = {name: _HEADERS[name] for name in names}
    return {
        name: {"description": text, "required": required, "schema": schema} for name, (text, schema) in found.items()
    }
