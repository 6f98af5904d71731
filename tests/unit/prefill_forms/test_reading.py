"""Form definitions: those that come with dancu, and mistakes in one's own, named with line and remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import jsonschema  # type: ignore[import-untyped]  # it has no annotations
import pytest

from dancu import ConfigurationError, InvalidInput
from dancu.prefill.attributes import ATTRIBUTES
from dancu.prefill.checking import FITTING
from dancu.prefill.forms import Family
from dancu.prefill.reading import form_schema, load_form, parse_form, shipped_forms, troubles_of

if TYPE_CHECKING:
    from dancu.prefill.forms import Form

SCHEMA = Path(__file__).parents[3] / "docs/schemas/dancu-form.schema.json"
GOOD = """\
id = "mine"
procedures = ["1.004222"]
title_vi = "Tờ khai"
title_en = "A form"
regulation = "Quyết định của tỉnh"
confidence = "high"

[roles.applicant]
label_vi = "Người kê khai"
label_en = "Applicant"

[[fields]]
key = "applicant.full_name"
label_vi = "Họ tên"
label_en = "Name"
attribute = "applicant.full_name"
format = "name:as_register"
targets = { igate = "fullname" }

[[fields]]
key = "applicant.birth_date"
label_vi = "Ngày sinh"
label_en = "Birth date"
attribute = "applicant.birth_date"
format = "date:dd/mm/yyyy"
"""
MISTAKES = {
    "no id": ('id = "mine"\n', "", None, "id", "add id"),
    "an id in capitals": ('id = "mine"', 'id = "Mine"', 1, "id", "docs/forms.md"),
    "a key of no form": ('title_vi = "Tờ', 'titel_vi = "Tờ', None, "title_vi", "add title_vi"),
    "a strange key": ('confidence = "high"', 'confidence = "high"\nsince = 2025', 7, "since", "one of"),
    "a strange confidence": ('"high"', '"sure"', 6, "confidence", "high"),
    "a code of another shape": ("1.004222", "1004222", 2, "procedures.1", "six digits"),
    "no procedure": ('["1.004222"]', "[]", 2, "procedures", "docs/forms.md"),
    "days the wrong way round": (
        'confidence = "high"',
        'confidence = "high"\nvalid_from = 2025-07-01\nvalid_to = 2024-07-01',
        8,
        "valid_to",
        "last day",
    ),
    "a day that is none": ('confidence = "high"', 'confidence = "high"\nvalid_from = "soon"', 7, "valid_from", "docs"),
    "not TOML": ("[roles.applicant]", "[roles.applicant", 8, "", "mend this line"),
    "a role without a label": ('label_en = "Applicant"\n', "", 8, "roles.applicant.label_en", "add label_en"),
    "a role with a strange key": (
        'label_en = "App',
        'from_registry = true\nlabel_en = "App',
        10,
        "roles",
        "from_register",
    ),
    "a role that nobody uses": (
        "[[fields]]",
        '[roles.head]\nlabel_vi = "a"\nlabel_en = "b"\n\n[[fields]]',
        12,
        "roles.head",
        "take",
    ),
    "a role in capitals": ("[roles.applicant]", "[roles.Applicant]", 8, "roles", "docs/forms.md"),
    "an attribute of nobody": (
        '"applicant.full_name"\nformat',
        '"mother.full_name"\nformat',
        16,
        "fields.1.attribute",
        "applicant",
    ),
    "an attribute that nobody tells": (
        '"applicant.full_name"\nformat',
        '"applicant.fullname"\nformat',
        16,
        "fields.1.attribute",
        "perhaps full_name",
    ),
    "an attribute without a role": (
        '"applicant.full_name"\nformat',
        '"full_name"\nformat',
        16,
        "fields.1.attribute",
        "one of",
    ),
    "a format of another kind": ('"name:as_register"', '"date:words"', 17, "fields.1.format", "text:upper"),
    "a date as a code": ('"date:dd/mm/yyyy"', '"code:id"', 25, "fields.2.format", "date:words"),
    "a strange format": ('"date:dd/mm/yyyy"', '"date:mm/dd/yyyy"', 25, "fields.2.format", "date:dd/mm/yyyy"),
    "a strange lock": ('format = "date', 'lock = "always"\nformat = "date', 25, "fields.2.lock", "verified"),
    "a lock on what is typed": (
        'attribute = "applicant.birth_date"\nformat = "date:dd/mm/yyyy"',
        'lock = "verified"',
        24,
        "fields.2.lock",
        "take lock out",
    ),
    "a key twice": ('key = "applicant.birth_date"', 'key = "applicant.full_name"', 21, "fields.2.key", "another"),
    "a key in capitals": ('key = "applicant.birth_date"', 'key = "applicant.BirthDate"', 21, "fields.2.key", "docs"),
    "a key inside another": (
        'key = "applicant.birth_date"',
        'key = "applicant.full_name.first"',
        21,
        "fields.2.key",
        "another",
    ),
    "a target twice": (
        'format = "date',
        'targets = { igate = "fullname" }\nformat = "date',
        25,
        "fields.2.targets",
        "one key",
    ),
    "a strange family": ("igate =", "i_gate =", 18, "fields.1.targets", "igate"),
    "a field without a label": ('label_en = "Name"\n', "", 12, "fields.1.label_en", "add label_en"),
    "a field with a strange key": (
        'label_en = "Name"',
        'label_en = "Name"\nlable = "x"',
        16,
        "fields.1.lable",
        "perhaps",
    ),
    "a number for a text": ('label_vi = "Họ tên"', "label_vi = 7", 14, "fields.1.label_vi", "docs/forms.md"),
}


def test_a_good_definition_is_read() -> None:
    """It is a form with what it says."""
    form = parse_form(GOOD, file="mine.toml")
    assert (form.id, [one.key for one in form.fields]) == ("mine", ["applicant.full_name", "applicant.birth_date"])


@pytest.mark.parametrize(("old", "new", "line", "place", "remedy"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named(old: str, new: str, line: int | None, place: str, remedy: str) -> None:
    """File, line, place and what to do; what was written is not repeated as an error of somebody's."""
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    form, troubles = troubles_of(text)
    assert form is None
    told = [one for one in troubles if one.line == line and one.place.startswith(place) and remedy in one.remedy]
    assert told, [str(one) for one in troubles]
    with pytest.raises(ConfigurationError) as caught:
        parse_form(text, file="mine.toml")
    assert caught.value.code == "profile_invalid"
    assert (caught.value.field or "").startswith("mine.toml")


