"""What token endpoints and logins may answer: a token with a life, or a typed error."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu import DancuError, Rejected, Unavailable
from dancu.wire.messages import WireReply
from dancu.wire.tokens import Token, read_login, read_session, read_token

from .access_by_hand import WALL, reply

if TYPE_CHECKING:
    from collections.abc import Callable

READERS: dict[str, Callable[[WireReply], Token]] = {
    "token": read_token,
    "login": partial(read_login, now=WALL),
    "session": partial(read_session, life=1800.0),
}
every_reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS)


def unreadable(read: Callable[[WireReply], Token], answer: WireReply) -> bool:
    """Whether an answer is unreadable_answer, told without a word of it."""
    with pytest.raises(Unavailable) as caught:
        read(answer)
    assert caught.value.detail == "not a token"
    return caught.value.code == "unreadable_answer"


@pytest.mark.parametrize(
    ("members", "life"),
    [
        ({"expires_in": 60}, 60.0),
        ({"expires_in": "60"}, 60.0),
        ({"expires_in": 59.5}, 59.5),
        ({}, 3600.0),
        ({"expires_in": None}, 3600.0),
    ],
)
def test_a_token_is_read_with_its_life(members: dict[str, Any], life: float) -> None:
    """``expires_in`` is seconds, as a number or as text; an hour where it is missing or null."""
    token = read_token(reply(access_token="t", **members))
    assert (token.secret.reveal(), token.life, token.refresh) == ("t", life, None)


HOUR = 3600.0


@pytest.mark.parametrize(
    ("expiry", "life"),
    [
        (1_700_003_600_000, HOUR),
        ("1700003600000", HOUR),
        (1_700_003_600, HOUR),
        ("1700003600", HOUR),
        (1_700_003_600.5, HOUR + 0.5),
        ("2023-11-14T23:13:20Z", HOUR),
        ("2023-11-14T23:13:20.000Z", HOUR),
        ("2023-11-14T23:13:20.5000000+00:00", HOUR + 0.5),
        ("2023-11-15T06:13:20+07:00", HOUR),
        ("2023-11-15T06:13:20+0700", HOUR),
        ("2023-11-15T06:13:20.123456789+07:00", HOUR + 0.123456),
        ("2023-11-15T06:13:20", HOUR),
        ("2023-11-15 06:13:20", HOUR),
        ("2023-11-15T06:14", HOUR + 40),
        ("2023-12-15T05:13:20", 30 * 86400.0),
        (None, HOUR),
    ],
)
def test_a_logins_token_ends_when_it_says(expiry: object, life: float) -> None:
    """``expiryDate`` in each of its forms; a time without an offset is Vietnam's, and none at all is an hour."""
    token = READERS["login"](reply(token="a.b.c", refreshToken="r", expiryDate=expiry))
    assert token.life == pytest.approx(life, abs=1e-5)
    assert token.refresh is not None and token.refresh.reveal() == "r"


@pytest.mark.parametrize(
    "expiry",
    [
        "",
        " 1700003600",
        "17000036000",
        "+1700003600",
        "tomorrow",
        "2023-11-14",
        "20231114T231320Z",
        "2023-W46-2T23:13:20Z",
        "14/11/2023 23:13:20",
        "2023-11-14T23:13:20 Z",
        "2023-13-14T23:13:20Z",
        "2023-11-14T24:13:20Z",
        "2023-11-15T06:13:20+99:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "２０２３-11-14T23:13:20Z",
        True,
        [],
        {},
        -1,
        0,
        3600,
        1_699_999_999,
        "2023-11-14T22:13:20Z",
        "2023-11-15T05:13:19",
        "2023-12-15T22:13:21Z",
        1_702_678_400_001,
        10**400,
        float("inf"),
        float("nan"),
    ],
    ids=str,
)
def test_an_end_that_cannot_be_is_unreadable(expiry: object) -> None:
    """Other forms, ends that are past and lives above 31 days are no token's."""
    assert unreadable(READERS["login"], reply(token="a.b.c", expiryDate=expiry))


@pytest.mark.parametrize("code", [0, "0"])
def test_a_session_is_read(code: object) -> None:
    """``error_code`` 0 comes with a session, whose life the profile says."""
    token = READERS["session"](reply(session="s", error_code=code))
    assert (token.secret.reveal(), token.life) == ("s", 1800.0)


