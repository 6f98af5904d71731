"""Tokens without I/O: their life, their renewal, and what an endpoint may answer."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu import DancuError, Rejected, Secret, Unavailable
from dancu.policy.tokens import TokenSlot
from dancu.wire.messages import WireReply
from dancu.wire.tokens import access_header, read_token


def test_a_token_is_due_at_80_percent_of_its_life() -> None:
    """Of 1,000 seconds the first 800 are good."""
    slot = TokenSlot()
    slot.keep(Secret("a"), 1000.0, 50.0)
    assert slot.current(849.9) == Secret("a")
    assert slot.current(850.0) is None


def test_only_the_token_that_failed_is_dropped() -> None:
    """A failure of an old token leaves the newer one alone."""
    slot = TokenSlot()
    slot.keep(Secret("new"), 1000.0, 0.0)
    slot.drop(Secret("old"))
    assert slot.current(1.0) == Secret("new")
    slot.drop(Secret("new"))
    assert slot.current(1.0) is None


def test_the_key_header_is_the_published_one() -> None:
    """The five parts in order give the header of wire.md §7.4."""
    parts = {"AccessKey": "demo-access", "SecretKey": "demo-secret", "AppName": "DEMO"}
    parts |= {"PartnerCode": "000.00.00.X00", "PartnerCodeCus": "000.00.00.X00"}
    assert json.loads(base64.b64decode(access_header(parts))) == parts
    assert access_header(parts).startswith("eyJBY2Nlc3NLZXkiOiJkZW1vLWFjY2VzcyIsIlNlY3JldEtleSI6ImRlbW8tc2VjcmV0Iiwi")


def reply(body: bytes, status: int = 200) -> WireReply:
    """A token endpoint's answer."""
    return WireReply(status, (), body)


def test_a_token_is_read_with_its_life() -> None:
    """``expires_in`` is seconds, as a number or as text; an hour where it is missing."""
    assert read_token(reply(b'{"access_token":"t","expires_in":60}')).life == 60.0
    assert read_token(reply(b'{"access_token":"t","expires_in":"60"}')).life == 60.0
    assert read_token(reply(b'{"access_token":"t"}')).life == 3600.0


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusing_endpoint_refuses_our_keys(status: int) -> None:
    """400, 401 and 403 at the token endpoint are credential_refused."""
    with pytest.raises(Rejected) as caught:
        read_token(reply(b'{"error":"invalid_client"}', status))
    assert caught.value.code == "credential_refused"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"access_token":""}',
        b'{"access_token":"a\\r\\nb"}',
        b'{"access_token":1}',
        b"<html>",
        b'{"access_token":"t","expires_in":-1}',
        b'{"access_token":"t","expires_in":"NaN"}',
        b'{"access_token":"a b"}',
    ],
)
def test_what_is_no_token_is_unreadable(body: bytes) -> None:
    """Anything but a printable token with a sensible life is unreadable_answer."""
    with pytest.raises(Unavailable) as caught:
        read_token(reply(body))
    assert caught.value.code == "unreadable_answer"


@given(st.binary(max_size=200), st.sampled_from([200, 201, 302, 400, 401, 403, 404, 429, 500, 503]))
def test_any_answer_is_a_token_or_a_typed_error(body: bytes, status: int) -> None:
    """No bytes make the reader raise anything of its own."""
    try:
        token = read_token(reply(body, status))
    except DancuError:
        return
    assert token.life > 0
