"""``dancu audit subject | officer | application | dossier | export | inspections``: looks, and copies of records."""

from __future__ import annotations

import datetime
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dancu.cli.answering import print_json
from dancu.cli.audit_options import (
    Asked,
    Field,
    Inspector,
    Journal,
    Keys,
    Limit,
    Log,
    Numbers,
    Opened,
    Out,
    Page,
    Procedure,
    Reason,
    Result,
    Since,
    Unit,
    Until,
    answer,
    narrowed,
    read_numbers,
    remind_of_numbers,
    write_private,
)
from dancu.cli.options import AsJson
from dancu.gateway.inspection.pages import looks_page
from dancu.gateway.inspection.questions import VIETNAM, Narrowed, inspections, looks, records
from dancu.gateway.inspection.telling import HEADINGS, Names, cells, summary, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dancu.gateway.inspection.questions import Look, Whose

__all__ = ["COMMANDS"]

_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer is shown."""

    page: Path | None
    limit: int
    as_json: bool


def subject(
    log: Log,
    inspector: Inspector,
    reason: Reason,
    numbers: Numbers = None,
    keys: Keys = None,
    journal: Journal = None,
    since: Since = None,
    until: Until = None,
    field: Field = None,
    result: Result = None,
    procedure: Procedure = None,
    unit: Unit = None,
    page: Page = None,
    limit: Limit = _SHOWN,
    as_json: AsJson = False,
) -> None:
    """Who looked at this person, when and why / Ai đã tra cứu người này, khi nào, vì việc gì."""
    asked = _asked("subject", log, inspector, reason, journal, {"from": since, "to": until}, keys=keys or ())
    wanted = narrowed(since, until, field=field, result=result, procedure=procedure, unit=unit)

    def tell(opened: Opened) -> None:
        found = looks(opened.database, "subject", opened.subjects, narrowed=opened.wanted)
        remind_of_numbers(found)
        _show(asked, opened, found, Shown(page, limit, as_json), title="Ai đã tra cứu / Who looked")

    answer(asked, tell, wanted=wanted, numbers=lambda: read_numbers(numbers), as_json=as_json)


def officer(
    log: Log,
    code: Annotated[str, typer.Argument(help="Code of the officer, as questions name it.")],
    inspector: Inspector,
    reason: Reason,
    journal: Journal = None,
    since: Since = None,
    until: Until = None,
    field: Field = None,
    result: Result = None,
    procedure: Procedure = None,
    unit: Unit = None,
    page: Page = None,
    limit: Limit = _SHOWN,
    as_json: AsJson = False,
) -> None:
    """What an officer asked / Cán bộ này đã tra cứu những gì."""
    asked = _asked("officer", log, inspector, reason, journal, {"officer": code, "from": since, "to": until})
    wanted = narrowed(since, until, field=field, result=result, procedure=procedure, unit=unit)
    _ask(asked, "officer", code, Shown(page, limit, as_json), wanted)


def application(
    log: Log,
    name: Annotated[str, typer.Argument(help="Name of the application, as in gateway.toml.")],
    inspector: Inspector,
    reason: Reason,
    journal: Journal = None,
    since: Since = None,
    until: Until = None,
    field: Field = None,
    result: Result = None,
    procedure: Procedure = None,
    unit: Unit = None,
    page: Page = None,
    limit: Limit = _SHOWN,
    as_json: AsJson = False,
) -> None:
    """What an application asked; with --json the hash of every person it touched / Ứng dụng này đã tra cứu gì."""
    asked = _asked("application", log, inspector, reason, journal, {"application": name, "from": since, "to": until})
    wanted = narrowed(since, until, field=field, result=result, procedure=procedure, unit=unit)
    _ask(asked, "application", name, Shown(page, limit, as_json), wanted)


def dossier(
    log: Log,
    number: Annotated[str, typer.Argument(help="Dossier number; draft sessions that became it are included.")],
    inspector: Inspector,
    reason: Reason,
    journal: Journal = None,
    page: Page = None,
    limit: Limit = _SHOWN,
    as_json: AsJson = False,
) -> None:
    """What was asked for a dossier / Những lượt tra cứu của một hồ sơ."""
    asked = _asked("dossier", log, inspector, reason, journal, {"dossier": number})
    _ask(asked, "dossier", number, Shown(page, limit, as_json), Narrowed)


def export(
    log: Log,
    inspector: Inspector,
    reason: Reason,
    journal: Journal = None,
    since: Since = None,
    until: Until = None,
    out: Out = None,
) -> None:
    """Copy the records of a period as they stand, seals and all, one line each / Trích xuất nguyên văn."""
    asked = _asked("export", log, inspector, reason, journal, {"from": since, "to": until})

    def tell(opened: Opened) -> None:
        lines = (f"{line}\n".encode() for line in records(opened.database, narrowed=opened.wanted))
        if out is None:
            sys.stdout.buffer.writelines(lines)
            sys.stdout.buffer.flush()
        else:
            write_private(out, lines)

    answer(asked, tell, wanted=narrowed(since, until))


def list_inspections(
    log: Log,
    inspector: Inspector,
    reason: Reason,
    journal: Journal = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Who put questions to the audit itself, this one included / Ai đã khai thác nhật ký."""
    asked = _asked("inspections", log, inspector, reason, journal, {"from": since, "to": until})

    def tell(opened: Opened) -> None:
        found = inspections(opened.database, narrowed=opened.wanted)
        if as_json:
            print_json(json.dumps({"inspections": found}, ensure_ascii=False))
            return
        for one in found:
            time = datetime.datetime.fromisoformat(one["time"]).astimezone(VIETNAM)
            refused = " · BỊ TỪ CHỐI / REFUSED" if one["refused"] else ""
            who = f"{one['inspector']} ({one['account']})"
            print(f"{time:%d/%m/%Y %H:%M:%S} · {who} · {one['question']} · {one['reason']}{refused}")

    answer(asked, tell, wanted=narrowed(since, until), as_json=as_json)


