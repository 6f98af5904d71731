"""The door of the control port: the loopback, the token, the names of this computer, and nobody else's page."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu_mock import Mock, MockServer
from dancu_mock.control.client import ControlRefused, MockPlatform
from dancu_mock.control.openapi import build_openapi
from dancu_mock.control.routes import VERBS
from dancu_mock.control.server import ControlServer

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "invented-token-for-tests"


@pytest.fixture(scope="module")
def control() -> Iterator[ControlServer]:
    """A control port for the whole file; no test here changes anything."""
    mock = Mock()
    with MockServer(mock) as server, ControlServer(mock, server, token=TOKEN) as running:
        yield running


def call(control: ControlServer, method: str, path: str, **options: Any) -> httpx.Response:
    """A call with the right token, unless told otherwise."""
    headers = {"Authorization": f"Bearer {TOKEN}"} | options.pop("headers", {})
    sent = {name: value for name, value in headers.items() if value is not None}
    with httpx.Client(base_url=control.url, trust_env=False, timeout=5) as client:
        return client.request(method, path, headers=sent, **options)


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which is JSON of two members and is kept by nobody."""
    told = answer.json()
    assert told.keys() == {"code", "detail"} and told["detail"]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, told["code"]


@pytest.mark.parametrize("given", [None, "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer"])
def test_without_the_token_nothing_is_done(control: ControlServer, given: str | None) -> None:
    """Every verb wants the token: a missing or wrong one is 401, whatever the body."""
    for verb in VERBS:
        answer = call(control, verb.method, verb.path.format(id=1), headers={"Authorization": given})
        assert problem(answer) == (401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_two_tokens_are_none(control: ControlServer) -> None:
    """A doubled header is refused, even where both are right."""
    doubled = [("Authorization", f"Bearer {TOKEN}")] * 2
    with httpx.Client(base_url=control.url, trust_env=False, timeout=5) as client:
        assert problem(client.get("/v1/status", headers=doubled)) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "host",
    ["rebound.example", "rebound.example:80", "127.0.0.1.example", "192.0.2.1", "[", "", "localhost@evil.example"],
)
def test_another_name_is_refused_with_the_token_too(control: ControlServer, host: str) -> None:
    """A name that was bent to the loopback is refused, for every path."""
    for path in ("/v1/status", "/openapi.json"):
        assert problem(call(control, "GET", path, headers={"Host": host})) == (403, "host_refused")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1:1", "[::1]:80"])
