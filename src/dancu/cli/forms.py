"""``dancu forms``: the forms that are known, what each asks for, and whether a portal's form has the keys for it.

====  ==============================================
code  meaning
====  ==============================================
0     as it should be
1     a portal's form lacks keys
2     there is no such form, or a file cannot be used
====  ==============================================
"""

from __future__ import annotations

import difflib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast, get_args

import typer

from dancu.domain.fields import FIELDS
from dancu.errors import DancuError
from dancu.prefill.forms import Family
from dancu.prefill.plan import needed
from dancu.prefill.reading import form_schema, load_form, shipped_forms, troubles_of
from dancu.render.walking import targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dancu.prefill.forms import Form, FormField

__all__ = ["app"]

app = typer.Typer(help="Forms and their fields / Biểu mẫu và các trường.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A form's id, a procedure's code, or a .toml file of your own.")]


@app.command("list")
def names() -> None:
    """List the forms by id: procedures, title, regulation, and how sure the definition is."""
    for form in shipped_forms():
        _say(f"{form.id:20} {', '.join(form.procedures):34} {form.title_vi}")
        since = f", từ / since {form.valid_from:%d/%m/%Y}" if form.valid_from else ""
        number = f"{form.number}, " if form.number else ""
        _say(f"{'':20} {number}{form.regulation}{since} ({form.confidence})")


@app.command()
def show(name: Name) -> None:
    """Show whom a form needs, what the register is asked for, and where each value goes."""
    form = _form(name)
    _say(f"{form.title_vi} / {form.title_en}")
    for role, part in form.roles.items():
        need = "bắt buộc / required" if part.required else "nếu có / if any"
        _say(f"\n{role}: {part.label_vi} / {part.label_en} ({need})")
        if part.from_register:
            asked = ", ".join(f"{one}*" if FIELDS[one].sensitive else one for one in needed(form, role))
            _say(f"  cần / give: number, name, birth_date; tra cứu / asks for: {asked}")
        for one in form.fields:
            if one.role == role:
                _say(_line(one))
    _say("\nNgười dùng tự ghi / by hand:")
    for one in form.fields:
        if one.role is None:
            _say(_line(one))
    _say("\n* dữ liệu nhạy cảm / sensitive data")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A form.io form (JSON), or a definition of your own (.toml).")],
    name: Annotated[str | None, typer.Option("--form", help="Which of our forms goes into it.")] = None,
    family: Annotated[str, typer.Option(help=f"Whose keys: {', '.join(get_args(Family))}.")] = "formio",
) -> None:
    """Check a definition line by line, or whether a form.io form has every key that one of ours goes into."""
    text = _read(file)
    if file.suffix == ".toml":
        _check_definition(file, text)
        return
    if name is None or family not in get_args(Family):
        _give_up("--form ID --family formio | civil_status | igate", code=2)
    keys = set(_keys_in(_parsed(file, text)))
    missing = [target for target in targets(_form(name), cast("Family", family)) if target not in keys]
    for target in missing:
        near = difflib.get_close_matches(target, keys, 1)
        _say(f"thiếu / missing: {target}" + (f" (có thể là / perhaps {near[0]})" if near else ""))
    _say(f"{len(keys)} trường, thiếu {len(missing)} / {len(keys)} keys in the form, {len(missing)} missing")
    if missing:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a definition, for editors."""
    _say(json.dumps(form_schema(), ensure_ascii=False, indent=2))


def _line(one: FormField) -> str:
    parts = [one.key, one.label_vi]
    if one.attribute is not None:
        parts += [one.attribute, one.format, "khóa / locks" if one.lock == "verified" else "-"]
    return "  " + " | ".join([*parts, *(f"{family}: {key}" for family, key in one.targets.items())])


def _check_definition(file: Path, text: str) -> None:
    form, troubles = troubles_of(text)
    for trouble in troubles:
        print(f"{file.name}: {trouble}", file=sys.stderr)
    if form is None:
        raise typer.Exit(2)
    _say(f"{form.id}: {len(form.fields)} trường, dùng được / fields, can be used")


def _keys_in(part: object, above: tuple[str, ...] = ()) -> Iterator[str]:
    """The keys of a form.io form's input components; those of containers and grids stand below the container's."""
    if isinstance(part, list):
        for one in cast("list[object]", part):
            yield from _keys_in(one, above)
    elif isinstance(part, dict):
        parts = cast("dict[str, object]", part)
        key, below = parts.get("key"), above
        if isinstance(key, str) and parts.get("input", True) and "type" in parts:
            path = (*above, *key.split("."))
            yield ".".join(path)
            below = path if parts.get("type") in {"container", "datagrid", "editgrid", "form"} else above
        for name in ("components", "columns", "rows"):
            yield from _keys_in(parts.get(name), below)


def _parsed(file: Path, text: str) -> object:
    try:
        read: object = json.loads(text)
    except (ValueError, RecursionError):
        _give_up(f"{file.name}: không phải JSON / not JSON", code=2)
    return read


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        _give_up(f"{file.name}: không đọc được / cannot be read", code=2)


def _form(name: str) -> Form:
    try:
        return load_form(name)
    except DancuError as error:
        _give_up(f"{error.message('vi')} / {error}", code=2)


def _say(text: str) -> None:
    """Print, also where the console lacks Vietnamese letters."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    print(text)


def _give_up(reason: str, *, code: int) -> NoReturn:
    print(f"dancu: {reason}", file=sys.stderr)
    raise typer.Exit(code)
