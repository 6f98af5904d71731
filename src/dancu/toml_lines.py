"""Where something stands in a TOML text; tomllib itself does not tell."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["broken_line", "line_of"]

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_PART = re.compile(r"[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'")
_LONG = re.compile(r"\"\"\"|'''")
_QUIET = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*")
_AT = re.compile(r"\(at line ([0-9]+),")

Place = tuple[str | int, ...]


class _Reader:
    """Goes through a text line by line and notes where each key and each element of a list begins."""

    def __init__(self) -> None:
        self.found: dict[Place, int] = {}
        self._table: Place = ()
        self._counts: dict[Place, int] = {}
        self._quote: str | None = None
        self._list: Place | None = None
        self._depth = 0

    def read(self, number: int, line: str) -> None:
        """Take the next line."""
        if self._quote is not None:
            self._quote = None if self._quote in line else self._quote
        elif self._depth:
            self._inside(number, line)
        elif head := _TABLE.fullmatch(line):
            self._open(number, _parts(head.group(2)), many=head.group(1) == "[[")
        elif key := _KEY.match(line):
            place = (*self._table, *_parts(key.group(1)))
            self.found.setdefault(place, number)
            self._begin(place, line[key.end() :])

    def _open(self, number: int, parts: Sequence[str], *, many: bool) -> None:
        place: Place = ()
        for part in parts[:-1]:
            place = self._last((*place, part))
        place = (*place, parts[-1])
        self.found.setdefault(place, number)
        if many:
            self._counts[place] = self._counts.get(place, -1) + 1
        self._table = self._last(place)
        self.found.setdefault(self._table, number)

    def _last(self, place: Place) -> Place:
        """A list's last element so far, or the place itself."""
        return (*place, self._counts[place]) if place in self._counts else place

    def _begin(self, place: Place, value: str) -> None:
        quotes = _LONG.findall(value)
        if len(quotes) == 1:
            self._quote = quotes[0]
            return
        self._list, self._depth = place, _depth(value)
        self._counts.pop(place, None)

    def _inside(self, number: int, line: str) -> None:
        """A line of a value in brackets; one that begins with a table begins the list's next element."""
        if self._list is not None and self._depth == 1 and line.lstrip().startswith("{"):
            self._counts[self._list] = self._counts.get(self._list, -1) + 1
            self.found.setdefault((*self._list, self._counts[self._list]), number)
        self._depth = max(0, self._depth + _depth(line))


def _depth(text: str) -> int:
    quiet = _QUIET.sub("", text)
    return sum(quiet.count(sign) for sign in "[{") - sum(quiet.count(sign) for sign in "]}")


def _parts(key: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(key)]


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The line (from 1) of a key or element, else of the innermost place around it that the text has.

    Args:
        text: TOML that can be read.
        place: ``("steps", 1, "status")`` is ``status`` in the second of ``[[steps]]``.
    """
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), 1):
        reader.read(number, line)
    around = (reader.found.get(tuple(place[:length])) for length in range(len(place), 0, -1))
    return next((line for line in around if line is not None), None)


def broken_line(text: str) -> int | None:
    """The line at which a text stops being TOML; None where it is TOML."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        return int(at.group(1)) if at else text.count("\n") + 1
    return None
