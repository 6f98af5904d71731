"""Forms by the gateway: filled as far as grants and register go, flat, audited, by no file that the caller names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_schema_validator import validate as validate_value

from dancu import Client, Officer, Prefill, Purpose
from dancu.gateway.openapi import build_openapi

from ..forms_at_hand import MAU  # noqa: TID252  # test folders are no packages: there is no absolute name
from .conftest import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Served

GRANT = """
[[grant]]
application = "mot-cua"
procedure = "1.001193"
service = "prefill"
fields = ["name", "birth_date", "number", "permanent_address", "origin"]
[[grant]]
application = "mot-cua"
procedure = "1.004222"
service = "prefill"
[[grant]]
application = "mot-cua"
procedure = "1.004222"
service = "look_up"
fields = ["number", "name", "birth_date", "gender", "household_head"]
"""
DOCUMENT: Any = build_openapi("3.0.3")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway that may fill a form of birth with some fields, and one of residence with none."""
    with serving(tmp_path_factory.mktemp("gateway"), granting=GRANT) as made:
        yield made


def asked(**parts: Any) -> dict[str, Any]:
    """A body about a birth."""
    subject = {"number": MAU.number, "name": MAU.name, "birth_date": str(MAU.birth_date)}
    return {
        "procedure": "1.001193",
        "people": {"applicant": subject},
        "purpose": {"procedure": "1.001193", "unit": "H15.42", "officer": {"code": "can.bo.mau"}, "session": "s"},
        **parts,
    }


def answered(served: Served, **parts: Any) -> Any:
    """A form, of the shape that the document describes, without a null."""
    response = served.post("v1/prefill", asked(**parts))
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    body = response.json()
    schema = {"$ref": "#/components/schemas/PrefillAnswer", "components": DOCUMENT["components"]}
    validate_value(body, schema, cls=OAS30Validator)
    assert ":null" not in response.text
    return body


def test_a_hint_comes_with_the_person_whom_it_is_about(served: Served) -> None:
    """Nobody fits the keys: what may be wrong with them stands by the role, in both languages."""
    body = answered(served, people={"applicant": {**asked()["people"]["applicant"], "birth_date": "1990-02-01"}})
    (remark,) = body["remarks"]["applicant"]
    assert remark["code"] == "day_month_swapped" and remark["vi"] and remark["en"]
    assert "remarks" not in answered(served)


def test_a_form_is_filled_by_one_post(served: Served) -> None:
    """Every field has its state; text, machine value and place are told apart; the reference is the audit's."""
    body = answered(served)
    assert (body["outcome"], body["form"]) == ("prefilled", "birth")
    name = body["fields"]["applicant.full_name"]
    assert {part: name[part] for part in ("state", "value", "text", "source", "verified", "lockable")} == {
        "state": "filled",
        "value": "NGUYỄN THỊ MẪU",
        "text": "NGUYỄN THỊ MẪU",
        "source": "register",
        "verified": True,
        "lockable": True,
    }
    assert body["fields"]["applicant.birth_date"]["value"] == "1990-01-02"
    home = body["fields"]["applicant.permanent_address"]
    assert (home["address"]["commune"], home["text"]) == ("22015", "Phường Tuy Hòa, tỉnh Đắk Lắk")
    assert "value" not in home and "reason" not in home
    assert body["reference"] == served.records("intents")[-1]["reference"] == name["reference"]
    assert served.records("outcomes")[-1]["application"] == "mot-cua"


def test_what_is_not_granted_is_restricted_and_not_asked(served: Served) -> None:
    """A form comes with the fields that are granted; of the others nobody asks."""
    before = len(served.mock.journal.calls)
    parts = asked()["people"] | {"mother": asked()["people"]["applicant"]}
    fields = answered(served, people=parts)["fields"]
    restricted = {key for key, one in fields.items() if one["state"] == "restricted"}
    assert restricted >= {"mother.ethnic_group", "mother.nationality"}
    assert {fields[key].get("reason") for key in restricted} == {"not_granted"}
    assert set(served.records("intents")[-1]["fields"]) == {"name", "birth_date", "number", "permanent_address"}
    assert len(served.mock.journal.calls) == before + 1


def test_without_any_grant_of_fields_nothing_is_asked(served: Served) -> None:
    """The service is granted and no field of it: everything is restricted, and there is no call to refer to."""
    before = len(served.mock.journal.calls), len(served.records("intents"))
    purpose = asked()["purpose"] | {"procedure": "1.004222"}
    body = answered(served, procedure="1.004222", purpose=purpose)
    states = {one["state"] for key, one in body["fields"].items() if "card_" not in key}
    assert states == {"restricted"}
    assert "reference" not in body and "proof" not in body
    assert (len(served.mock.journal.calls), len(served.records("intents"))) == before


