"""What the parts of the page show, read off the mock."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

from dancu_mock.certificates import KINDS
from dancu_mock.control.models import PeopleQuery
from dancu_mock.personas import PERSONAS

if TYPE_CHECKING:
    from dancu.pages import Language
    from dancu_mock.control.verbs import Verbs
    from dancu_mock.journal import Call
    from dancu_mock.person import Person

__all__ = ["journal", "people", "platform", "scenarios"]

_SHOWN = 50
_VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
_PURPOSES = {id(persona.person): persona for persona in PERSONAS.values()}


def platform(on: Verbs) -> dict[str, Any]:
    """Settings, clock and certificate."""
    status = on.status()
    now = datetime.datetime.fromtimestamp(status.clock.now, _VIETNAM)
    return {"status": status, "now": f"{now:%d/%m/%Y %H:%M:%S}", "ahead": round(status.clock.offset), "kinds": KINDS}


def scenarios(on: Verbs, language: Language, find: str = "") -> dict[str, Any]:
    """Those in play, the latest first, and those that can be: titles, uses, and whether one plays."""
    known = on.scenarios()
    playing = {one.name for one in known.playing}
    wanted = find.strip().casefold()
    listed: list[dict[str, Any]] = []
    for name in known.available:
        scenario = on.mock.scenario_file(name)
        title = str(getattr(scenario.title, language))
        use = "" if scenario.use is None else str(getattr(scenario.use, language))
        if wanted in name or wanted in title.casefold():
            listed.append({"name": name, "title": title, "use": use, "plays": name in playing})
    troubles = [str(one) for one in on.mock.scenario_troubles]
    return {"playing": list(reversed(known.playing)), "listed": listed, "find": find, "troubles": troubles}


def people(on: Verbs, language: Language, search: str = "") -> dict[str, Any]:
    """People with their keys, and what a persona is for."""
    found = on.people(PeopleQuery(search=search[:100], limit=_SHOWN)).people
    return {"people": [_shown(person, language) for person in found], "search": search}


def journal(on: Verbs) -> dict[str, Any]:
    """The latest calls, the latest first."""
    kept = on.mock.journal
    calls = kept.calls
    return {
        "calls": [_called(call) for call in reversed(calls[-_SHOWN:])],
        "total": len(calls),
        "last": kept.last,
        "handshakes": kept.handshakes,
    }


def _shown(person: Person, language: Language) -> dict[str, str]:
    name = person.name if isinstance(person.name, str) else " ".join(person.name)
    day = () if person.month is None or person.day is None else (f"{person.month:02}", f"{person.day:02}")
    keys = {
        "number": person.asked_number,
        "name": name or person.key,
        "birth_date": "-".join((f"{person.year:04}", *day)),
    }
    purpose = _PURPOSES.get(id(person))
    return {
        "number": person.asked_number,
        "name": name or person.key,
        "born": "/".join((*reversed(day), f"{person.year:04}")),
        "about": "" if purpose is None else str(getattr(purpose, language)),
        "copied": json.dumps(keys, ensure_ascii=False),
    }


def _called(call: Call) -> dict[str, Any]:
    at = datetime.datetime.fromtimestamp(call.at, _VIETNAM)
    return {"at": f"{at:%H:%M:%S}", "call": call}
