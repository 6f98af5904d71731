"""Files of ``params``, ``status`` and ``payload`` (YAML, as France's API Particulier has them), made into scenarios.

The format: https://github.com/etalab/siade_staging_data. What has no place in a scenario is said, key by key.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import yaml

from dancu.domain.ids import is_synthetic
from dancu_mock.scenario_files.both import Both
from dancu_mock.scenario_files.records import PLACES, record_of
from dancu_mock.scenario_files.troubles import ScenarioError, Trouble
from dancu_mock.stage import WhichService

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Converted", "Remark", "convert", "scenario_name"]

_NUMBER = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_KEYS = ("description", "params", "status", "payload")
_PARAMS = {
    **dict.fromkeys(("number", "sodinhdanh", "socmnd", "cccd"), "number"),
    **dict.fromkeys(("officer", "macanbo"), "officer"),
    **dict.fromkeys(("procedure", "madvc"), "procedure"),
    **dict.fromkeys(("service", "dichvu"), "service"),
    "caller": "caller",
}
_NO_PARAMETER = Both(
    "câu hỏi của nền tảng không có tham số này nên bỏ qua", "left out: a question to the platform has no such parameter"
)
_NOT_INVENTED = Both(
    "có thể là số của người thật nên bỏ qua; hãy dùng số giả định",
    "left out: somebody may bear this number; use an invented one",
)
_NO_SERVICE = Both("nền tảng không có dịch vụ này nên bỏ qua", "left out: the platform has no such service")
_NO_FIELD = Both("hồ sơ dân cư không có mục này nên bỏ qua", "left out: a record has no such field")
_NO_KEY = Both("kịch bản không có khóa này nên bỏ qua", "left out: a scenario has no such key")
_EVERY = Both("không còn tham số nào, nên kịch bản dành cho mọi câu hỏi", "none is left, so it is for every question")
_AS_BODY = Both(
    "không phải hồ sơ dân cư; giữ nguyên làm nội dung JSON", "no record of the register; kept as a body of JSON"
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that has no place in a scenario, or another one than before.

    Attributes:
        line: in the file that was read, from 1; None where it has none.
        key: dotted.
    """

    line: int | None
    key: str
    said: Both


@dataclass(frozen=True, slots=True)
class Converted:
    """A scenario as TOML, and what was not carried over."""

    name: str
    text: str
    remarks: tuple[Remark, ...]


def scenario_name(parts: tuple[str, ...]) -> str:
    """A name out of the parts of a path, without its suffix."""
    word = re.sub(r"[^a-z0-9_-]+", "_", "_".join(parts).lower()).strip("_-")
    return (word if word[:1].isalpha() else f"case_{word}")[:64]


def convert(text: str, *, name: str, file: str) -> Converted:
    """A scenario out of one file.

    Args:
        text: YAML.
        name: of the scenario.
        file: for what is said about it.

    Raises:
        ScenarioError: no YAML, or none with a ``status``.
    """
    try:
        given = yaml.safe_load(text)
        lines = dict(_lines(yaml.compose(text, Loader=yaml.SafeLoader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = Both("không phải YAML", "not YAML")
        raise _trouble(file, None if mark is None else mark.line + 1, "", what) from None
    parts = _table(given)
    status = parts.get("status")
    if type(status) is not int or not 200 <= status <= 599:
        what = Both("thiếu status từ 200 đến 599", "a status of 200 to 599 is missing")
        raise _trouble(file, lines.get("status"), "status", what)
    work = _Work(lines)
    work.say_all((key for key in parts if key not in _KEYS), _NO_KEY)
    when = dict(_when(_table(parts.get("params")), work))
    if parts.get("params") and not when:
        work.say("params", _EVERY)
    step = _step(status, parts.get("payload"), when.get("number"), work)
    title = _text(str(parts.get("description") or name))
    head = [f"name = {_text(name)}", f"title = {{ vi = {title}, en = {title} }}"]
    if when:
        head.append("when = { " + ", ".join(f"{key} = {_text(value)}" for key, value in when.items()) + " }")
    return Converted(name, "\n".join([*head, "", "[[steps]]", *step, ""]), tuple(work.remarks))


class _Work:
    """The lines of a file, and what is to be said about them."""

    def __init__(self, lines: Mapping[str, int]) -> None:
        self._lines = lines
        self.remarks: list[Remark] = []

    def say(self, key: str, said: Both) -> None:
        """Note something about a dotted key."""
        around = key
        while around and around not in self._lines:
            around = around.rpartition(".")[0]
        self.remarks.append(Remark(self._lines.get(around), key, said))

    def say_all(self, keys: Iterator[Any], said: Both) -> None:
        """Note the same about several."""
        for key in keys:
            self.say(str(key), said)


def _table(value: Any) -> dict[Any, Any]:
    """A mapping as it was read; anything else is an empty one."""
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]  # of any type


def _when(params: dict[Any, Any], work: _Work) -> Iterator[tuple[str, str]]:
    for key, value in params.items():
        place, word = _PARAMS.get(_plain(key)), str(value)
        if place is None:
            work.say(f"params.{key}", _NO_PARAMETER)
        elif place == "number" and not _invented(word):
            work.say(f"params.{key}", _NOT_INVENTED)
        elif place == "service" and word not in get_args(WhichService):
            work.say(f"params.{key}", _NO_SERVICE)
        else:
            yield place, word


def _step(status: int, payload: Any, number: str | None, work: _Work) -> list[str]:
    said = _parsed(payload)
    if status == 200 and not said:
        return ["people = []"]
    table = _table(said)
    record = _table(table.get("data")) or table
    person = record_of(record, number) if status == 200 else None
    if person is not None:
        at = "payload." if record is table else "payload.data."
        work.say_all((f"{at}{key}" for key in record if _plain(key) not in PLACES), _NO_FIELD)
        return ["[[steps.people]]", *(f"{key} = {_value(value)}" for key, value in person.items())]
    return [f"status = {status}", 'content_type = "application/json"', f"body = {_text(_body(payload, work))}"]


def _body(payload: Any, work: _Work) -> str:
    """A payload as it stands; left out where it may be about somebody."""
    if payload is None:
        return ""
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, default=str)
    if not all(_invented(number) for number in _NUMBER.findall(text)):
        work.say("payload", _NOT_INVENTED)
        return ""
    work.say("payload", _AS_BODY)
    return text


def _parsed(payload: Any) -> Any:
    """What a payload is; one that is a text is JSON, or else itself."""
    try:
        return json.loads(payload) if isinstance(payload, str) else payload
    except ValueError:
        return payload


def _lines(node: Any, above: str = "") -> Iterator[tuple[str, int]]:
    """The line of each dotted key."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        dotted = f"{above}{key.value}"
        yield dotted, key.start_mark.line + 1
        yield from _lines(value, f"{dotted}.")


def _plain(key: object) -> str:
    return re.sub(r"[^a-z]", "", str(key).lower())


def _invented(number: str) -> bool:
    return number.isascii() and number.isdigit() and is_synthetic(number)


def _value(value: str | int) -> str:
    return str(value) if isinstance(value, int) else _text(value)


def _text(text: str) -> str:
    """A TOML string: one of JSON, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _trouble(file: str, line: int | None, place: str, what: Both) -> ScenarioError:
    remedy = Both("Cần một tệp có params, status và payload.", "A file with params, status and payload is wanted.")
    return ScenarioError(Trouble(file, line, place, what, remedy))
