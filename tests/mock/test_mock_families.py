"""The gates of every family: the right call is let in, and each call that is one step away from it is not."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from dancu_mock import Mock
from dancu_mock.access import GATES
from dancu_mock.settings import FamilyName

from .callers import LONG, SECRET, SHORT, encoded, hashed, members, mock_of, posted, question, right
from .conftest import LOOK_UP

FAMILIES = get_args(FamilyName)
VARIANTS: list[dict[str, Any]] = [
    {"family": "hash-basic", "timestamp": "milliseconds"},
    {"family": "xroad"},
    {"family": "xroad", "api_key": "demo-key"},
    {"family": "esb"},
    {"family": "lgsp-token"},
    {"family": "header-key"},
    {"family": "header-key", "key_names": "short"},
    {"family": "client-credentials"},
    {"family": "client-credentials", "secret_in": "form"},
    {"family": "jwt-login"},
    {"family": "jwt-login", "quoted": True},
    {"family": "portal-session"},
]
EACH = pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: "-".join(map(str, variant.values())))


def status(mock: Mock, headers: dict[str, str], body: bytes, *more: tuple[str, str]) -> int:
    """The HTTP status of a call of the look-up."""
    return posted(mock, LOOK_UP, headers, body, *more).status


def test_every_family_has_a_gate() -> None:
    """The settings name the gates there are, no more and no fewer."""
    assert tuple(GATES) == FAMILIES


@EACH
def test_the_right_call_is_let_in(variant: dict[str, Any]) -> None:
    """With all that the family wants to see, the look-up answers."""
    mock = mock_of(**variant)
    reply = posted(mock, LOOK_UP, *right(mock))
    assert (reply.status, mock.journal.calls[-1].outcome) == (200, "found")


@EACH
def test_each_header_stands_there_exactly_once(variant: dict[str, Any]) -> None:
    """Without one header of the credential, with it twice, or with another value, the call is refused."""
    mock = mock_of(**variant)
    headers, body = right(mock)
    wanted = [name for name in headers if name != "Content-Type"]
    assert wanted
    for name in wanted:
        without = {key: value for key, value in headers.items() if key != name}
        assert status(mock, without, body) == 401, name
        assert status(mock, headers, body, (name, headers[name])) == 401, name
        assert status(mock, {**headers, name: f"{headers[name]}x"}, body) == 401, name
        assert status(mock, {**headers, name: ""}, body) == 401, name
        assert mock.journal.calls[-1].outcome == "refused"
    assert status(mock, headers, body) == 200


@EACH
def test_a_refusal_is_said_in_the_manner_of_the_platform(variant: dict[str, Any]) -> None:
    """HTTP 401 comes with JSON that is marked as the mock's; WSO2's code stands where a token is refused."""
    mock = mock_of(**variant)
    reply = posted(mock, LOOK_UP, {"Content-Type": "application/json"}, b"{}")
    assert reply.status == 401
    assert "MOCK" in json.dumps(members(reply))
    tokens = variant["family"] in {"lgsp-token", "client-credentials", "jwt-login"}
    assert (b"900901" in reply.body) is tokens
    assert ("StatusCode" in members(reply)) is (variant["family"] == "header-key")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_credential_of_another_family_is_none(family: str) -> None:
    """No gate opens for what another one wants to see."""
    mock = mock_of(family)
    _headers, body = right(mock)
    for other in FAMILIES:
        if other != family and (family, other) not in {("hash-basic", "xroad"), ("hash-basic", "esb")}:
            headers, _body = right(mock_of(other))
            assert status(mock, headers, body) == 401, other


@pytest.mark.parametrize("family", ["hash-basic", "xroad", "esb"])
def test_a_hash_is_of_its_path_user_and_second(family: str) -> None:
    """A hash over another path, for another user, or of five minutes ago does not open the gate."""
    mock = mock_of(family)
    headers, body = right(mock)
    for wrong in (hashed("/dancu/xacthuc"), hashed(user="another"), hashed(stamp="1699999699000")):
        assert status(mock, {**headers, **wrong}, body) == 401


@pytest.mark.parametrize("said", ["", "''", '"urn:x"', "TraCuuThongTinCongDan"])
def test_x_road_wants_two_quotes(said: str) -> None:
    """``SOAPAction`` is exactly two quotes; nothing at all is something else."""
    mock = mock_of("xroad")
    headers, body = right(mock)
    assert status(mock, {**headers, "SOAPAction": said}, body) == 401


def test_hash_basic_looks_at_nothing_of_x_road() -> None:
    """A mock of hash-basic takes a call with any X-Road header, whatever the settings say."""
    mock = mock_of("hash-basic", api_key="demo-key", x_road_client="A/B/C/D")
    headers, body = right(mock)
    assert status(mock, {**headers, "X-Road-Client": "other", "ApiKey": "other"}, body) == 200


KEYS: list[tuple[str, object]] = [
    ("a scheme word", "scheme"),
    ("members of the other form", "other"),
    ("a member too few", "less"),
    ("a member too many", "more"),
    ("another order", "order"),
    ("another value", "value"),
    ("a member twice", "twice"),
    ("no object", "list"),
    ("no base64", "plain"),
]


@pytest.mark.parametrize("names", ["long", "short"])
@pytest.mark.parametrize("wrong", [kind for _reason, kind in KEYS], ids=[reason for reason, _kind in KEYS])
def test_a_key_is_one_object_in_order(names: str, wrong: str) -> None:
    """The header of T3 is base64 of one JSON object with its members in order, and no scheme word before it."""
    mock = mock_of("header-key", key_names=names)
    good, other = (LONG, SHORT) if names == "long" else (SHORT, LONG)
    pairs = list(good.items())
    header = {
        "scheme": f"Basic {encoded(good)}",
        "other": encoded(other),
        "less": encoded(dict(pairs[:-1])),
        "more": encoded({**good, "More": "x"}),
        "order": encoded(dict(reversed(pairs))),
        "value": encoded({**good, pairs[0][0]: "another"}),
        "twice": encoded(json.dumps(good)[:-1] + f', "{pairs[0][0]}": "{pairs[0][1]}"}}'),
        "list": encoded([list(pair) for pair in pairs]),
        "plain": json.dumps(good),
    }[wrong]
    _headers, body = right(mock)
    assert status(mock, {"Authorization": header, "Content-Type": "application/xml"}, body) == 401


@pytest.mark.parametrize("family", ["lgsp-token", "client-credentials", "jwt-login"])
@pytest.mark.parametrize("form", ["bearer {}", "Bearer  {}", "{}", "Token {}", "Bearer {}=", "Bearer '{}'"])
def test_a_token_is_spelt_one_way(family: str, form: str) -> None:
    """``Bearer``, one blank and the token; apostrophes only where the platform wants them."""
    mock = mock_of(family)
    headers, body = right(mock)
    token = headers["Authorization"].removeprefix("Bearer ")
    assert status(mock, {**headers, "Authorization": form.format(token)}, body) == 401
    assert status(mock, headers, body) == 200


def test_apostrophes_are_wanted_where_set() -> None:
    """A platform that wants apostrophes takes no token without both of them."""
    mock = mock_of("jwt-login", quoted=True)
    headers, body = right(mock)
    token = headers["Authorization"].removeprefix("Bearer ").strip("'")
    for form in (token, f"'{token}", f"{token}'", f"''{token}''", "'", "''"):
        assert status(mock, {**headers, "Authorization": f"Bearer {form}"}, body) == 401


@pytest.mark.parametrize("family", ["lgsp-token", "client-credentials", "jwt-login", "portal-session"])
def test_tokens_end(family: str) -> None:
    """A token is good until its life is over, or until all are revoked."""
    moment = [1_700_000_000.0]
    mock = Mock(mock_of(family).settings, now=lambda: moment[0])
    headers, body = right(mock)
    assert status(mock, headers, body) == 200
    moment[0] += 3600
    assert status(mock, headers, body) == 401
    moment[0] -= 1
    assert status(mock, headers, body) != 401
    mock.memory.revoke_tokens()
    assert status(mock, headers, body) == 401


SESSIONS: dict[str, Any] = {
    "no session": lambda parts: {name: value for name, value in parts.items() if name != "session"},
    "no unit": lambda parts: {name: value for name, value in parts.items() if name != "madonvi"},
    "another session": lambda parts: {**parts, "session": "x"},
    "a session that is no text": lambda parts: {**parts, "session": 1},
    "another unit": lambda parts: {**parts, "madonvi": "000.00.00.X99"},
    "the unit first": lambda parts: {"madonvi": parts["madonvi"], **parts},
    "the session last": lambda parts: {**dict(list(parts.items())[1:]), "session": parts["session"]},
}


@pytest.mark.parametrize("wrong", SESSIONS.values(), ids=SESSIONS)
def test_a_session_leads_every_body(wrong: Any) -> None:
    """Session and unit are the first members of every request of T6, in this order."""
    mock = mock_of("portal-session")
    headers, body = right(mock)
    assert status(mock, headers, json.dumps(wrong(json.loads(body))).encode()) == 401
    assert status(mock, headers, body) == 200


def test_a_session_stands_there_once() -> None:
    """A second session member is refused, wherever it stands."""
    mock = mock_of("portal-session")
    headers, body = right(mock)
    twice = body.replace(b"}", b', "session": "x"}')
    assert status(mock, headers, twice) == 401


def test_a_session_is_for_json() -> None:
    """A mock of portal-session cannot be asked in SOAP."""
    assert mock_of("portal-session").settings.form == "json"
    with pytest.raises(ValueError, match="request is json"):
        mock_of("portal-session", request="soap")


def test_a_mock_shows_no_secret() -> None:
    """The settings' words hold neither the secret nor the key of X-Road."""
    shown = repr(mock_of("xroad", api_key="demo-key").settings)
    assert SECRET not in shown and "demo-key" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("family", "t1"),
        ("skin", "xml"),
        ("dialect", "auto"),
        ("request", "yaml"),
        ("timestamp", "minutes"),
        ("confirm_shape", "data"),
        ("inner", "yaml"),
        ("refusal_status", 500),
    ],
)
def test_settings_that_no_platform_has_are_refused(name: str, value: object) -> None:
    """A name that there is not, or two settings that exclude each other, is a ValueError that says what there is."""
    settings: dict[str, Any] = {"family": "hash-basic", name: value}
    with pytest.raises(ValueError, match=name):
        mock_of(**settings)


def test_an_id_is_good_once_in_json_too() -> None:
    """A second JSON request under the same MaYeuCau is refused in the skin's own words."""
    mock = mock_of("header-key", skin="json-message")
    headers, body = right(mock)
    assert members(posted(mock, LOOK_UP, headers, body))["error_code"] == "0"
    assert members(posted(mock, LOOK_UP, headers, question(mock)))["error_code"] == "-1"
