"""Every province that can be: families, skins, dialects and services, the mock that plays it, and the page of them all.

``python tests/provinces/matrix.py > docs/provinces.md`` writes the page anew.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from dancu import AsyncClient, Claim, Client, DancuError, MemorySink, Officer, Purpose, Subject, to_json
from dancu.profiles.schema import SkinName
from dancu.wire.skins import REQUEST_FORMS
from dancu_mock import Mock, MockSettings
from dancu_mock.files import write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dancu_mock.pki import Authority

FAMILIES = (
    *("hash-basic", "xroad", "esb", "lgsp-token", "header-key", "client-credentials", "jwt-login", "portal-session"),
)
SKINS: tuple[str, ...] = get_args(SkinName)
DIALECTS = ("live", "qcvn109")
SERVICES = {"look_up": "A", "confirm": "B", "relatives": "C", "blood_group": "K"}
URL = "https://platform.example/dancu/"
PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("066680000009"), session="matrix")
MAU = Subject(number="066790000001", name="Nguyễn Thị Mẫu", birth_date="1990-01-02")
OLD = Subject(number="000000017", name="Bùi Văn Cũ Mẫu", birth_date="1960-03-04")
YEAR = Subject(number="066645000011", name="Trần Văn Năm Mẫu", birth_date="1945")
TWO = Subject(number="066698000029", name="Nguyễn Văn Đôi Mẫu", birth_date="1998-07-26")
NOBODY = Subject(number="066790000001", name="Nguyễn Thị Khác", birth_date="1990-01-02")


@dataclass(frozen=True, slots=True)
class Question:
    """A question to one service, and the outcome that it comes to."""

    name: str
    service: str
    outcome: str
    ask: Callable[[Any], Any]


def _looked_up(name: str, subject: Subject, outcome: str, *fields: str) -> Question:
    return Question(name, "look_up", outcome, lambda dancu: dancu.look_up(subject, fields=fields, purpose=PURPOSE))


QUESTIONS: tuple[Question, ...] = (
    _looked_up("found", MAU, "found", "name", "birth_date", "gender", "father", "ethnic_group"),
    _looked_up("found by old number", OLD, "found", "number", "old_number", "name"),
    _looked_up("found by year", YEAR, "found", "name", "birth_date"),
    _looked_up("two records", TWO, "ambiguous", "name"),
    _looked_up("nobody", NOBODY, "not_matched", "name"),
    Question(
        "claim fits",
        "look_up",
        "verified",
        lambda dancu: dancu.verify(MAU, Claim(name="Nguyễn Thị Mẫu", gender="Nữ"), purpose=PURPOSE),
    ),
    Question("there is", "confirm", "confirmed", lambda dancu: dancu.confirm(MAU, purpose=PURPOSE)),
    Question("there is not", "confirm", "not_matched", lambda dancu: dancu.confirm(NOBODY, purpose=PURPOSE)),
    Question(
        "parents",
        "relatives",
        "found",
        lambda dancu: dancu.look_up_relatives(MAU, fields=["father", "mother"], purpose=PURPOSE),
    ),
    Question("blood group", "blood_group", "found", lambda dancu: dancu.look_up_blood_group(MAU, purpose=PURPOSE)),
    Question(
        "no blood group", "blood_group", "not_matched", lambda dancu: dancu.look_up_blood_group(NOBODY, purpose=PURPOSE)
    ),
)


@dataclass(frozen=True, slots=True)
class Province:
    """One combination; a session in the body needs JSON, whatever the skin's own form."""

    family: str
    skin: str
    dialect: str

    def settings(self) -> MockSettings:
        """The mock that plays it."""
        form: Any = "json" if self.family == "portal-session" else REQUEST_FORMS[self.skin]
        chosen: dict[str, Any] = {"family": self.family, "skin": self.skin, "dialect": self.dialect, "request": form}
        return MockSettings(**chosen)

    def questions(self) -> tuple[Question, ...]:
        """What can be asked there: a yes-or-no skin has service B only."""
        return tuple(one for one in QUESTIONS if self.skin != "json-flag" or one.service == "confirm")


def provinces(family: str) -> Iterator[Province]:
    """All of a family; a yes or no is written alike in both dialects."""
    for skin in SKINS:
        for dialect in DIALECTS if skin != "json-flag" else DIALECTS[:1]:
            yield Province(family, skin, dialect)


def answers(province: Province, directory: Path, authority: Authority, face: str) -> dict[str, Any]:
    """What every question comes to through one client, as the serialiser writes it, without reference and time."""
    mock = Mock(province.settings())
    profile = write_files(directory, mock.settings, authority, url=URL)
    asked = province.questions()

    async def awaited() -> list[Any]:
        async with AsyncClient(profile, transport=mock.async_transport(), audit=MemorySink()) as dancu:
            return [await _caught_async(one.ask, dancu) for one in asked]

    if face == "async":
        found = asyncio.run(awaited())
    else:
        with Client(profile, transport=mock.transport(), audit=MemorySink()) as dancu:
            found = [_caught(one.ask, dancu) for one in asked]
    return {one.name: _written(answer) for one, answer in zip(asked, found, strict=True)}


def _caught(ask: Callable[[Any], Any], dancu: Any) -> Any:
    try:
        return ask(dancu)
    except DancuError as error:
        return error


async def _caught_async(ask: Callable[[Any], Any], dancu: Any) -> Any:
    try:
        return await ask(dancu)
    except DancuError as error:
        return error


def _written(answer: Any) -> dict[str, Any]:
    if isinstance(answer, DancuError):
        return {"outcome": f"{answer.code} ({answer.detail})"}
    members: dict[str, Any] = json.loads(to_json(answer))
    return {name: value for name, value in members.items() if name not in {"reference", "as_of"}}


def page() -> str:
    """The documentation's table; what it says is what the tests ask."""
    lines = [
        "# Provinces that can be spoken",
        "",
        "Each cell is a province that the mock plays and both clients speak in the tests (`tests/provinces`): the",
        "services A (look-up, also by the old number), B (yes or no), C (parents) and K (blood group), in each",
        "dialect. The questions and their outcomes are the same in every cell, so another province is another file.",
        "",
        "| family | " + " | ".join(SKINS) + " |",
        "| --- |" + " --- |" * len(SKINS),
    ]
    for family in FAMILIES:
        cells = [_cell([one for one in provinces(family) if one.skin == skin]) for skin in SKINS]
        lines.append(f"| {family} | " + " | ".join(cells) + " |")
    asked = sum(len(one.questions()) for family in FAMILIES for one in provinces(family))
    many = sum(1 for family in FAMILIES for _one in provinces(family))
    lines += [
        "",
        f"{many} provinces, {asked} questions through `Client` and the same {asked} through `AsyncClient`, with equal",
        "outcomes. `json-flag` has a yes or no only, so service B, and no dialect.",
    ]
    return "\n".join(lines) + "\n"


def _cell(found: list[Province]) -> str:
    services = {one.service for one in found[0].questions()}
    letters = "".join(letter for service, letter in SERVICES.items() if service in services)
    dialects = " + ".join(one.dialect for one in found) if found[0].skin != "json-flag" else "-"
    return f"{letters}: {dialects}"


if __name__ == "__main__":
    sys.stdout.write(page())
