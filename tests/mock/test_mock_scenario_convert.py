"""Files of params, status and payload made into scenarios, and the commands about scenarios."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dancu.cli.mock_scenarios import scenarios
from dancu_mock.mock import Mock
from dancu_mock.scenario_files.convert import convert, scenario_name
from dancu_mock.scenario_files.library import Library
from dancu_mock.scenario_files.troubles import ScenarioError

from .conftest import ask, enveloped, look_up

if TYPE_CHECKING:
    from pathlib import Path

RUN = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
REAL = "0660" + "90000077"
FOUND = """\
---
description: 'Công dân có hồ sơ'
params:
  SoDinhDanh: '066790000077'
  MaCanBo: can.bo.mau
  nom: A
status: 200
payload: |-
  {"data": {"HoVaTen": "Lê Thị Mẫu", "NgayThangNamSinh": "1990-02-03", "GioiTinh": "2", "couleur": "x"}}
"""
RENUMBERED = """\
params: {cccd: '066790000078'}
status: 200
payload: {SoDinhDanh: '066790000077', Name: A, birthDate: 19900203}
"""


def converted(text: str) -> tuple[str, list[tuple[int | None, str]]]:
    """The scenario, and of what is said about it line and key."""
    made = convert(text, name="case", file="case.yaml")
    return made.text, [(remark.line, remark.key) for remark in made.remarks]


def test_a_payload_of_a_person_is_a_record(tmp_path: Path) -> None:
    """Params become ``when``, the payload somebody's record; what has no place is said with its line."""
    text, said = converted(FOUND)
    assert said == [(6, "params.nom"), (8, "payload.data.couleur")]
    (tmp_path / "case.toml").write_text(text, encoding="utf-8")
    mock = Mock(scenarios=tmp_path)
    mock.scenario("case")
    other = ask(mock, enveloped(look_up("other")))
    asked = ask(mock, enveloped(look_up("asked", number="066790000077", key="LETHIMAU", birth="19900203")))
    assert "MẪU" in other.body.decode() and "Lê Thị Mẫu" in asked.body.decode()
    assert mock.journal.calls[-1].outcome == "case"


@pytest.mark.parametrize(
    ("text", "step", "said"),
    [
        ("status: 200\npayload:\n", "people = []", []),
        ("status: 200\npayload: []\n", "people = []", []),
        ("status: 200\n", "people = []", []),
        ("status: 404\n", 'body = ""', []),
        ("status: 404\npayload: '{\"errors\": []}'\n", 'body = "{\\"errors\\": []}"', [(2, "payload")]),
        ("status: 200\npayload:\n  a: 1990-01-02\n", 'body = "{\\"a\\": \\"1990-01-02\\"}"', [(2, "payload")]),
        ("status: 200\npayload: <xml/>\n", 'body = "<xml/>"', [(2, "payload")]),
        ("status: 500\nmore: 1\n", "status = 500", [(2, "more")]),
        ("status: 500\nparams: [a]\n", "status = 500", [(2, "params")]),
        ("status: 500\nparams:\n  a: b\n", "status = 500", [(3, "params.a"), (2, "params")]),
        ("params: {service: lookup}\nstatus: 500\n", "status = 500", [(1, "params.service"), (1, "params")]),
        ("params: {service: look_up, caller: a}\nstatus: 500\n", 'when = { service = "look_up", caller = "a" }', []),
        (f"params: {{number: '{REAL}'}}\nstatus: 500\n", "status = 500", [(1, "params.number"), (1, "params")]),
        (f"status: 500\npayload: 'of {REAL}'\n", 'body = ""', [(2, "payload")]),
        (
            "status: 200\npayload: {number: '066790000077', name: A, birth_date: '1990'}\n",
            'asked_number = "066790000077"\nkey = "A"\nyear = 1990\nname = "A"\n',
            [],
        ),
        (
            RENUMBERED,
            'asked_number = "066790000078"\nkey = "A"\nyear = 1990\nmonth = 2\nday = 3\nnumber = "066790000077"\n',
            [],
        ),
        (
            f"status: 200\npayload: {{number: '{REAL}', name: A, birth_date: '1990'}}\n",
            *('body = ""', [(2, "payload")]),
        ),
        ("status: 200\npayload: {name: A, birth_date: '1990'}\n", "status = 200", [(2, "payload")]),
        ("status: 200\npayload: {number: '066790000077', name: A}\n", "status = 200", [(2, "payload")]),
        (
            "status: 200\npayload: {number: '066790000077', name: A1, birth_date: '1990'}\n",
            "status = 200",
            [(2, "payload")],
        ),
    ],
)
def test_what_is_made_of_a_file(text: str, step: str, said: list[tuple[int | None, str]], tmp_path: Path) -> None:
    """The step is the nearest that there is; it can be played; nothing is dropped without a word, nobody is copied."""
    made, remarks = converted(text)
    assert step in made and remarks == said
    assert REAL not in made
    (tmp_path / "case.toml").write_text(made, encoding="utf-8")
    assert Library(tmp_path).own == ("case",)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [", 1),
        ("a: 1\nstatus: '200'\n", 2),
        ("status: 99\n", 1),
        ("- 1\n", None),
        ("", None),
        ("a: !!python/x 1\n", 1),
    ],
)
def test_what_is_no_such_file_is_refused(text: str, line: int | None) -> None:
    """YAML that breaks, that would make objects, or without a status is told with file and line."""
    with pytest.raises(ScenarioError) as caught:
        converted(text)
    assert (caught.value.troubles[0].file, caught.value.troubles[0].line) == ("case.yaml", line)


