"""What may be asked: a pure decision over application, unit, procedure, service and fields; deny by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dancu.domain.fields import FieldName
    from dancu.gateway.config import ApplicationPart, GrantPart, ServiceName

__all__ = ["Grants"]


class Grants:
    """The grants of a configuration."""

    def __init__(self, grants: Iterable[GrantPart]) -> None:
        self._fields: dict[tuple[str, str, str], frozenset[FieldName]] = {}
        for grant in grants:
            key = (grant.application, grant.procedure, grant.service)
            self._fields[key] = self._fields.get(key, frozenset()) | frozenset(grant.fields)

    def allow(
        self, application: ApplicationPart, *, unit: str, procedure: str, service: ServiceName, fields: Iterable[str]
    ) -> bool:
        """Whether this question is granted: the unit, the service in this procedure, and every single field."""
        granted = self.fields(application, unit=unit, procedure=procedure, service=service)
        return granted is not None and granted.issuperset(fields)

    def fields(
        self, application: ApplicationPart, *, unit: str, procedure: str, service: ServiceName
    ) -> frozenset[FieldName] | None:
        """The fields that may be asked for; None where the service is not granted at all."""
        granted = self._fields.get((application.name, procedure, service))
        return granted if unit in application.units else None

    def of(self, application: ApplicationPart) -> list[dict[str, object]]:
        """An application's grants, for itself to read."""
        return [
            {"procedure": procedure, "service": service, "fields": sorted(fields)}
            for (name, procedure, service), fields in sorted(self._fields.items())
            if name == application.name
        ]
