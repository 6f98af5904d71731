"""Where tokens, logins and sessions are had: one right way to ask, and what every other way is told."""

from __future__ import annotations

import datetime
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from dancu_mock import Mock, Request

from .callers import ACCOUNT, FORM, GRANT, JSON, LONG, NOW, SECRET, encoded, granted, login, members, mock_of, posted

KEY = {"lgspaccesstoken": encoded(LONG)}
BASIC = {"Authorization": f"Basic {encoded(f'demo-app:{SECRET}')}"}
IN_FORM = {"grant_type": "client_credentials", "client_id": "demo-app", "client_secret": SECRET}


def outcome(mock: Mock) -> tuple[str, str]:
    """Service and outcome of the last call."""
    last = mock.journal.calls[-1]
    return last.service, last.outcome


def test_t2_hands_out_a_token() -> None:
    """A form with one grant and the key header is answered as wire.md §7.4 shows."""
    mock = mock_of("lgsp-token")
    given = granted(mock, "/token", {**FORM, **KEY}, GRANT)
    assert (list(given), given["token_type"], given["expires_in"]) == (
        ["access_token", "token_type", "expires_in"],
        "Bearer",
        3600,
    )
    assert outcome(mock) == ("token", "issued")


@pytest.mark.parametrize(
    ("headers", "body", "more"),
    [
        (FORM, GRANT, ()),
        ({**FORM, "lgspaccesstoken": encoded({**LONG, "SecretKey": "x"})}, GRANT, ()),
        ({**FORM, "lgspaccesstoken": encoded({**LONG, "PartnerCode": "x"})}, GRANT, ()),
        ({**FORM, "lgspaccesstoken": encoded(dict(reversed(LONG.items())))}, GRANT, ()),
        ({**FORM, **KEY}, GRANT, (("lgspaccesstoken", encoded(LONG)),)),
        ({**FORM, **KEY, **BASIC}, GRANT, ()),
        ({**JSON, **KEY}, GRANT, ()),
        ({**FORM, **KEY}, b"grant_type=password", ()),
        ({**FORM, **KEY}, GRANT + b"&scope=x", ()),
    ],
)
def test_t2_refuses_every_other_way(headers: dict[str, str], body: bytes, more: tuple[tuple[str, str], ...]) -> None:
    """Without the key, with a wrong or doubled one, with Basic, or with another form there is no token."""
    mock = mock_of("lgsp-token")
    reply = posted(mock, "/token", headers, body, *more)
    assert (reply.status, "access_token" in members(reply)) == (401, False)
    assert outcome(mock) == ("token", "refused")


def test_t4_hands_out_a_token() -> None:
    """Id and secret in the place that is set give a token with a scope, as WSO2 answers."""
    for place, headers, body in (
        ("header", {**FORM, **BASIC}, GRANT),
        ("form", FORM, urlencode(IN_FORM).encode()),
    ):
        given = granted(mock_of("client-credentials", secret_in=place), "/token", headers, body)
        assert (list(given), given["token_type"]) == (
            ["access_token", "scope", "token_type", "expires_in"],
            "Bearer",
        )


T4: dict[str, tuple[str, dict[str, str], dict[str, str], int]] = {
    "nothing in the header": ("header", {}, {"grant_type": "client_credentials"}, 401),
    "another secret in the header": (
        "header",
        {"Authorization": f"Basic {encoded('demo-app:x')}"},
        {"grant_type": "client_credentials"},
        401,
    ),
    "a token in the header": ("header", {"Authorization": "Bearer x"}, {"grant_type": "client_credentials"}, 401),
    "form where the header is wanted": ("header", {}, IN_FORM, 400),
    "both where the header is wanted": ("header", BASIC, IN_FORM, 400),
    "header where the form is wanted": ("form", BASIC, {"grant_type": "client_credentials"}, 400),
    "both where the form is wanted": ("form", BASIC, IN_FORM, 401),
    "another secret in the form": ("form", {}, {**IN_FORM, "client_secret": "x"}, 401),
    "another id in the form": ("form", {}, {**IN_FORM, "client_id": "x"}, 401),
    "another grant": ("form", {}, {**IN_FORM, "grant_type": "password"}, 400),
    "a scope that nobody asked for": ("form", {}, {**IN_FORM, "scope": "x"}, 400),
}


@pytest.mark.parametrize(("place", "headers", "form", "status"), T4.values(), ids=T4)
def test_t4_refuses_every_other_way(place: str, headers: dict[str, str], form: dict[str, str], status: int) -> None:
    """Basic or form, never both; what is wrong is told by an error of OAuth."""
    mock = mock_of("client-credentials", secret_in=place)
    reply = posted(mock, "/token", {**FORM, **headers}, urlencode(form).encode())
    assert (reply.status, "MOCK" in members(reply)["error_description"]) == (status, True)
    assert outcome(mock) == ("token", "refused")


@pytest.mark.parametrize("body", [GRANT + b"&" + GRANT, b"", b"grant_type", b"\xff=1", b"{}"])
def test_t4_reads_one_form(body: bytes) -> None:
    """A member twice, or what is no form, is an invalid request."""
    mock = mock_of("client-credentials")
    assert members(posted(mock, "/token", {**FORM, **BASIC}, body))["error"] == "invalid_request"
    assert members(posted(mock, "/token", {**JSON, **BASIC}, GRANT))["error"] == "invalid_request"