def test_a_name_is_made_of_a_path() -> None:
    """Small letters, digits and underscores, a letter first, 64 at most."""
    assert scenario_name(("payloads", "API v3", "200")) == "payloads_api_v3_200"
    assert scenario_name(("200-Đặc biệt",)) == "case_200-_c_bi_t"
    assert len(scenario_name(("x" * 100,))) == 64


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    result = RUN.invoke(scenarios, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_folder_is_converted(tmp_path: Path) -> None:
    """Each file becomes a scenario by its path, with what was left out said by file and line; the result checks."""
    source, out = tmp_path / "payloads", tmp_path / "out"
    (source / "citizens").mkdir(parents=True)
    (source / "citizens" / "200.yaml").write_text(FOUND, encoding="utf-8")
    (source / "none.yml").write_text("status: 404\n", encoding="utf-8")
    code, told, _errors = run("convert", source, "--out", out)
    assert code == 0 and f"{source / 'citizens' / '200.yaml'}:6: params.nom: " in told
    assert sorted(path.name for path in out.iterdir()) == ["citizens_200.toml", "none.toml"]
    assert run("check", out)[:2] == (0, "Dùng được / can be used: 2\n")


def test_a_file_is_converted_and_nothing_replaced(tmp_path: Path) -> None:
    """The second time its scenario is there already, which is an error, and stays."""
    source = tmp_path / "one.yaml"
    source.write_text("status: 404\n", encoding="utf-8")
    assert run("convert", source, "--out", tmp_path / "out")[0] == 0
    source.write_text("status: 500\n", encoding="utf-8")
    code, _told, errors = run("convert", source, "--out", tmp_path / "out")
    assert code == 1 and "one.toml" in errors
    assert "status = 404" in (tmp_path / "out" / "one.toml").read_text(encoding="utf-8")


def test_what_cannot_be_converted_is_told(tmp_path: Path) -> None:
    """No file, another encoding, a broken one, and two of one name are exit code 2, and nothing is written."""
    assert run("convert", tmp_path, "--out", tmp_path / "out")[0] == 2
    (tmp_path / "a b.yaml").write_text("status: 404\n", encoding="utf-8")
    (tmp_path / "a-b.yaml").write_text("status: 404\n", encoding="utf-8")
    (tmp_path / "a_b.yaml").write_text("status: 404\n", encoding="utf-8")
    assert "one name" in run("convert", tmp_path, "--out", tmp_path / "out")[2]
    (tmp_path / "a b.yaml").write_bytes(b"\xff")
    assert "UTF-8" in run("convert", tmp_path, "--out", tmp_path / "out")[2]
    (tmp_path / "a b.yaml").write_text("status: [", encoding="utf-8")
    assert "not YAML" in run("convert", tmp_path, "--out", tmp_path / "out")[2]
    assert not (tmp_path / "out").exists()


def test_scenarios_are_listed(tmp_path: Path) -> None:
    """Every name with its title; those of a folder have a star."""
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\ntitle = { vi = "của tôi", en = "of mine" }\n[[steps]]\ngood = true\n', encoding="utf-8"
    )
    lines = run("list", "--dir", tmp_path)[1].splitlines()
    assert [line for line in lines if line.startswith("*")] == [f"* {'mine':33} của tôi / of mine"]
    assert len(lines) == len(Mock().scenario_names) + 1


def test_a_wrong_folder_is_told(tmp_path: Path) -> None:
    """No folder, no scenario in it, and a wrong one are exit code 2; the last with line, in both languages."""
    assert run("check", tmp_path / "none")[0] == 2
    assert "no .toml" in run("check", tmp_path)[2]
    (tmp_path / "mine.toml").write_text('name = "mine"\n[[steps]]\nstatus = 1\n', encoding="utf-8")
    code, told, errors = run("check", tmp_path)
    assert (code, told) == (2, "")
    assert "mine.toml:3: steps.1.status: " in errors and "title: thiếu khóa này" in errors


@pytest.mark.parametrize("command", [("list",), ("convert", "here.yaml", "--out", "there")])
def test_a_missing_extra_is_one_sentence(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra, the commands say which one is missing."""
    real = builtins.__import__

    def without_the_mock(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("dancu_mock"):
            raise ModuleNotFoundError(name)
        return real(name, *arguments, **more)

    (tmp_path / "here.yaml").write_text("status: 404\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(builtins, "__import__", without_the_mock)
    code, _told, errors = run(*command)
    assert (code, errors.count("\n")) == (2, 1) and "extra 'mock'" in errors
