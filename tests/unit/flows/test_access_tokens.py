"""Families with a token: one fetch for all, renewed in time, replaced once when it is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu import DancuError, Secret, Unavailable
from dancu.flows.effects import Send, Shared
from dancu.wire.messages import WireReply, WireRequest, header

from .access_by_hand import (
    SERVICE,
    TOKEN_FAMILIES,
    UNTIL,
    Family,
    Far,
    client_credentials,
    jwt_login,
    lgsp_token,
    portal_session,
    reply,
)
from .test_access_headers import LONG, PRINTABLE

FORM = (("Content-Type", "application/x-www-form-urlencoded"), ("Accept-Encoding", "identity"))
JSON = (("Content-Type", "application/json; charset=utf-8"), ("Accept-Encoding", "identity"))
every_family = pytest.mark.parametrize("family", TOKEN_FAMILIES.values(), ids=TOKEN_FAMILIES)


def bears(request: WireRequest | None, token: str) -> bool:
    """Whether a request bears the token, in its header or its body."""
    assert request is not None
    return f"Bearer {token}" == header(request.headers, "Authorization") or f'"session":"{token}"' in (
        request.body.decode()
    )


@every_family
def test_a_token_is_fetched_once_and_kept(family: Family) -> None:
    """The first request costs a fetch, the next ones yield nothing at all."""
    far = Far(replies=[family.token("one")])
    credential = family.make(far)
    assert all(bears(far.authorise(credential), "one") for _request in range(3))
    assert [type(effect) for effect in far.effects] == [Shared, Send]


@every_family
def test_a_fetch_keeps_the_calls_deadline(family: Family) -> None:
    """What is sent for a token ends when the call ends; the key under which it is shared is a closed name."""
    far = Far(replies=[family.token("one")])
    far.authorise(family.make(far))
    assert [getattr(effect, "until", None) for effect in far.effects] == [UNTIL, UNTIL]
    shared = far.effects[0]
    assert isinstance(shared, Shared)
    assert shared.key in {f"token:{name}" for name in TOKEN_FAMILIES}


@every_family
def test_a_token_is_renewed_at_80_percent_of_its_life(family: Family) -> None:
    """Of 1,000 seconds the first 800 need no fetch; then one is made, before the token ends."""
    far = Far(replies=[family.token("one"), family.token("two")])
    credential = family.make(far)
    far.authorise(credential)
    far.now += 799.0
    assert bears(far.authorise(credential), "one")
    far.now += 1.0
    assert bears(far.authorise(credential), "two")
    assert len(far.sent) == 2


@every_family
def test_a_refused_token_is_replaced(family: Family) -> None:
    """After HTTP 401 the same request bears another token, and so do the next ones."""
    far = Far(replies=[family.token("one"), family.token("two")])
    credential = family.make(far)
    assert bears(far.renew(credential, far.authorise(credential)), "two")
    assert bears(far.authorise(credential), "two")
    assert len(far.sent) == 2


@every_family
def test_a_token_that_is_newer_than_the_refused_one_is_used(family: Family) -> None:
    """Of many callers refused at once the first renews; the others take its token and fetch none."""
    far = Far(replies=[family.token("one"), family.token("two")])
    credential = family.make(far)
    refused = far.authorise(credential)
    far.renew(credential, refused)
    assert all(bears(far.renew(credential, refused), "two") for _caller in range(3))
    assert len(far.sent) == 2


@every_family
def test_a_fetch_that_another_has_made_is_not_made_again(family: Family) -> None:
    """A caller that comes to lead after a token was kept takes that one."""
    far = Far(replies=[family.token("one")])
    credential = family.make(far)
    late = credential.authorise(SERVICE, until=UNTIL)
    wanted = next(late)
    far.authorise(credential)
    assert isinstance(wanted, Shared)
    with pytest.raises(StopIteration) as end:
        late.send(far.run(wanted.make()))
    assert bears(end.value.value, "one")
    assert len(far.sent) == 1


@every_family
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reply(401), "credential_refused"),
        (reply(503), "maintenance"),
        (reply(), "unreadable_answer"),
        (WireReply(200, (), b"<html>"), "unreadable_answer"),
        (Unavailable("timed_out"), "timed_out"),
    ],
)
def test_a_failed_fetch_is_told_and_nothing_is_kept(family: Family, answer: WireReply, code: str) -> None:
    """Whatever goes wrong is the caller's error, and the next caller fetches anew."""
    far = Far(replies=[answer, family.token("one")])
    credential = family.make(far)
    with pytest.raises(DancuError) as caught:
        far.authorise(credential)
    assert caught.value.code == code
    assert bears(far.authorise(credential), "one")


@every_family
def test_no_representation_shows_a_token(family: Family) -> None:
    """Credential, requests, effects and errors show neither token nor what it was had for."""
    far = Far(replies=[family.token("planted-one"), reply(401)])
    credential = family.make(far)
    authorised = far.authorise(credential)
    with pytest.raises(DancuError) as caught:
        far.renew(credential, authorised)
    shown = repr(credential) + repr(authorised) + repr(far.sent) + repr(far.effects) + repr(caught.value)
    shown += str(caught.value)
    assert not any(word in shown for word in ("planted-one", "demo-secret", "s&cret", "khẩu", "demo-password", LONG))


