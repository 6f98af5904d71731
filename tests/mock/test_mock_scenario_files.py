"""Scenario files: what is wrong with one is said with its line and a remedy, and a folder is read again."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema  # type: ignore[import-untyped]  # it has no annotations
import pytest

from dancu.toml_lines import broken_line, line_of
from dancu_mock.mock import Mock
from dancu_mock.scenario_files.library import LOOKED_AFTER, Library, shipped_names
from dancu_mock.scenario_files.loader import MOST_BYTES, load_scenario, scenario_schema
from dancu_mock.scenario_files.troubles import ScenarioError

if TYPE_CHECKING:
    from dancu_mock.scenario_files.troubles import Trouble

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "mock_server" / "dancu_mock" / "scenario_files" / "shipped"
HEAD = 'name = "mine"\ntitle = { vi = "của tôi", en = "mine" }\n'
REAL = "0660" + "90000001"


def written(folder: Path, text: str, name: str = "mine") -> Path:
    """A scenario file."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def troubles(path: Path) -> tuple[Trouble, ...]:
    """What is wrong with a file."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return caught.value.troubles


WRONG = {
    "no such key": ("[[steps]]\nstatus = 500\nstauts = 3\n", 5, "steps.1.stauts", "Is it status?"),
    "no such key in a table": ('[[steps]]\ngood = true\n[when]\noffice = "x"\n', 6, "when.office", "Is it officer?"),
    "no such key at the top": ("whem = 1\n[[steps]]\ngood = true\n", 3, "whem", "Is it when?"),
    "no such key of somebody": (
        '[[steps]]\n[[steps.people]]\nasked_number = "066790000077"\nkey = "A"\nyear = 1990\nyaer = 1\n',
        *(8, "steps.1.people.1.yaer", "Is it year?"),
    ),
    "a key is missing": ('[[steps]]\ngood = true\n[daily]\nbegins = "22:00"\n', 5, "daily.ends", "Add ends"),
    "no steps": ("", None, "steps", "Add steps"),
    "an empty list of steps": ("steps = []\n", 3, "steps", "scenario.schema.json"),
    "two things at once": (
        "[[steps]]\ngood = true\n[[steps]]\ngood = true\nstatus = 500\n",
        5,
        "steps.2",
        "exactly one",
    ),
    "nothing at all": ("[[steps]]\ncalls = 2\n", 3, "steps.1", "exactly one"),
    "no such fault": ('[[steps]]\nfault = "hangs"\n', 4, "steps.1.fault", "Is it hang?"),
    "no such refusal": ('[[steps]]\nrefuse = "errorCode 003"\n', 4, "steps.1.refuse", "Is it errorCode 00"),
    "no such persona": (
        '[[steps]]\npeople = [\n  "citizen",\n  "homonim",\n]\n',
        4,
        "steps.1.people.2",
        "Is it homonym?",
    ),
    "a real number": (
        f'[[steps]]\n[[steps.people]]\nasked_number = "{REAL}"\nkey = "A"\nyear = 1990\n',
        *(4, "steps.1.people.1", "invented"),
    ),
    "a real number in when": (f'[[steps]]\ngood = true\n[when]\nnumber = "{REAL}"\n', 5, "when", "invented"),
    "no such service": ('when = { service = "lookup" }\n[[steps]]\ngood = true\n', 3, "when.service", "Is it look_up?"),
    "a status out of range": ("[[steps]]\nstatus = 99\n", 4, "steps.1.status", "greater than or equal to 200"),
    "a text for a number": ('[[steps]]\nstatus = "500"\n', 4, "steps.1.status", "integer"),
    "another word": ('[[steps]]\nstatus = 500\nat = "door"\n', 5, "steps.1.at", "register"),
    "a header of the server's": (
        '[[steps]]\nstatus = 200\n[steps.headers]\nContent-Length = "3"\n',
        *(5, "steps.1.headers", "chunks"),
    ),
    "two lines in a header": ('[[steps]]\nstatus = 200\nheaders = { A = "b\\nc" }\n', 5, "steps.1.headers", "ASCII"),
    "a body of another folder": ('[[steps]]\nstatus = 200\nbody_file = "../x"\n', 5, "steps.1.body_file", "pattern"),
    "a day of no length": (
        'daily = { begins = "22:00", ends = "22:00" }\n[[steps]]\ngood = true\n',
        3,
        "daily",
        "differ",
    ),
    "an hour of no day": (
        'daily = { begins = "24:00", ends = "22:00" }\n[[steps]]\ngood = true\n',
        3,
        "daily.begins",
        "pat",
    ),
    "two outcomes": (
        '[[steps]]\ngood = true\n[[expect]]\ncode = "throttled"\noutcome = "found"\n',
        *(5, "expect.1", "exactly one"),
    ),
    "no TOML": ("[[steps]\n", 3, "", "Mend this line"),
    "a name twice": ('name = "mine"\n', 3, "", "Mend this line"),
}


@pytest.mark.parametrize(("text", "line", "place", "word"), list(WRONG.values()), ids=list(WRONG))
def test_what_is_wrong_is_said(tmp_path: Path, text: str, line: int | None, place: str, word: str) -> None:
    """File, line and key are named, with a remedy, in Vietnamese and in English; a real number is not repeated."""
    found = troubles(written(tmp_path, HEAD + text))
    assert [(one.file, one.line, one.place) for one in found] == [("mine.toml", line, place)]
    told = str(found[0])
    assert word in found[0].say("en") and found[0].say("vi") != found[0].say("en")
    assert told.startswith("mine.toml") and REAL not in told


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Three errors are three troubles, in the order of their lines."""
    text = HEAD + 'more = 1\n[[steps]]\nfault = "no"\n[[steps]]\nstatus = 1\n'
    assert [one.line for one in troubles(written(tmp_path, text))] == [3, 5, 7]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Another name than the file's, bytes that are no UTF-8, too many, none, and a body that is not there."""
    assert troubles(written(tmp_path, HEAD + "[[steps]]\ngood = true\n", "yours"))[0].place == "name"
    (tmp_path / "raw.toml").write_bytes(b"\xff")
    (tmp_path / "long.toml").write_bytes(b"#" * (MOST_BYTES + 1))
    assert "UTF-8" in str(troubles(tmp_path / "raw.toml")[0]) and "4 MiB" in str(troubles(tmp_path / "long.toml")[0])
    assert "cannot be read" in str(troubles(tmp_path / "none.toml")[0])
    bodiless = written(tmp_path, HEAD + '[[steps]]\nstatus = 200\nbody_file = "page.html"\n')
    assert "page.html cannot be read" in str(troubles(bodiless)[0])


