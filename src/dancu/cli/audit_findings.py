"""``dancu audit letter | unlinked | anomalies``: what is made of the looks."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dancu.cli.answering import print_json
from dancu.cli.audit_options import (
    Asked,
    Inspector,
    Journal,
    Keys,
    Log,
    Numbers,
    Opened,
    Page,
    Reason,
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
from dancu.domain.ids import parse_number
from dancu.errors import ConfigurationError, InvalidInput
from dancu.gateway.inspection.anomalies import KINDS, Own, anomalies
from dancu.gateway.inspection.letters import letter, letter_page, letter_text
from dancu.gateway.inspection.questions import VIETNAM, looks
from dancu.gateway.inspection.telling import Names, told
from dancu.gateway.inspection.unlinked import WORKING_DAYS, unlinked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dancu.gateway.inspection.anomalies import Anomaly
    from dancu.gateway.inspection.place import Place
    from dancu.gateway.inspection.unlinked import Unlinked

__all__ = ["COMMANDS"]

Officers = Annotated[
    Path | None,
    typer.Option(
        "--officers",
        help="CSV with officer, number, name, commune (code), house: own record, name or home.",
    ),
]
OfOfficer = Annotated[str | None, typer.Option("--officer", help="Of this one only.")]


def write_letter(
    log: Log,
    inspector: Inspector,
    reason: Reason,
    numbers: Numbers = None,
    keys: Keys = None,
    journal: Journal = None,
    since: Since = None,
    until: Until = None,
    page: Page = None,
) -> None:
    """A letter to a citizen: who looked at them, when, why, what they saw / Thư trả lời công dân."""
    asked = Asked(
        question="letter",
        log=log,
        inspector=inspector,
        reason=reason,
        journal=journal,
        keys=keys or (),
        about={"from": since, "to": until},
    )

    def tell(opened: Opened) -> None:
        found = looks(opened.database, "subject", opened.subjects, narrowed=opened.wanted)
        remind_of_numbers(found)
        now = datetime.datetime.now(VIETNAM)
        said = letter(found, part=opened.place.part, now=now, since=opened.wanted.since, until=opened.wanted.until)
        if page is None:
            print(letter_text(said))
        else:
            write_private(page, [letter_page(said).encode()])

    answer(asked, tell, wanted=narrowed(since, until), numbers=lambda: read_numbers(numbers))


def list_unlinked(
    log: Log,
    inspector: Inspector,
    reason: Reason,
    journal: Journal = None,
    since: Since = None,
    until: Until = None,
    officer: OfOfficer = None,
    unit: Unit = None,
    as_json: AsJson = False,
) -> None:
    """Look-ups that became no dossier in 5 working days, by officer / Tra cứu không thành hồ sơ."""
    about = {"from": since, "to": until, "officer": officer, "unit": unit}
    asked = Asked(question="unlinked", log=log, inspector=inspector, reason=reason, journal=journal, about=about)

    def tell(opened: Opened) -> None:
        of = ("officer", (officer,)) if officer is not None else (None, ())
        found = unlinked(
            looks(opened.database, *of, narrowed=opened.wanted),
            now=datetime.datetime.now(datetime.UTC),
            holidays=Names.of(opened.place.part).part.holidays,
        )
        if as_json:
            print_json(json.dumps({"officers": {name: _overdue(of) for name, of in found.items()}}, ensure_ascii=False))
        else:
            _print_unlinked(found)

    answer(asked, tell, wanted=narrowed(since, until, unit=unit), as_json=as_json)


def list_anomalies(
    log: Log,
    inspector: Inspector,
    reason: Reason,
    officers: Officers = None,
    keys: Keys = None,
    journal: Journal = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """What to look at first: own record, nights, bursts, guessing, no dossier / Dấu hiệu bất thường."""
    asked = Asked(
        question="anomalies",
        log=log,
        inspector=inspector,
        reason=reason,
        journal=journal,
        keys=keys or (),
        about={"from": since, "to": until},
    )

    def tell(opened: Opened) -> None:
        found = anomalies(
            looks(opened.database, narrowed=opened.wanted),
            now=datetime.datetime.now(datetime.UTC),
            holidays=Names.of(opened.place.part).part.holidays,
            own={} if officers is None else _own(opened.place, officers),
        )
        if as_json:
            print_json(json.dumps({"anomalies": [_anomaly(one) for one in found]}, ensure_ascii=False))
        else:
            _print_anomalies(found)

    answer(asked, tell, wanted=narrowed(since, until), as_json=as_json)


def _own(place: Place, path: Path) -> dict[str, Own]:
    """What is officers' own; an error names the line and not what stands there.

    Raises:
        ConfigurationError: a line without an officer or with a wrong number; or there is no key.
    """
    found: dict[str, Own] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            officer, number, name, commune, house = (
                (row.get(part) or "").strip() for part in ("officer", "number", "name", "commune", "house")
            )
            try:
                checked = str(parse_number(number)) if number else None
            except InvalidInput:
                checked = ""
            if not officer or checked == "":
                detail = f"line {line}: officer, and number of 12 or 9 digits, name, commune, house as far as known"
                raise ConfigurationError("profile_invalid", field="--officers", detail=detail)
            home = (commune, house) if commune and house else None
            more = place.own(officer, number=checked, name=name, home=home)
            found[officer] = found.get(officer, Own()).with_more(more)
    return found


def _overdue(found: Sequence[Unlinked]) -> list[dict[str, object]]:
    days = [{"due": one.due.isoformat(), "late": one.late and one.late.isoformat()} for one in found]
    return [{**look, **day} for look, day in zip(told([one.look for one in found]), days, strict=True)]


def _print_unlinked(found: Mapping[str, Sequence[Unlinked]]) -> None:
    total = sum(map(len, found.values()))
    print(f"{total} lượt tra cứu không thành hồ sơ trong {WORKING_DAYS} ngày làm việc, {len(found)} cán bộ")
    print(f"{total} look-ups became no dossier in {WORKING_DAYS} working days, {len(found)} officers")
    for officer, of in found.items():
        print(f"\n{officer}: {len(of)}")
        for one in of:
            late = "" if one.late is None else f" · thành hồ sơ muộn / late {one.late:%d/%m/%Y} {one.look.dossier}"
            case = f"{one.look.procedure} · {one.look.session}"
            print(f"  {one.look.local:%d/%m/%Y %H:%M} · {one.look.unit} · {case} · {one.look.reference}{late}")


def _anomaly(found: Anomaly) -> dict[str, object]:
    return {
        "officer": found.officer,
        "kind": found.kind,
        "count": len(found.looks),
        "first": found.looks[0].time.isoformat(timespec="milliseconds"),
        "last": found.looks[-1].time.isoformat(timespec="milliseconds"),
        "references": [look.reference for look in found.looks],
    }


def _print_anomalies(found: Sequence[Anomaly]) -> None:
    print(f"{len(found)} dấu hiệu, là lý do để hỏi và chưa phải là vi phạm / signs: reasons to ask, and no guilt")
    for one in found:
        words = KINDS[one.kind]
        first, last = one.looks[0].local, one.looks[-1].local
        when = f"{first:%d/%m/%Y %H:%M} - {last:%d/%m/%Y %H:%M}"
        print(f"{one.officer}: {len(one.looks)} · {words.vi} / {words.en} · {when}")


COMMANDS: Mapping[str, Callable[..., None]] = {
    "letter": write_letter,
    "unlinked": list_unlinked,
    "anomalies": list_anomalies,
}
