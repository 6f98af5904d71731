"""The door itself: every method on every path, headers as callers write them, and bodies that are almost JSON."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import shutil
import signal
import socket
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request

from dancu.gateway.bodies import ConfirmBody
from dancu.gateway.openapi import build_openapi
from dancu.gateway.problems import Problem
from dancu.gateway.reading import read_body

from .conftest import Served, question, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATHS: Any = build_openapi("3.0.3")["paths"]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
PROBLEM = "application/problem+json"


def raw(served: Served, method: str, target: str, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    """A request whose target goes out as it is written."""
    where = urlsplit(served.url)
    connection = http.client.HTTPSConnection(where.hostname or "", where.port, timeout=10, context=served.trust())
    try:
        connection.putrequest(method, target, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_every_method_of_every_path_is_answered(served: Served, path: str, method: str) -> None:
    """What is described is done, HEAD is GET without a body, and all else is a problem 405 that says what goes."""
    target = path.replace("{code}", "timed_out")
    described = {name.upper() for name in PATHS[path]}
    allowed = described | ({"HEAD"} if "GET" in described else set())
    status, headers, body = raw(served, method, target, Authorization=f"Bearer {served.key}")
    if method not in allowed:
        assert (status, headers["Content-Type"]) == (405, PROBLEM)
        assert {one.strip() for one in headers["Allow"].split(",")} == allowed
    elif method == "POST":
        assert (status, headers["Content-Type"]) == (415, PROBLEM)
    else:
        assert (status, headers["Content-Type"]) == (200, "application/json")
    assert (method == "HEAD") is (body == b"")
    assert method == "HEAD" or isinstance(json.loads(body), dict)


@pytest.mark.parametrize(
    "target",
    [
        "/v1/lookup/",
        "/v1",
        "//v1/lookup",
        "/%zz",
        "/%ff%fe",
        "/%00",
        "/v1/%2e%2e/healthz",
        "/problems/",
        "/" + "a" * 20_000,
    ],
)
def test_another_path_is_a_problem(served: Served, target: str) -> None:
    """A path that nobody described is a problem 404: nothing is normalised, redirected or repeated."""
    status, headers, body = raw(served, "GET", target, Host="elsewhere.invalid")
    assert (status, headers["Content-Type"], json.loads(body)["code"]) == (404, PROBLEM, "not_found")
    assert "Location" not in headers
    assert b"elsewhere" not in body


@pytest.mark.parametrize(
    ("accept", "accepted"),
    [
        ("application/json", True),
        ("APPLICATION/JSON ; q=0.5", True),
        ("text/html, */*;q=0.1", True),
        ("application/*", True),
        ("", True),
        ("text/html", False),
        ("application/json;q=0", False),
        ("*/*, application/json;q=0", False),
        ("application/*;q=0, */*", False),
        ("application/jsonp", False),
        ("application/json;q=often", False),
    ],
)
def test_accept_is_read_with_its_weights(served: Served, accept: str, accepted: bool) -> None:
    """The most specific range that covers JSON decides."""
    response = served.post("v1/confirm", question(), headers={"Accept": accept})
    assert response.status_code == (200 if accepted else 406)


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [
        ("application/json; charset=utf-8", True),
        ('Application/JSON;charset="UTF-8"', True),
        ("application/json; charset=iso-8859-1", False),
        ("application/json, text/plain", False),
        ("application/problem+json", False),
        ("json", False),
        ("", False),
    ],
)
def test_a_body_is_json_in_utf_8(served: Served, kind: str, accepted: bool) -> None:
    """Another type, or another charset, is a problem 415."""
    body = json.dumps(question(), ensure_ascii=False).encode()
    response = served.post("v1/confirm", content=body, headers={"Content-Type": kind})
    assert response.status_code == (200 if accepted else 415)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"NaN",
        b'{"subject": {"number": Infinity}}',
        b'{"subject": 1, "subject": 2}',
        b'{"purpose": {"unit": "A", "unit": "A"}}',
        b"\xef\xbb\xbf{}",
        '{"subject": "Mẫu"}'.encode("utf-16"),
        '{"subject": "Mẫu"}'.encode()[:-4] + b'"}',
        b"1" * 5000,
        b"{} {}",
    ],
)
def test_what_is_almost_json_is_refused(served: Served, text: bytes) -> None:
    """A key that stands twice, a constant of Python's, another encoding: what two readers would read differently."""
    response = served.post("v1/confirm", content=text, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (400, "malformed_json")


def test_a_caller_who_hangs_up_is_no_failure() -> None:
    """A connection that ends amid a body is half a body, and no exception for the log."""
    parts: Iterator[dict[str, Any]] = iter(
        [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> dict[str, Any]:
        return next(parts)

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"application/json")]}
    with pytest.raises(Problem) as caught:
        asyncio.run(read_body(Request(scope, receive), ConfirmBody))
    assert caught.value.code == "malformed_json"


