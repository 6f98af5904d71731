"""What a scenario file may say; the types that read it are the ones its JSON Schema is made from."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator

from dancu.errors import Code
from dancu_mock.scenario_files.both import Both, Told
from dancu_mock.scenario_files.steps import (
    ChunksStep,
    FaultStep,
    GoodStep,
    HttpStep,
    Part,
    PeopleStep,
    RefuseStep,
    RevokeStep,
)
from dancu_mock.settings import FamilyName, SkinName
from dancu_mock.stage import When

__all__ = ["KINDS", "Daily", "Expected", "OnPlatform", "Scenario", "ServiceName", "Step"]

ServiceName = Literal["look_up", "confirm", "relatives", "blood_group"]
Outcome = Literal["found", "confirmed", "not_matched", "ambiguous"]
_VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
_DAY = 24 * 60 * 60

KINDS: dict[str, type[BaseModel]] = {
    "fault": FaultStep,
    "status": HttpStep,
    "refuse": RefuseStep,
    "people": PeopleStep,
    "chunks": ChunksStep,
    "good": GoodStep,
    "revoke": RevokeStep,
}
"""The key by which a step is told from the others."""


def _kind(step: Any) -> str | None:
    """The one kind that a step is."""
    named = [kind for kind in KINDS if kind in step] if isinstance(step, dict) else []
    return named[0] if len(named) == 1 else None


Step = FaultStep | HttpStep | RefuseStep | PeopleStep | ChunksStep | GoodStep | RevokeStep
_AnyStep = Annotated[
    Annotated[FaultStep, Tag("fault")]
    | Annotated[HttpStep, Tag("status")]
    | Annotated[RefuseStep, Tag("refuse")]
    | Annotated[PeopleStep, Tag("people")]
    | Annotated[ChunksStep, Tag("chunks")]
    | Annotated[GoodStep, Tag("good")]
    | Annotated[RevokeStep, Tag("revoke")],
    Discriminator(_kind),
]
_Moment = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Daily(Part):
    """A part of every day in Vietnam's time (UTC+7), by the mock's clock; it may go over midnight.

    Attributes:
        begins, ends: ``HH:MM``.
    """

    begins: _Moment
    ends: _Moment

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.begins == self.ends:
            raise Told("begins và ends phải khác nhau", "begins and ends differ")
        return self

    def left(self, now: float) -> int:
        """Whole seconds until it ends, of a moment in seconds since 1970; 0 outside."""
        today = datetime.datetime.fromtimestamp(now, _VIETNAM)
        second = today.hour * 3600 + today.minute * 60 + today.second
        begins, ends = (int(text[:2]) * 3600 + int(text[3:]) * 60 for text in (self.begins, self.ends))
        since, length = (second - begins) % _DAY, (ends - begins) % _DAY
        return length - since if since < length else 0


class OnPlatform(Part):
    """The platform on which a scenario has its expectation; see `dancu_mock.MockSettings`.

    Attributes:
        socket: whether a client in the mock's own process, which reads no bytes, makes something else of it.
    """

    family: FamilyName = "hash-basic"
    skin: SkinName = "soap"
    socket: bool = False


class Expected(Part):
    """What comes of a question to `dancu.Client`: an outcome, or the code of an error.

    Attributes:
        questions: of so many consecutive questions.
        services: for which services; without it, for those that no other expectation names.
        retryable, retry_after: of the error, where they matter.
    """

    services: Annotated[list[ServiceName], Field(min_length=1)] | None = None
    questions: Annotated[int, Field(ge=1, le=1000)] = 1
    outcome: Outcome | None = None
    code: Code | None = None
    retryable: bool | None = None
    retry_after: float | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.outcome is None) == (self.code is None):
            raise Told("chỉ ghi một trong outcome và code", "exactly one of outcome and code")
        return self


class Scenario(Part):
    """One scenario.

    Attributes:
        name: as its file, without ``.toml``.
        title: what is played.
        use: what one tests with it.
        source: where the shape was seen (``wire.md §3``), or ``synthetic``.
        when: for which calls it is, next to what whoever plays it asks for.
        daily: the part of the day in which it plays.
        steps: for consecutive calls.
        then: the last step repeats, or the scenario is over and calls pass.
        platform, expect: what `dancu.Client` makes of consecutive questions, an hour into the part of the day.
    """

    model_config = ConfigDict(title="dancu mock scenario")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    title: Both
    use: Both | None = None
    source: Annotated[str, StringConstraints(min_length=1)] = "synthetic"
    when: When | None = None
    daily: Daily | None = None
    steps: Annotated[list[_AnyStep], Field(min_length=1)]
    then: Literal["repeat", "pass"] = "repeat"
    platform: OnPlatform = OnPlatform()
    expect: Annotated[list[Expected], Field(default_factory=list[Expected])]

    @property
    def length(self) -> int | None:
        """For how many calls it is; None for any number."""
        return sum(step.calls for step in self.steps) if self.then == "pass" else None

    def step(self, done: int) -> Step:
        """The step for the call after so many."""
        for step in self.steps[:-1]:
            if done < step.calls:
                return step
            done -= step.calls
        return self.steps[-1]

    def plays_at(self, now: float) -> bool:
        """Whether its part of the day has come."""
        return self.daily is None or self.daily.left(now) > 0

    def ends_in(self, now: float) -> int | None:
        """Whole seconds until its part of the day is over."""
        return None if self.daily is None else self.daily.left(now)

    def expected(self, service: ServiceName) -> list[Expected]:
        """What comes of consecutive questions to a service."""
        named = [one for one in self.expect if one.services and service in one.services]
        return named or [one for one in self.expect if not one.services]
