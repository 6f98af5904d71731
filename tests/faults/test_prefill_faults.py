"""Every fault of the mock on every form: an outage is never an absence, no value is invented, and the form comes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from dancu import AsyncClient, Client, Prefill, Subject
from dancu.prefill.reading import shipped_forms
from dancu.testing.in_process import DancuMock
from dancu_mock import Mock
from dancu_mock.scenario_files.library import shipped_names

from ..forms_at_hand import MAU, PURPOSE  # noqa: TID252  # test folders are no packages: there is no absolute name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dancu import FieldValue
    from dancu.prefill.forms import Form

    Fill = Callable[[Form], Prefill]

PEOPLE = (
    "ede_man",
    "ede_woman",
    "old_address",
    "born_in_ea_bar",
    "jarai_woman",
    "bana_man",
    "other_province",
    "year_only",
)
FORMS = shipped_forms()
DEADLINE = 0.3
FAULTS = [name for name in shipped_names() if name != "decomposed_name"]
"""All scenarios but one, which is no fault: another record of the same person."""


class Filling:
    """A mock in this process, both clients of it, and people for every role.

    Attributes:
        right: by form, its fields when nothing goes wrong.
    """

    def __init__(self, at_hand: DancuMock) -> None:
        self.mock = at_hand.mock
        at_hand.profile["breaker"] = {"enabled": False}  # it would rightly open, and the faults would not be met
        self._known = (MAU, *map(at_hand.persona, PEOPLE))
        self._blocking = Client(at_hand.profile, transport=self.mock.transport())
        self._runner = asyncio.Runner()
        self._awaiting = AsyncClient(at_hand.profile, transport=self.mock.async_transport())
        self.faces: dict[str, Fill] = {"sync": self._fill, "async": self._filled}
        self.right: Mapping[str, Mapping[str, FieldValue]] = {form.id: self._fill(form).fields for form in FORMS}

    def people(self, form: Form) -> dict[str, Subject]:
        """Somebody else for each role that is in the register."""
        roles = [role for role, part in form.roles.items() if part.from_register]
        return dict(zip(roles, self._known, strict=False))

    def typed(self, form: Form) -> set[str]:
        """Every text that stands in a field because somebody typed it."""
        people = self.people(form).values()
        keys = {str(getattr(one, key)) for one in people for key in ("number", "name", "birth_date")}
        return keys | {str(one.birth_date.year) for one in people}

    def close(self) -> None:
        """Close what was opened."""
        self._runner.run(self._awaiting.aclose())
        self._runner.close()
        self._blocking.close()

    def _parts(self, form: Form) -> dict[str, Any]:
        return {"people": self.people(form), "purpose": PURPOSE, "form": form, "deadline": DEADLINE}

    def _fill(self, form: Form) -> Prefill:
        return self._blocking.prefill(form.id, **self._parts(form))

    def _filled(self, form: Form) -> Prefill:
        return self._runner.run(self._awaiting.prefill(form.id, **self._parts(form)))


@pytest.fixture(scope="module")
def filling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filling]:
    """One for all faults of the module."""
    made = Filling(DancuMock(Mock(), tmp_path_factory.mktemp("prefill")))
    yield made
    made.close()


def told(mock: Mock, scenario: str) -> set[str]:
    """What look-ups may come to under a scenario, by its own file: outcomes, and errors' codes."""
    return {str(one.outcome or one.code) for one in mock.scenario_file(scenario).expected("look_up")}


def wrong(one: FieldValue, right: FieldValue, typed: set[str], may_be: set[str]) -> str | None:
    """What a field says that is not so, after a fault; None where all is well."""
    if one.source == "register":
        if str(one.value) != str(right.value):
            return "another value than the register's"
    elif one.value is not None and str(one.value) not in typed:
        return "a value that nobody gave"
    if one.state == "absent" and right.state != "absent" and not may_be & {"not_matched", "ambiguous"}:
        return "absent where there was an outage"
    if one.state == "unavailable" and (one.reason is None or one.verified):
        return "unavailable without a reason"
    return "a lock without a word of the register's" if one.lockable and not one.verified else None


@pytest.mark.parametrize("face", ["sync", "async"])
@pytest.mark.parametrize("scenario", FAULTS)
def test_every_form_comes_and_says_what_is_so(filling: Filling, scenario: str, face: str) -> None:
    """Under a fault a field has the register's own value, the typed one, or none; and the state that is true."""
    may_be = told(filling.mock, scenario)
    for form in FORMS:
        with filling.mock.scenario(scenario):
            filled = filling.faces[face](form)
        right, typed = filling.right[form.id], filling.typed(form)
        assert list(filled.fields) == list(right)
        found = {key: wrong(one, right[key], typed, may_be) for key, one in filled.fields.items()}
        assert {key: said for key, said in found.items() if said} == {}, form.id
        failed = {one.reference for one in filled.fields.values() if one.state == "unavailable"}
        proof = filled.proof()
        assert failed >= ({one.reference for one in proof.questions} if proof else set()), form.id


def test_the_faults_are_met(filling: Filling) -> None:
    """Fifty scenarios and more leave fields unavailable, so that the test above is about something."""
    met = 0
    for scenario in FAULTS:
        with filling.mock.scenario(scenario):
            fields = filling.faces["sync"](FORMS[0]).fields
        met += any(one.state == "unavailable" for one in fields.values())
    assert met >= 50


def test_the_forms_ask_about_everybody(filling: Filling) -> None:
    """Without a fault every form has fields of the register's, of every role that is in it."""
    for form in FORMS:
        verified = {key for key, one in filling.right[form.id].items() if one.verified}
        asked = {one.role for one in form.fields if one.key in verified}
        assert asked == {role for role, part in form.roles.items() if part.from_register} & set(filling.people(form))
