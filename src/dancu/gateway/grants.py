"""What may be asked: one pure decision, deny by default.

::

    the application's unit ─► a grant of the application, procedure, service
                               ─► for the unit's agency ─► under a permission in force ─► by these numbers
                                    ─► an officer of the same agency ─► every single field
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Mapping

    from dancu.domain.fields import FieldName
    from dancu.gateway.parts import AgencyPart, ApplicationPart, GrantPart

__all__ = ["Asked", "Denial", "Grants"]

Denial = Literal["unit", "officer", "procedure", "agency", "permission", "numbers", "fields"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, as far as it matters whether it may be put.

    Attributes:
        application: its name.
        unit, procedure, service: of the question.
        fields: names.
        numbers: kinds of the numbers it names people by.
        officer_unit: where the officer works, by their table or token; None where only the application says so.
        day: today in Viet Nam.
    """

    application: str
    unit: str
    procedure: str
    service: str
    fields: frozenset[str]
    numbers: frozenset[str]
    officer_unit: str | None
    day: datetime.date


class Grants:
    """The grants of a configuration."""

    def __init__(
        self,
        grants: Iterable[GrantPart],
        *,
        applications: Iterable[ApplicationPart] = (),
        agencies: Iterable[AgencyPart] = (),
    ) -> None:
        self._units = {one.name: frozenset(one.units) for one in applications}
        self._agencies = {unit: one.name for one in agencies for unit in one.units}
        self._grants: dict[tuple[str, str, str], list[GrantPart]] = {}
        for grant in grants:
            self._grants.setdefault((grant.application, grant.procedure, grant.service), []).append(grant)

    @property
    def agencies(self) -> Mapping[str, str]:
        """The agency of each unit that has one."""
        return self._agencies

    def decide(self, asked: Asked) -> Denial | None:
        """None where the question may be put, else the first thing that stands against it."""
        granted = self.fields(asked)
        if isinstance(granted, frozenset):
            return None if granted >= asked.fields else "fields"
        return granted

    def fields(self, asked: Asked) -> frozenset[FieldName] | Denial:
        """The fields that may be asked for, of all grants that hold; or why none does."""
        if asked.unit not in self._units.get(asked.application, ()):
            return "unit"
        if not self._is_colleague(asked):
            return "officer"
        denial: Denial = "procedure"
        found: frozenset[FieldName] | None = None
        for denied, grant in self._weighed(asked):
            if denied is None:
                found = frozenset(grant.fields) if found is None else found.union(grant.fields)
            else:
                denial = denied
        return denial if found is None else found

    def permissions(self, asked: Asked) -> tuple[str, ...]:
        """References of the permissions that the grants in force for a question rest on."""
        grants = [grant for denied, grant in self._weighed(asked) if denied is None]
        return tuple(sorted({one.permission.reference for one in grants if one.permission is not None}))

    def of(self, application: ApplicationPart) -> list[dict[str, object]]:
        """An application's grants, for itself to read."""
        told: dict[tuple[str, str], set[str]] = {}
        for (name, procedure, service), grants in self._grants.items():
            if name == application.name:
                told[procedure, service] = {field for grant in grants for field in grant.fields}
        return [
            {"procedure": procedure, "service": service, "fields": sorted(fields)}
            for (procedure, service), fields in sorted(told.items())
        ]

    def _is_colleague(self, asked: Asked) -> bool:
        """Whether the officer, where their place is known, works in the unit or another of its agency."""
        if asked.officer_unit is None or asked.officer_unit == asked.unit:
            return True
        agency = self._agencies.get(asked.unit)
        return agency is not None and self._agencies.get(asked.officer_unit) == agency

    def _weighed(self, asked: Asked) -> Iterator[tuple[Denial | None, GrantPart]]:
        agency = self._agencies.get(asked.unit)
        for grant in self._grants.get((asked.application, asked.procedure, asked.service), ()):
            if grant.agency is not None and grant.agency != agency:
                yield "agency", grant
            elif grant.permission is not None and grant.permission.until < asked.day:
                yield "permission", grant
            elif not asked.numbers <= set(grant.numbers):
                yield "numbers", grant
            else:
                yield None, grant
