"""The control port's document: every route and nothing else, and answers that are what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from dancu_mock import Mock, MockServer
from dancu_mock.control.app import build_app
from dancu_mock.control.client import MockPlatform
from dancu_mock.control.openapi import build_openapi
from dancu_mock.control.problems import PROBLEMS
from dancu_mock.control.routes import VERBS
from dancu_mock.control.server import ControlServer
from dancu_mock.control.verbs import Verbs

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = build_openapi()
PERSON = {"asked_number": "000990099002", "key": "PHANTHIMOI", "year": 1991, "father": {"name": "PHAN VĂN CHA"}}
CALLS: list[tuple[str, str, Any]] = [
    ("post", "/v1/scenarios", {"name": "throttled", "times": 2, "when": {"officer": "can.bo.khac"}}),
    ("get", "/v1/scenarios", None),
    ("delete", "/v1/scenarios/{id}", None),
    ("delete", "/v1/scenarios", None),
    ("post", "/v1/people", {"people": [PERSON]}),
    ("get", "/v1/people", None),
    ("get", "/v1/journal", None),
    ("delete", "/v1/journal", None),
    ("post", "/v1/clock", {"advance": 60}),
    ("get", "/v1/clock", None),
    ("delete", "/v1/clock", None),
    ("post", "/v1/certificates", {"kind": "good"}),
    ("get", "/v1/certificates", None),
    ("delete", "/v1/certificates", None),
    ("get", "/v1/status", None),
    ("post", "/v1/reset", None),
]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """A client of a control port, with its token."""
    mock = Mock()
    with MockServer(mock) as server, ControlServer(mock, server) as control:
        headers = {"Authorization": f"Bearer {control.token}"}
        with httpx.Client(base_url=control.url, headers=headers, trust_env=False, timeout=5) as client:
            yield client


def operations() -> set[tuple[str, str]]:
    """Method and path of every operation in the document."""
    return {(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods}


def test_the_document_is_openapi() -> None:
    """A validator of OpenAPI 3.1 has nothing to say about it, and every operation has a name of its own."""
    OpenAPIV31SpecValidator(DOCUMENT).validate()
    names = [one["operationId"] for methods in DOCUMENT["paths"].values() for one in methods.values()]
    assert len(names) == len(set(names)) == 16


def test_every_route_is_in_the_document_and_the_other_way_round() -> None:
    """The application answers at the document's paths with the document's methods, and at no other below /v1/."""
    mock = Mock()
    server = MockServer(mock)
    server.close()
    app = build_app(Verbs(mock, server), token="invented-token-for-tests", hosts=())
    routes = [route for route in app.routes if isinstance(route, Route) and route.path.startswith("/v1/")]
    served = {
        (method.lower(), re.sub(r":int\}", "}", route.path))
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert served == operations()


def test_the_page_about_it_names_every_verb_in_both_languages() -> None:
    """The table of docs/mock-control.md has every operation once, with a method that `MockPlatform` has."""
    page = (Path(__file__).parents[2] / "docs" / "mock-control.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (GET|POST|DELETE) \| `(/v1/[^?`]*)[^|]*\|[^|]*\| `(\w+)\(", page, re.MULTILINE)
    assert [(method.lower(), path) for method, path, _name in rows] == [
        (verb.method.lower(), verb.path) for verb in VERBS
    ]
    assert [name for _method, _path, name in rows if not callable(getattr(MockPlatform, name, None))] == []


def test_the_calls_here_are_all_there_are() -> None:
    """Every operation is called below."""
    assert {(method, path) for method, path, _body in CALLS} == operations()


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_an_answer_is_what_the_document_says(client: httpx.Client, method: str, path: str, body: Any) -> None:
    """Body and answer fit their schemas, the status is the documented one, and 204 has no body."""
    described = DOCUMENT["paths"][path][method]
    if body is not None:
        check(body, described["requestBody"]["content"]["application/json"]["schema"])
    playing = client.post("/v1/scenarios", json={"name": "hang"}).json()["id"] if "{id}" in path else 0
    answer = client.request(method, path.format(id=playing), json=body)
    good = described["responses"][str(answer.status_code)]
    assert answer.is_success
    if answer.status_code == 204:
        assert answer.content == b"" and "content" not in good
    else:
        check(answer.json(), good["content"]["application/json"]["schema"])


def test_a_refusal_is_what_the_document_says(client: httpx.Client) -> None:
    """A problem fits its schema, and every status that a problem has is described."""
    answer = client.post("/v1/clock", json={"advance": "much"})
    check(answer.json(), DOCUMENT["components"]["responses"]["400"]["content"]["application/json"]["schema"])
    described = set(DOCUMENT["components"]["responses"])
    assert {str(status) for status, _sentence in PROBLEMS.values()} == described


def check(instance: object, schema: dict[str, Any]) -> None:
    """Hold a value to a schema of the document."""
    OAS31Validator({**schema, "components": DOCUMENT["components"]}).validate(instance)
