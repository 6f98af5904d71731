"""What every page of dancu shares: one layout, one stylesheet, two scripts, and the headers that go with them.

Everything a browser loads comes from here, so a page works without internet. There is no inline script or style:
`HEADERS` forbids both. htmx (0BSD, its licence beside it) is shipped as published; needs Jinja2, which the extras
with pages bring.
"""

from __future__ import annotations

from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HEADERS", "STATIC", "Language", "environment", "language_of", "static"]

Language: TypeAlias = Literal["vi", "en"]

STATIC: Mapping[str, str] = MappingProxyType(
    {"dancu.css": "text/css; charset=utf-8", "dancu.js": "text/javascript", "htmx.min.js": "text/javascript"}
)
"""The files that a page may load, with their media types."""

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)
"""What goes with every page: kept by nobody, framed by nobody, nothing from elsewhere."""


def environment(package: str) -> Environment:
    """A Jinja2 environment over a package's ``templates`` and the shared ones; what is shown is escaped.

    A name that a template does not know is an error and not an empty place.
    """
    return Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("dancu.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def static(name: str) -> bytes:
    """A file of `STATIC`.

    Raises:
        KeyError: no such file.
    """
    if name not in STATIC:
        raise KeyError(name)
    return files("dancu.pages").joinpath("static", name).read_bytes()


def language_of(asked: str | None, accepted: str | None) -> Language:
    """Which language to show.

    Args:
        asked: what the reader chose, if anything.
        accepted: the header ``Accept-Language``; its order counts, its weights do not.
    """
    if asked in {"vi", "en"}:
        return "vi" if asked == "vi" else "en"
    for part in (accepted or "").split(","):
        primary = part.partition(";")[0].strip().partition("-")[0].lower()
        if primary in {"vi", "en"}:
            return "vi" if primary == "vi" else "en"
    return "vi"
