"""``dancu prefill``: a form filled from the command line, in every format, and an honest code in an outage."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from docx import Document

from .conftest import CARD, MAU, REAL

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Ended, Terminal

FOR = ["--unit", "H15.42", "--officer", "can.bo.mau", "--session", "nhap-1"]


def fill(terminal: Terminal, *arguments: str, stdin: str = "", procedure: str = "1.004222") -> Ended:
    """Run the command with profile and purpose."""
    return terminal.bare("prefill", procedure, "--profile", str(terminal.profile), *FOR, *arguments, stdin=stdin)


def test_a_form_is_a_table_for_a_person(terminal: Terminal) -> None:
    """Values, where they come from, what is locked, and what is still to be asked for."""
    ended = fill(terminal, "--stdin", stdin=json.dumps(MAU))
    assert ended.code == 0
    assert "NGUYỄN THỊ MẪU" in ended.stdout
    assert "02/01/1990" in ended.stdout
    assert "CSDL / register" in ended.stdout
    assert "khóa / locked" in ended.stdout
    assert "Nội dung đề nghị" in ended.stdout


def test_a_card_fills_what_only_a_card_tells(terminal: Terminal) -> None:
    """The day of issue and the issuer, which are not the register's."""
    ended = fill(terminal, "--card", "-", "--role", "owner", stdin=CARD + "\n", procedure="household-business")
    assert ended.code == 0
    assert "01/01/2022" in ended.stdout
    assert "Cục Cảnh sát quản lý hành chính" in ended.stdout


@pytest.mark.parametrize("wanted", ["json", "formio", "civil_status", "igate"])
def test_a_submission_is_json(terminal: Terminal, wanted: str) -> None:
    """On standard output, for a program."""
    ended = fill(terminal, "--stdin", "--format", wanted, stdin=json.dumps(MAU), procedure="1.001193")
    assert ended.code == 0
    assert "NGUYỄN THỊ MẪU" in json.dumps(ended.json()["data"], ensure_ascii=False)


def test_a_document_is_a_file(terminal: Terminal, tmp_path: Path) -> None:
    """That nobody else may read."""
    file = tmp_path / "ct01.docx"
    ended = fill(terminal, "--stdin", "--format", "docx", "--out", str(file), stdin=json.dumps(MAU))
    assert (ended.code, ended.stdout) == (0, "")
    assert file.stat().st_mode & 0o077 == 0
    assert any("NGUYỄN THỊ MẪU" in line.text for line in Document(io.BytesIO(file.read_bytes())).paragraphs)


def test_several_people_come_by_their_roles(terminal: Terminal) -> None:
    """As JSON on standard input."""
    people = json.dumps({"applicant": MAU, "mother": MAU})
    ended = fill(terminal, "--people", "--format", "json", stdin=people, procedure="birth")
    assert ended.code == 0
    assert ended.json()["data"]["mother"]["birth_year"] == "1990"


def test_an_outage_fills_what_was_typed_and_says_so(terminal: Terminal) -> None:
    """Code 4; the form comes all the same, with the proof, and what was typed is not verified."""
    with terminal.mock.scenario("html_502"):
        ended = fill(terminal, "--stdin", stdin=json.dumps(MAU))
    assert ended.code == 4
    assert "chưa tra cứu được / unavailable" in ended.stdout
    assert "XÁC NHẬN KHÔNG TRA CỨU ĐƯỢC" in ended.stdout
    assert "khóa / locked" not in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (["--stdin", "--format", "pdf"], json.dumps(MAU), 2),
        (["--stdin", "--format", "docx"], json.dumps(MAU), 2),
        (["--stdin", "--role", "mother"], json.dumps(MAU), 2),
        (["--people"], "[]", 2),
        (["--people"], '{"applicant": 7}', 2),
        (["--number", REAL, "--name", "Ai Đó", "--birth-date", "1990"], "", 2),
        (["strange"], "", 2),
    ],
)
def test_what_is_off_is_said(terminal: Terminal, arguments: list[str], stdin: str, code: int) -> None:
    """With a sentence, and nobody's number."""
    ended = fill(terminal, *arguments, stdin=stdin)
    assert ended.code == code
    assert ended.stderr.startswith("dancu: ")
    assert REAL not in ended.stdout + ended.stderr