def test_lgsp_asks_and_bears_as_published() -> None:
    """T2: the key header on both calls, the grant alone in the form, and no Basic (wire.md §7.4)."""
    far = Far(replies=[reply(access_token="demo-token", expires_in=3600)])
    authorised = far.authorise(lgsp_token(far))
    key = ("lgspaccesstoken", LONG)
    url = "https://platform.example/token"
    assert far.sent == [WireRequest(url, url, (*FORM, key), b"grant_type=client_credentials")]
    assert authorised == SERVICE.with_headers(("Authorization", "Bearer demo-token"), key)


@pytest.mark.parametrize(
    ("secret_in", "scope", "headers", "body"),
    [
        ("header", None, ["Basic ZGVtby1jbGllbnQ6cyZjcmV0PTEgJQ=="], b"grant_type=client_credentials"),
        (
            "header",
            "default am_application_scope",
            ["Basic ZGVtby1jbGllbnQ6cyZjcmV0PTEgJQ=="],
            b"grant_type=client_credentials&scope=default%20am_application_scope",
        ),
        (
            "form",
            None,
            [],
            b"grant_type=client_credentials&client_id=demo-client&client_secret=s%26cret%3D1%20%25",
        ),
        (
            "form",
            "default",
            [],
            b"grant_type=client_credentials&client_id=demo-client&client_secret=s%26cret%3D1%20%25&scope=default",
        ),
    ],
)
def test_client_credentials_ask_and_bear(secret_in: str, scope: str | None, headers: list[str], body: bytes) -> None:
    """T4: id and secret in Basic or in the form, percent-encoded, never in both; then a Bearer token."""
    far = Far(replies=[reply(access_token="demo-token", expires_in=3600)])
    authorised = far.authorise(client_credentials(far, secret_in=secret_in, scope=scope))
    url = "https://platform.example/token"
    assert far.sent == [WireRequest(url, url, (*FORM, *(("Authorization", value) for value in headers)), body)]
    assert authorised == SERVICE.with_headers(("Authorization", "Bearer demo-token"))


def test_a_login_asks_and_bears() -> None:
    """T5: user and password as compact UTF-8 JSON; the token as Bearer, in apostrophes where wanted."""
    for quoted, value in ((False, "Bearer a.b.c"), (True, "Bearer 'a.b.c'")):
        far = Far(replies=[reply(token="a.b.c")])
        authorised = far.authorise(jwt_login(far, quoted=quoted))
        url = "https://platform.example/login"
        body = '{"username":"demo-app","password":"mật \\"khẩu\\""}'.encode()
        assert far.sent == [WireRequest(url, url, JSON, body)]
        assert authorised == SERVICE.with_headers(("Authorization", value))


def test_a_session_stands_first_in_the_body() -> None:
    """T6: session and unit before the other members, whose text stays as it is; the provider in a header."""
    far = Far(replies=[reply(session="demo-session", error_code=0)])
    authorised = far.authorise(portal_session(far))
    url = "https://platform.example/login"
    assert far.sent == [WireRequest(url, url, JSON, b'{"username":"demo-app","password":"demo-password"}')]
    body = '{"session":"demo-session","madonvi":"000.00.00.X00","MaYeuCau":"MAU-1","HoVaTen":"NGUYỄN"}'
    assert authorised == replace(SERVICE, body=body.encode()).with_headers(("dstcode", "DEMO-DST"))


@given(PRINTABLE)
def test_any_printable_secret_arrives_as_it_is(secret: str) -> None:
    """Whatever letters a secret holds, form and JSON give them back, and nothing beside them."""
    far = Far(replies=[reply(access_token="t"), reply(token="t"), reply(session="t", error_code=0)])
    for credential in (
        replace(client_credentials(far, secret_in="form"), client_secret=Secret(secret)),
        replace(jwt_login(far), password=Secret(secret)),
        replace(portal_session(far), password=Secret(secret)),
    ):
        far.authorise(credential)
    form, login, portal = far.sent
    account = {"client_id": ["demo-client"], "client_secret": [secret]}
    assert parse_qs(form.body.decode("ascii"), strict_parsing=True) == {
        "grant_type": ["client_credentials"],
        **account,
    }
    assert json.loads(login.body) == json.loads(portal.body) == {"username": "demo-app", "password": secret}


@given(st.dictionaries(st.sampled_from(["maYeuCau", "hoVaTen", "soCMND"]), st.text(max_size=20)))
def test_a_session_changes_no_other_member(members: dict[str, str]) -> None:
    """Members keep their order and text, whatever it is, beneath the session."""
    try:
        body = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return
    far = Far(replies=[reply(session="s", error_code="0")])
    authorised = far.authorise(portal_session(far), replace(SERVICE, body=body))
    expected = {"session": "s", "madonvi": "000.00.00.X00", **members}
    assert list(json.loads(authorised.body).items()) == list(expected.items())