def test_t4_demands_its_scope() -> None:
    """Where a scope is set, just that one is wanted."""
    mock = mock_of("client-credentials", scope="default am_application_scope")
    right = GRANT + b"&scope=default%20am_application_scope"
    assert granted(mock, "/token", {**FORM, **BASIC}, right)["scope"] == "default am_application_scope"
    assert posted(mock, "/token", {**FORM, **BASIC}, GRANT).status == 400
    assert members(posted(mock, "/token", {**FORM, **BASIC}, GRANT + b"&scope=x"))["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("expiry", "ends"),
    [("milliseconds", 1_700_003_600_000), ("seconds", 1_700_003_600), ("iso", "2023-11-14T23:13:20+00:00")],
)
def test_t5_says_when_a_token_ends(expiry: str, ends: object) -> None:
    """``expiryDate`` comes in the form that is set."""
    given = granted(mock_of("jwt-login", expiry=expiry), "/login", JSON, login())
    assert (list(given), given["expiryDate"]) == (["token", "refreshToken", "expiryDate"], ends)
    assert datetime.datetime.fromtimestamp(NOW + 3600, datetime.UTC).isoformat() == "2023-11-14T23:13:20+00:00"


def test_t5_may_leave_the_end_out() -> None:
    """A platform may say nothing of a token's life."""
    assert list(granted(mock_of("jwt-login", expiry="none"), "/login", JSON, login())) == ["token", "refreshToken"]


LOGINS: dict[str, tuple[dict[str, str], Any]] = {
    "another password": (JSON, {**ACCOUNT, "password": "x"}),
    "another user": (JSON, {**ACCOUNT, "username": "x"}),
    "a member too many": (JSON, {**ACCOUNT, "more": "x"}),
    "the password first": (JSON, dict(reversed(ACCOUNT.items()))),
    "a password that is no text": (JSON, {**ACCOUNT, "password": 1}),
    "a list": (JSON, list(ACCOUNT.values())),
    "a form": (FORM, ACCOUNT),
    "Basic beside it": ({**JSON, **BASIC}, ACCOUNT),
}


@pytest.mark.parametrize(("headers", "account"), LOGINS.values(), ids=LOGINS)
def test_a_login_is_one_object_of_two_members(headers: dict[str, str], account: Any) -> None:
    """T5 refuses every other login with 401, T6 with an error code under HTTP 200."""
    reply = posted(mock := mock_of("jwt-login"), "/login", headers, login(account))
    assert (reply.status, "token" in members(reply)) == (401, False)
    assert outcome(mock) == ("login", "refused")
    reply = posted(mock := mock_of("portal-session"), "/login", headers, login(account))
    assert (reply.status, members(reply)["session"], members(reply)["error_code"]) == (200, None, 1)
    assert outcome(mock) == ("login", "refused")


def test_t6_answers_a_login_with_a_session() -> None:
    """Session and error code, and nothing else."""
    given = granted(mock := mock_of("portal-session"), "/login", JSON, login())
    assert (list(given), given["error_code"]) == (["session", "error_code"], 0)
    assert outcome(mock) == ("login", "issued")


def test_a_refresh_token_is_good_once() -> None:
    """The first use gives another token and another refresh token, the second use is refused."""
    mock = mock_of("jwt-login")
    first = granted(mock, "/login", JSON, login())
    spent = json.dumps({"refreshToken": first["refreshToken"]}).encode()
    second = granted(mock, "/login/refresh", JSON, spent)
    assert outcome(mock) == ("refresh", "issued")
    assert {first["token"], first["refreshToken"]}.isdisjoint({second["token"], second["refreshToken"]})
    assert posted(mock, "/login/refresh", JSON, spent).status == 401
    assert outcome(mock) == ("refresh", "refused")


@pytest.mark.parametrize("body", [b"{}", b'{"refreshToken":1}', b'{"refreshToken":""}', b'{"token":"x"}', b"[]"])
def test_what_is_no_refresh_token_is_refused(body: bytes) -> None:
    """Only a text that was handed out counts."""
    assert posted(mock_of("jwt-login"), "/login/refresh", JSON, body).status == 401


def test_refresh_tokens_may_outlive_the_tokens() -> None:
    """Revoking takes refresh tokens along unless told to leave them."""
    mock = mock_of("jwt-login")
    for survives in (True, False):
        given = granted(mock, "/login", JSON, login())
        mock.memory.revoke_tokens(refresh=not survives)
        body = json.dumps({"refreshToken": given["refreshToken"]}).encode()
        assert (posted(mock, "/login/refresh", JSON, body).status == 200) is survives


@pytest.mark.parametrize(
    ("family", "path"), [("lgsp-token", "/token"), ("jwt-login", "/login"), ("portal-session", "/login")]
)
def test_an_endpoint_is_posted_to(family: str, path: str) -> None:
    """Another method is 405; a family that has no such endpoint says 404."""
    mock = mock_of(family)
    reply = mock.handle(Request("GET", path, (), b""))
    assert getattr(reply, "status", 0) == 405
    assert posted(mock_of("hash-basic"), path, JSON, b"{}").status == 404
