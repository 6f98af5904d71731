from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.errors import CODES, Code, DancuError, Rejected, Unavailable
from dancu.wire.messages import WireReply
from dancu.wire.provider_codes import PROVIDER_CODES, ProviderCode, meaning, refusal, refusal_in, refused

if TYPE_CHECKING:
    from collections.abc import Callable

    Reply = Callable[..., WireReply]


def test_an_answer_of_status_200_is_no_refusal(reply: Reply) -> None:
    """Codes in the body of a normal answer are for its skin to find, by structure and not by search."""
    assert refusal(reply(b'{"errorCode": "004"}')) is None


rows = pytest.mark.parametrize("row", PROVIDER_CODES, ids=lambda row: f"{row.place} {row.said}")


def test_a_word_stands_once_in_its_place() -> None:
    """No place has two rows for one word, and every place that meets foreign words has a row for them."""
    assert len({(row.place, row.said) for row in PROVIDER_CODES}) == len(PROVIDER_CODES)
    for place in ("HTTP", "errorCode", "error_code", "successful", "StatusCode", "Status", "code"):
        assert meaning(place, "CANARY").said == "*"


@rows
def test_each_row_comes_to_an_error_of_ours(row: ProviderCode) -> None:
    """A row is a refusal or an outage, never silence; it names source and confidence, and says whether to ask again."""
    error = row.error("x", retry_after=3)
    assert isinstance(error, Rejected | Unavailable)
    assert (error.code, error.origin, error.retryable, error.retry_after) == (row.code, row.origin, row.retryable, 3)
    assert row.origin in {"operator", "provider", "network"}
    assert row.source and row.confidence in {"1", "2", "3", "inf"}
    assert not (isinstance(error, Rejected) and row.retryable)


@rows
def test_each_row_is_met_on_the_wire(row: ProviderCode) -> None:
    """Every row is what an answer bearing its word in its place comes to."""
    word = {"*": "77", "9009xx": "900901", "9008xx": "900804"}.get(row.said, row.said)
    found: DancuError | None
    if row.place == "HTTP":
        found = refusal(WireReply(int(word) if word != "77" else 418, (), b""))
    elif row.place == "page":
        found = refusal(WireReply(400, (), word.encode()))
    elif row.place in {"StatusCode", "Status", "ThrowException", "code"}:
        found = refused(row.place, word)
    else:
        found = refusal_in({"code" if row.place == "WSO2" else row.place: word})
    assert found is not None
    assert (found.code, found.retryable) == (row.code, row.retryable)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"message": "CANARY", "errorCode": "004"}, "procedure_not_licensed"),
        ({"message": "CANARY", "errorCode": "CANARY"}, "request_refused"),
        ({"errorCode": ["CANARY"]}, "request_refused"),
        ({"error_code": None}, "request_refused"),
        ({"error_code": "00"}, "request_refused"),
        ({"successful": False, "errorCode": "005"}, "officer_not_licensed"),
        ({"successful": "CANARY"}, "request_refused"),
        ({"successful": None}, "request_refused"),
        ({"fault": {"code": "900902", "message": "CANARY"}}, "credential_refused"),
        ({"code": "900803", "description": "CANARY"}, "throttled"),
    ],
)
def test_a_refusal_under_200_is_found_by_structure(members: dict[str, object], code: Code) -> None:
    """A code in its member refuses, whatever status the answer has, and no word of the answer is repeated."""
    error = refusal_in(members)
    assert error is not None and error.code == code
    assert "CANARY" not in f"{error} {error!r}"


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"errorCode": ""},
        {"errorCode": None, "successful": True},
        {"errorCode": "0", "error_code": "0", "successful": "true"},
        {"code": "200"},
        {"code": ["900901"]},
        {"fault": "900901"},
        {"message": "900901"},
    ],
)
def test_what_says_success_does_not_refuse(members: dict[str, object]) -> None:
    """Zero, nothing and true are success, and a code elsewhere than in its member is somebody's value."""
    assert refusal_in(members) is None


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
        assert error is not None and error.code == meaning("HTTP", str(status)).code


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
