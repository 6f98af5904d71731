from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.errors import CODES, Code, Rejected, Unavailable
from dancu.wire.messages import WireReply
from dancu.wire.provider_codes import STATUSES, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    Reply = Callable[..., WireReply]


def test_an_answer_of_status_200_is_no_refusal(reply: Reply) -> None:
    """Codes in the body of a normal answer mean nothing here."""
    assert refusal(reply(b'{"errorCode": "004"}')) is None


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [
        (400, "request_refused", False),
        (401, "credential_refused", False),
        (403, "request_refused", False),
        (408, "timed_out", True),
        (422, "request_refused", False),
        (429, "throttled", True),
        (500, "http_error", True),
        (502, "http_error", True),
        (503, "maintenance", True),
        (504, "http_error", True),
        (404, "http_error", False),
        (405, "http_error", False),
        (501, "http_error", False),
        (302, "http_error", False),
        (204, "http_error", False),
        (999, "http_error", False),
    ],
)
def test_each_status_has_its_code(reply: Reply, status: int, code: Code, retryable: bool) -> None:
    """The table decides whose it is and whether to ask again; the detail is the status alone."""
    error = refusal(reply(b"CANARY", status))
    assert error is not None
    assert (error.code, error.retryable, error.detail) == (code, retryable, f"HTTP {status}")
    assert type(error) is CODES[code].error
    assert "CANARY" not in f"{error} {error!r}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"message":"x","errorCode":"004"}', "procedure_not_licensed"),
        (b'{"errorCode" : 5}', "request_refused"),
        (b'{"errorCode":"005"}', "officer_not_licensed"),
        (b'{"errorCode":004}', "procedure_not_licensed"),
        (b"<code>900901</code>", "credential_refused"),
        (b'{"code":"900800"}', "throttled"),
        (b"900902 and 066790090099", "credential_refused"),
        (b"<center>No required SSL certificate was sent</center>", "client_certificate_refused"),
        (b" " * 2048 + b"900901", "request_refused"),
        (b"19009011", "request_refused"),
    ],
)
def test_a_code_in_a_refusing_body_narrows_it(reply: Reply, body: bytes, code: Code) -> None:
    """Known codes near the beginning of a 400 or 403 say what was refused; digits of something else do not."""
    for status in (400, 403):
        error = refusal(reply(body, status))
        assert error is not None and error.code == code


def test_a_code_in_a_failing_body_changes_nothing(reply: Reply) -> None:
    """A body under 500 or 404 is not searched: it may be anybody's page."""
    for status in (404, 500, 503):
        error = refusal(reply(b"900901", status))
        assert error is not None and error.code == STATUSES.get(status, ("http_error",))[0]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("0", 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("9" * 7, None),
        ("Sun, 22 Nov 2026 08:30:00 GMT", None),
        ("٧", None),
    ],
)
def test_retry_after_is_whole_seconds(reply: Reply, value: str, seconds: float | None) -> None:
    """Seconds are kept; a date is not read, since clocks differ."""
    for status in (429, 503):
        error = refusal(reply(b"", status, retry_after=value))
        assert error is not None and error.retry_after == seconds


@given(st.integers(100, 999), st.binary(max_size=80), st.text(max_size=12))
def test_any_other_answer_is_rejected_or_unavailable(status: int, body: bytes, after: str) -> None:
    """Whatever comes under another status than 200 is one of the two errors and never silence."""
    error = refusal(WireReply(status, (("retry-after", after),), body))
    assert (error is None) is (status == 200)
    assert error is None or isinstance(error, Rejected | Unavailable)
