"""A form whose questions a gateway answers: its problems are the state of fields, its set-up is its own outage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import Citizen, Client, DancuError, Found, MemorySink, to_json

from ..forms_at_hand import MAU, PURPOSE, field, form  # noqa: TID252  # test folders are no packages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORM = form(field("applicant.full_name"), field("applicant.father.full_name"))


@pytest.fixture
def client(tmp_path: Path) -> Callable[[int, str], Client]:
    """A maker of clients whose gateway answers with one status and body."""
    key = tmp_path / "key.txt"
    key.touch(mode=0o600)
    key.write_text("dk_synthetic", encoding="utf-8")
    profile = {
        "environment": "test",
        "endpoint": {"url": "https://gateway.example/"},
        "credential": {"family": "gateway", "application": "mot-cua", "key": {"file": str(key)}},
        "audit": {"sink": "none"},
        "retry": {"attempts": 1},
    }

    def make(status: int, body: str) -> Client:
        def answer(request: httpx.Request) -> httpx.Response:
            assert request.url.path == "/v1/lookup"
            assert json.loads(request.content)["fields"] == ["name", "father"]
            return httpx.Response(status, content=body)

        return Client(profile, transport=httpx.MockTransport(answer), audit=MemorySink())

    return make


def test_a_gateway_is_asked_as_a_platform_is(client: Callable[[int, str], Client]) -> None:
    """One native look-up fills the fields, under this call's reference."""
    citizen = Citizen.model_validate({"name": "NGUYỄN THỊ MẪU", "father": {"name": "NGUYỄN VĂN CHA MẪU"}})
    with client(200, to_json(Found(citizen, reference="G"))) as dancu:
        fields = dancu.prefill("1.001193", {"applicant": MAU}, purpose=PURPOSE, form=FORM).fields
    assert [str(one.value) for one in fields.values()] == ["NGUYỄN THỊ MẪU", "NGUYỄN VĂN CHA MẪU"]
    assert "G" not in {one.reference for one in fields.values()}


@pytest.mark.parametrize(
    ("status", "code", "state", "reason"),
    [
        (403, "not_granted", "restricted", "not_granted"),
        (403, "procedure_not_licensed", "not_licensed", "procedure_not_licensed"),
        (422, "invalid_fields", "not_licensed", "no_such_service"),
        (429, "quota_spent", "unavailable", "quota_spent"),
        (500, "profile_invalid", "unavailable", "profile_invalid"),
        (500, "certificate_unusable", "unavailable", "certificate_unusable"),
        (503, "audit_unavailable", "unavailable", "audit_unavailable"),
        (504, "timed_out", "unavailable", "timed_out"),
        (502, "nothing_of_ours", "unavailable", "http_error"),
    ],
)
def test_a_problem_of_the_gateways_is_a_state(
    client: Callable[[int, str], Client], status: int, code: str, state: str, reason: str
) -> None:
    """The form comes, and an audit or a profile of the gateway's that cannot be used is an outage of its."""
    with client(status, json.dumps({"code": code})) as dancu:
        fields = dancu.prefill("1.001193", {"applicant": MAU}, purpose=PURPOSE, form=FORM).fields
    assert {(one.state, one.reason) for one in fields.values()} == {(state, reason)}


@pytest.mark.parametrize("code", ["invalid_subject", "invalid_purpose"])
def test_keys_that_a_gateway_refuses_are_the_callers_mistake(client: Callable[[int, str], Client], code: str) -> None:
    """What the gateway says is malformed is raised: no form can be filled with it."""
    body: dict[str, Any] = {"code": code}
    with client(422, json.dumps(body)) as dancu, pytest.raises(DancuError) as caught:
        dancu.prefill("1.001193", {"applicant": MAU}, purpose=PURPOSE, form=FORM)
    assert caught.value.code == code


def test_what_is_not_granted_does_not_blank_the_rest(tmp_path: Path) -> None:
    """The gateway names the fields that it refuses: they are restricted, and the others are asked for at once."""
    (tmp_path / "key.txt").touch(mode=0o600)
    (tmp_path / "key.txt").write_text("dk_synthetic", encoding="utf-8")
    asked: list[list[str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content)["fields"])
        if "father" in asked[-1]:
            errors = [{"pointer": "/fields/1", "message": "father"}]
            return httpx.Response(403, json={"code": "not_granted", "errors": errors})
        citizen = Citizen.model_validate({"name": "NGUYỄN THỊ MẪU"})
        return httpx.Response(200, content=to_json(Found(citizen, reference="G")))

    profile = {
        "environment": "test",
        "endpoint": {"url": "https://gateway.example/"},
        "credential": {"family": "gateway", "application": "a", "key": {"file": str(tmp_path / "key.txt")}},
        "audit": {"sink": "none"},
    }
    sink = MemorySink()
    with Client(profile, transport=httpx.MockTransport(answer), audit=sink) as dancu:
        fields = dancu.prefill("1.001193", {"applicant": MAU}, purpose=PURPOSE, form=FORM).fields
    assert asked == [["name", "father"], ["name"]]
    assert [(one.state, one.reason) for one in fields.values()] == [("filled", None), ("restricted", "not_granted")]
    assert [json.loads(line)["record"] for line in sink.lines] == ["intent", "outcome"] * 2


@pytest.mark.parametrize("message", ["father", "name", "", "everything"])
def test_a_refusal_that_names_all_or_nothing_is_not_asked_again(tmp_path: Path, message: str) -> None:
    """Where nothing is left to ask for, or the gateway names no field that was asked for, one question it is."""
    (tmp_path / "key.txt").touch(mode=0o600)
    (tmp_path / "key.txt").write_text("dk_synthetic", encoding="utf-8")
    asked: list[object] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(403, json={"code": "not_granted", "errors": [{"pointer": "/", "message": message}, 7]})

    profile = {
        "environment": "test",
        "endpoint": {"url": "https://gateway.example/"},
        "credential": {"family": "gateway", "application": "a", "key": {"file": str(tmp_path / "key.txt")}},
        "audit": {"sink": "none"},
    }
    one = form(field(f"applicant.{'father.full_name' if message == 'father' else 'full_name'}"))
    with Client(profile, transport=httpx.MockTransport(answer), audit=MemorySink()) as dancu:
        fields = dancu.prefill("1.001193", {"applicant": MAU}, purpose=PURPOSE, form=one).fields
    assert (len(asked), {known.state for known in fields.values()}) == (1, {"restricted"})
