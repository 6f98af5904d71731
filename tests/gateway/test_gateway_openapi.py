"""The document says what the code does: every field, outcome, verdict, code and path, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_schema_validator import validate as validate_value
from openapi_spec_validator import validate
from starlette.routing import Route

from dancu import (
    CODES,
    FIELDS,
    Address,
    AsyncClient,
    Claim,
    FieldValue,
    InvalidInput,
    MemorySink,
    Officer,
    Purpose,
    Subject,
    from_json,
)
from dancu.domain.codes import Coded  # noqa: TC001  # the schemas read the annotations of a class in a test
from dancu.domain.outcomes import KeyName, Source, Verdict
from dancu.flows.look_up import OFFERED
from dancu.gateway.app import Gateway, build_app
from dancu.gateway.bodies import ClaimBody, ConfirmBody, LookUpBody, VerifyBody, read
from dancu.gateway.config import GatewayConfig, ServiceName
from dancu.gateway.examples import ANSWERS, CLAIM, FIELDS_ASKED, FORM_ASKED, QUESTION
from dancu.gateway.openapi import PUBLISHED, build_openapi, openapi_json
from dancu.gateway.prefill_bodies import FieldAnswer, PrefillBody
from dancu.gateway.problems import DOOR
from dancu.gateway.responses import OUTCOMES
from dancu.gateway.schemas import Schemas
from dancu.prefill.record import STATES, Circumstance, Origin
from dancu.wire.native import build_native, native_services
from dancu.wire.services.spec import Keys, WireStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dancu.gateway.openapi import Version

    from .conftest import Served

FILES: dict[Version, str] = {"3.0.3": "dancu-gateway-3.0.3.json", "3.1.0": "dancu-gateway-3.1.json"}
FOLDER = Path(__file__).parents[2] / "docs" / "openapi"
DOCUMENT: Any = build_openapi("3.0.3")
SCHEMAS = DOCUMENT["components"]["schemas"]
CONFIG = {
    "listen": {"plain": True},
    "upstream": {"profile": "p.toml"},
    "audit": {"database": "a.sqlite"},
    "application": [{"name": "a", "key_sha256": "0" * 64, "units": ["U"]}],
}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(part)


def properties(name: str) -> dict[str, Any]:
    """The properties of a component."""
    found: dict[str, Any] = SCHEMAS[name]["properties"]
    return found


@pytest.mark.parametrize("version", FILES)
def test_the_published_files_are_what_the_code_generates(version: Version) -> None:
    """`dancu gateway openapi --out` would change nothing; both are valid documents of their version."""
    assert (FOLDER / FILES[version]).read_text(encoding="utf-8") == openapi_json(version)
    document = json.loads(openapi_json(version))
    assert document["openapi"] == version
    validate(document)


@pytest.mark.parametrize("version", FILES)
def test_the_schemas_are_flat(version: Version) -> None:
    """No oneOf, anyOf or allOf; null is `nullable` in 3.0.3 and a second type in 3.1, and in no question at all."""
    document: Any = build_openapi(version)
    for part in objects(document["components"]["schemas"]):
        assert part.keys().isdisjoint({"oneOf", "anyOf", "allOf", "not"})
        assert "nullable" not in part or (version == "3.0.3" and "type" in part)
        kind = part.get("type")
        assert not isinstance(kind, list) or (version == "3.1.0" and len(kind) == 2 and kind[1] == "null")
    questions = [name for name in SCHEMAS if name.endswith("Body")]
    assert len(questions) == 12
    assert '"nullable"' not in json.dumps([SCHEMAS[name] for name in questions])


def test_every_path_of_the_gateway_is_described() -> None:
    """The document has the routes of the application with their methods, and no other."""
    routes = build_app(Gateway(GatewayConfig.model_validate(CONFIG), MemorySink())).routes
    served = {
        (route.path, method.lower())
        for route in routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    described = {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert served == described
    assert len(served) == len(routes) == 13


def test_every_field_is_described() -> None:
    """Questions, claims, citizens and verdicts have the fields of the domain; a claim is typed as the SDK's is."""
    names = list(FIELDS)
    assert properties("LookUpBody")["fields"]["items"] == {"type": "string", "enum": names}
    for described in (
        properties("Citizen"),
        properties("ClaimBody"),
        properties("VerifyAnswer")["fields"]["properties"],
    ):
        assert list(described) == names
    assert [part.name for part in fields(Claim)] == list(ClaimBody.model_fields) == names
    for kind, many in (("Address", 4), ("Relative", 5)):
        typed = {name for name, hint in Claim.__annotations__.items() if kind in hint}
        described = {name for name, schema in properties("ClaimBody").items() if kind in schema.get("$ref", "")}
        assert described == typed and len(typed) == many
    assert set(properties("RelativesBody")["fields"]["items"]["enum"]) == OFFERED["relatives"]


