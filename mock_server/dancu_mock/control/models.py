"""Bodies, queries and answers of the control port."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dancu_mock.certificates import CertificateKind
from dancu_mock.journal import Call
from dancu_mock.people import Person

__all__ = [
    "Certificate",
    "Clock",
    "JournalPage",
    "JournalQuery",
    "Move",
    "NewPeople",
    "PeoplePage",
    "PeopleQuery",
    "PlayScenario",
    "Refusal",
    "ScenarioInPlay",
    "Scenarios",
    "Status",
    "WhenAsked",
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WhenAsked(_Part):
    """The calls that a scenario is for; what is left out matches every call.

    Attributes:
        service: ``look_up``, ``confirm``, ``relatives`` or ``blood_group``.
        caller: common name of the client's certificate.
    """

    officer: str | None = None
    procedure: str | None = None
    service: str | None = None
    number: str | None = None
    caller: str | None = None


class PlayScenario(_Part):
    """A scenario to put on the stage, on top of those that play.

    Attributes:
        times: for how many calls; until it is ended, by default.
    """

    name: str
    times: Annotated[int, Field(ge=1)] | None = None
    when: WhenAsked | None = None


class ScenarioInPlay(_Part):
    """A scenario on the stage.

    Attributes:
        left: calls that it is still for; null until it is ended.
    """

    id: int
    name: str
    left: int | None
    when: WhenAsked | None


class Scenarios(_Part):
    """Every scenario that can be played, and those in play, the latest last."""

    available: list[str]
    playing: list[ScenarioInPlay]


class NewPeople(_Part):
    """People to add to the register, with invented numbers that nobody has yet."""

    people: Annotated[list[Person], Field(min_length=1, max_length=1000)]


class PeopleQuery(_Part):
    """Which people to list: a whole number, or a part of a number or a name; empty means everybody, the added first."""

    search: Annotated[str, Field(max_length=100)] = ""
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 20


class PeoplePage(_Part):
    """Some people of the register, and how many were added by hand."""

    people: list[Person]
    added: int


class JournalQuery(_Part):
    """Where to begin: after so many calls."""

    after: Annotated[int, Field(ge=0)] = 0


class JournalPage(_Part):
    """Calls in order, what to say as ``after`` for those to come, and the TLS handshakes so far."""

    calls: list[Call]
    next: int
    handshakes: int


class Move(_Part):
    """How to move the clock: forward by seconds (backward where negative), or to seconds since 1970."""

    advance: float | None = None
    at: float | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Move:
        if (self.advance is None) == (self.at is None):
            raise ValueError("one of advance and at")
        return self


class Clock(_Part):
    """The platform's time in seconds since 1970, and by how many it is ahead of the real one."""

    now: float
    offset: float


class Certificate(_Part):
    """The kind of certificate that new handshakes are shown."""

    kind: CertificateKind


class Status(_Part):
    """What runs, and in what state; ``troubles`` are scenario files that cannot be read."""

    url: str
    family: str
    skin: str
    dialect: str
    certificate: CertificateKind
    clock: Clock
    playing: list[ScenarioInPlay]
    added: int
    calls: int
    handshakes: int
    troubles: list[str]


class Refusal(_Part):
    """Why something was not done."""

    code: str
    detail: str
