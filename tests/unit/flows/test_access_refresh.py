"""T5's refresh token: used where there is one, and never in the way of a login."""

from __future__ import annotations

import pytest

from dancu import DancuError, Unavailable
from dancu.flows.effects import Send
from dancu.wire.messages import WireReply, header

from .access_by_hand import UNTIL, Far, jwt_login, reply

LOGIN = "https://platform.example/login"
REFRESH = f"{LOGIN}/refresh"


def answered(token: str, refresh: str | None = None) -> WireReply:
    """An answer of login and refresh, good for an hour."""
    return reply(token=token) if refresh is None else reply(token=token, refreshToken=refresh)


def after_an_hour(*replies: WireReply | Exception, refresh: bool = True, first: WireReply | None = None) -> Far:
    """A far side that was logged in to, and asked again whenever the token was due; the last token is ``new``."""
    far = Far(replies=[first or answered("one", "r1"), *replies])
    credential = jwt_login(far, refresh=refresh)
    authorised = far.authorise(credential)
    while far.replies:
        far.now += 3600.0
        authorised = far.authorise(credential)
    assert header(authorised.headers, "Authorization") == "Bearer new"
    return far


def urls(far: Far) -> list[str]:
    """What was called, in order."""
    return [request.url for request in far.sent]


def test_a_due_token_is_refreshed() -> None:
    """The refresh token goes out alone, as compact JSON, without user and password."""
    far = after_an_hour(answered("new", "r2"))
    assert urls(far) == [LOGIN, REFRESH]
    assert far.sent[1].body == b'{"refreshToken":"r1"}'


def test_the_refresh_token_of_the_last_answer_is_used() -> None:
    """Each answer's refresh token is for the next time; without a new one the old goes on."""
    far = after_an_hour(answered("two", "r2"), answered("three"), answered("new"))
    assert [request.body for request in far.sent[1:]] == [
        b'{"refreshToken":"r1"}',
        b'{"refreshToken":"r2"}',
        b'{"refreshToken":"r2"}',
    ]


def test_without_a_refresh_token_or_its_address_a_login_is_made() -> None:
    """Neither a platform without refresh tokens nor a profile without the address is asked for one."""
    assert urls(after_an_hour(answered("new"), refresh=False)) == [LOGIN, LOGIN]
    assert urls(after_an_hour(answered("new"), first=answered("one"))) == [LOGIN, LOGIN]


@pytest.mark.parametrize(
    "refused", [reply(400), reply(401), reply(403), reply(), reply(token=None), reply(token="a b")]
)
def test_a_refused_refresh_falls_back_to_one_login(refused: WireReply) -> None:
    """A refresh token that is no longer taken costs a login within the same deadline, and the caller nothing."""
    far = after_an_hour(refused, answered("new"))
    assert urls(far) == [LOGIN, REFRESH, LOGIN]
    assert {effect.until for effect in far.effects if isinstance(effect, Send)} == {UNTIL}


@pytest.mark.parametrize(
    ("outage", "code"),
    [(reply(503), "maintenance"), (reply(429), "throttled"), (Unavailable("timed_out"), "timed_out")],
)
def test_an_outage_at_the_refresh_is_told(outage: WireReply, code: str) -> None:
    """A platform that is down is not asked twice by one call; the next call logs in, since the token may be spent."""
    far = Far(replies=[answered("one", "r1"), outage, answered("new")])
    credential = jwt_login(far)
    far.authorise(credential)
    far.now += 3600.0
    with pytest.raises(DancuError) as caught:
        far.authorise(credential)
    assert caught.value.code == code
    assert urls(far) == [LOGIN, REFRESH]
    assert header(far.authorise(credential).headers, "Authorization") == "Bearer new"
    assert urls(far) == [LOGIN, REFRESH, LOGIN]


def test_a_refused_login_is_told() -> None:
    """When neither refresh nor login is accepted, the operator hears of it after one try of each."""
    far = Far(replies=[answered("one", "r1"), reply(401), reply(401)])
    credential = jwt_login(far)
    authorised = far.authorise(credential)
    with pytest.raises(DancuError) as caught:
        far.renew(credential, authorised)
    assert caught.value.code == "credential_refused"
    assert urls(far) == [LOGIN, REFRESH, LOGIN]


def test_a_refused_token_is_refreshed() -> None:
    """HTTP 401 ends the token and not the refresh token."""
    far = Far(replies=[answered("one", "r1"), answered("new", "r2")])
    credential = jwt_login(far)
    renewed = far.renew(credential, far.authorise(credential))
    assert renewed is not None and header(renewed.headers, "Authorization") == "Bearer new"
    assert urls(far) == [LOGIN, REFRESH]
