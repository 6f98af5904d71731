from __future__ import annotations

import base64
from dataclasses import replace

from dancu import Secret
from dancu.flows.access.hash_basic import HashBasic
from dancu.wire.messages import WireRequest, header

from ..answers import SECRET  # noqa: TID252  # one set of documents for all unit tests
from .by_hand import CONTEXT, looking_up, walk

REQUEST = WireRequest(
    "https://proxy.example/any/where", "/dancu/tracuu", (("Content-Type", "application/xml"),), b"<a/>"
)
CREDENTIAL = HashBasic("demo-app", Secret(SECRET), lambda: 1_700_000_000.0)
VECTOR = "811f4870aa8a05f04fe389734fb2b5a85ea1540985fde44d770717226a1f76a5"


def authorised(credential: HashBasic, request: WireRequest = REQUEST) -> WireRequest:
    """The request that the family makes; it yields nothing on the way."""
    walked = walk(credential.authorise(request, until=1.0))
    assert walked.effects == []
    assert isinstance(walked.result, WireRequest)
    return walked.result


def basic(request: WireRequest) -> str:
    """What stands after the scheme, decoded."""
    scheme, _space, value = (header(request.headers, "Authorization") or "").partition(" ")
    assert scheme == "Basic"
    return base64.b64decode(value).decode()


def test_the_published_vector() -> None:
    """URL, user, milliseconds and secret of the test vector give its hash, under the user's name."""
    request = authorised(CREDENTIAL)
    assert basic(request) == f"demo-app:{VECTOR}"
    assert header(request.headers, "Timestamp") == "1700000000000"


def test_seconds_are_hashed_as_they_are_sent() -> None:
    """With ``timestamp = "seconds"`` header and hash hold whole seconds."""
    request = authorised(replace(CREDENTIAL, timestamp="seconds", now=lambda: 1_700_000_000.9))
    assert header(request.headers, "Timestamp") == "1700000000"
    assert basic(request) == "demo-app:ec52c9dcf38188af9dabbb3de6b5000f0756fde5c860e9575169ca51d6285ddc"


def test_the_registered_url_is_hashed_and_not_the_one_called() -> None:
    """Behind a proxy the called URL differs; the hash does not."""
    elsewhere = replace(REQUEST, url="https://10.0.0.1/x")
    assert basic(authorised(CREDENTIAL, elsewhere)) == basic(authorised(CREDENTIAL))
    assert basic(authorised(CREDENTIAL, replace(REQUEST, registered_url="/other"))) != basic(authorised(CREDENTIAL))


def test_the_request_itself_is_not_touched() -> None:
    """Body, URL and the headers that were there stay; the original is not changed."""
    request = authorised(CREDENTIAL)
    assert (request.url, request.body, request.headers[:1]) == (REQUEST.url, REQUEST.body, REQUEST.headers)
    assert header(REQUEST.headers, "Authorization") is None


def test_no_secret_in_a_representation() -> None:
    """Neither the credential nor the authorised request shows secret or hash."""
    shown = repr(CREDENTIAL) + repr(authorised(CREDENTIAL)) + repr(walk(looking_up()).sent)
    assert SECRET not in shown
    assert VECTOR not in shown


def test_a_look_up_is_authorised_by_the_vector() -> None:
    """The flow sends what the family made: at the vector's time, the vector's hash."""
    sent = walk(looking_up(context=CONTEXT)).sent.request
    assert basic(sent) == f"demo-app:{VECTOR}"
