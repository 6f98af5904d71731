"""What a form definition says in two places that do not fit each other."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.prefill.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dancu.prefill.attributes import Kind
    from dancu.prefill.forms import Form, Format, FormField

__all__ = ["FITTING", "Mistake", "mistakes"]

FITTING: dict[Kind, tuple[Format, ...]] = {
    "text": ("text", "name:as_register", "text:upper"),
    "date": ("date:dd/mm/yyyy", "date:words", "year"),
    "code": ("code:label", "code:id", "name:ethnic", "text"),
    "address": (
        *("address:line", "address:detail", "address:parts", "code:commune", "code:province"),
        *("name:commune", "name:province"),
    ),
}
"""The formats of each kind of value."""

_PROCEDURE = re.compile(r"[0-9]\.[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One of them, with the place in the file."""

    place: tuple[str | int, ...]
    what: str
    remedy: str


def mistakes(form: Form) -> list[Mistake]:
    """All of them."""
    found = [*_of_the_form(form)]
    keys: dict[str, int] = {}
    targets: dict[tuple[str, str], str | None] = {}
    for number, one in enumerate(form.fields):
        place = ("fields", number)
        if one.key in keys:
            found.append(Mistake((*place, "key"), f"the key of field {keys[one.key] + 1} again", "give it another"))
        keys.setdefault(one.key, number)
        around = next((key for key in keys if one.key.startswith(f"{key}.") or key.startswith(f"{one.key}.")), None)
        if around is not None:
            found.append(Mistake((*place, "key"), f"{around} would hold both a value and more", "give it another"))
        found += _of_the_field(form, one, place)
        for family, target in one.targets.items():
            if targets.setdefault((family, target), one.key) != one.key:
                other = targets[family, target]
                found.append(
                    Mistake((*place, "targets", family), f"{other} goes there too", "one field goes into one key")
                )
    return found


def _of_the_form(form: Form) -> Iterator[Mistake]:
    for number, code in enumerate(form.procedures):
        if _PROCEDURE.fullmatch(code) is None:
            yield Mistake(("procedures", number), "no procedure's code", "a digit, a point and six digits: 1.004222")
    if form.valid_from and form.valid_to and form.valid_to < form.valid_from:
        yield Mistake(("valid_to",), "before valid_from", "the last day on which the form is asked for, or nothing")
    if not form.roles:
        yield Mistake(("roles",), "nobody stands in the form", "add [roles.applicant]")
    if not form.fields:
        yield Mistake(("fields",), "there is nothing to fill", "add [[fields]]")
    used = {one.role for one in form.fields}
    for role in form.roles:
        if role not in used:
            yield Mistake(("roles", role), "no field is of this person", "add one, or take the role out")


def _of_the_field(form: Form, one: FormField, place: tuple[str | int, ...]) -> Iterator[Mistake]:
    if one.attribute is None:
        if one.lock == "verified" and "lock" in one.model_fields_set:
            yield Mistake((*place, "lock"), "nothing of the register's is there to lock", "take lock out")
        return
    role, _, name = one.attribute.partition(".")
    if role not in form.roles:
        yield Mistake((*place, "attribute"), "nobody of this role stands in the form", _near(role, form.roles))
        return
    rule = ATTRIBUTES.get(name)
    if rule is None:
        yield Mistake((*place, "attribute"), "nothing that a record or a card tells", _near(name, ATTRIBUTES))
        return
    if one.format not in FITTING[rule.kind]:
        fitting = ", ".join(FITTING[rule.kind])
        yield Mistake((*place, "format"), f"a value of another kind, {rule.kind}", f"one of {fitting}")


def _near(said: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(said, names, 1)
    return f"perhaps {near[0]}" if near else f"one of {', '.join(names)}"
