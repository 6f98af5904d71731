from __future__ import annotations

import re
from pathlib import Path

from dancu.wire.provider_codes import PROVIDER_CODES

PAGE = Path(__file__).parents[2] / "docs" / "wire.md"


def test_the_page_lists_every_code_with_its_origin() -> None:
    """The table of codes is the code's own, row by row."""
    rows = re.findall(r"^\| `([^`|]+)` \| `([^`|]+)` \| `([^`|]+)` \| (.+?) \| (.+?) \|$", _page(), re.MULTILINE)
    assert rows == [(row.place, row.said, row.code, row.source, row.confidence) for row in PROVIDER_CODES]


def test_the_page_counts_what_is_told_by_two() -> None:
    """The share of constants with two or more sources is counted from the tables above it."""
    many = [int(mark) for mark in re.findall(r"\[([0-9]+)\]", _facts())]
    two = sum(count >= 2 for count in many)
    assert f"{two} of {len(many)} constants" in _page()


def _page() -> str:
    return PAGE.read_text(encoding="utf-8")


def _facts() -> str:
    return _page().partition("## Constants")[2].partition("## ")[0]