def test_the_names_of_this_computer_are_let_in(control: ControlServer, host: str) -> None:
    """The port in the name does not matter: a container's is mapped."""
    assert call(control, "GET", "/v1/status", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1", "http://["])
def test_a_page_of_another_origin_needs_the_token(control: ControlServer, origin: str) -> None:
    """A foreign page without the token is refused on every path; no answer invites other origins."""
    for path in ("/v1/status", "/openapi.json"):
        answer = call(control, "GET", path, headers={"Origin": origin, "Authorization": None})
        assert problem(answer) == (403, "origin_refused")
    with_token = call(control, "GET", "/v1/status", headers={"Origin": origin})
    assert with_token.status_code == 200
    assert not [name for name in with_token.headers if name.startswith("access-control-")]


def test_a_page_of_this_origin_is_let_in(control: ControlServer) -> None:
    """The control port's own origin is not foreign."""
    answer = call(control, "GET", "/openapi.json", headers={"Origin": control.url.rstrip("/"), "Authorization": None})
    assert answer.status_code == 200


def test_it_listens_on_the_loopback_only(control: ControlServer) -> None:
    """The listening socket is bound to 127.0.0.1: another address of this computer has nobody at that port."""
    assert control.url == f"http://127.0.0.1:{control.port}/"
    for address in ("127.0.0.2", _own_address()):
        with pytest.raises(OSError, match=r"refused|reachable"):
            socket.create_connection((address, control.port), 0.5).close()


def _own_address() -> str:
    """An address of this computer that is not the loopback's, where it has one; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        try:
            route.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.3"
        return str(route.getsockname()[0])


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mock.example"])
def test_another_address_takes_a_word_of_its_own(host: str) -> None:
    """Another host is refused unless one says expose."""
    mock = Mock()
    server = MockServer(mock)
    server.close()
    with pytest.raises(ValueError, match="loopback"):
        ControlServer(mock, server, host=host)
    ControlServer(mock, server, host=host, expose=True)


def test_an_exposed_port_is_known_by_address_and_by_its_names() -> None:
    """Where it is exposed an address is let in, and a name that was given, and no other name."""
    mock = Mock()
    with (
        MockServer(mock) as server,
        ControlServer(mock, server, token=TOKEN, host="0.0.0.0", names=("dancu-mock",), expose=True) as exposed,
    ):
        assert exposed.url == f"http://localhost:{exposed.port}/"
        for host, status in (("192.0.2.1:80", 200), ("dancu-mock:80", 200), ("evil.example", 403)):
            assert call(exposed, "GET", "/v1/status", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("token", ["", "short", "a b" * 10, "x" * 201, "Mật-khẩu-không-được"])
def test_a_token_that_cannot_be_one_is_refused(token: str) -> None:
    """The sentence says what a token is, and not what was given."""
    mock = Mock()
    server = MockServer(mock)
    server.close()
    with pytest.raises(ValueError, match="16 to 200") as refused:
        ControlServer(mock, server, token=token)
    assert not token or token not in str(refused.value)


def test_a_random_token_is_a_new_one_each_time() -> None:
    """Two control ports have two tokens of 32 letters."""
    mock = Mock()
    server = MockServer(mock)
    server.close()
    tokens = {ControlServer(mock, server).token for _ in range(2)}
    assert {len(token) for token in tokens} == {32} and len(tokens) == 2


def test_both_servers_are_up_within_half_a_second() -> None:
    """A new authority, both listeners and their threads: what a test run waits for once."""
    began = time.monotonic()
    mock = Mock()
    with MockServer(mock) as server, ControlServer(mock, server):
        assert time.monotonic() - began < 0.5


def test_a_taken_port_leaves_nothing_behind() -> None:
    """Starting on a taken port raises OSError and leaves no thread; closing what never began does nothing."""
    mock, before = Mock(), threading.active_count()
    with MockServer(mock) as server, socket.create_server(("127.0.0.1", 0)) as taken:
        control = ControlServer(mock, server, port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            control.start()
        control.close()
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("method", "path", "options", "expected"),
    [
        ("GET", "/v1/nowhere", {}, (404, "not_found")),
        ("DELETE", "/v1/scenarios/987654", {}, (404, "not_found")),
        ("DELETE", "/v1/scenarios/one", {}, (404, "not_found")),
        ("PUT", "/v1/clock", {}, (405, "method_not_allowed")),
        ("GET", "/v1/journal?after=-1", {}, (400, "invalid")),
        ("GET", "/v1/journal?since=1", {}, (400, "invalid")),
        ("POST", "/v1/clock", {"json": {}}, (400, "invalid")),
        ("POST", "/v1/clock", {"json": {"advance": 1, "at": 2}}, (400, "invalid")),
        ("POST", "/v1/clock", {"json": {"advance": 1e300}}, (400, "invalid")),
        ("POST", "/v1/scenarios", {"json": {"name": "hang", "times": 0}}, (400, "invalid")),
        ("POST", "/v1/scenarios", {"json": {"name": "hang", "when": {"who": "x"}}}, (400, "invalid")),
        ("POST", "/v1/people", {"json": {"people": [{"asked_number": "000990099001"}]}}, (400, "invalid")),
        ("POST", "/v1/certificates", {"content": b"kind=good"}, (415, "not_json")),
        (
            "POST",
            "/v1/certificates",
            {"content": b"{", "headers": {"Content-Type": "application/json"}},
            (400, "invalid"),
        ),
        ("POST", "/v1/people", {"json": {"people": ["x" * 1024 * 1024]}}, (413, "too_large")),
    ],
)
def test_what_is_not_asked_right_is_a_problem(
    control: ControlServer, method: str, path: str, options: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Each wrong question is one status and one code."""
    assert problem(call(control, method, path, **options)) == expected


def test_a_wrong_method_is_told_the_right_ones(control: ControlServer) -> None:
    """405 names every method of the path."""
    allowed = call(control, "PUT", "/v1/clock").headers["Allow"]
    assert {one.strip() for one in allowed.split(",")} == {"GET", "HEAD", "POST", "DELETE"}


def test_the_document_is_served_without_a_token(control: ControlServer) -> None:
    """What stands at /openapi.json is what the code makes."""
    answer = call(control, "GET", "/openapi.json", headers={"Authorization": None})
    assert answer.json() == json.loads(json.dumps(build_openapi()))


def test_the_client_says_what_it_was_told(control: ControlServer) -> None:
    """A wrong token is an error with status and code."""
    with MockPlatform(control.url, "another-token-than-this") as platform, pytest.raises(ControlRefused) as refused:
        platform.status()
    assert (refused.value.status, refused.value.code) == (401, "unauthenticated")
