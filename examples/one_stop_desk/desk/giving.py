"""Who stands in a form, from what was scanned or typed: a person by role, or what to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu import InvalidInput, Subject, parse_card
from dancu.domain.scan import scan_fault
from desk.cases import Trouble
from desk.words import KEYS, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dancu.prefill.forms import Form
    from dancu.prefill.record import Given

__all__ = ["read_declared", "read_people", "refused_person"]

_LONGEST = 4096


def read_people(form: Form, posted: Mapping[str, str]) -> tuple[dict[str, Given], tuple[Trouble, ...]]:
    """Everybody who was given, by role; a card that was scanned is taken before what was typed."""
    people: dict[str, Given] = {}
    troubles: list[Trouble] = []
    for role, part in form.roles.items():
        card = posted.get(f"card.{role}", "").strip()
        typed = {key: posted.get(f"{key}.{role}", "").strip() for key in ("number", "name", "birth_date")}
        if not part.from_register or (not part.required and not card and not any(typed.values())):
            continue
        given = _scanned(role, card) if card else _typed(role, typed)
        if isinstance(given, Trouble):
            troubles.append(given)
        else:
            people[role] = given
    return people, tuple(troubles)


def read_declared(form: Form, posted: Mapping[str, str]) -> dict[str, str]:
    """What the citizen declared, by the form's keys."""
    declared = {one.key: posted.get(f"declared.{one.key}", "").strip() for one in form.fields}
    return {key: text for key, text in declared.items() if text}


def refused_person(error: InvalidInput) -> Trouble:
    """What to mend where the question itself was refused: ``people.ROLE.KEY``, or something else."""
    place, _dot, key = (error.field or "").rpartition(".")
    role = place.removeprefix("people.")
    if key in KEYS and role:
        return Trouble(f"{key}-{role}", WORDS[KEYS[key]])
    return Trouble("main", error.message("vi"))


def _scanned(role: str, text: str) -> Given | Trouble:
    try:
        return parse_card(text)
    except InvalidInput as error:
        fault = scan_fault(text) if len(text) <= _LONGEST else None
        said = fault.vi if fault else WORDS[KEYS.get(error.field or "", "bad_card")]
        return Trouble(f"card-{role}", said[0].upper() + said[1:])


def _typed(role: str, typed: Mapping[str, str]) -> Given | Trouble:
    if not any(typed.values()):
        return Trouble(f"card-{role}", WORDS["nobody"])
    try:
        return Subject.typed(**typed)
    except InvalidInput as error:
        key = error.field or "number"
        return Trouble(f"{key}-{role}", WORDS[KEYS[key]])
