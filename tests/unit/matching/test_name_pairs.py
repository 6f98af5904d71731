"""The table tests/data/names/pairs.csv: pairs of names and the step of the ladder on which they meet."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from dancu.domain.names import fold_name, tone_key
from dancu.errors import InvalidInput
from dancu.matching.names import compare_names
from dancu.matching.verdicts import RULES

PAIRS = Path(__file__).parents[2] / "data" / "names" / "pairs.csv"
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|([nt]))")


class Pair(NamedTuple):
    one: str
    other: str
    rung: str
    reason: str


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else {"n": "\n", "t": "\t"}[match[2]], text)


def _pairs() -> list[Pair]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        return [Pair(_unescaped(row["one"]), _unescaped(row["other"]), row["rung"], row["reason"]) for row in rows]


ROWS = _pairs()
RUNGS = {
    *("exact", "same_after_cleaning", "tone_placement", "spelling_variant", "accents_missing"),
    *("order_or_missing_part", "different"),
}


@pytest.mark.parametrize("pair", ROWS, ids=lambda pair: f"{pair.rung}: {pair.one!a} {pair.other!a}")
def test_two_names_meet_on_their_step(pair: Pair) -> None:
    """Both directions end on the step that the table names."""
    assert compare_names(pair.one, pair.other).rule == pair.rung, pair.reason
    assert compare_names(pair.other, pair.one).rule == pair.rung, pair.reason


def test_the_table_is_whole() -> None:
    """300 pairs and more, each once and with its reason, and at least ten for every step."""
    assert len({frozenset((pair.one, pair.other)) for pair in ROWS}) == len(ROWS) >= 300
    counts = {rung: sum(pair.rung == rung for pair in ROWS) for rung in RUNGS}
    assert sum(counts.values()) == len(ROWS)
    assert min(counts.values()) >= 10
    assert all(pair.reason for pair in ROWS)


def test_what_matches_is_sent_alike() -> None:
    """Two names that match have one form for the wire, up to i and y; a form with fewer letters is never a match."""
    matching = [pair for pair in ROWS if RULES[pair.rung].verdict.startswith("match")]
    for pair in matching:
        try:
            one, other = (fold_name(name, "folded").replace("Y", "I") for name in (pair.one, pair.other))
        except InvalidInput:
            continue
        assert one == other, pair
    assert len(matching) > 150


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòaanh", "hoaành"),
        ("hòaánh", "hoaánh"),
        ("hòaánh", "hoàành"),
        ("thìan", "thiàn"),
        ("khóai", "khoái an"),
    ],
)
def test_joined_names_keep_their_tones_apart(one: str, other: str) -> None:
    """In two names written as one, a tone belongs to one of the two."""
    assert tone_key(one) != tone_key(other)
    assert not compare_names(one, other).verdict.startswith("match")
