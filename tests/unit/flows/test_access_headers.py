"""Families that put all they have into headers: exactly these, and nothing is asked of the world for them."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu import Secret
from dancu.flows.access.esb import Esb
from dancu.flows.access.gateway_key import GatewayKey
from dancu.flows.access.hash_basic import HashBasic
from dancu.flows.access.header_key import HeaderKey
from dancu.flows.access.xroad import XRoad
from dancu.wire.messages import header
from dancu.wire.tokens import AccessKey

from ..answers import SECRET  # noqa: TID252  # one set of documents for all unit tests
from .access_by_hand import KEY, SERVICE, WALL, Far

if TYPE_CHECKING:
    from dancu.flows.access.contract import Credential

BASIC = HashBasic("demo-app", Secret(SECRET), lambda: WALL)
HASHED = (
    (
        "Authorization",
        "Basic ZGVtby1hcHA6ODExZjQ4NzBhYThhMDVmMDRmZTM4OTczNGZiMmI1YTg1ZWExNTQwOTg1ZmRlNDRkNzcwNzE3MjI2YTFmNzZhNQ==",
    ),
    ("Timestamp", "1700000000000"),
)
"""The published vector, as wire.md §7.1 has it."""

LONG = (
    "eyJBY2Nlc3NLZXkiOiJkZW1vLWFjY2VzcyIsIlNlY3JldEtleSI6ImRlbW8tc2VjcmV0IiwiQXBwTmFtZSI6IkRFTU8iLCJQYXJ0bmVyQ29kZSI6"
    "IjAwMC4wMC4wMC5YMDAiLCJQYXJ0bmVyQ29kZUN1cyI6IjAwMC4wMC4wMC5YMDAifQ=="
)
"""The key header of wire.md §7.4."""

SHORT = "eyJhcHAiOiJERU1PIiwic2VjcmV0IjoiZGVtby1zZWNyZXQiLCJrZXkiOiJkZW1vLWFjY2VzcyJ9"
CLIENT = "DEMO/GOV/000/DEMO-APP"
CASES: list[tuple[Credential, str, tuple[tuple[str, str], ...]]] = [
    (BASIC, "demo-app", HASHED),
    (XRoad(BASIC, CLIENT), "demo-app", (*HASHED, ("X-Road-Client", CLIENT), ("SOAPAction", '""'))),
    (
        XRoad(BASIC, CLIENT, Secret("demo-key")),
        "demo-app",
        (*HASHED, ("X-Road-Client", CLIENT), ("SOAPAction", '""'), ("ApiKey", "demo-key")),
    ),
    (Esb(BASIC, "DEMO"), "demo-app", (*HASHED, ("ESB_SOURCE_TYPE", "DEMO"), ("ESB_SOURCE_USERNAME", "demo-app"))),
    (HeaderKey(KEY, "long"), "demo-access", (("Authorization", LONG),)),
    (HeaderKey(KEY, "short"), "demo-access", (("Authorization", SHORT),)),
    (GatewayKey("mot-cua", Secret("demo-key")), "mot-cua", (("Authorization", "Bearer demo-key"),)),
]
NAMES = ["hash-basic", "xroad", "xroad with key", "esb", "header-key long", "header-key short", "gateway"]


@pytest.mark.parametrize(("credential", "user", "headers"), CASES, ids=NAMES)
def test_a_family_adds_exactly_its_headers(
    credential: Credential, user: str, headers: tuple[tuple[str, str], ...]
) -> None:
    """The headers come after those that were there, in this order; nothing else of the request changes."""
    far = Far()
    assert far.authorise(credential) == replace(SERVICE, headers=SERVICE.headers + headers)
    assert far.effects == []
    assert credential.user == user


@pytest.mark.parametrize(("credential", "_user", "_headers"), CASES, ids=NAMES)
def test_a_refused_key_is_not_tried_again(credential: Credential, _user: str, _headers: object) -> None:
    """Nothing that stands in a header alone can be renewed."""
    far = Far()
    assert far.renew(credential, far.authorise(credential)) is None
    assert far.effects == []


@pytest.mark.parametrize(("credential", "_user", "headers"), CASES, ids=NAMES)
def test_no_representation_shows_a_secret(credential: Credential, _user: str, headers: tuple[tuple[str, str]]) -> None:
    """Neither the credential nor the request shows secret, key or what is made of them."""
    shown = repr(credential) + repr(Far().authorise(credential))
    assert not any(word in shown for word in (SECRET, "demo-secret", "demo-key", headers[0][1]))


def test_the_timestamp_of_xroad_and_esb_is_theirs_to_choose() -> None:
    """Both hash the unit that T1 is set to."""
    seconds = replace(BASIC, timestamp="seconds")
    for credential in (XRoad(seconds, CLIENT), Esb(seconds, "DEMO")):
        assert header(Far().authorise(credential).headers, "Timestamp") == "1700000000"


FIELD_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
PRINTABLE = st.text(min_size=1, max_size=40).filter(str.isprintable)
"""What a secret may be that is hashed or encoded on its way."""


@given(PRINTABLE)
def test_any_printable_secret_can_be_sent(secret: str) -> None:
    """Whatever letters it holds, each header is one line of visible ASCII, and the platform reads the same letters."""
    key = AccessKey("demo-access", Secret(secret), "DEMO", "000.00.00.X00", "000.00.00.X00")
    hashed = HashBasic("demo-app", Secret(secret), lambda: WALL)
    for credential in (hashed, XRoad(hashed, CLIENT), Esb(hashed, "DEMO")):
        assert all(FIELD_VALUE.fullmatch(value) for _name, value in Far().authorise(credential).headers)
    for keyed, member in ((HeaderKey(key, "long"), "SecretKey"), (HeaderKey(key, "short"), "secret")):
        value = header(Far().authorise(keyed).headers, "Authorization") or ""
        assert FIELD_VALUE.fullmatch(value)
        assert json.loads(base64.b64decode(value))[member] == secret