def test_every_outcome_is_described() -> None:
    """Each operation has the outcomes that the client's method returns, by the words and parts of the serialiser."""
    for answer, method in (
        ("LookUpAnswer", AsyncClient.look_up),
        ("ConfirmAnswer", AsyncClient.confirm),
        ("VerifyAnswer", AsyncClient.verify),
    ):
        kinds = OUTCOMES[answer]
        returned = str(method.__annotations__["return"]).split(" | ")
        assert [kind.__name__ for kind in kinds.values()] == returned
        assert properties(answer)["outcome"]["enum"] == list(kinds)
        for word, kind in kinds.items():
            assert type(from_json(json.dumps(ANSWERS[word]))) is kind
            assert ANSWERS[word]["outcome"] == word
            assert ANSWERS[word].keys() <= properties(answer).keys()
        assert properties(answer).keys() == {name for word in kinds for name in ANSWERS[word]}
    assert properties("FieldVerdict")["verdict"]["enum"] == list(get_args(Verdict))
    assert properties("ConfirmAnswer")["keys"]["items"]["enum"] == list(get_args(KeyName))
    assert properties("VerifyAnswer")["source"]["enum"] == list(get_args(Source))
    assert properties("Grant")["service"]["enum"] == list(get_args(ServiceName))


def test_every_word_about_a_field_of_a_form_is_described() -> None:
    """A field of a form has the parts of the SDK's `FieldValue`, with the same states, sources and reasons."""
    parts = {one.name for one in fields(FieldValue)} - {"key", "overridden"}
    assert set(FieldAnswer.model_fields) == parts | {"text", "address"}
    described = properties("FieldAnswer")
    assert described["state"]["enum"] == list(STATES)
    assert described["source"]["enum"] == list(get_args(Origin))
    assert described["reason"]["enum"] == [*CODES, *get_args(Circumstance)]


def test_every_code_is_described_under_its_status() -> None:
    """A problem's response lists the codes that bear its status; a question may come to each of them."""
    wanted: dict[int, set[str]] = {}
    for code, status in [(code, DOOR[code][0]) for code in DOOR] + [
        (code, row.status or 0) for code, row in CODES.items()
    ]:
        wanted.setdefault(status, set()).add(code)
    del wanted[0]
    assert set(properties("ProblemWords")["code"]["enum"]) == set().union(*wanted.values())
    del wanted[405]
    assert {int(name.removeprefix("Problem")) for name in DOCUMENT["components"]["responses"]} == wanted.keys()
    for status, codes in wanted.items():
        assert set(properties(f"Problem{status}")["code"]["enum"]) == codes
    for path in ("/v1/lookup", "/v1/confirm", "/v1/verify"):
        described = set(DOCUMENT["paths"][path]["post"]["responses"])
        assert described == {"200", *(str(status) for status in wanted if status not in {404, 409})}


def test_every_operation_needs_a_key_or_says_that_it_does_not() -> None:
    """What stands under /v1 has the bearer scheme and a 401, a question may have an officer's token; no other asks."""
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            keyed, asks = path.startswith("/v1/"), path != "/v1/whoami"
            schemes: list[object] = [{"application": []}, *([{"application": [], "officer": []}] if asks else [])]
            assert operation["security"] == (schemes if keyed else [])
            assert ("401" in operation["responses"]) is keyed


def test_the_examples_are_of_the_described_shape() -> None:
    """Questions and answers of the document fit its schemas, and the questions are bodies of the gateway."""
    shown = [(name, ANSWERS[word]) for name, kinds in OUTCOMES.items() for word in kinds]
    for kind, further in (
        (ConfirmBody, {}),
        (LookUpBody, {"fields": FIELDS_ASKED}),
        (VerifyBody, {"claim": CLAIM}),
    ):
        assert read(kind, QUESTION | further).to_subject().synthetic
        shown.append((kind.__name__, QUESTION | further))
    assert read(PrefillBody, FORM_ASKED).to_form().id == "birth"
    shown.append(("PrefillBody", FORM_ASKED))
    assert len(shown) == 12
    for name, example in shown:
        schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
        validate_value(example, schema, cls=OAS30Validator)


