"""``dancu mock scenarios``: the scenarios there are, what is wrong with one's own, and others' made into ours.

====  ==============================================
code  meaning
====  ==============================================
0     as it should be
1     a file cannot be written
2     a scenario, or what was to become one, cannot be used
====  ==============================================
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from dancu_mock.scenario_files.convert import Converted
    from dancu_mock.scenario_files.library import Library

__all__ = ["scenarios"]

scenarios = typer.Typer(help="Scenarios of the mock / Kịch bản của nền tảng giả lập.", no_args_is_help=True)

Folder = Annotated[Path | None, typer.Option("--dir", help="A folder of scenarios of your own, too.")]


@scenarios.command("list")
def names(folder: Folder = None) -> None:
    """List the scenarios by name, yours marked with a star."""
    library = _library(folder)
    for name in library.names:
        star = "*" if name in library.own else " "
        _say(f"{star} {name:33} {library.get(name).title}")


@scenarios.command()
def check(folder: Annotated[Path, typer.Argument(help="Of scenarios, *.toml.")]) -> None:
    """Check a folder of scenarios; each thing that is wrong comes with its line and what to do."""
    own = _library(folder).own
    if not own:
        _give_up(f"{folder}: không có tệp .toml / there is no .toml file", code=2)
    _say(f"Dùng được / can be used: {len(own)}")


@scenarios.command()
def schema() -> None:
    """Print the JSON Schema of a scenario, for editors."""
    _library(None)
    from dancu_mock.scenario_files.loader import scenario_schema

    _say(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))


@scenarios.command()
def convert(
    source: Annotated[Path, typer.Argument(help="A YAML file of params, status and payload, or a folder of them.")],
    out: Annotated[Path, typer.Option(help="The folder for the scenarios; no file in it is replaced.")],
) -> None:
    """Make scenarios out of files of params, status and payload; what has no place in one is said line by line."""
    files = [source] if source.is_file() else sorted([*source.rglob("*.yaml"), *source.rglob("*.yml")])
    if not files:
        _give_up(f"{source}: không có tệp YAML / there is no YAML file", code=2)
    made = {file: _converted(file, source) for file in files}
    if len({one.name for one in made.values()}) < len(made):
        _give_up("hai tệp cùng tên kịch bản / two files make one name", code=2)
    for file, one in made.items():
        _write(out / f"{one.name}.toml", one.text)
        _say(f"{file} -> {one.name}.toml")
        for remark in one.remarks:
            _say(f"{file}:{remark.line}: {remark.key}: {remark.said}")
    _library(out)


def _converted(file: Path, source: Path) -> Converted:
    try:
        from dancu_mock.scenario_files.convert import convert as converted
        from dancu_mock.scenario_files.convert import scenario_name
    except ModuleNotFoundError:
        _need_the_extra()
    parts = file.relative_to(source if source.is_dir() else source.parent).with_suffix("").parts
    try:
        return converted(file.read_text(encoding="utf-8"), name=scenario_name(parts), file=str(file))
    except UnicodeDecodeError:
        _give_up(f"{file}: không phải UTF-8 / not UTF-8", code=2)
    except OSError as error:
        _give_up(f"{file}: {error.strerror}", code=2)
    except ValueError as error:
        _give_up(str(error), code=2)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        _give_up(f"{path}: {error.strerror}", code=1)


def _library(folder: Path | None) -> Library:
    try:
        from dancu_mock.scenario_files.library import Library
    except ModuleNotFoundError:
        _need_the_extra()
    try:
        return Library(folder)
    except ValueError as error:
        _give_up(str(error), code=2)


def _need_the_extra() -> NoReturn:
    _give_up("the mock needs the extra 'mock': pip install 'dancu[cli,mock]'", code=2)


def _say(text: str) -> None:
    """Print, also where the console lacks Vietnamese letters."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    print(text)


def _give_up(reason: str, *, code: int) -> NoReturn:
    print(f"dancu: {reason}", file=sys.stderr)
    raise typer.Exit(code)
