"""An inspector's page and a citizen's letter, in a browser: readable by everybody, and loading nothing."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from dancu.gateway.inspection.letters import letter, letter_page
from dancu.gateway.inspection.pages import looks_page
from dancu.gateway.inspection.part import InspectionPart
from dancu.gateway.inspection.questions import VIETNAM, Look
from dancu.gateway.inspection.telling import Names

from .conftest import Opened, violations

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime.datetime(2026, 11, 23, 10, 0, tzinfo=VIETNAM)
PART = InspectionPart(
    agency="UBND tỉnh Mẫu", complaints=("Bộ phận tiếp công dân",), units={"H15.42": "UBND phường Mẫu"}
)
LOOK = Look(
    time=NOW,
    reference="01M82WMZKYXXJQHZMSF0JPJFZ3",
    application="mot-cua",
    operation="look_up",
    procedure="1.004194",
    unit="H15.42",
    officer="can.bo.mau",
    named_by="token",
    dossier="H15.42-261122-0001",
    session=None,
    linked=None,
    asked=("name",),
    given=("name", "permanent_address"),
    result="found",
    findings=(),
    source="upstream",
    subject="k1:00",
    family=None,
    homes=(),
)
PAGES = {
    "looks": looks_page([LOOK] * 3, names=Names(PART), title="Cán bộ", inspector="tt", reason="Đơn 12", now=NOW),
    "letter": letter_page(letter([LOOK] * 3, part=PART, now=NOW)),
    "nobody": letter_page(letter([], part=PART, now=NOW)),
}


@pytest.mark.parametrize("width", [1366, 360])
@pytest.mark.parametrize("name", PAGES)
def test_a_file_is_read_by_everybody(name: str, width: int, open_page: Callable[..., Opened]) -> None:
    """axe finds nothing, no host is asked, and no line runs out of a telephone's window."""
    opened = open_page(width=width)
    opened.page.set_content(PAGES[name])
    assert violations(opened.page) == []
    assert opened.hosts == set()
    assert opened.page.locator("h1").count() == 1
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
