"""Sentences in two languages, and the error that carries them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Both", "Told", "near"]


@dataclass(frozen=True, slots=True)
class Both:
    """The same in Vietnamese and in English."""

    vi: str
    en: str

    def __str__(self) -> str:
        return f"{self.vi} / {self.en}"


class Told(ValueError):
    """A ValueError in two languages.

    Attributes:
        said: what is wrong.
        remedy: what to do; None where that is plain from ``said``.
    """

    def __init__(self, vi: str, en: str, *, remedy: Both | None = None) -> None:
        self.said = Both(vi, en)
        self.remedy = remedy
        super().__init__(str(self.said))


def near(word: str, known: Iterable[str]) -> Both:
    """The known word that somebody seems to have meant, or all of them."""
    there = list(known)
    close = difflib.get_close_matches(word, there, 1)
    if close:
        return Both(f"Có phải là {close[0]}?", f"Is it {close[0]}?")
    return Both(f"Có: {', '.join(there)}.", f"There are {', '.join(there)}.")
