"""What the officer does to a case, beyond what a page is: ask, save, choose, override, dispute."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dancu import DancuError, InvalidInput, Officer, Prefill, Purpose
from desk.cases import Trouble
from desk.giving import read_declared, read_people, refused_person
from desk.showing import changed, element
from desk.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dancu import AsyncClient
    from desk.cases import Case

__all__ = ["Work"]


class Work:
    """Acts on cases over one client.

    Args:
        client: over any profile: a platform's or a gateway's.
        unit: code of the unit that asks.
        officer: who does.
    """

    def __init__(self, client: AsyncClient, *, unit: str, officer: str) -> None:
        self._client = client
        self._unit = unit
        self._officer = Officer(officer)

    async def give(self, case: Case, posted: Mapping[str, str]) -> None:
        """Take who stands in the form, and fill it; what is to be mended stays on the page as it was typed."""
        case.posted = posted
        case.people, case.troubles = read_people(case.form, posted)
        case.declared = read_declared(case.form, posted)
        if not case.troubles:
            await self._ask(case)
            self._write_again(case)

    async def ask_again(self, case: Case) -> None:
        """Fill it anew; what the officer typed or changed stays."""
        before = case.filled
        await self._ask(case)
        if before is None or case.filled is None:
            return
        ours = {key: known for key, known in before.fields.items() if known.overridden}
        case.filled = Prefill(replace(case.filled.record, fields={**case.filled.record.fields, **ours}))
        self._write_again(case)

    def _write_again(self, case: Case) -> None:
        """Put what the officer had typed into the fields that are open now."""
        filled = case.filled
        if filled is not None:
            typed = {key: text for key, text in case.typed.items() if not _is_locked(filled, key)}
            case.filled = filled.complete(typed)

    def save(self, case: Case, posted: Mapping[str, str]) -> None:
        """Take what was typed into open fields; what cannot be read is told, and the rest is kept."""
        assert case.filled is not None  # the page has no such form before
        troubles: list[Trouble] = []
        for key, text in changed(case.filled, posted):
            try:
                case.filled = case.filled.complete({key: text})
                case.typed[key] = text
            except InvalidInput:
                troubles.append(Trouble(element(key), WORDS["bad_value"]))
        case.troubles += tuple(troubles)

    def choose(self, case: Case, key: str, choice: str) -> None:
        """Take one of the successors of an old address."""
        known = None if case.filled is None else case.filled.fields.get(key)
        if case.filled is None or known is None or not known.choices:
            return
        if not choice.isdecimal() or int(choice) >= len(known.choices):
            case.troubles += (Trouble(f"{element(key)}-0", WORDS["bad_choice"]),)
            return
        case.filled = case.filled.choose(key, known.choices[int(choice)])

    async def override(self, case: Case, key: str, *, reason: str, evidence: str, instead: str) -> None:
        """Unlock a field, and replace its value where one is given; on record first."""
        if case.filled is None:
            return
        try:
            why, value = self._why(case), instead.strip() or None
            case.filled = await self._client.override(
                case.filled, key, value=value, reason=reason, evidence=evidence, purpose=why
            )
        except InvalidInput as error:
            part = error.field if error.field in {"reason", "evidence"} else "instead"
            words = WORDS["bad_value" if part == "instead" else f"bad_{part}"]
            case.troubles += (Trouble(f"{part}-{element(key)}", words),)
        except DancuError as error:
            case.troubles += (Trouble(element(key), f"{WORDS['failed']}: {error.message('vi')}"),)

    def dispute(self, case: Case, keys: Sequence[str]) -> bool:
        """Draw up the slip of what the citizen disputes; whether there is one."""
        assert case.filled is not None  # the page has no such form before
        try:
            case.slip = case.filled.discrepancies(keys)
        except InvalidInput:
            case.troubles += (Trouble("slip", WORDS["bad_dispute"]),)
        return not case.troubles

    async def _ask(self, case: Case) -> None:
        try:
            case.filled = await self._client.prefill(
                case.form.id, case.people, purpose=self._why(case), declared=case.declared or None
            )
        except InvalidInput as error:
            case.troubles += (refused_person(error),)
        except DancuError as error:
            case.troubles += (Trouble("main", f"{WORDS['failed']}: {error.message('vi')}"),)

    def _why(self, case: Case) -> Purpose:
        """The purpose: until the portal gives the dossier a number, the case is the draft's session."""
        procedure = case.form.procedures[0]
        return Purpose(procedure=procedure, unit=self._unit, officer=self._officer, session=f"desk-{case.id}")


def _is_locked(filled: Prefill, key: str) -> bool:
    known = filled.fields.get(key)
    return known is not None and known.lockable
