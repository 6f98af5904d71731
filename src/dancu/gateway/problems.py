"""Failures as RFC 9457 problems: whose, what, a stable code and a reference; never an echo of the input."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from dancu.errors import CODES, DancuError
from dancu.words import WHAT_HAPPENED, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DOOR", "Problem", "by_status", "from_error", "meaning", "render"]

DOOR: Mapping[str, tuple[int, Phrase]] = {
    "malformed_request": (400, Phrase("This is not HTTP", "Yêu cầu không phải HTTP")),
    "malformed_json": (400, Phrase("The body is not JSON in UTF-8", "Nội dung không phải JSON UTF-8")),
    "unauthenticated": (401, Phrase("No valid application key", "Thiếu hoặc sai khóa ứng dụng")),
    "officer_refused": (403, Phrase("This officer may not ask", "Cán bộ này không được phép tra cứu")),
    "not_found": (404, Phrase("There is no such path", "Không có đường dẫn này")),
    "unknown_session": (
        404,
        Phrase("No question was asked under this session", "Chưa có lượt tra cứu nào của phiên này"),
    ),
    "method_not_allowed": (405, Phrase("The path does not take this method", "Phương thức không được hỗ trợ")),
    "not_acceptable": (406, Phrase("The answer is JSON, which is not accepted", "Chỉ trả lời bằng JSON")),
    "session_linked": (409, Phrase("The session became another dossier", "Phiên này đã gắn với hồ sơ khác")),
    "too_large": (413, Phrase("The body is larger than 64 KiB", "Nội dung lớn hơn 64 KiB")),
    "unsupported_media_type": (415, Phrase("The body must be application/json", "Nội dung phải là application/json")),
    "invalid_body": (422, Phrase("The body has another shape than this path takes", "Nội dung không đúng cấu trúc")),
    "rate_limited": (429, Phrase("Too many calls a second", "Gọi quá nhanh")),
    "failed": (500, Phrase("The gateway failed by itself", "Cổng kết nối gặp lỗi")),
}
"""Problems of the door itself; all others are the codes of `dancu.errors.CODES`."""


@dataclass(eq=False)
class Problem(Exception):
    """A failure on its way to the caller.

    Attributes:
        code: of `DOOR` or `dancu.errors.CODES`.
        errors: (JSON pointer, message of ours) pairs.
        reference: the call's ULID, where there was a call.
        retry_after: seconds.
        retryable: whether the same question may be asked again as it is, where there was a call.
        headers: further ones.
        proof: what the gateway has signed about an outage of the platform's, where it signs.
    """

    code: str
    errors: tuple[tuple[str, str], ...] = ()
    reference: str | None = None
    retry_after: float | None = None
    retryable: bool | None = None
    headers: tuple[tuple[str, str], ...] = ()
    proof: str | None = None


def from_error(error: DancuError, *, pointer: str = "") -> Problem:
    """The problem that an error of the SDK comes to; input errors point at ``pointer`` and the field."""
    where = (error.field or "").replace(".", "/")
    errors = ((f"{pointer}/{where}", error.detail or error.code),) if where else ()
    return Problem(error.code, errors, error.reference, error.retry_after, error.retryable)


def meaning(code: str) -> tuple[int, Phrase]:
    """The status and words of a code of either table.

    Raises:
        KeyError: no answer bears this code.
    """
    if code in DOOR:
        return DOOR[code]
    status = CODES[code].status  # type: ignore[index]  # another text is the KeyError
    if status is None:
        raise KeyError(code)
    return status, WHAT_HAPPENED[code]


def by_status() -> dict[int, list[str]]:
    """All codes of both tables that an answer may bear, by status."""
    found: dict[int, list[str]] = {}
    for code in (*DOOR, *(code for code, entry in CODES.items() if entry.status is not None)):
        found.setdefault(meaning(code)[0], []).append(code)
    return dict(sorted(found.items()))


def render(problem: Problem, *, language: str = "en") -> Response:
    """The answer of a problem, in Vietnamese or English."""
    status, words = meaning(problem.code)
    body: dict[str, object] = {
        "type": f"/problems/{problem.code}",
        "title": words.vi if language == "vi" else words.en,
        "status": status,
        "code": problem.code,
    }
    if problem.retryable is not None:
        body["retryable"] = problem.retryable
    if problem.reference:
        body["reference"] = problem.reference
    if problem.proof is not None:
        body["proof"] = problem.proof
    if problem.errors:
        body["errors"] = [{"pointer": pointer, "message": message} for pointer, message in problem.errors]
    headers = dict(problem.headers)
    if problem.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(problem.retry_after)))
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers, "application/problem+json")
