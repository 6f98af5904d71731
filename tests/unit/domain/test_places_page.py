from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "places.md"


def test_the_examples_of_the_page_run() -> None:
    """Every example of the page on places gives what is printed below it."""
    page = doctest.DocTestParser().get_doctest(PAGE.read_text(encoding="utf-8"), {}, "places.md", str(PAGE), 0)
    report: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(page, out=report.append)
    assert results.attempted >= 10
    assert results.failed == 0, "".join(report)
