"""The gateway's OpenAPI document: 3.0.3 for generators of clients, 3.1 beside it, both from the same types."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Literal, cast

from dancu.gateway.bodies import ConfirmBody, LookUpBody, RelativesBody, VerifyBody
from dancu.gateway.config import GrantPart
from dancu.gateway.examples import CLAIM, FIELDS_ASKED, FORM_ASKED, LINK, QUESTION
from dancu.gateway.identity import OFFICER_HEADER
from dancu.gateway.links import LinkBody
from dancu.gateway.prefill_bodies import PrefillAnswer, PrefillBody
from dancu.gateway.problems import by_status
from dancu.gateway.readiness import STATES, STATUS
from dancu.gateway.responses import PACE, STATUSES, answer, ok, problem_responses, problems, whole
from dancu.gateway.schemas import Schemas, closed

if TYPE_CHECKING:
    from collections.abc import Mapping

from dancu.gateway.schemas import Schema

__all__ = ["PUBLISHED", "Version", "build_openapi", "openapi_json"]

Version = Literal["3.0.3", "3.1.0"]
PUBLISHED: Mapping[str, Version] = {"/openapi.json": "3.0.3", "/openapi-3.1.json": "3.1.0"}
"""Where the gateway serves the document of which version."""

_CERTIFICATE = "An application may be known by its client certificate besides, or instead."
_ABOUT = """\
One audited, minimised door to the national population database.

A `2xx` is an answer about a person; its `outcome` says which. Everything else is a problem (RFC 9457) with a stable
`code`, and says nothing about the person: an outage is never `not_matched`. Problem titles are Vietnamese or English by
`Accept-Language`. A path that is not described here is a problem 404, another method a problem 405 with `Allow`.

