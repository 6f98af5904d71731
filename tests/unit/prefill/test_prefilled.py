"""`Prefill`: what is still missing, choices, and the two papers that the law keeps apart."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from dancu import Address, FieldValue, InvalidInput, Prefill, Unavailable
from dancu.domain.names import Name
from dancu.prefill.forms import FormField
from dancu.prefill.record import Failure, Record

from ...forms_at_hand import MAU, PARENTS, PURPOSE, field, form, role  # noqa: TID252  # one set of forms for all tests

NOW = datetime.datetime(2026, 11, 22, 17, 2, 3, tzinfo=datetime.UTC)
TUY_HOA = Address(province="66", commune="22015")
BINH_KIEN = Address(province="66", commune="22045")
FORM = form(
    field("mother.full_name", required=True),
    field("mother.gender"),
    field("mother.origin", required=True),
    field("mother.religion", required=True),
    field("father.full_name", required=True),
    FormField(key="phone", label_vi="Điện thoại", label_en="Telephone", required=True),
    FormField(key="email", label_vi="Thư điện tử", label_en="E-mail"),
    mother=role(),
    father=role(required=False),
)
FIELDS = {
    "mother.full_name": FieldValue(
        key="mother.full_name",
        state="filled",
        value=Name("NGUYỄN THỊ MẪU"),
        source="register",
        verified=True,
        lockable=True,
        reference="R1",
    ),
    "mother.gender": FieldValue(key="mother.gender", state="unavailable", reason="timed_out", reference="R2"),
    "mother.origin": FieldValue(
        key="mother.origin",
        state="filled",
        value=Address(province="54", district="555", commune="22024"),
        source="register",
        verified=True,
        reason="split_commune",
        reference="R1",
        choices=(TUY_HOA, BINH_KIEN),
    ),
    "mother.religion": FieldValue(key="mother.religion", state="restricted", reason="not_granted"),
}


def filled(*failures: Failure, fields: dict[str, FieldValue] = FIELDS) -> Prefill:
    """A form that was filled."""
    return Prefill(Record(FORM, {"mother": MAU}, PURPOSE, fields, failures, NOW, "test"))


def test_what_is_missing_is_listed_with_the_reason() -> None:
    """Choices, what an outage left empty, required fields without a value, and those of no register; in order."""
    assert [(one.key, one.state, one.reason) for one in filled().missing()] == [
        ("mother.gender", "unavailable", "timed_out"),
        ("mother.origin", "filled", "split_commune"),
        ("mother.religion", "restricted", "not_granted"),
        ("phone", None, None),
    ]
    assert (filled().missing()[3].label_vi, filled().missing()[3].label_en) == ("Điện thoại", "Telephone")


def test_the_fields_cannot_be_changed() -> None:
    """The mapping is read-only, and neither it nor the form shows anybody in its text."""
    one: Any = filled()
    with pytest.raises(TypeError):
        one.fields["phone"] = None
    assert str(one) == repr(one) == "Prefill(form='at-hand', ***)"
    assert repr(one.record) == "Record(form='at-hand', ***)"


def test_one_of_the_choices_is_chosen() -> None:
    """The officer's choice stands, is not verified, and is missing no more; the form before it is as it was."""
    before = filled()
    chosen = before.choose("mother.origin", BINH_KIEN).fields["mother.origin"]
    assert (chosen.value, chosen.source, chosen.choices, chosen.reason) == (BINH_KIEN, "register", (), None)
    assert not chosen.verified and not chosen.lockable
    assert before.fields["mother.origin"].choices == (TUY_HOA, BINH_KIEN)


@pytest.mark.parametrize(
    ("key", "place"), [("mother.origin", Address(province="66")), ("mother.gender", TUY_HOA), ("phone", TUY_HOA)]
)
def test_nothing_else_can_be_chosen(key: str, place: Address) -> None:
    """A place that is not offered, or a field that offers none, is refused."""
    with pytest.raises(InvalidInput) as caught:
        filled().choose(key, place)
    assert caught.value.code == "invalid_fields"


