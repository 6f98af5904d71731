"""``dancu profile``: profiles to start from, what is wrong with one, and whether it conforms.

====  ==============================================
code  meaning
====  ==============================================
0     as it should be
1     a case does not conform
2     the profile cannot be used
====  ==============================================
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from dancu.assembly import assemble, lane_settings
from dancu.cli.asking import ask_purpose
from dancu.cli.options import AsJson, Basis, Dossier, OfficerCode, Procedure, Session, Unit
from dancu.errors import DancuError
from dancu.profiles.document import profile_schema
from dancu.profiles.loader import load_profile
from dancu.profiles.shipped import shipped_names, shipped_text
from dancu.runtime.sinks import MemorySink
from dancu.toml_lines import broken_line, line_of

if TYPE_CHECKING:
    from dancu.conformance import Result

__all__ = ["app"]

app = typer.Typer(help="Profiles of platforms / Hồ sơ kết nối nền tảng.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The profile, TOML.")]


@app.command("list")
def names() -> None:
    """List the commented profiles that come with dancu, one for each credential family."""
    print("\n".join(shipped_names()))


@app.command()
def show(name: Annotated[str, typer.Argument(help="One of `dancu profile list`.")]) -> None:
    """Print one of them, to be copied and changed."""
    try:
        print(shipped_text(name), end="")
    except KeyError:
        _give_up(f"không có / there is none of this name; there are {', '.join(shipped_names())}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a profile, for editors."""
    print(json.dumps(profile_schema(), ensure_ascii=False, indent=2))


@app.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Check a profile with its secrets and certificates; nothing is connected."""
    try:
        lane_settings(assemble(file, audit=MemorySink(), clock=None))
    except DancuError as error:
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        line = broken_line(text) or line_of(text, (error.field or "").split("."))
        _say_wrong(error, line, as_json=as_json)
    print(json.dumps({"ok": True}) if as_json else "Hồ sơ dùng được / the profile can be used")


def _say_wrong(error: DancuError, line: int | None, *, as_json: bool) -> NoReturn:
    if as_json:
        told = {"ok": False, "code": error.code, "setting": error.field, "line": line, "reason": error.detail}
        print(json.dumps({**told, "remedy_vi": error.remedy.vi, "remedy_en": error.remedy.en}, ensure_ascii=False))
        raise typer.Exit(2)
    where = f"dòng / line {line}: " if line else ""
    print(f"{where}{error.field or 'profile'}: {error.detail or error.code}", file=sys.stderr)
    print(f"{error.remedy.vi}\n{error.remedy.en}", file=sys.stderr)
    raise typer.Exit(2)


@app.command()
def conform(
    file: File,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the real platform about a person whom no register holds; no more.")
    ] = False,
    procedure: Procedure = None,
    unit: Unit = None,
    officer: OfficerCode = None,
    dossier: Dossier = None,
    session: Session = None,
    basis: Basis = None,
    as_json: AsJson = False,
) -> None:
    """Let the mock play a profile and ask all that it offers, through both clients."""
    try:
        from dancu.conformance import conform as play
        from dancu.conformance import conform_live

        profile = load_profile(file)
        if live:
            given = {"procedure": procedure, "unit": unit, "officer": officer, "dossier": dossier, "session": session}
            results = conform_live(profile, purpose=ask_purpose(**given, basis=basis))
        else:
            with tempfile.TemporaryDirectory(prefix="dancu-") as directory:
                results = play(profile, Path(directory))
    except ModuleNotFoundError:
        _give_up("the kit needs the extra 'mock': pip install 'dancu[cli,mock]'")
    except DancuError as error:
        _give_up(f"{error.message('vi')} / {error}")
    except ValueError as error:
        _give_up(str(error))
    _report(results, as_json=as_json)
    if not all(one.passed for one in results):
        raise typer.Exit(1)


def _report(results: tuple[Result, ...], *, as_json: bool) -> None:
    if as_json:
        told = [
            {"case": one.case.name, "service": one.case.service, "expected": one.case.expected, "passed": one.passed}
            | {"sync": one.sync, "async": one.awaited}
            for one in results
        ]
        print(json.dumps(told, ensure_ascii=False))
        return
    table = Table("service", "case", "expected", "Client", "AsyncClient", "")
    for one in results:
        sign = "đạt / ok" if one.passed else "KHÔNG ĐẠT / NOT"
        table.add_row(one.case.service, one.case.name, one.case.expected, one.sync, one.awaited, sign)
    Console().print(table)
    print(f"{sum(one.passed for one in results)} / {len(results)}")


def _give_up(reason: str) -> NoReturn:
    print(f"dancu: {reason}", file=sys.stderr)
    raise typer.Exit(2)
