"""100 people on every form: the submissions are those that were looked at once; ``WRITE_PAGES=1`` writes them anew.

A line of ``tests/golden_prefill/FORM.ndjson`` is one person: who, and a digest of every submission with its states. The
first of each form are written out, to be read.
"""

from __future__ import annotations

import hashlib
import json
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from dancu import Client, MemorySink, Officer, Prefill, Purpose, Subject
from dancu.prefill.reading import shipped_forms
from dancu_mock import PEOPLE
from dancu_mock.population import Population

if TYPE_CHECKING:
    from dancu.prefill.forms import Form
    from dancu.testing.in_process import DancuMock
    from dancu_mock import Person

GOLDEN = Path(__file__).parents[1] / "golden_prefill"
PURPOSE = Purpose(procedure="1.004222", unit="H15.42", officer=Officer("can.bo.mau"), dossier="H15.42-261122-0001")
COUNT, WHOLE = 100, 3
KINDS: tuple[Literal["json", "formio", "civil_status", "igate"], ...] = ("json", "formio", "civil_status", "igate")
TIMELY = {"as_of", "reference", "filled_at"}


def subject_of(person: Person) -> Subject:
    """The keys by which somebody is asked for."""
    name = person.name if isinstance(person.name, str) else " ".join(person.name)
    day = () if person.month is None or person.day is None else (person.month, person.day)
    birth = "-".join([f"{person.year:04}", *(f"{part:02}" for part in day)])
    return Subject(number=person.asked_number, name=name, birth_date=birth)


def everybody() -> list[Subject]:
    """The personas, and so many of the population that there are a hundred."""
    ordinary = islice(Population(), COUNT - len(PEOPLE))
    return [subject_of(person) for person in (*PEOPLE, *ordinary)]


def timeless(part: Any) -> Any:
    """The same without what differs from run to run."""
    if isinstance(part, dict):
        return {key: timeless(value) for key, value in part.items() if key not in TIMELY}
    return [timeless(one) for one in part] if isinstance(part, list) else part


def submissions(filled: Prefill) -> dict[str, Any]:
    """All renderings, without their times."""
    return {kind: timeless(filled.render(kind)) for kind in KINDS}


def lines(dancu: Client, form: Form, people: list[Subject]) -> list[str]:
    """One line for each person: in the form's first role, with their neighbours in the others."""
    roles = [role for role, part in form.roles.items() if part.from_register]
    made: list[str] = []
    for place, person in enumerate(people):
        given = {role: people[(place + step) % len(people)] for step, role in enumerate(roles)}
        done = submissions(dancu.prefill(form.procedures[0], given, purpose=PURPOSE, form=form))
        text = json.dumps(done, ensure_ascii=False, sort_keys=True)
        line: dict[str, Any] = {"number": person.number, "digest": hashlib.sha256(text.encode()).hexdigest()[:32]}
        made.append(json.dumps(line | ({"submissions": done} if place < WHOLE else {}), ensure_ascii=False))
    return made


@pytest.mark.timeout(120)
@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.id)
def test_submissions_are_those_that_were_looked_at(form: Form, dancu_mock: DancuMock) -> None:
    """A hundred people, in every format, states included."""
    file = GOLDEN / f"{form.id}.ndjson"
    with Client(dancu_mock.profile, transport=dancu_mock.mock.transport(), audit=MemorySink()) as dancu:
        made = lines(dancu, form, everybody())
    if os.environ.get("WRITE_PAGES"):
        file.write_text("\n".join([*made, ""]), encoding="utf-8")
        return
    kept = file.read_text(encoding="utf-8").splitlines()
    assert len(kept) == COUNT
    differing = [json.loads(old)["number"] for old, new in zip(kept, made, strict=True) if old != new]
    assert differing == [], f"of {form.id}"
