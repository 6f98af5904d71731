"""What portals get: data that is known, provenance beside it, and never a blank for what nobody knows."""

from __future__ import annotations

import datetime
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document

from dancu import Address, InvalidInput, PartialDate
from dancu.domain.names import parse_name
from dancu.prefill.reading import load_form
from dancu.prefill.record import STATES, FieldValue
from dancu.privacy import PersonalText
from dancu.render import civil_status, docx, formio, igate, instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from dancu.prefill.record import Known, State

    Render = Callable[..., dict[str, Any]]

NOW = datetime.datetime(2026, 11, 23, 3, 0, tzinfo=datetime.UTC)
TODAY = Address("66", None, "22015", "TDP Mẫu 1", as_of=datetime.date(2025, 8, 1))
BIRTH, CT01, OWNER = load_form("birth"), load_form("ct01-permanent"), load_form("household-business")
RENDERERS = {
    "formio": formio.render,
    "json": instance.render,
    "civil_status": civil_status.render,
    "igate": igate.render,
}
HOSTILE = ["H'Hen Niê", "a & b", "<b>x</b>", '"q"', "{{ 7*7 }}", "{% if 1 %}", "Đỗ Ƀlơi"]


def field(key: str, value: Known | None = None, state: State = "filled", **more: Any) -> FieldValue:
    """A field; of the register where it has a value."""
    return FieldValue(key=key, state=state, value=value, source=None if value is None else "register", **more)


def fields(*them: FieldValue) -> dict[str, FieldValue]:
    """By key."""
    return {one.key: one for one in them}


def test_a_form_io_submission_is_a_draft_with_provenance() -> None:
    """Keys nest, and where a value comes from stands under ``metadata`` by the same key."""
    name = field(
        "applicant.full_name", parse_name("Nguyễn Thị Mẫu"), as_of=NOW, verified=True, lockable=True, reference="01R"
    )
    submission = formio.render(CT01, fields(name), now=NOW)
    assert submission["data"] == {"applicant": {"full_name": "Nguyễn Thị Mẫu"}}
    assert submission["state"] == "draft"
    assert submission["metadata"]["dancu"]["form"] == "ct01-permanent"
    assert submission["metadata"]["dancu"]["fields"] == {
        "applicant.full_name": {
            "state": "filled",
            "source": "register",
            "as_of": "2026-11-23T03:00:00+00:00",
            "verified": True,
            "locked": True,
            "reference": "01R",
        }
    }


@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
@pytest.mark.parametrize("state", [state for state in STATES if state not in {"filled", "stale"}])
def test_what_is_not_known_is_not_there(render: Render, state: State) -> None:
    """No empty text and no null stands for it; its state says why."""
    submission = render(BIRTH, fields(field("applicant.full_name", None, state, reason="timed_out")), now=NOW)
    told = submission.get("provenance") or submission["metadata"]["dancu"]
    assert submission["data"] == {}
    assert [one["state"] for one in told["fields"].values()] == [state]


@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
def test_what_was_typed_is_there_and_not_verified(render: Render) -> None:
    """An outage takes nothing away from the officer."""
    typed = FieldValue(
        key="applicant.full_name", state="unavailable", value=parse_name("Ai Mẫu"), source="typed", reason="timed_out"
    )
    submission = render(BIRTH, fields(typed), now=NOW)
    told = submission.get("provenance") or submission["metadata"]["dancu"]
    assert "Ai Mẫu" in json.dumps(submission["data"], ensure_ascii=False)
    (one,) = told["fields"].values()
    assert (one["state"], one["source"], one["verified"], one["locked"]) == ("unavailable", "typed", False, False)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)
