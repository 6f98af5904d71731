"""What is wrong with a scenario file: where, why and what to do, in Vietnamese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from dancu.toml_lines import line_of
from dancu_mock.person import Person
from dancu_mock.scenario_files.both import Both, Told, near
from dancu_mock.scenario_files.model import KINDS, Daily, Expected, OnPlatform, Scenario
from dancu_mock.stage import When

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

__all__ = ["ScenarioError", "Trouble", "troubles_of"]

_TABLES: dict[str, type[Any]] = {
    "title": Both,
    "use": Both,
    "when": When,
    "daily": Daily,
    "platform": OnPlatform,
    "expect": Expected,
}
_SCHEMA = Both(
    "Xem docs/scenarios.md và docs/schemas/scenario.schema.json.",
    "See docs/scenarios.md and docs/schemas/scenario.schema.json.",
)
_IN_VIETNAMESE = {
    "int_type": "phải là số nguyên",
    "float_type": "phải là số",
    "string_type": "phải là chuỗi ký tự",
    "list_type": "phải là danh sách",
    "dict_type": "phải là bảng",
    "model_type": "phải là bảng",
    "dataclass_type": "phải là bảng",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than_equal": "không được quá {le}",
    "too_short": "phải có ít nhất {min_length}",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "phải có dạng {pattern}",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong.

    Attributes:
        file: its name, without the folder.
        line: from 1; None where it is about the whole file.
        place: the key, dotted, elements counted from 1; empty for the whole file.
        what, remedy: what is wrong, and what to do.
    """

    file: str
    line: int | None
    place: str
    what: Both
    remedy: Both

    def say(self, language: str) -> str:
        """In one language, ``vi`` or ``en``."""
        where = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        key = f"{self.place}: " if self.place else ""
        return f"{where}: {key}{getattr(self.what, language)}. {getattr(self.remedy, language)}"

    def __str__(self) -> str:
        return f"{self.say('vi')}\n{self.say('en')}"


class ScenarioError(ValueError):
    """Scenario files that cannot be used.

    Attributes:
        troubles: all that is wrong.
    """

    def __init__(self, *troubles: Trouble) -> None:
        self.troubles = troubles
        super().__init__("\n".join(str(trouble) for trouble in troubles))


def troubles_of(error: ValidationError, *, file: str, text: str) -> list[Trouble]:
    """What pydantic found, in our words and with lines."""
    found = [_trouble(one, file, text) for one in error.errors(include_url=False)]
    return sorted(found, key=lambda one: one.line or 0)


def _trouble(error: ErrorDetails, file: str, text: str) -> Trouble:
    place = _place(error["loc"])
    what, remedy = _words(error, place)
    dotted = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    return Trouble(file, line_of(text, place), dotted, what, remedy)


def _place(loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """Where it stands in the file: pydantic names the kind of a step, and of somebody, in between."""
    place = list(loc)
    if place[:1] == ["steps"] and len(place) > 2:
        del place[2]
        if place[2:3] == ["people"] and len(place) > 4:
            del place[4]
    return tuple(part for part in place if part != "[key]")


def _words(error: ErrorDetails, place: tuple[str | int, ...]) -> tuple[Both, Both]:
    given: Any = error.get("ctx", {})
    match error["type"]:
        case "missing":
            key = place[-1]
            return Both("thiếu khóa này", "this key is missing"), Both(f"Hãy thêm {key} = …", f"Add {key} = …")
        case "extra_forbidden" | "unexpected_keyword_argument":
            return Both("không có khóa này", "there is no such key"), near(str(place[-1]), _keys(error["loc"]))
        case "union_tag_not_found":
            kinds = ", ".join(KINDS)
            what = Both("một bước chỉ là một việc", "a step is exactly one thing")
            return what, Both(f"Hãy ghi đúng một trong: {kinds}.", f"Write exactly one of {kinds}.")
        case "literal_error":
            what = Both("giá trị không dùng được", "unusable value")
            return what, near(str(error["input"]), re.findall("'([^']*)'", given["expected"]) or ["true"])
        case "value_error" if isinstance(given.get("error"), Told):
            return given["error"].said, given["error"].remedy or _SCHEMA
        case kind:
            vi = _IN_VIETNAMESE.get(kind, "giá trị không dùng được").format_map(given)
            return Both(vi, error["msg"].removeprefix("Input ")), _SCHEMA


def _keys(loc: Sequence[str | int]) -> list[str]:
    """The keys of the table that something stands in."""
    table: type[Any] = Scenario
    if loc[0] == "steps" and len(loc) > 3:
        table = Person if "person" in loc else KINDS[str(loc[2])]
    elif len(loc) > 1:
        table = _TABLES[str(loc[0])]
    if is_dataclass(table):
        return [part.name for part in fields(table)]
    return list(table.model_fields) if issubclass(table, BaseModel) else []
