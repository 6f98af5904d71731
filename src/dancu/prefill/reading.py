"""Form definitions out of TOML: a mistake is told with its line and what to do, before anybody fills a form."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dancu.errors import ConfigurationError, InvalidInput
from dancu.prefill.checking import mistakes
from dancu.prefill.forms import Form, FormField, Role
from dancu.toml_lines import broken_line, line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

__all__ = ["FormTrouble", "form_schema", "load_form", "parse_form", "shipped_forms", "troubles_of"]

_SCHEMA = "see docs/forms.md and docs/schemas/dancu-form.schema.json"
_TABLES: dict[str, type[Any]] = {"roles": Role, "fields": FormField}


@dataclass(frozen=True, slots=True)
class FormTrouble:
    """One thing that is wrong with a definition.

    Attributes:
        line: from 1; None where it is about the whole file.
        place: the key, dotted, elements counted from 1; empty for the whole file.
        what, remedy: what is wrong, and what to do.
    """

    line: int | None
    place: str
    what: str
    remedy: str

    def __str__(self) -> str:
        at = [f"line {self.line}"] if self.line else []
        return f"{' '.join([*at, self.place])}: {self.what}; {self.remedy}".lstrip(": ")


def troubles_of(text: str) -> tuple[Form | None, list[FormTrouble]]:
    """A definition and all that is wrong with it; there is no form where something is."""
    try:
        parts = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None, [FormTrouble(broken_line(text), "", "not TOML", "mend this line, or the one above")]
    try:
        form = Form.model_validate(parts)
    except ValidationError as error:
        found = [_trouble(one, text) for one in error.errors(include_url=False)]
        return None, _in_order(found)
    wrong = [FormTrouble(line_of(text, one.place), _dotted(one.place), one.what, one.remedy) for one in mistakes(form)]
    return (None, _in_order(wrong)) if wrong else (form, [])


def parse_form(text: str, *, file: str) -> Form:
    """A checked definition.

    Raises:
        ConfigurationError: ``profile_invalid`` naming file, line and place of the first mistake, with its remedy.
    """
    form, troubles = troubles_of(text)
    if form is None:
        first = troubles[0]
        where = f"{file}:{first.line}" if first.line else file
        detail = f"{first.what}; {first.remedy}"
        raise ConfigurationError("profile_invalid", field=f"{where} {first.place}".rstrip(), detail=detail)
    return form


@functools.cache
def shipped_forms() -> tuple[Form, ...]:
    """The definitions that come with dancu, by their ids."""
    files = (one for one in resources.files("dancu.prefill.shipped").iterdir() if one.name.endswith(".toml"))
    forms = (parse_form(one.read_text(encoding="utf-8"), file=one.name) for one in files)
    return tuple(sorted(forms, key=lambda form: form.id))


def load_form(source: str | Path) -> Form:
    """A shipped form by its id or a procedure that it files, or one of a file of one's own.

    Args:
        source: an id, a procedure's code, or the path of a ``.toml`` file.

    Raises:
        InvalidInput: ``invalid_purpose`` naming ``procedure``: no form is known for it.
        ConfigurationError: ``profile_invalid``: the file cannot be read, or is no definition.
    """
    path = Path(source)
    if path.suffix != ".toml":
        return form_of(str(source), shipped_forms())
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError("profile_invalid", field=path.name, detail="the file cannot be read") from None
    return parse_form(text, file=path.name)


def form_of(name: str, forms: Iterable[Form]) -> Form:
    """The form of an id; else the first, by id, that files a procedure, and one whose usual procedure it is first."""
    known = tuple(forms)
    by_id = [form for form in known if form.id == name]
    usual = [form for form in known if form.procedures[0] == name]
    others = [form for form in known if name in form.procedures]
    for form in (*by_id, *usual, *others):
        return form
    raise InvalidInput("invalid_purpose", field="procedure", detail="no form is known for it; see `dancu forms list`")


def form_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a definition; rules about two keys at once are checked at load only."""
    schema = Form.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dancu form",
        **{key: part for key, part in schema.items() if key != "title"},
    }


def _in_order(found: list[FormTrouble]) -> list[FormTrouble]:
    return sorted(found, key=lambda one: one.line or 0)


def _dotted(place: Sequence[str | int]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


def _trouble(error: ErrorDetails, text: str) -> FormTrouble:
    place = tuple(part for part in error["loc"] if part != "[key]")
    what, remedy = _words(error, place)
    return FormTrouble(line_of(text, place), _dotted(place), what, remedy)


def _words(error: ErrorDetails, place: tuple[str | int, ...]) -> tuple[str, str]:
    match error["type"]:
        case "missing":
            return "this key is missing", f"add {place[-1]} = ..."
        case "extra_forbidden":
            return "there is no such key", _near(str(place[-1]), _keys(place))
        case "literal_error":
            allowed = re.findall("'([^']*)'", error.get("ctx", {})["expected"])
            return "unusable value", _near(str(error["input"]), allowed)
        case _:
            return error["msg"].removeprefix("Input ").removeprefix("Value error, "), _SCHEMA


def _keys(place: tuple[str | int, ...]) -> list[str]:
    """The keys of the table that something stands in."""
    table = _TABLES.get(str(place[0]), Form) if len(place) > 1 else Form
    return list(table.model_fields)


def _near(said: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(said, names, 1)
    return f"perhaps {near[0]}" if near else f"one of {', '.join(names)}"
