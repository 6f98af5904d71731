"""What ``gateway.toml`` may say about inspections."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["InspectionPart"]

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class InspectionPart(BaseModel):
    """Who may question the audit, and the words that a reader needs.

    Attributes:
        inspectors: codes of those who may; nobody else.
        agency: who answers a citizen, as a letter names it.
        complaints: where a citizen may complain, one line each.
        procedures: names by code, in Vietnamese.
        units: names by code, in Vietnamese.
        holidays: working days on which nobody works, yyyy-mm-dd without quotation marks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    inspectors: Annotated[tuple[Line, ...], Field(strict=False)] = ()
    agency: Line | None = None
    complaints: Annotated[tuple[Line, ...], Field(strict=False)] = ()
    procedures: dict[str, Line] = Field(default_factory=dict)
    units: dict[str, Line] = Field(default_factory=dict)
    holidays: Annotated[tuple[datetime.date, ...], Field(strict=False)] = ()
