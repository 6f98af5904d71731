from __future__ import annotations

import copy
import pickle
from typing import get_args

import pytest

from dancu.errors import (
    CODES,
    Code,
    ConfigurationError,
    DancuError,
    FieldNotAsked,
    InvalidInput,
    Origin,
    Rejected,
    Unavailable,
    error_for,
)
from dancu.words import REMEDIES, WHAT_HAPPENED

CLASSES = {
    InvalidInput: {"invalid_subject", "invalid_purpose", "invalid_fields"},
    FieldNotAsked: {"field_not_asked"},
    ConfigurationError: {"profile_invalid", "extra_missing", "certificate_unusable"},
    Rejected: {
        "credential_refused",
        "client_certificate_refused",
        "procedure_not_licensed",
        "officer_not_licensed",
        "request_refused",
        "quota_spent",
        "subject_locked",
        "not_granted",
    },
    Unavailable: {
        "connect_failed",
        "server_untrusted",
        "timed_out",
        "disconnected",
        "throttled",
        "maintenance",
        "provider_fault",
        "http_error",
        "empty_answer",
        "unreadable_answer",
        "unknown_answer",
        "answer_mismatch",
        "answer_too_large",
        "circuit_open",
        "too_busy",
        "audit_unavailable",
    },
}
every_code = pytest.mark.parametrize("code", get_args(Code))


def test_the_table_is_closed() -> None:
    """Type, table, words and classes know the same codes."""
    assert set(get_args(Code)) == CODES.keys() == WHAT_HAPPENED.keys()
    assert {code: error for error, codes in CLASSES.items() for code in codes} == {
        code: entry.error for code, entry in CODES.items()
    }
    with pytest.raises(TypeError):
        CODES["lost"] = CODES["timed_out"]  # type: ignore[index]  # the refusal is what is tested


@every_code
def test_each_code_speaks_both_languages(code: Code) -> None:
    """What happened and what to do are said in Vietnamese and in English, without a full stop inside the table."""
    entry = CODES[code]
    for phrase in (WHAT_HAPPENED[code], entry.remedy):
        assert phrase.vi and phrase.en and phrase.vi != phrase.en
        assert not phrase.vi.endswith(".") and not phrase.en.endswith(".")
    assert entry.remedy in REMEDIES.values()
    assert entry.origin in get_args(Origin)
    error = error_for(code, field="birth_date", detail="in the future")
    for message in (error.message(), error.message("vi")):
        assert message.endswith(".") and "[birth_date]" in message and "(in the future)" in message


@every_code
def test_each_code_has_its_class(code: Code) -> None:
    """A code makes an error of its class and of no other."""
    error = error_for(code)
    assert type(error) is CODES[code].error
    assert (error.code, error.origin, error.retryable) == (code, CODES[code].origin, CODES[code].retryable)
    for other in CLASSES.keys() - {type(error)}:
        with pytest.raises(TypeError):
            other(code)


@every_code
def test_each_error_pickles_and_copies_whole(code: Code) -> None:
    """An error that crosses a process says the same there."""
    error = error_for(code, field="number", detail="empty", reference="01JDEMO", retry_after=2.5, retryable=True)
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert str(other) == str(error) and repr(other) == repr(error)
        assert (other.retry_after, other.retryable) == (2.5, True)


@every_code
def test_only_what_may_pass_by_itself_is_tried_again(code: Code) -> None:
    """Nothing of ours, of the operator's or refused is retryable, and an outage always has a gateway status."""
    entry = CODES[code]
    assert not entry.retryable or entry.error is Unavailable
    assert entry.status is not None or code == "field_not_asked"


def test_an_error_says_whose_it_is_and_what_to_do() -> None:
    """``str`` is a sentence for an engineer with code, origin, retry and reference; ``repr`` is short."""
    error = Unavailable("timed_out", reference="01JDEMO")
    assert str(error) == (
        "No complete answer came in time. Try again in a moment. "
        "[code=timed_out origin=network retryable=yes reference=01JDEMO]"
    )
    assert repr(error) == "Unavailable('timed_out', reference='01JDEMO')"
    assert error.message("vi") == "Quá thời gian chờ trả lời. Thử lại sau ít phút."
    assert error.entry.status == 504


def test_the_status_of_an_answer_overrides_the_table() -> None:
    """A 500 is worth another try although ``http_error`` as such is not."""
    assert not Unavailable("http_error").retryable
    assert Unavailable("http_error", retryable=True).retryable
    assert not Unavailable("timed_out", retryable=False).retryable


def test_invalid_input_is_a_value_error() -> None:
    """Callers that guard with ``ValueError`` catch it; an outage is not one."""
    assert issubclass(InvalidInput, ValueError)
    assert all(issubclass(error, DancuError) for error in CLASSES)
    assert not any(
        issubclass(error, ValueError | AttributeError | LookupError) for error in CLASSES if error is not InvalidInput
    )


def test_an_outage_is_not_a_refusal() -> None:
    """No class of the tree stands above another but their common one."""
    for error in CLASSES:
        assert [other for other in CLASSES if issubclass(error, other)] == [error]
