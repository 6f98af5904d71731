from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "vietnamese-data.md"


def test_the_examples_of_the_page_run() -> None:
    """Every example of the page on Vietnamese data gives what is printed below it."""
    text = PAGE.read_text(encoding="utf-8")
    page = doctest.DocTestParser().get_doctest(text, {}, "vietnamese-data.md", str(PAGE), 0)
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    results = runner.run(page, out=report.append)
    assert results.attempted >= 20
    assert results.failed == 0, "".join(report)
