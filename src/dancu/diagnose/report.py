"""What the doctor found: checks in their order, and the first cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dancu.errors import Code
    from dancu.words import Phrase

__all__ = ["Check", "Line", "Report", "State"]

State = Literal["passed", "failed", "not_reached"]


@dataclass(frozen=True, slots=True)
class Line:
    """What to change.

    Attributes:
        setting: dotted name in the profile.
        number: its line in the file, from 1, or that of its table where it is missing; None
            where the file cannot tell.
        suggestion: the line as it should read, where that is known; never a secret.
    """

    setting: str
    number: int | None = None
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check and how it ended.

    Attributes:
        name: stable, for programs.
        title: what is checked.
        state: ``passed``, ``failed``, or ``not_reached`` because something it needs is missing.
        note: what was seen, or why it was not reached.
        code: of `dancu.errors.CODES`, for a failed check.
        detail: the closed phrase that narrows the code.
        what: what is wrong.
        remedy: what to do about it.
        line: which setting that is, where it is one.
    """

    name: str
    title: Phrase
    state: State
    note: Phrase | None = None
    code: Code | None = None
    detail: str | None = None
    what: Phrase | None = None
    remedy: Phrase | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All checks.

    Attributes:
        profile: the file's name as it was given.
        checks: in the order of `dancu.diagnose.CHECKS`.
        questions: how many questions were put to the platform; each stands in the audit.
    """

    profile: str
    checks: tuple[Check, ...]
    questions: int = 0

    @property
    def first_cause(self) -> Check | None:
        """The first check that failed; None where none did."""
        return next((check for check in self.checks if check.state == "failed"), None)
