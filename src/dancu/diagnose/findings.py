"""How a check is described, and how it ends when it does not pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from dancu.diagnose.patient import Patient
    from dancu.errors import DancuError
    from dancu.words import Phrase

    Run: TypeAlias = Callable[[Patient], Phrase | None]

__all__ = ["CheckSpec", "Ill", "Unknowable"]


class Unknowable(Exception):
    """The check cannot tell here; its note says why."""

    def __init__(self, note: Phrase) -> None:
        super().__init__(note.en)
        self.note = note


class Ill(Exception):
    """A found cause with more to say than its error: what is wrong, where, and how the line should read."""

    def __init__(
        self,
        error: DancuError,
        *,
        what: Phrase | None = None,
        setting: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(error.code)
        self.error = error
        self.what = what
        self.setting = setting
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One check.

    Attributes:
        name: stable, for programs.
        title: what is checked.
        needs: names of checks that must have passed.
        run: what it does.
    """

    name: str
    title: Phrase
    needs: tuple[str, ...]
    run: Callable[[Patient], Phrase | None]
