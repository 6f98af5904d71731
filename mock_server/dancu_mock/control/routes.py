"""The table of verbs over HTTP, from which both the routes and the OpenAPI document are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from dancu_mock.control.models import (
    Certificate,
    Clock,
    JournalPage,
    JournalQuery,
    Move,
    NewPeople,
    PeoplePage,
    PeopleQuery,
    PlayScenario,
    ScenarioInPlay,
    Scenarios,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from dancu_mock.control.verbs import Verbs

__all__ = ["VERBS", "Verb"]


@dataclass(frozen=True, slots=True)
class Verb:
    """One method of one path.

    Attributes:
        path: ``{id}`` stands for the id of a scenario in play.
        name, about: operation id and summary in the document.
        work: takes what was read: the body, the query, the id, or None; the answer is empty where it returns None.
        takes: the type of a POST's body, or of a GET's query.
        gives: the type of the answer.
        status: of the answer.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    name: str
    about: str
    work: Callable[[Verbs, Any], BaseModel | None]
    takes: type[BaseModel] | None = None
    gives: type[BaseModel] | None = None
    status: int = 200


def _get(
    path: str,
    name: str,
    about: str,
    work: Callable[[Verbs, Any], BaseModel],
    *,
    gives: type[BaseModel],
    takes: type[BaseModel] | None = None,
) -> Verb:
    return Verb("GET", path, name, about, work, takes, gives)


def _post(
    path: str,
    name: str,
    about: str,
    work: Callable[[Verbs, Any], BaseModel],
    *,
    takes: type[BaseModel],
    gives: type[BaseModel],
    status: int = 200,
) -> Verb:
    return Verb("POST", path, name, about, work, takes, gives, status)


def _delete(path: str, name: str, about: str, work: Callable[[Verbs, Any], None]) -> Verb:
    return Verb("DELETE", path, name, about, work, status=204)


VERBS: tuple[Verb, ...] = (
    _get("/v1/status", "status", "What runs, and in what state.", lambda on, _: on.status(), gives=Status),
    _get(
        "/v1/scenarios",
        "scenarios",
        "Every scenario that can be played, and those in play.",
        lambda on, _: on.scenarios(),
        gives=Scenarios,
    ),
    _post(
        "/v1/scenarios",
        "play",
        "Put a scenario on the stage, on top of those that play.",
        lambda on, asked: on.play(asked),
        takes=PlayScenario,
        gives=ScenarioInPlay,
        status=201,
    ),
    _delete("/v1/scenarios", "clear", "Take every scenario off the stage.", lambda on, _: on.clear()),
    _delete("/v1/scenarios/{id}", "end", "Take one scenario off the stage.", lambda on, playing: on.end(playing)),
    _get(
        "/v1/people",
        "people",
        "Some people of the register.",
        lambda on, asked: on.people(asked),
        takes=PeopleQuery,
        gives=PeoplePage,
    ),
    _post(
        "/v1/people",
        "addPeople",
        "Add people to the register; all of them or none.",
        lambda on, asked: on.add(asked),
        takes=NewPeople,
        gives=PeoplePage,
        status=201,
    ),
    _get(
        "/v1/journal",
        "journal",
        "The calls after so many.",
        lambda on, asked: on.journal(asked),
        takes=JournalQuery,
        gives=JournalPage,
    ),
    _delete("/v1/journal", "clearJournal", "Forget calls and handshakes.", lambda on, _: on.clear_journal()),
    _get("/v1/clock", "clock", "The platform's time.", lambda on, _: on.clock(), gives=Clock),
    _post(
        "/v1/clock",
        "moveClock",
        "Move the platform's time.",
        lambda on, asked: on.move(asked),
        takes=Move,
        gives=Clock,
    ),
    _delete("/v1/clock", "resetClock", "Let the platform's time be the real one.", lambda on, _: on.reset_clock()),
    _get(
        "/v1/certificates",
        "certificate",
        "The kind of certificate that new handshakes are shown.",
        lambda on, _: on.certificate(),
        gives=Certificate,
    ),
    _post(
        "/v1/certificates",
        "rotate",
        "Show another certificate to new handshakes; no call in flight is lost.",
        lambda on, asked: on.rotate(asked),
        takes=Certificate,
        gives=Certificate,
    ),
    _delete("/v1/certificates", "restore", "Show the certificate of the start again.", lambda on, _: on.restore()),
    Verb(
        "POST",
        "/v1/reset",
        "reset",
        "Be as at the start: stage, journal, ids, tokens, clock, added people, certificate.",
        lambda on, _: on.reset(),
        status=204,
    ),
)
"""Every verb, in the order of the document."""