@pytest.mark.parametrize("code", [1, -1, "1", "401", "", "00"])
def test_another_error_code_refuses_the_login(code: object) -> None:
    """Any other ``error_code`` is credential_refused, whatever stands beside it and without repeating it."""
    with pytest.raises(Rejected) as caught:
        READERS["session"](reply(session="s", error_code=code))
    assert (caught.value.code, caught.value.detail) == ("credential_refused", "the login's error_code is not 0")


@pytest.mark.parametrize("code", [None, True, False, 0.0, [], {}])
def test_an_error_code_of_another_kind_is_unreadable(code: object) -> None:
    """A login that does not say that it went well did not."""
    assert unreadable(READERS["session"], reply(session="s", error_code=code))
    assert unreadable(READERS["session"], reply(session="s"))


@every_reader
@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusing_endpoint_refuses_our_keys(read: Callable[[WireReply], Token], status: int) -> None:
    """400, 401 and 403 at a token endpoint or login are credential_refused."""
    with pytest.raises(Rejected) as caught:
        read(reply(status, error="invalid_client"))
    assert caught.value.code == "credential_refused"


@every_reader
def test_a_missing_client_certificate_keeps_its_name(read: Callable[[WireReply], Token]) -> None:
    """nginx's page for it is not mistaken for wrong keys."""
    page = b"<html><title>400 No required SSL certificate was sent</title></html>"
    with pytest.raises(Rejected) as caught:
        read(WireReply(400, (), page))
    assert caught.value.code == "client_certificate_refused"


@every_reader
@pytest.mark.parametrize(
    ("status", "code"), [(429, "throttled"), (500, "http_error"), (503, "maintenance"), (302, "http_error")]
)
def test_an_endpoint_that_is_down_is_an_outage(read: Callable[[WireReply], Token], status: int, code: str) -> None:
    """Other statuses say nothing about our keys."""
    with pytest.raises(Unavailable) as caught:
        read(reply(status))
    assert caught.value.code == code


@every_reader
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'"t"', b"<html>", b"\xff", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_object_with_a_token_is_unreadable(read: Callable[[WireReply], Token], body: bytes) -> None:
    """Anything but a JSON object with the right members is unreadable_answer."""
    assert unreadable(read, WireReply(200, (), body))


@every_reader
@pytest.mark.parametrize("token", ["", "a b", "a\r\nb", "khóa", "\x7f", "a" * 8193, 1, None, True, ["t"], {"t": 1}])
def test_a_token_that_cannot_stand_in_a_header_is_unreadable(read: Callable[[WireReply], Token], token: object) -> None:
    """A token is visible ASCII of at most 8 KiB; the longest still passes."""
    names = ("access_token", "token", "session")
    odd, longest = ({"error_code": 0, **dict.fromkeys(names, text)} for text in (token, "a" * 8192))
    assert unreadable(read, WireReply(200, (), json.dumps(odd).encode()))
    assert read(WireReply(200, (), json.dumps(longest).encode())).secret.reveal() == "a" * 8192


@pytest.mark.parametrize("life", [0, -1, "NaN", "Infinity", 31 * 86400 + 1, 10**400, [], {}, "", "soon"])
def test_a_life_that_cannot_be_is_unreadable(life: object) -> None:
    """Lives are above 0 and up to 31 days."""
    assert unreadable(read_token, reply(access_token="t", expires_in=life))


@pytest.mark.parametrize("refresh", ["", "a b", 7, []])
def test_a_refresh_token_of_another_kind_is_unreadable(refresh: object) -> None:
    """A refresh token is as strict as a token; null is none."""
    assert unreadable(READERS["login"], reply(token="t", refreshToken=refresh))
    assert READERS["login"](reply(token="t", refreshToken=None)).refresh is None


MEMBERS = st.dictionaries(
    st.sampled_from(["access_token", "token", "session", "expires_in", "expiryDate", "refreshToken", "error_code"]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)),
)


@given(
    st.one_of(st.binary(max_size=200), MEMBERS.map(lambda members: json.dumps(members).encode())),
    st.sampled_from([200, 201, 302, 400, 401, 403, 404, 429, 500, 503]),
    st.sampled_from(sorted(READERS)),
)
def test_any_answer_is_a_token_or_a_typed_error(body: bytes, status: int, name: str) -> None:
    """No bytes make a reader raise anything of its own, and no token is without a life."""
    try:
        token = READERS[name](WireReply(status, (), body))
    except DancuError:
        return
    assert 0 < token.life <= 31 * 86400
    assert token.secret.reveal()
    assert repr(token) == f"Token(life={token.life!r}, ***)"
