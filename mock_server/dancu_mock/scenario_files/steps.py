"""The steps of a scenario: what may be done with one call."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, WithJsonSchema

from dancu.domain.ids import is_synthetic
from dancu_mock.person import Person
from dancu_mock.personas import PERSONAS
from dancu_mock.scenario_files.both import Told, near
from dancu_mock.scenario_files.refusals import REFUSALS
from dancu_mock.scenarios import AT_THE_GATE, SCENARIOS

__all__ = [
    "ChunksStep",
    "FaultStep",
    "GoodStep",
    "HttpStep",
    "Part",
    "PeopleStep",
    "RefuseStep",
    "RevokeStep",
]

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})


class Part(BaseModel):
    """A table of a scenario file; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _fault(name: str) -> str:
    return _one_of("fault", name, SCENARIOS)


def _refusal(name: str) -> str:
    return _one_of("refuse", name, REFUSALS)


def _persona(name: str) -> str:
    return _one_of("people", name, PERSONAS)


def _one_of(key: str, name: str, known: Any) -> str:
    if name not in known:
        raise Told(f"{key} không có tên này", f"{key} has no such name", remedy=near(name, known))
    return name


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if _HEADER.fullmatch(name) is None or not value.isprintable() or not value.isascii():
            raise Told("tiêu đề HTTP gồm ký tự ASCII in được", "a header is a name and printable ASCII")
        if name.lower() in _FRAMING:
            raise Told(
                f"{name} do máy chủ tự ghi; muốn sai thì dùng chunks",
                f"{name} is written by the server; to have it wrong use chunks",
            )
    return headers


def _invented(person: Person) -> Person:
    numbers = (person.asked_number, person.record_number or person.asked_number)
    if not all(number.isdigit() and is_synthetic(number) for number in numbers):
        raise Told(
            "số phải là số giả định: chữ số thứ tư từ 6 đến 9, hoặc bắt đầu bằng 000",
            "numbers are invented ones: the fourth digit is 6 to 9, or they begin with 000",
        )
    return person


def _named(person: Any) -> str:
    return "persona" if isinstance(person, str) else "person"


_Fault = Annotated[str, AfterValidator(_fault), WithJsonSchema({"type": "string", "enum": list(SCENARIOS)})]
_Refusal = Annotated[str, AfterValidator(_refusal), WithJsonSchema({"type": "string", "enum": list(REFUSALS)})]
_Persona = Annotated[str, AfterValidator(_persona), WithJsonSchema({"type": "string", "enum": list(PERSONAS)})]
_Somebody = Annotated[
    Annotated[_Persona, Tag("persona")] | Annotated[Annotated[Person, AfterValidator(_invented)], Tag("person")],
    Discriminator(_named),
]
_Seconds = Annotated[float, Field(ge=0, le=3600)]
_Place = Literal["gate", "register"]


class _Step(Part):
    """What every step says.

    Attributes:
        calls: for how many consecutive calls it is.
    """

    calls: Annotated[int, Field(ge=1, le=1_000_000)] = 1

    @property
    def at_the_gate(self) -> bool:
        """Whether it plays before the credential is looked at."""
        return False


class _Slow(_Step):
    """A step whose answer may be late.

    Attributes:
        delay: seconds before the answer; a client in this process is answered, or timed out, at once.
    """

    delay: _Seconds = 0.0


class FaultStep(_Step):
    """One of the faults that are built in.

    Attributes:
        fault: its name.
    """

    fault: _Fault

    @property
    def at_the_gate(self) -> bool:
        """As a refused credential."""
        return self.fault == AT_THE_GATE


class HttpStep(_Slow):
    """An HTTP answer.

    Attributes:
        headers: next to ``Content-Type`` and those of the mock.
        body: text, sent as UTF-8.
        body_file: a file beside the scenario with the body.
        retry_after: seconds, or ``end`` for those until the ``daily`` part is over.
        at: before the credential is looked at, or in place of the register's answer.
    """

    status: Annotated[int, Field(ge=200, le=599)]
    content_type: str = "text/plain; charset=utf-8"
    headers: Annotated[dict[str, str], AfterValidator(_headers)] = {}
    body: str = ""
    body_file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] | None = None
    retry_after: Annotated[int, Field(ge=0, le=999_999)] | Literal["end"] | None = None
    at: _Place = "register"

    @property
    def at_the_gate(self) -> bool:
        """Where ``at`` says so."""
        return self.at == "gate"


class RefuseStep(_Slow):
    """A refusal as some platform words it.

    Attributes:
        refuse: of `dancu_mock.scenario_files.refusals.REFUSALS`.
    """

    refuse: _Refusal

    @property
    def at_the_gate(self) -> bool:
        """Where it is the gate that refuses."""
        return REFUSALS[self.refuse].at_the_gate


class PeopleStep(_Slow):
    """The records of other people than the register has for the question.

    Attributes:
        people: names of personas, or people written out; nobody, one, or several.
    """

    people: list[_Somebody]

    @property
    def records(self) -> tuple[Person, ...]:
        """Whose records are answered."""
        return tuple(PERSONAS[one].person if isinstance(one, str) else one for one in self.people)


class ChunksStep(_Step):
    r"""Bytes as they go on the wire.

    Attributes:
        chunks: each is written by itself.
        repeats: how often each text stands in its chunk; once after the last one given.
        delays: seconds before each; none after the last one given.
        end: ``close``, ``reset``, ``hang`` or ``keep``; see `dancu_mock.Raw`.
        encoding: ``latin-1`` makes a byte of every letter up to ``\u00ff``.
    """

    chunks: list[str]
    repeats: list[Annotated[int, Field(ge=1, le=100_000)]] = []
    delays: list[_Seconds] = []
    end: Literal["close", "reset", "hang", "keep"] = "close"
    encoding: Literal["utf-8", "latin-1"] = "utf-8"


class GoodStep(_Slow):
    """The answer that there would be without a scenario.

    Attributes:
        good: true.
    """

    good: Literal[True]


class RevokeStep(_Step):
    """Tokens fail from this call on; then it is answered as if nothing had been.

    Attributes:
        revoke: ``tokens``, or ``everything`` for refresh tokens too.
    """

    revoke: Literal["tokens", "everything"]

    @property
    def at_the_gate(self) -> bool:
        """Before the gate looks at this call's own."""
        return True
