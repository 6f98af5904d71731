"""What is wrong with a line of the chain that does not fit, told from it and from the two lines after it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from dancu.policy.chain import read_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dancu.policy.chain import Link

__all__ = ["TIME_LENGTH", "BreakKind", "Expected", "diagnose", "time_of"]

BreakKind: TypeAlias = Literal[
    "changed",
    "missing",
    "inserted",
    "swapped",
    "duplicated",
    "back_dated",
    "foreign",
    "wrong_mac",
    "wrong_signature",
    "rewritten",
    "cut",
    "no_chain",
]
"""What is wrong with a log.

================ =====================================================================================
changed          a line is not as it was written
missing          lines are gone
inserted         a line was added that is none of the chain
swapped          lines stand in another order
duplicated       a line stands there twice
back_dated       a changed line whose time is now before that of a line above it
foreign          a line, or the whole log, is another log's
wrong_mac        made anew, hashes and all, by somebody without the key; or its key was not given
wrong_signature  a mark or an exported checkpoint that the log's key did not sign
rewritten        the chain holds, and is another one than an exported checkpoint saw
cut              the log ends before an exported checkpoint
no_chain         there is not one chained line
================ =====================================================================================
"""

TIME_LENGTH = len("2026-11-23T03:00:00.000+00:00")
_TIME = b'"time":"'


@dataclass(frozen=True, slots=True)
class Expected:
    """What the next line should say of itself, and the latest time seen."""

    log: str
    sequence: int
    previous: str
    latest: bytes


def time_of(line: bytes) -> bytes:
    """The text of a record's time, or nothing."""
    at = line.find(_TIME)
    return line[at + len(_TIME) : at + len(_TIME) + TIME_LENGTH] if at >= 0 else b""


def diagnose(line: bytes, after: Sequence[bytes], *, expected: Expected, sealed: bool) -> tuple[BreakKind, int]:
    """What is wrong, and how many lines before this one.

    Args:
        line: it does not fit, or has a wrong MAC or signature.
        after: the two lines behind it, as far as there are any.
        expected: what would have fitted.
        sealed: whether its MAC is known to be right.
    """
    link = read_link(line)
    links = [found for found in map(read_link, after) if found is not None and found.log == expected.log]
    following = links[0].sequence if links else -1
    if link is None or link.log != expected.log:
        return "foreign" if sealed else _stranger(link, following, expected), 0
    intact = bool(links) and links[0].previous == hashlib.sha256(line).hexdigest()
    if link.previous == expected.previous:
        return _made_anew(line, link, expected, intact=intact), 0
    if link.sequence == expected.sequence:
        return "changed", int(intact)
    if link.sequence < expected.sequence:
        return "duplicated", 0
    return _out_of_order(links, expected), 0


def _stranger(link: Link | None, following: int, expected: Expected) -> BreakKind:
    """A line that is none of this log: added, or one of it that was spoilt."""
    if following == expected.sequence:
        return "inserted" if link is None else "foreign"
    if link is None or following == expected.sequence + 1:
        return "changed"
    return "foreign"


def _made_anew(line: bytes, link: Link, expected: Expected, *, intact: bool) -> BreakKind:
    """A line in its place, with another content than the one that was sealed."""
    if intact and link.sequence == expected.sequence:
        return "wrong_mac"
    return "back_dated" if time_of(line) < expected.latest else "changed"


def _out_of_order(links: Sequence[Link], expected: Expected) -> BreakKind:
    """A later line stands here."""
    ahead = [one.sequence - expected.sequence for one in links]
    if ahead[:1] == [0]:
        return "duplicated" if ahead[1:2] == [1] else "swapped"
    return "swapped" if ahead[:1] == [1] else "missing"
