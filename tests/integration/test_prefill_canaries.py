"""Planted numbers and names go through forms however they end, and are seen in no log, paper, audit or repr."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest

from dancu import Client, MemorySink, Subject
from dancu.testing.in_process import DancuMock
from dancu_mock import Mock, MockSettings, Person, Place

from ..forms_at_hand import ONE, PURPOSE  # noqa: TID252  # test folders are no packages: there is no absolute name

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def planted(request: pytest.FixtureRequest) -> ModuleType:
    """The planted values, as the run's watch knows them."""
    watch = request.config.pluginmanager.get_plugin("canary-watch")
    module: ModuleType = sys.modules[type(watch).__module__].canaries
    return module


@pytest.mark.parametrize("scenario", [None, "nobody", "homonyms", "error_500", "hang", "procedure_not_licensed"])
def test_no_canary_is_seen_of_a_form(
    planted: ModuleType, caplog: pytest.LogCaptureFixture, tmp_path: Path, scenario: str | None
) -> None:
    """Neither a form, nor its papers, nor what is still missing, nor an override on record shows anybody."""
    caplog.set_level(logging.DEBUG)
    person = Person(
        planted.NUMBER, "HOANGYENCANARY", 1984, 5, 6, name=planted.NAME, birth_place=Place("66", "", "22015", "")
    )
    at_hand = DancuMock(Mock(MockSettings(people=(person,))), tmp_path)
    sink = MemorySink()
    subject = Subject(number=planted.NUMBER, name=planted.NAME, birth_date="1984-05-06")
    said: dict[str, Any] = {"reason": "Sai tên đệm", "evidence": "Giấy khai sinh", "purpose": PURPOSE}
    with Client(at_hand.profile, transport=at_hand.mock.transport(), audit=sink) as dancu:
        with at_hand.mock.scenario(scenario):
            filled = dancu.prefill("1.001193", {"applicant": subject}, purpose=PURPOSE, form=ONE, deadline=0.3)
        changed = dancu.override(filled, "applicant.full_name", value=f"{planted.NAME} A", **said)
    assert str(filled.fields["applicant.full_name"].value).casefold() == planted.NAME.casefold()
    shown = [f"{one!r} {one}" for one in (filled, changed, filled.record, *filled.fields.values(), *filled.missing())]
    shown += [repr(one) for one in filled.record.failures]
    if (proof := filled.proof()) is not None:
        shown += [proof.text("vi"), proof.text("en"), repr(proof)]
    if scenario is None:
        slip = filled.discrepancies({"applicant.full_name": planted.NAME})
        shown += [slip.text("vi"), slip.text("en"), repr(slip)]
    shown += [line.decode() for line in sink.lines]
    shown += [record.getMessage() + str(record.args) for record in caplog.records]
    assert planted.hits("\n".join(shown)) == []
    assert len(sink.lines) == 3