def test_without_the_service_it_is_refused(served: Served) -> None:
    """An application, procedure or unit without the service is 403, and on record."""
    for purpose in ({"procedure": "1.004194"}, {"unit": "H15.43"}):
        response = served.post("v1/prefill", asked(purpose=asked()["purpose"] | purpose))
        assert (response.status_code, response.json()["code"]) == (403, "not_granted")
    assert served.records("refusals")[-1]["service"] == "prefill"


def test_a_submission_comes_with_it(served: Served) -> None:
    """The format that was asked for stands beside the fields; without one there is none."""
    assert "submission" not in answered(served)
    assert answered(served, format="formio")["submission"]["state"] == "draft"
    assert isinstance(answered(served, format="json")["submission"], dict)


def test_an_outage_is_a_form_with_a_proof(served: Served) -> None:
    """Fields are unavailable with what was typed, the proof has both languages, and no personal data."""
    with served.mock.scenario("error_500"):
        body = answered(served)
    name = body["fields"]["applicant.full_name"]
    assert (name["state"], name["value"], name["source"], name["verified"]) == (
        "unavailable",
        "Nguyễn Thị Mẫu",
        "typed",
        False,
    )
    proof = body["proof"]
    assert [one["reference"] for one in proof["questions"]] == [body["reference"]]
    assert "XÁC NHẬN" in proof["text_vi"] and "PROOF" in proof["text_en"]
    assert MAU.number not in json.dumps(proof) and "Mẫu" not in json.dumps(proof, ensure_ascii=False)
    assert {one["key"] for one in body["missing"]} >= {"child.full_name"}


def test_what_was_declared_is_compared(served: Served) -> None:
    """A verdict and its reason stand beside the register's value."""
    one = answered(served, declared={"applicant.birth_date": "03/01/1990"})["fields"]["applicant.birth_date"]
    assert (one["difference"]["verdict"], one["value"]) == ("mismatch", "1990-01-02")


@pytest.mark.parametrize(
    ("parts", "code", "pointer"),
    [
        ({"procedure": "9.999999"}, "invalid_purpose", "/procedure"),
        ({"procedure": "../../profile.toml"}, "invalid_purpose", "/procedure"),
        ({"procedure": "profile.toml"}, "invalid_purpose", "/procedure"),
        ({"people": {}}, "invalid_subject", "/people/applicant"),
        ({"people": {"066790000001": asked()["people"]["applicant"]}}, "invalid_subject", "/people"),
        (
            {"people": {"applicant": asked()["people"]["applicant"] | {"number": "06679000000"}}},
            "invalid_subject",
            "/people/applicant/number",
        ),
        (
            {"people": {"applicant": asked()["people"]["applicant"] | {"birth_date": "2990"}}},
            "invalid_subject",
            "/people/applicant/birth_date",
        ),
        ({"purpose": asked()["purpose"] | {"unit": " "}}, "invalid_purpose", "/purpose/unit"),
        ({"declared": {"nothing": "x"}}, "invalid_fields", "/declared"),
        ({"format": "docx"}, "invalid_body", "/format"),
        ({"people": {"applicant": {"number": 1}}}, "invalid_body", "/people/number"),
    ],
)
def test_what_is_off_is_pointed_at(served: Served, parts: dict[str, Any], code: str, pointer: str) -> None:
    """The problem names the part, and repeats nothing that was sent; no file is read by a name of the caller's."""
    response = served.post("v1/prefill", asked(**parts))
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, code)
    assert pointer in {one["pointer"] for one in problem["errors"]}
    assert "06679000000" not in response.text and "profile.toml" not in response.text


def test_the_sdk_fills_forms_through_a_gateway(served: Served) -> None:
    """A client of the gateway asks its native look-up; a field without a grant makes the question restricted."""
    key = served.directory / "key.txt"
    key.touch(mode=0o600)
    key.write_text(served.key, encoding="utf-8")
    profile = {
        "environment": "test",
        "endpoint": {"url": served.url},
        "tls": {"ca": str(served.directory / "ca.pem")},
        "credential": {"family": "gateway", "application": "mot-cua", "key": {"file": str(key)}},
        "audit": {"sink": "none"},
    }
    purpose = Purpose(procedure="1.004222", unit="H15.42", officer=Officer("can.bo.mau"), session="s")
    with Client(profile) as dancu:
        filled = dancu.prefill("1.004222", {"applicant": MAU}, purpose=purpose)
        refused = dancu.prefill("birth", {"applicant": MAU}, purpose=purpose)
        with served.mock.scenario("error_500"):
            gone = dancu.prefill("1.004222", {"applicant": MAU}, purpose=purpose)
    assert isinstance(filled, Prefill)
    assert filled.fields["applicant.gender"].state == "filled"
    assert {one.state for one in refused.fields.values() if one.reason == "not_granted"} == {"restricted"}
    assert gone.fields["applicant.gender"].state == "unavailable"
    assert gone.proof() is not None and refused.proof() is None