def test_a_body_comes_from_the_file_beside(tmp_path: Path) -> None:
    """``body_file`` is read when the scenario is."""
    (tmp_path / "page.html").write_text("<p>MOCK</p>", encoding="utf-8")
    found = load_scenario(written(tmp_path, HEAD + '[[steps]]\nstatus = 200\nbody_file = "page.html"\n'))
    assert getattr(found.steps[0], "body", None) == "<p>MOCK</p>"


TEXT = '''\
# name = "not this"
name = "a"

[when]  # "[no]"
service = "x"
[[steps]]
body = """
status = 1
[no]
"""
status = 200
[steps.headers]
"A.b" = "c"
[[steps]]
people = [
  "one",
  { asked_number = "x" },
  { asked_number = "y", key = "[" },
]
calls = 2
[[steps.people]]
[[expect]]
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("name",), 2),
        (("when", "service"), 5),
        (("when", "officer"), 4),
        (("steps", 0), 6),
        (("steps", 0, "status"), 11),
        (("steps", 0, "headers", "A.b"), 13),
        (("steps", 1, "calls"), 20),
        (("steps", 1, "people"), 15),
        (("steps", 7), 6),
        (("expect", 0, "code"), 22),
        (("none",), None),
    ],
)
def test_a_place_has_a_line(place: tuple[str | int, ...], line: int | None) -> None:
    """Keys are found in tables, in lists of tables and behind texts of several lines; else what is around them."""
    assert line_of(TEXT, place) == line


def test_elements_of_a_list_have_lines() -> None:
    """Tables in brackets have the line on which each begins."""
    first, second = "  { good = true },\n", '  { status = 200,\n    headers = { A = "]" } },\n'
    text = f'steps = [\n{first}{second}{first}]\nname = "a"\n'
    assert [line_of(text, ("steps", place)) for place in range(3)] == [2, 3, 5]
    assert line_of(text, ("name",)) == 7


def test_broken_toml_has_a_line() -> None:
    """Where TOML breaks, also at the very end; whole TOML breaks nowhere."""
    assert [broken_line(text) for text in ("a = 1\n", "a = 1\nb = \n", 'a = """x\n')] == [None, 2, 2]


def test_the_schema_is_the_published_one() -> None:
    """docs/schemas has what ``dancu mock scenarios schema`` prints; every shipped scenario is valid under it."""
    published = json.loads((ROOT / "docs" / "schemas" / "scenario.schema.json").read_text(encoding="utf-8"))
    assert published == scenario_schema()
    jsonschema.Draft202012Validator.check_schema(published)
    validator = jsonschema.Draft202012Validator(published)
    shipped = [tomllib.loads(file.read_text(encoding="utf-8")) for file in SHIPPED.glob("*.toml")]
    assert len(shipped) == len(shipped_names())
    assert [error for said in shipped for error in validator.iter_errors(said)] == []


@pytest.mark.parametrize(
    "wrong",
    ["no such key", "two things at once", "nothing at all", "no such fault", "another word", "a status out of range"],
)
def test_the_schema_refuses_what_the_loader_does(wrong: str) -> None:
    """An editor that knows the schema marks the same errors."""
    validator = jsonschema.Draft202012Validator(scenario_schema())
    assert list(validator.iter_errors(tomllib.loads(HEAD + WRONG[wrong][0])))


class Clock:
    """Seconds that stand until they are moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The moment."""
        return self.now


def test_a_folder_is_read_again(tmp_path: Path) -> None:
    """A new, a changed and a removed file are noticed half a second later, and not before."""
    clock = Clock()
    written(tmp_path, HEAD + "[[steps]]\nstatus = 500\n")
    library = Library(tmp_path, monotonic=clock)
    assert list(library.own) == ["mine"]
    written(tmp_path, HEAD.replace("mine", "other") + "[[steps]]\nstatus = 404\n", "other")
    assert list(library.own) == ["mine"]
    clock.now += LOOKED_AFTER
    assert list(library.own) == ["mine", "other"] and set(library.own) < set(library.names)
    (tmp_path / "mine.toml").unlink()
    clock.now += LOOKED_AFTER
    assert list(library.own) == ["other"]
    with pytest.raises(ValueError, match="no such scenario"):
        library.get("mine")


def test_a_broken_file_leaves_its_scenario_as_it_was(tmp_path: Path) -> None:
    """What is wrong is told for as long as it is; the last good scenario plays on."""
    clock = Clock()
    path = written(tmp_path, HEAD + "[[steps]]\nstatus = 500\n")
    library = Library(tmp_path, monotonic=clock)
    path.write_text(HEAD + "[[steps]]\nstatus = 5\n", encoding="utf-8")
    clock.now += LOOKED_AFTER
    assert [(one.file, one.line) for one in library.troubles] == [("mine.toml", 4)]
    assert getattr(library.get("mine").steps[0], "status", None) == 500
    path.write_text(HEAD + "[[steps]]\nstatus = 502\n", encoding="utf-8")
    clock.now += LOOKED_AFTER
    assert library.troubles == () and getattr(library.get("mine").steps[0], "status", None) == 502


def test_a_changed_body_is_noticed(tmp_path: Path) -> None:
    """The file with the body counts as a part of the scenario."""
    clock, body = Clock(), tmp_path / "page.txt"
    body.write_text("one", encoding="utf-8")
    written(tmp_path, HEAD + '[[steps]]\nstatus = 200\nbody_file = "page.txt"\n')
    library = Library(tmp_path, monotonic=clock)
    body.write_text("three", encoding="utf-8")
    clock.now += LOOKED_AFTER
    assert getattr(library.get("mine").steps[0], "body", None) == "three"


def test_a_scenario_of_your_own_hides_a_shipped_one(tmp_path: Path) -> None:
    """A later dancu may bring a scenario of the same name; yours stays yours."""
    written(tmp_path, HEAD.replace("mine", "hang") + "[[steps]]\nstatus = 500\n", "hang")
    assert getattr(Library(tmp_path).get("hang").steps[0], "status", None) == 500


def test_a_mock_does_not_begin_with_a_broken_folder(tmp_path: Path) -> None:
    """A file that cannot be used from the start, and a folder that there is not, are ValueErrors."""
    with pytest.raises(ValueError, match="no such folder"):
        Mock(scenarios=tmp_path / "none")
    written(tmp_path, "name = 1\n")
    with pytest.raises(ScenarioError, match=r"mine\.toml"):
        Mock(scenarios=tmp_path)


def test_a_mock_has_your_scenarios(tmp_path: Path) -> None:
    """They are among the names, nothing is wrong with them, and they play."""
    written(tmp_path, HEAD + "[[steps]]\nstatus = 500\n")
    mock = Mock(scenarios=tmp_path)
    assert "mine" in mock.scenario_names and "hang" in mock.scenario_names
    assert mock.scenario_troubles == ()
    with mock.scenario("mine") as scene:
        assert mock.stage.playing[0].name == "mine"
        scene.end()
        assert mock.stage.playing == ()


def test_the_example_of_the_page_is_a_scenario(tmp_path: Path) -> None:
    """What docs/scenarios.md tells one to write can be played."""
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert load_scenario(written(tmp_path, example, "second_call_fails")).length == 2
