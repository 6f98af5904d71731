"""The page that explains verdicts, held to the rules and run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from dancu.domain.outcomes import Verdict
from dancu.matching.verdicts import RULES

PAGE = (Path(__file__).parents[3] / "docs" / "verdicts.md").read_text(encoding="utf-8")


def test_the_table_holds_every_rule_and_no_other() -> None:
    """The page says what the code says, rule by rule, in its order."""
    rows = [f"| `{rule}` | {one.verdict} | {one.reason_vi} | {one.reason_en} |" for rule, one in RULES.items()]
    assert PAGE.split("| --- | --- | --- | --- |\n")[1].splitlines() == rows


def test_every_word_is_explained_and_reached() -> None:
    """Each verdict has its row for officers, and at least one rule ends in it."""
    explained = set(re.findall(r"^\| \*\*[^*]+\*\* \(`(\w+)`\)", PAGE, flags=re.MULTILINE))
    assert explained == {one.verdict for one in RULES.values()} == set(get_args(Verdict))


def test_the_examples_run() -> None:
    """The code blocks assert what they say."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(block, {})  # our own page
