"""``dancu forms``: which forms there are, what each asks for, and whether a portal has the keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dancu.cli.app import app
from dancu.prefill.reading import form_schema, shipped_forms

if TYPE_CHECKING:
    from pathlib import Path

PORTAL: dict[str, Any] = {
    "components": [
        {"type": "panel", "key": "page", "input": False, "components": [{"type": "textfield", "key": "fullname"}]},
        {
            "type": "columns",
            "key": "two",
            "input": False,
            "columns": [{"components": [{"type": "day", "key": "birthday"}]}],
        },
        {"type": "container", "key": "applicant", "components": [{"type": "textfield", "key": "full_name"}]},
        {"type": "textfield", "key": "identityNumbr"},
    ]
}


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    done = CliRunner().invoke(app, ["forms", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_all_forms_are_listed() -> None:
    """Each with its procedures and its regulation."""
    code, out, _err = run("list")
    assert code == 0
    for form in shipped_forms():
        assert form.id in out and form.procedures[0] in out and form.regulation in out


def test_a_form_is_shown_with_what_it_asks_for() -> None:
    """People, the fields of the register with a star where they are sensitive, keys of portals, and what is typed."""
    code, out, _err = run("show", "1.001193")
    assert code == 0
    assert "mother: Mẹ / Mother (nếu có / if any)" in out
    assert "ethnic_group*" in out
    assert "civil_status: HoTenChaKS" in out
    assert "Số điện thoại" in out


def test_a_form_that_nobody_knows_is_refused() -> None:
    """With a sentence."""
    code, _out, err = run("show", "9.999999")
    assert code == 2
    assert "dancu forms list" in err


def test_missing_keys_of_a_portal_are_named(tmp_path: Path) -> None:
    """With the key that was perhaps meant; containers nest, panels and columns do not."""
    file = tmp_path / "portal.json"
    file.write_text(json.dumps(PORTAL), encoding="utf-8")
    code, out, _err = run("check", str(file), "--form", "ct01-permanent", "--family", "igate")
    assert code == 1
    assert "identityNumber (có thể là / perhaps identityNumbr)" in out
    assert "missing: fullname" not in out and "missing: birthday" not in out
    _code, out, _err = run("check", str(file), "--form", "ct01-permanent")
    assert "missing: applicant.full_name\n" not in out


def test_a_portal_with_every_key_is_told_so(tmp_path: Path) -> None:
    """Nothing is missing, and the code says so."""
    keys = ["fullname", "birthday", "gender", "identityNumber", "phoneNumber", "email"]
    file = tmp_path / "portal.json"
    file.write_text(json.dumps([{"type": "textfield", "key": key} for key in keys]), encoding="utf-8")
    code, out, _err = run("check", str(file), "--form", "ct01-permanent", "--family", "igate")
    assert (code, "0 missing" in out) == (0, True)


@pytest.mark.parametrize(
    ("name", "content", "arguments"),
    [
        ("portal.json", "{", ["--form", "birth"]),
        ("portal.json", "{}", []),
        ("portal.json", "{}", ["--form", "birth", "--family", "nobody"]),
        ("mine.toml", 'id = "mine"', []),
        ("mine.toml", "id = ", []),
    ],
)
def test_what_cannot_be_checked_is_said(tmp_path: Path, name: str, content: str, arguments: list[str]) -> None:
    """Code 2, and a sentence on standard error; a definition's mistakes come with their lines."""
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    code, _out, err = run("check", str(file), *arguments)
    assert code == 2
    assert err


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """By its name."""
    code, _out, err = run("check", str(tmp_path / "gone.json"), "--form", "birth")
    assert (code, "gone.json" in err) == (2, True)


def test_the_schema_is_printed() -> None:
    """For editors."""
    code, out, _err = run("schema")
    assert (code, json.loads(out)) == (0, form_schema())
