"""A client of a gateway: the same words, the gateway's own JSON, its problems as our errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu import (
    Address,
    Ambiguous,
    Citizen,
    Claim,
    Client,
    Confirmed,
    DancuError,
    Found,
    MemorySink,
    NotMatched,
    Officer,
    Purpose,
    Subject,
    Unavailable,
    to_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="s")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")


@pytest.fixture
def asked() -> list[tuple[str, str, Any]]:
    """What the double was asked: path, Authorization, JSON body."""
    return []


@pytest.fixture
def client(tmp_path: Path, asked: list[tuple[str, str, Any]]) -> Callable[[int, str], Client]:
    """A maker of clients whose gateway answers with one status and body."""
    key = tmp_path / "key.txt"
    key.touch(mode=0o600)
    key.write_text("dk_synthetic", encoding="utf-8")
    profile = {
        "environment": "test",
        "endpoint": {"url": "https://gateway.example/"},
        "credential": {"family": "gateway", "application": "mot-cua", "key": {"file": str(key)}},
        "audit": {"sink": "none"},
    }

    def make(status: int, body: str) -> Client:
        def answer(request: httpx.Request) -> httpx.Response:
            asked.append((request.url.path, request.headers["Authorization"], json.loads(request.content)))
            return httpx.Response(status, content=body)

        return Client(profile, transport=httpx.MockTransport(answer), audit=MemorySink())

    return make


def test_a_look_up_is_asked_and_answered_natively(
    client: Callable[[int, str], Client], asked: list[tuple[str, str, Any]]
) -> None:
    """Keys, fields and purpose go out as JSON under the key; the citizen comes back as it is."""
    citizen = Citizen.model_validate({"name": "NGUYỄN THỊ MẪU"})
    answer = client(200, to_json(Found(citizen, reference="G"))).look_up(MAU, fields=["name"], purpose=PURPOSE)
    assert isinstance(answer, Found)
    assert answer.citizen == citizen
    path, authorization, body = asked[0]
    assert (path, authorization) == ("/v1/lookup", "Bearer dk_synthetic")
    assert body == {
        "subject": {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": "1990-01-02"},
        "purpose": {"procedure": "1.004194", "unit": "H15.42", "officer": {"code": "can.bo.mau"}, "session": "s"},
        "fields": ["name"],
    }


def test_fields_nobody_asked_for_are_refused(client: Callable[[int, str], Client]) -> None:
    """A gateway that says more, or less, than it was asked is not understood."""
    for parts in ({"name": "A", "gender": None}, {}):
        body = to_json(Found(Citizen.model_validate(parts)))
        with pytest.raises(Unavailable) as caught:
            client(200, body).look_up(MAU, fields=["name"], purpose=PURPOSE)
        assert caught.value.code == "unknown_answer"


def test_a_claim_goes_out_as_text(client: Callable[[int, str], Client], asked: list[tuple[str, str, Any]]) -> None:
    """Names and dates are text, codes their code or label, addresses objects."""
    claim = Claim(name="Nguyễn Thị Mẫu", gender="Nữ", birth_date="1990", permanent_address=Address("66", None, "22015"))
    answer = client(200, to_json(NotMatched())).verify(MAU, claim, purpose=PURPOSE)
    assert isinstance(answer, NotMatched)
    assert asked[0][0] == "/v1/verify"
    assert asked[0][2]["claim"] == {
        "name": "Nguyễn Thị Mẫu",
        "birth_date": "1990",
        "gender": "Nữ",
        "permanent_address": {"province": "66", "commune": "22015"},
    }


@pytest.mark.parametrize(
    ("outcome", "fits"), [(Confirmed(("number",)), True), (NotMatched(), True), (Ambiguous(2), False)]
)
def test_an_outcome_of_another_question_is_refused(
    client: Callable[[int, str], Client], outcome: Any, fits: bool
) -> None:
    """A confirmation is Confirmed or NotMatched and nothing else."""
    dancu = client(200, to_json(outcome))
    if fits:
        assert type(dancu.confirm(MAU, purpose=PURPOSE)) is type(outcome)
    else:
        with pytest.raises(Unavailable):
            dancu.confirm(MAU, purpose=PURPOSE)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, '{"code":"not_granted","reference":"X"}', "not_granted"),
        (502, '{"code":"provider_fault"}', "provider_fault"),
        (503, '{"code":"audit_unavailable"}', "audit_unavailable"),
        (401, "{}", "credential_refused"),
        (503, "<html>", "maintenance"),
        (403, '{"code":"field_not_asked"}', "request_refused"),
        (403, '{"code":["x"]}', "request_refused"),
        (200, "<html>", "unreadable_answer"),
        (200, '{"name":null}', "unknown_answer"),
        (204, "", "http_error"),
    ],
)
def test_problems_are_our_errors(client: Callable[[int, str], Client], status: int, body: str, code: str) -> None:
    """A problem's code is the error's code where it is one of ours; else the status speaks."""
    with pytest.raises(DancuError) as caught:
        client(status, body).confirm(MAU, purpose=PURPOSE)
    assert caught.value.code == code