@pytest.mark.parametrize(
    ("part", "pointer"),
    [
        ({"subject": {"number": "\ud800", "name": "Mẫu", "birth_date": "1990"}}, "/subject/number"),
        ({"purpose": {**question()["purpose"], "basis": None}}, "/purpose/basis"),
        ({"purpose": {**question()["purpose"], "officer": "can.bo.mau"}}, "/purpose/officer"),
        ({"\udfff": 1}, ""),
    ],
)
def test_half_a_letter_null_and_text_for_an_object_are_pointed_at(
    served: Served, part: dict[str, Any], pointer: str
) -> None:
    """Each is a problem 422 whose pointer holds no word of the caller's."""
    response = served.post(
        "v1/confirm", content=json.dumps(question(**part)).encode(), headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, response.json()["code"]) == (422, "invalid_body")
    assert [one["pointer"] for one in response.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("vi", "Thiếu"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "Thiếu"),
        ("en;q=0.5, vi;q=0.6", "Thiếu"),
        ("en, vi;q=0.9", "No"),
        ("vi;q=0", "No"),
        ("fr", "No"),
        ("*", "No"),
    ],
)
def test_titles_are_in_the_preferred_language(served: Served, wanted: str, title: str) -> None:
    """Vietnamese where it weighs more than English."""
    response = served.request("GET", "v1/whoami", **{"Accept-Language": wanted})
    assert response.json()["title"].startswith(title)


def test_a_platform_that_does_not_answer_is_504(served: Served, tmp_path: Path) -> None:
    """When the call's deadline passes the answer is a problem 504 timed_out with the call's reference, in time."""
    shutil.copytree(served.directory, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("audit*"))
    with (tmp_path / "profile.toml").open("a", encoding="utf-8") as profile:
        profile.write("\n[deadline]\ncall = 0.4\n")
    process, url = start(tmp_path)
    hasty = Served(url, tmp_path, served.key, served.slow_key, served.mock, process)
    try:
        with served.mock.scenario("hang"):
            started = time.monotonic()
            response = hasty.post("v1/lookup", question(fields=["name"]))
            took = time.monotonic() - started
        problem = response.json()
        assert (response.status_code, problem["code"]) == (504, "timed_out")
        assert problem["reference"] in {record["reference"] for record in hasty.records("outcomes")}
        assert 0.35 <= took < 1.5
        assert hasty.post("v1/lookup", question(fields=["name"])).status_code == 200
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"NOT HTTP AT ALL\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nBroken header\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 80_000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X: aaaaaaaaaaaaaaaa\r\n" * 5_000 + b"\r\n",
        b"GET /" + b"a" * 80_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
    ],
    ids=["words", "header", "long header", "many headers", "long target", "bytes"],
)
def test_what_is_not_http_is_a_problem_too(served: Served, sent: bytes) -> None:
    """Broken HTTP, and a head beyond 64 KiB, are answered with one problem 400, and the connection ends."""
    where = urlsplit(served.url)
    with (
        socket.create_connection((where.hostname, where.port), timeout=5) as plain,
        served.trust().wrap_socket(plain, server_hostname=where.hostname) as line,
    ):
        line.sendall(sent)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        body = json.loads(answer.read())
        assert (answer.status, answer.headers["Content-Type"], body["code"]) == (400, PROBLEM, "malformed_request")
        with contextlib.suppress(OSError):
            assert line.recv(1) == b""