def test_without_a_failure_there_is_no_proof() -> None:
    """Refusals and grants that are missing prove no outage."""
    assert filled().proof() is None


def test_a_proof_says_what_was_asked_and_nothing_of_anybody() -> None:
    """Operation, code in words, reference, both times, unit, procedure, environment; no name, number or date."""
    failure = Failure("look_up", ("mother",), Unavailable("timed_out", reference="01R"), NOW)
    proof = filled(failure).proof()
    assert proof is not None
    text = proof.text()
    assert text == (
        "XÁC NHẬN KHÔNG TRA CỨU ĐƯỢC\n"
        "\n"
        "Biểu mẫu: Tờ khai mẫu\n"
        "Thủ tục: 1.001193\n"
        "Đơn vị: H15.42\n"
        "Hồ sơ: H15.42-261122-0001\n"
        "Môi trường: test\n"
        "\n"
        "Đã tra cứu Cơ sở dữ liệu quốc gia về dân cư và không nhận được kết quả:\n"
        "\n"
        "- tra cứu thông tin công dân: Quá thời gian chờ trả lời (timed_out)\n"
        "  Thời điểm: 23/11/2026 00:02:03 (GMT+7), 2026-11-22 17:02:03 UTC\n"
        "  Mã tham chiếu: 01R\n"
    )
    assert "PROOF OF UNAVAILABILITY" in proof.text("en") and "No complete answer came in time" in proof.text("en")
    for part in (MAU.name, MAU.number, str(MAU.birth_date), "mother", "MẪU"):
        assert part not in text + proof.text("en")
    assert "066790000001" not in repr(failure)


def test_a_slip_names_fields_and_no_values() -> None:
    """The labels of what is disputed and the calls they came from; what the citizen says is kept nowhere."""
    slip = filled().discrepancies({"mother.full_name": "Nguyễn Thị Đúng", "mother.origin": "Nơi khác"}, now=NOW)
    assert slip.references == ("R1",)
    assert slip.text() == (
        "PHIẾU GHI NHẬN THÔNG TIN CHƯA ĐÚNG\n"
        "\n"
        "Biểu mẫu: Tờ khai mẫu\n"
        "Thủ tục: 1.001193\n"
        "Đơn vị: H15.42\n"
        "Hồ sơ: H15.42-261122-0001\n"
        "Môi trường: test\n"
        "Thời điểm: 23/11/2026 00:02:03 (GMT+7), 2026-11-22 17:02:03 UTC\n"
        "\n"
        "Công dân cho biết các thông tin sau trong Cơ sở dữ liệu quốc gia về dân cư chưa đúng:\n"
        "- Mục mother.full_name\n"
        "- Mục mother.origin\n"
        "\n"
        "Mã tham chiếu: R1\n"
    )
    for value in ("MẪU", "Đúng", "Nơi khác"):
        assert value not in slip.text("en") + repr(slip)


@pytest.mark.parametrize("said", [[], ["mother.gender"], ["phone"], ["mother.full_name", "nothing"]])
def test_only_what_the_register_filled_is_disputed(said: list[str]) -> None:
    """Nobody disputes a field that the register left empty, one of no register, or none."""
    with pytest.raises(InvalidInput):
        filled().discrepancies(said)


def test_a_format_is_one_of_five() -> None:
    """Another word is refused before any renderer is looked for."""
    one: Any = filled()
    with pytest.raises(InvalidInput) as caught:
        one.render("pdf")
    assert caught.value.field == "kind"


def test_a_form_of_a_father_who_was_not_given_is_whole_without_him() -> None:
    """What a form requires of somebody who may be left out is not missing."""
    assert "father.full_name" not in {one.key for one in filled().missing()}
    assert PARENTS.roles["father"].required is False