Cổng tra cứu, xác nhận và đối chiếu thông tin công dân; mọi lượt gọi đều được ghi nhật ký.
"""

_KEY = f"""\
The application's key, as `dancu gateway key` printed it. {_CERTIFICATE}
Khóa ứng dụng; ứng dụng có thể dùng thêm, hoặc chỉ dùng, chứng thư số.
"""
_OFFICER = """\
The access token of the officer's own sign-in, where the gateway asks the application for it (`officers = "signed"`).
Mã đăng nhập của cán bộ, khi cổng yêu cầu.
"""


def build_openapi(version: Version) -> dict[str, object]:
    """The whole document, as plain values for `json.dumps`."""
    schemas = Schemas()
    responses = problem_responses(schemas)
    paths = {
        **_questions(schemas),
        **_forms(schemas),
        **_links(schemas),
        **_about_oneself(schemas),
        **_open_paths(schemas),
    }
    components = (
        schemas.components
        if version == "3.0.3"
        else {name: _as_3_1(schema) for name, schema in schemas.components.items()}
    )
    return {
        "openapi": version,
        "info": {
            "title": "dancu gateway",
            "version": "1",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": "questions", "description": "Ask about a person. Hỏi về một công dân."},
            {"name": "gateway", "description": "About the gateway itself. Về chính cổng kết nối."},
        ],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "responses": responses,
            "securitySchemes": {
                "application": {"type": "http", "scheme": "bearer", "description": _KEY},
                "officer": {"type": "apiKey", "in": "header", "name": OFFICER_HEADER, "description": _OFFICER},
                **({} if version == "3.0.3" else {"certificate": {"type": "mutualTLS", "description": _CERTIFICATE}}),
            },
        },
    }


@functools.cache
def openapi_json(version: Version) -> str:
    """The document as the gateway serves it and as it is published: indented JSON that ends with a new line."""
    return json.dumps(build_openapi(version), ensure_ascii=False, indent=2) + "\n"


def _questions(schemas: Schemas) -> dict[str, Any]:
    asked = [
        ("/v1/lookup", "lookUp", "Look a person up: the fields asked for. Tra cứu.", LookUpBody, "LookUpAnswer"),
        ("/v1/confirm", "confirm", "Confirm that a person exists. Xác nhận.", ConfirmBody, "ConfirmAnswer"),
        ("/v1/verify", "verify", "Compare a claim, field by field. Đối chiếu.", VerifyBody, "VerifyAnswer"),
        ("/v1/relatives", "relatives", "Look up a person's parents. Tra cứu cha, mẹ.", RelativesBody, "LookUpAnswer"),
        ("/v1/blood-group", "bloodGroup", "Look up a blood group. Tra cứu nhóm máu.", ConfirmBody, "LookUpAnswer"),
    ]
    further: dict[str, dict[str, Any]] = {
        "lookUp": {"fields": FIELDS_ASKED},
        "relatives": {"fields": ["father", "mother"]},
        "verify": {"claim": CLAIM},
    }
    return {
        path: _asked(
            name, summary, schemas.of(body), QUESTION | further.get(name, {}), response=answer(schemas, answered)
        )
        for path, name, summary, body, answered in asked
    }


def _forms(schemas: Schemas) -> dict[str, Any]:
    filled = ok("The form; it comes whatever the register does.", schemas.of(PrefillAnswer), "Cache-Control", *PACE)
    summary = "Fill the form of a procedure. Điền trước biểu mẫu."
    return {"/v1/prefill": _asked("prefill", summary, schemas.of(PrefillBody), FORM_ASKED, response=filled)}


def _links(schemas: Schemas) -> dict[str, Any]:
    told = whole(
        "The session is that dossier's; once said, it stays so.",
        outcome=closed(["linked"]),
        questions={"type": "integer", "minimum": 1},
        reference={"type": "string"},
    )
    linked = ok("On record.", schemas.refer("LinkAnswer", told), "Cache-Control", *PACE)
    summary = "Say which dossier a draft session became. Gắn phiên tra cứu với hồ sơ."
    paths = {"/v1/dossiers/link": _asked("link", summary, schemas.of(LinkBody), LINK, response=linked)}
    paths["/v1/dossiers/link"]["post"]["responses"] |= problems(404, 409)
    return paths


def _asked(name: str, summary: str, body: Schema, example: object, *, response: dict[str, Any]) -> dict[str, Any]:
    """A question under a key; ``response`` is what it comes to where it is no problem."""
    return {
        "post": {
            **_operation(name, summary, "questions"),
            "security": [{"application": []}, {"application": [], "officer": []}],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": body, "example": example}},
            },
            "responses": {"200": response, **problems(*STATUSES)},
        }
    }


def _about_oneself(schemas: Schemas) -> dict[str, Any]:
    grant = schemas.properties(GrantPart)
    parts = ("procedure", "service", "fields")
    grants = {"type": "object", "properties": {name: grant[name] for name in parts}, "required": list(parts)}
    known = whole(
        "The application that asks, and what it is granted.",
        application={"type": "string"},
        units={"type": "array", "items": {"type": "string"}},
        grants={"type": "array", "items": schemas.refer("Grant", grants)},
    )
    return {
        "/v1/whoami": {
            "get": {
                **_operation("whoAmI", "Read one's own name, units and grants. Ứng dụng tự xem quyền.", "gateway"),
                "security": [{"application": []}],
                "responses": {
                    "200": ok("The application.", schemas.refer("WhoAmI", known), "Cache-Control", *PACE),
                    **problems(401, 429, 500),
                },
            }
        }
    }


def _open_paths(schemas: Schemas) -> dict[str, Any]:
    """What needs no key."""
    codes = [code for found in by_status().values() for code in found]
    told = whole(
        "What a problem's code means.",
        code=closed(codes),
        status={"type": "integer"},
        title_en={"type": "string"},
        title_vi={"type": "string"},
    )
    document = whole(
        "An OpenAPI document.", openapi={"type": "string"}, info={"type": "object"}, paths={"type": "object"}
    )
    health = whole("It runs.", status=closed(["ok"]))
    problem = _get(
        "problem", "Read what a code means. Ý nghĩa mã lỗi.", "The code.", schemas.refer("ProblemWords", told), 404, 500
    )
    parameter = {"name": "code", "in": "path", "required": True, "schema": closed(codes), "example": "timed_out"}
    problem["get"]["parameters"] = [parameter]
    return {
        "/healthz": _get(
            "health", "See that the gateway runs. Kiểm tra hoạt động.", "It runs.", schemas.refer("Health", health), 500
        ),
        "/readyz": _readyz(schemas),
        "/problems/{code}": problem,
        **{
            path: _get(
                "openApi" + version.replace(".", ""),
                f"This document as OpenAPI {version}. Tài liệu này.",
                "The document.",
                schemas.refer("OpenApiDocument", document),
                500,
            )
            for path, version in PUBLISHED.items()
        },
    }


def _readyz(schemas: Schemas) -> dict[str, Any]:
    """For a load balancer: its 503 is the same object and no problem."""
    states: Schema = {"type": "object", "additionalProperties": closed(STATES)}
    told = whole("Whether it can do its work.", status=closed(sorted({*STATUS.values()})), checks=states)
    found = schemas.refer("Readiness", told)
    described = "See whether the gateway can do its work. Kiểm tra sẵn sàng."
    operation = _get("readiness", described, "Questions are answered.", found, 500)
    operation["get"]["responses"]["503"] = ok("No question would be answered: ask another gateway.", found)
    return operation


def _get(name: str, summary: str, described: str, schema: Schema, *statuses: int) -> dict[str, Any]:
    responses = {"200": ok(described, schema), **problems(*statuses)}
    return {"get": {**_operation(name, summary, "gateway"), "security": [], "responses": responses}}


def _operation(name: str, summary: str, tag: str) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "tags": [tag]}


def _as_3_1(schema: Schema) -> Schema:
    """The same schema in the words of 3.1: null is a type, and examples are a list."""
    found: Schema = {name: _within(part) for name, part in schema.items() if name not in {"nullable", "example"}}
    if schema.get("nullable") is True:
        found["type"] = [found["type"], "null"]
    if isinstance(schema.get("example"), str):
        found["examples"] = [schema["example"]]
    return found


def _within(part: Any) -> Any:
    return _as_3_1(cast("Schema", part)) if isinstance(part, dict) else part