def _asked(
    question: str,
    log: Path,
    inspector: str,
    reason: str,
    journal: Path | None,
    about: dict[str, str | None],
    *,
    keys: Sequence[str] = (),
) -> Asked:
    return Asked(
        question=question, log=log, inspector=inspector, reason=reason, journal=journal, about=about, keys=keys
    )


def _ask(asked: Asked, whose: Whose, value: str, shown: Shown, wanted: Callable[[], Narrowed]) -> None:
    def tell(opened: Opened) -> None:
        found = looks(opened.database, whose, (value,), narrowed=opened.wanted)
        _show(asked, opened, found, shown, title=f"{_TITLES[whose]}: {value}")

    answer(asked, tell, wanted=wanted, as_json=shown.as_json)


_TITLES: dict[Whose, str] = {
    "officer": "Cán bộ / Officer",
    "application": "Ứng dụng / Application",
    "dossier": "Hồ sơ / Dossier",
}


def _show(asked: Asked, opened: Opened, found: Sequence[Look], shown: Shown, *, title: str) -> None:
    names, limit = Names.of(opened.place.part), shown.limit
    if shown.page is not None:
        now = datetime.datetime.now(VIETNAM)
        said = {"title": title, "inspector": asked.inspector, "reason": asked.reason}
        write_private(shown.page, [looks_page(found, names=names, now=now, **said).encode()])
    elif shown.as_json:
        print_json(json.dumps({"count": len(found), "looks": told(found)}, ensure_ascii=False))
    else:
        print(f"{title}\n{summary(found)}")
        _print_table(found[:limit], names)
        if len(found) > limit:
            print(f"… {len(found) - limit} lượt nữa / more: --limit, --json")


def _print_table(found: Sequence[Look], names: Names) -> None:
    table = Table(show_lines=True)
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for look in found:
        table.add_row(*map(Text, cells(look, names)))
    if found:
        Console(file=sys.stdout, markup=False, emoji=False, highlight=False).print(table)


COMMANDS: Mapping[str, Callable[..., None]] = {
    "subject": subject,
    "officer": officer,
    "application": application,
    "dossier": dossier,
    "export": export,
    "inspections": list_inspections,
}
