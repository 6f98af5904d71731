"""``dancu doctor``: why a set-up does not work, down to the line to change.

====  =============================================================
code  meaning
====  =============================================================
0     no check failed
2     the profile, a secret or a certificate is at fault
3     the platform refuses
4     the platform is not reached, or gives no usable answer
====  =============================================================
"""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dancu.cli.answering import complain, error_as_json, exit_code, print_json
from dancu.cli.asking import ask_keys, ask_purpose
from dancu.cli.options import (
    AsJson,
    Basis,
    Dossier,
    OfficerCode,
    Procedure,
    ProfilePath,
    Session,
    Unit,
    check_nothing_else,
)
from dancu.diagnose import diagnose
from dancu.errors import DancuError, error_for

if TYPE_CHECKING:
    from dancu.diagnose import Check, Report
    from dancu.domain.queries import Purpose, Subject
    from dancu.words import Phrase

__all__ = ["doctor"]

Live = Annotated[
    bool,
    typer.Option(
        "--live",
        help='Ask about a real person, read as {"number", "name", "birth_date"} from standard input;'
        " production refuses an invented one.",
    ),
]
_SIGNS = {"passed": "đạt / passed", "failed": "HỎNG / FAILED", "not_reached": "chưa tới / not reached"}
_STYLES = {"passed": "green", "failed": "bold red", "not_reached": "dim"}


def doctor(
    context: typer.Context,
    profile: ProfilePath = None,
    procedure: Procedure = None,
    unit: Unit = None,
    officer: OfficerCode = None,
    dossier: Dossier = None,
    session: Session = None,
    basis: Basis = None,
    live: Live = False,
    as_json: AsJson = False,
) -> None:
    """Find out why a set-up does not work / Tìm nguyên nhân kết nối không hoạt động."""
    given = {"procedure": procedure, "unit": unit, "officer": officer, "dossier": dossier, "session": session}
    try:
        check_nothing_else(context)
        purpose = _purpose({**given, "basis": basis})
        report = diagnose(profile, purpose=purpose, subject=_subject() if live else None)
    except DancuError as error:
        if as_json:
            print_json(error_as_json(error))
        complain(f"{error.message('vi')} / {error}")
        raise typer.Exit(exit_code(error)) from None
    if as_json:
        print_json(_as_json(report))
    else:
        _print_table(report)
    cause = report.first_cause
    raise typer.Exit(0 if cause is None or cause.code is None else exit_code(error_for(cause.code)))


def _purpose(given: dict[str, str | None]) -> Purpose | None:
    """None where no option of the purpose was given: then no question is asked."""
    return ask_purpose(**given) if any(value is not None for value in given.values()) else None


def _subject() -> Subject:
    return ask_keys(number=None, name=None, birth_date=None, stdin=True, card=None).subject


def _as_json(report: Report) -> str:
    """The report as one line; phrases by language, as everywhere."""
    cause = report.first_cause
    parts = {
        "profile": report.profile,
        "first_cause": None if cause is None else cause.name,
        "questions": report.questions,
        "checks": [_check_as_json(check) for check in report.checks],
    }
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _check_as_json(check: Check) -> dict[str, Any]:
    found: dict[str, Any] = {"name": check.name, "state": check.state, "code": check.code, "detail": check.detail}
    for name in ("title", "note", "what", "remedy"):
        phrase = getattr(check, name)
        if phrase is not None:
            found |= {f"{name}_vi": phrase.vi, f"{name}_en": phrase.en}
    if check.line is not None:
        found["line"] = dataclasses.asdict(check.line)
    return {name: value for name, value in found.items() if value is not None}


def _print_table(report: Report) -> None:
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    console = Console(file=sys.stdout, markup=False, emoji=False, highlight=False)
    table = Table(box=None, show_header=False, pad_edge=False)
    said = None
    for check in report.checks:
        seen = check.what or check.note
        sign = Text(_SIGNS[check.state], style=_STYLES[check.state])
        repeated = seen is not None and seen == said
        table.add_row(sign, Text(_both(check.title)), Text("″" if repeated else _both(seen), overflow="fold"))
        said = seen
    console.print(table)
    for line in _conclusion(report):
        console.print(Text(line, overflow="fold"))
    sys.stdout.flush()


def _both(phrase: Phrase | None) -> str:
    if phrase is None:
        return ""
    return phrase.en if phrase.vi == phrase.en else f"{phrase.vi} / {phrase.en}"


def _conclusion(report: Report) -> list[str]:
    """The first cause and the line to change, in Vietnamese, then in English."""
    cause = report.first_cause
    if cause is None:
        left = sum(check.state == "not_reached" for check in report.checks)
        more = f"; {left} bước chưa tới / {left} not reached" if left else ""
        return [f"Không phát hiện lỗi / No check failed{more}"]
    lines: list[str] = []
    for language, first, change in (("vi", "Nguyên nhân đầu tiên", "Cần sửa"), ("en", "First cause", "To change")):
        what, remedy = getattr(cause.what, language), getattr(cause.remedy, language)
        why = f" ({cause.detail})" if cause.detail else ""
        lines.append(f"{first}: {cause.name}: {what}{why}. {remedy}.")
        if cause.line is not None:
            at = "" if cause.line.number is None else f":{cause.line.number}"
            wanted = f"  →  {cause.line.suggestion}" if cause.line.suggestion else ""
            lines.append(f"{change}: {report.profile}{at}  {cause.line.setting}{wanted}")
    return lines
