"""What the control port says instead of doing something: a status, a code, a sentence in English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PROBLEMS", "Problem", "render"]

PROBLEMS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "invalid": (400, "the body or the query is not what this verb takes"),
        "unauthenticated": (401, "the token is missing or is not the one of this mock"),
        "host_refused": (403, "the Host header names nobody here"),
        "origin_refused": (403, "a page of another origin asks, and without the token"),
        "not_found": (404, "there is no such path, or no such scenario in play"),
        "method_not_allowed": (405, "the path has other methods"),
        "too_large": (413, "the body is over 1 MiB"),
        "not_json": (415, "the body is not sent as application/json"),
        "failed": (500, "the mock failed; this is a defect of it"),
    }
)
"""HTTP status and sentence by code."""

_ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Problem(Exception):
    """A code of `PROBLEMS`, with a sentence of its own where there is more to say."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.status, sentence = PROBLEMS[code]
        self.detail = detail or sentence


def render(problem: Problem, headers: Mapping[str, str] = MappingProxyType({})) -> JSONResponse:
    """As JSON: ``{"code": ..., "detail": ...}``."""
    more = {"WWW-Authenticate": "Bearer"} if problem.status == 401 else {}
    said = {"code": problem.code, "detail": problem.detail}
    return JSONResponse(said, problem.status, {**_ALWAYS, **headers, **more})
