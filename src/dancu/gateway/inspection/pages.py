"""An answer as one self-contained HTML file: to be printed, filed, or opened without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.inspection.telling import HEADINGS, cells, summary

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from jinja2 import Template

    from dancu.gateway.inspection.questions import Look
    from dancu.gateway.inspection.telling import Names

__all__ = ["looks_page", "template"]


def looks_page(
    looks: Sequence[Look], *, names: Names, title: str, inspector: str, reason: str, now: datetime.datetime
) -> str:
    """The looks as a page.

    Args:
        looks: in order.
        names: of procedures and units.
        title: what was asked, without a person's number.
        inspector: as on record.
        reason: as on record.
        now: on Vietnam's clocks.
    """
    return template("looks.html").render(
        title=title,
        summary=summary(looks),
        headings=HEADINGS,
        rows=[[cell.split("\n") for cell in cells(look, names)] for look in looks],
        inspector=inspector,
        reason=reason,
        now=f"{now:%d/%m/%Y %H:%M}",
    )


def template(name: str) -> Template:
    """One of the templates here.

    Raises:
        ConfigurationError: ``extra_missing``: Jinja2 comes with the extras that have pages.
    """
    try:
        from dancu.pages import environment
    except ModuleNotFoundError:
        detail = "pip install 'dancu[gateway]'"
        raise ConfigurationError("extra_missing", field="--page", detail=detail) from None
    return environment("dancu.gateway.inspection").get_template(name)