def test_a_whole_claim_of_the_sdk_is_a_body_of_the_gateway() -> None:
    """What the SDK writes for a claim of all twenty fields is read back as the same claim."""
    place = Address(province="66", commune="22015", detail="Số 1")
    values: dict[str, Any] = dict.fromkeys(FIELDS, "Mẫu")
    values |= {"number": "066790000001", "old_number": "000000001", "birth_date": "1990", "nationality": "VN"}
    values |= dict.fromkeys(("birth_registration_place", "origin", "permanent_address", "current_address"), place)
    claim = Claim(**values)
    keys = Keys(
        native_services("https://gateway.invalid/")["verify"],
        WireStyle(),
        Subject(**QUESTION["subject"]),
        Purpose(procedure="p", unit="u", officer=Officer("c", "a", "1"), dossier="d", session="s", basis="b"),
        "",
    )
    body = read(VerifyBody, json.loads(build_native(keys, claim=claim).body))
    assert body.to_claim() == claim
    assert body.to_purpose() == keys.purpose
    assert body.to_subject() == keys.subject


def test_the_described_lengths_are_the_domains() -> None:
    """Text of the greatest length that the document gives is a purpose, and one letter more is refused."""
    parts = {"procedure": "p", "unit": "u", "session": "s", "dossier": "d", "basis": "b"}

    def purpose(**longer: str) -> Purpose:
        named = {name: longer.pop(name, "o") for name in ("code", "account", "phone")}
        return Purpose(officer=Officer(**named), **(parts | longer))

    for body, names in (("PurposeBody", list(parts)), ("OfficerBody", ["code", "account", "phone"])):
        for name in names:
            most = properties(body)[name]["maxLength"]
            purpose(**{name: "x" * most})
            with pytest.raises(InvalidInput):
                purpose(**{name: "x" * (most + 1)})


def test_a_type_without_a_schema_is_refused() -> None:
    """A part of a new kind stops the document until somebody says what it looks like; so do two shapes of one name."""
    with pytest.raises(TypeError):
        Schemas().of(complex)
    schemas = Schemas()
    schemas.refer("Name", {"type": "string"})
    with pytest.raises(TypeError):
        schemas.refer("Name", {"type": "integer"})

    @dataclass
    class Unsure:
        always: Coded
        sometimes: Coded | None

    with pytest.raises(TypeError):
        Schemas().of(Unsure)


def test_the_gateway_serves_both_without_a_key(served: Served) -> None:
    """Anybody may read the documents, and keep them for an hour."""
    for path, version in PUBLISHED.items():
        response = served.request("GET", path.removeprefix("/"))
        assert (response.status_code, response.text) == (200, openapi_json(version))
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Cache-Control"] == "public, max-age=3600"


def test_every_code_of_the_document_is_explained(served: Served) -> None:
    """The type of every problem is a path that answers with its status and words in two languages."""
    for code in properties("ProblemWords")["code"]["enum"]:
        told = served.request("GET", f"problems/{code}").json()
        assert told.keys() == set(SCHEMAS["ProblemWords"]["required"])
        assert (told["code"], told["status"]) == (code, DOOR[code][0] if code in DOOR else CODES[code].status)


def test_an_application_reads_what_is_described(served: Served) -> None:
    """`whoami` answers with exactly the described parts."""
    known = served.request("GET", "v1/whoami", Authorization=f"Bearer {served.key}").json()
    assert known.keys() == properties("WhoAmI").keys()
    assert all(grant.keys() == properties("Grant").keys() for grant in known["grants"])


def test_the_command_prints_and_writes_the_document(tmp_path: Path) -> None:
    """On standard output by default, in 3.0.3 by default, or into a file."""
    command = [sys.executable, "-m", "dancu.cli", "gateway", "openapi"]
    printed = subprocess.run(command, capture_output=True, check=True, timeout=30).stdout
    assert printed == openapi_json("3.0.3").encode()
    out = tmp_path / "openapi.json"
    subprocess.run([*command, "--openapi", "3.1.0", "--out", str(out)], check=True, timeout=30)
    assert out.read_bytes() == openapi_json("3.1.0").encode()
    refused = subprocess.run([*command, "--out", str(tmp_path)], capture_output=True, check=False, timeout=30)
    assert refused.returncode == 2
    assert b"Traceback" not in refused.stderr
