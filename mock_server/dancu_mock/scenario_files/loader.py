"""One scenario out of one file, and the JSON Schema of such files."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dancu.toml_lines import broken_line
from dancu_mock.scenario_files.both import Both
from dancu_mock.scenario_files.model import Scenario
from dancu_mock.scenario_files.steps import HttpStep
from dancu_mock.scenario_files.troubles import ScenarioError, Trouble, troubles_of

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["MOST_BYTES", "load_scenario", "scenario_schema"]

MOST_BYTES = 4 * 1024 * 1024
"""A scenario or a body is no longer than this."""


def load_scenario(file: Traversable) -> Scenario:
    """A checked scenario, its bodies read.

    Raises:
        ScenarioError: with line and remedy for each thing that is wrong.
    """
    text = _text(file, file.name)
    try:
        scenario = Scenario.model_validate_json(json.dumps(tomllib.loads(text), default=str))
    except tomllib.TOMLDecodeError as error:
        what = Both(f"không phải TOML ({error})", f"not TOML: {error}")
        remedy = Both("Hãy sửa dòng này, hoặc dòng ngay trên.", "Mend this line, or the one above.")
        raise ScenarioError(Trouble(file.name, broken_line(text), "", what, remedy)) from None
    except ValidationError as error:
        raise ScenarioError(*troubles_of(error, file=file.name, text=text)) from None
    if f"{scenario.name}.toml" != file.name:
        what = Both("tên không giống tên tệp", "the name is not the file's")
        remedy = Both("Hãy đặt tên tệp là name.toml.", "Call the file as its name, with .toml.")
        raise ScenarioError(Trouble(file.name, 1, "name", what, remedy))
    return scenario.model_copy(update={"steps": [_with_body(step, file) for step in scenario.steps]})


def _with_body(step: Any, file: Traversable) -> Any:
    if not isinstance(step, HttpStep) or step.body_file is None:
        return step
    # A Traversable that is not a Path has no parent; those shipped have no bodies beside them.
    beside: Any = file
    return step.model_copy(update={"body": _text(beside.parent / step.body_file, file.name)})


def _text(file: Traversable, name: str) -> str:
    try:
        content = file.read_bytes()
    except OSError:
        what = Both(f"không đọc được {file.name}", f"{file.name} cannot be read")
        remedy = Both("Hãy kiểm tra tên và quyền đọc của tệp.", "Check its name and its permissions.")
        raise ScenarioError(Trouble(name, None, "", what, remedy)) from None
    try:
        if len(content) > MOST_BYTES:
            raise ValueError
        return content.decode("utf-8").replace("\r\n", "\n")
    except ValueError:
        what = Both(f"{file.name} không phải UTF-8, hoặc quá 4 MiB", f"{file.name} is not UTF-8, or is over 4 MiB")
        remedy = Both("Hãy lưu lại ở UTF-8, tối đa 4 MiB.", "Save it in UTF-8, 4 MiB at most.")
        raise ScenarioError(Trouble(name, None, "", what, remedy)) from None


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12); rules about two keys at once are checked at load only."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema()}
