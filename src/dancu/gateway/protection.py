"""What ``[protection]`` in ``gateway.toml`` may say: how often a question may miss, and how even answers look."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dancu.policy.mismatches import Limits

__all__ = ["ProtectionPart"]

Count = Annotated[int, Field(ge=1, le=1_000_000)]


class ProtectionPart(BaseModel):
    """Limits against guessing.

    Attributes:
        per_subject, per_officer, per_application: questions within ``hours`` that did not fit, until one is refused.
        hours: the window.
        floor: seconds that a confirmation or a verification takes at least, so that its time does not tell what it
            came to, or whether it was kept; longer than the platform mostly takes.
        counters: file of the counts, shared by the gateway's processes; default ``DATABASE.mismatches``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    per_subject: Count = 10
    per_officer: Count = 30
    per_application: Count = 1000
    hours: Annotated[float, Field(gt=0, le=24 * 31, strict=False)] = 24.0
    floor: Annotated[float, Field(ge=0, le=10, strict=False)] = 0.25
    counters: str | None = None

    @property
    def limits(self) -> Limits:
        """For the one who decides."""
        return Limits(
            subject=self.per_subject,
            officer=self.per_officer,
            application=self.per_application,
            window=self.hours * 3600,
        )
