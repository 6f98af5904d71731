"""Looks as an inspector and a program read them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dancu.gateway.inspection.part import InspectionPart
from dancu.gateway.inspection.words import FIELDS_SEEN, OPERATIONS, RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dancu.gateway.inspection.questions import Look

__all__ = ["HEADINGS", "Names", "cells", "field_names", "summary", "told"]

HEADINGS = ("Khi / When", "Ai / Who", "Vì việc gì / For what", "Đã xem gì / What", "Mã tham chiếu / Reference")

_NAMED = {"token": "(đã đăng nhập / signed in)", "application": "(theo ứng dụng / says the application)"}


@dataclass(frozen=True, slots=True)
class Names:
    """Names of procedures and units as far as they are known; a code otherwise."""

    part: InspectionPart

    @classmethod
    def of(cls, part: InspectionPart | None) -> Names:
        """The names of a configuration, or none."""
        return cls(part or InspectionPart())

    def procedure(self, code: str) -> str:
        """Name and code."""
        return _named(self.part.procedures.get(code), code)

    def unit(self, code: str) -> str:
        """Name and code."""
        return _named(self.part.units.get(code), code)


def _named(name: str | None, code: str) -> str:
    return code if name is None else f"{name} ({code})"


def told(looks: Sequence[Look]) -> list[dict[str, Any]]:
    """For a program: every attribute under its name, times in ISO 8601."""
    return [{name: _plain(value) for name, value in asdict(look).items()} for look in looks]


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="milliseconds") if hasattr(value, "isoformat") else value


def summary(looks: Sequence[Look]) -> str:
    """How many there are, and of whom."""
    people, officers, applications = (
        len({getattr(look, name) for look in looks} - {""}) for name in ("subject", "officer", "application")
    )
    return (
        f"{len(looks)} lượt hỏi / questions · {people} mã người / hashes of persons · {officers} cán bộ / officers"
        f" · {applications} ứng dụng / applications"
    )


def cells(look: Look, names: Names) -> tuple[str, str, str, str, str]:
    """One row under `HEADINGS`; lines within a cell are separated by a newline."""
    case = look.dossier or f"phiên / session {look.session}, chưa có hồ sơ / no dossier"
    return (
        f"{look.local:%d/%m/%Y\n%H:%M:%S}",
        "\n".join(filter(None, (look.officer, _NAMED.get(look.named_by), names.unit(look.unit), look.application))),
        f"{names.procedure(look.procedure)}\n{case}",
        "\n".join(filter(None, _what(look))),
        look.reference,
    )


def field_names(fields: Sequence[str]) -> str:
    """Names of fields in Vietnamese."""
    return ", ".join(FIELDS_SEEN[field].vi if field in FIELDS_SEEN else field for field in fields)


def _what(look: Look) -> Iterator[str]:
    operation, result = OPERATIONS.get(look.operation), RESULTS.get(look.result)
    yield look.operation if operation is None else f"{operation.vi} / {operation.en}"
    yield look.result if result is None else f"{result.vi} / {result.en}"
    yield field_names(look.asked if look.result == "verified" else look.given)
    if look.source in {"cache", "stale"}:
        yield f"({look.source})"