def test_every_character_arrives(render: Render, text: str) -> None:
    """Quotes, ampersands and brackets are data."""
    submission = render(BIRTH, fields(field("applicant.full_name", PersonalText(text))), now=NOW)
    again = json.loads(json.dumps(submission))
    assert text in json.dumps(list(again["data"].values()), ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("text", HOSTILE)
def test_every_character_arrives_in_a_document(text: str) -> None:
    """A reopened document reads the same, and nothing of a value is run as a template."""
    document = docx.render(BIRTH, fields(field("applicant.full_name", PersonalText(text))), now=NOW)
    lines = [paragraph.text for paragraph in Document(io.BytesIO(document)).paragraphs]
    assert f"Họ, chữ đệm, tên người yêu cầu: {text}" in lines


def test_a_place_is_an_object_in_civil_status() -> None:
    """Country, province, commune and the rest; what is written by hand is the rest."""
    made = fields(
        field("applicant.permanent_address", TODAY), field("child.origin", PersonalText("Thôn Mẫu"), "absent")
    )
    assert civil_status.render(BIRTH, made, now=NOW)["data"] == {
        "nycNoiCuTru_TrongNuoc": {"quocGia": "VN", "tinh": "66", "xa": "22015", "diaChi": "TDP Mẫu 1"},
        "nksQueQuan_TrongNuoc": {"quocGia": "VN", "diaChi": "Thôn Mẫu"},
    }


def test_district_holds_the_commune_in_igate() -> None:
    """After the merger; the second person's keys begin with owner."""
    applicant = igate.render(BIRTH, fields(field("applicant.permanent_address", TODAY)), now=NOW)["data"]
    assert applicant == {"province": "66", "district": "22015", "address": "TDP Mẫu 1"}
    owner = igate.render(OWNER, fields(field("owner.permanent_address", TODAY)), now=NOW)["data"]
    assert owner == {"ownerProvince": "66", "ownerDistrict": "22015", "ownerAddress": "TDP Mẫu 1"}


def test_an_old_address_that_nobody_chose_for_is_a_line() -> None:
    """No code of today is made up for it."""
    old = Address("54", "555", "22015", "TDP Mẫu 1", as_of=datetime.date(2024, 8, 1))
    made = fields(field("applicant.permanent_address", old, reason="split_commune", choices=(TODAY,)))
    assert igate.render(BIRTH, made, now=NOW)["data"] == {"address": str(old)}
    assert civil_status.render(BIRTH, made, now=NOW)["data"] == {"nycNoiCuTru_TrongNuoc": {"diaChi": str(old)}}


def test_what_cannot_be_written_says_so() -> None:
    """A code that no list knows is not in the data, and is not locked."""
    from dancu import Coded

    made = fields(field("applicant.gender", Coded("9"), verified=True, lockable=True))
    submission = formio.render(CT01, made, now=NOW)
    told = submission["metadata"]["dancu"]["fields"]["applicant.gender"]
    assert submission["data"] == {}
    assert (told["reason"], told["locked"]) == ("not_writable", False)


def test_ct01_reopened_has_what_was_filled() -> None:
    """The head of household by their own record where that was asked for, a row for each member, a mark for outages."""
    made = fields(
        field("applicant.full_name", parse_name("Nguyễn Thị Mẫu")),
        field("applicant.birth_date", PartialDate(1990, 1, 2)),
        field("applicant.gender", None, "unavailable", reason="timed_out"),
        field("applicant.household_head.full_name", parse_name("Không Phải Mẫu")),
        field("head.full_name", parse_name("Trần Văn Mẫu")),
        field("member1.full_name", parse_name("H'Hen Niê")),
        field("member1.birth_date", PartialDate(2015)),
        field("member3.full_name", parse_name("Y Mẫu")),
    )
    document = Document(io.BytesIO(docx.render(CT01, made, now=NOW)))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert "1. Họ, chữ đệm và tên: Nguyễn Thị Mẫu" in lines
    assert "2. Ngày, tháng, năm sinh: 02/01/1990" in lines
    assert "7. Họ, chữ đệm và tên chủ hộ: Trần Văn Mẫu" in lines
    (gender,) = [line for line in lines if line.startswith("3. Giới tính")]
    assert gender.endswith("… (*)")
    assert sum(line.startswith("(*) Chưa tra cứu được") for line in lines) == 1
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert [row[:3] for row in rows[1:]] == [["1", "H'Hen Niê", "2015"], ["2", "Y Mẫu", "……………………………………"]]


def test_a_document_is_the_same_each_time() -> None:
    """Byte for byte, so that it can be compared."""
    made = fields(field("applicant.full_name", parse_name("Nguyễn Thị Mẫu")))
    assert docx.render(BIRTH, made, now=NOW) == docx.render(BIRTH, made, now=NOW)


def test_a_form_without_a_template_is_named() -> None:
    """And so are those that have one."""
    with pytest.raises(InvalidInput, match="ct01-permanent"):
        docx.render(OWNER, {}, now=NOW)