def test_every_mistake_is_told_at_once() -> None:
    """In the order of the lines."""
    text = GOOD.replace('"applicant.full_name"\nformat', '"applicant.fullname"\nformat').replace('"date:dd', '"code:dd')
    _form, troubles = troubles_of(text.replace('"code:dd/mm/yyyy"', '"code:id"'))
    assert [one.line for one in troubles] == [16, 25]


def test_at_least_ten_forms_come_with_dancu() -> None:
    """Each is one id, in the order of ids, and each of these procedures has one."""
    ids = [form.id for form in shipped_forms()]
    assert ids == sorted(set(ids))
    assert len(ids) >= 10
    for code in ("1.001193", "1.000656", "1.000894", "1.004873", "2.000635", "1.004222", "1.004194", "3.000722"):
        assert code in load_form(code).procedures
    assert load_form("1.001612").id == "household-business"
    assert load_form("1.014027").id == "social-pension"


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.id)
def test_a_shipped_form_asks_for_people_and_says_what_it_is(form: Form) -> None:
    """It has a title in both languages, a regulation, and somebody whom the register is asked about."""
    assert form.title_vi and form.title_en and form.regulation
    assert any(part.from_register for part in form.roles.values())
    assert any(one.attribute for one in form.fields)


def test_ct01_has_the_fields_of_the_circular() -> None:
    """Those that vn-data.md §5.3 lists, since 1 July 2025."""
    form = load_form("ct01-permanent")
    assert form.number == "CT01"
    assert form.valid_from is not None and form.valid_from.isoformat() == "2025-07-01"
    wanted = {"full_name", "birth_date", "gender", "id_number"} | {
        f"household_head.{part}" for part in ("full_name", "relation", "id_number")
    }
    assert {f"applicant.{name}" for name in wanted} <= {one.attribute for one in form.fields}


def test_there_is_no_form_for_a_procedure_that_nobody_knows() -> None:
    """That is the caller's mistake, and the name is not repeated."""
    with pytest.raises(InvalidInput, check=lambda error: error.field == "procedure"):
        load_form("9.999999")


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    """By its path; one that is not there is named."""
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_form(path).id == "mine"
    with pytest.raises(ConfigurationError, check=lambda error: error.field == "other.toml"):
        load_form(tmp_path / "other.toml")


def test_formats_are_of_kinds() -> None:
    """Each kind of value has formats, and each attribute a kind."""
    assert {rule.kind for rule in ATTRIBUTES.values()} == set(FITTING)


def test_the_schema_is_the_published_one() -> None:
    """docs/schemas/dancu-form.schema.json is what `dancu forms schema` prints, and knows every family."""
    schema = form_schema()
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema
    assert set(get_args(Family)) == {"formio", "civil_status", "igate"}


def test_every_shipped_form_fits_the_schema() -> None:
    """An editor that knows the schema finds nothing in them."""
    validator = jsonschema.Draft202012Validator(form_schema())
    for form in shipped_forms():
        written = json.loads(form.model_dump_json(exclude_unset=True))
        assert list(validator.iter_errors(written)) == []
