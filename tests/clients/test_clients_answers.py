"""What the Java and C# examples make of problems that a sandbox does not have, and of answers that are no gateway's."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from dancu.gateway.problems import Problem, render
from dancu_mock.pki import Authority

from .conftest import Door
from .stub import Stub, framed

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Ended, Program


def door(url: str, authority: Authority, folder: Path) -> Door:
    """A way to a server under this authority, with an invented key."""
    (folder / "ca.pem").write_bytes(authority.certificate_pem)
    (folder / "key.txt").write_text("dancu_invented\n", encoding="utf-8")
    return Door(url, folder / "ca.pem", folder / "key.txt")


def ask(program: Program, folder: Path, answer: bytes, *more: str, silent: bool = False) -> Ended:
    """Ask a server that answers with these bytes."""
    authority = Authority.create()
    with Stub(authority.issue_server(), folder, answer, silent=silent) as stub:
        return door(stub.url, authority, folder).ask(program, "lookup", {}, *more)


def rendered(problem: Problem) -> bytes:
    """A problem as the gateway writes it."""
    response = render(problem)
    wait = [f"Retry-After: {response.headers['Retry-After']}"] if "Retry-After" in response.headers else []
    return framed(response.status_code, response.headers["Content-Type"], bytes(response.body), *wait)


PROBLEMS = [
    (Problem("rate_limited", retry_after=1.2), 3, "rejected: rate_limited: ", "; again after 2 s"),
    (Problem("quota_spent"), 3, "rejected: quota_spent: ", "limit"),
    (Problem("too_large"), 2, "refused input: too_large: ", ""),
    (Problem("failed"), 4, "unavailable: failed: ", "; not to be asked again as it is"),
    (Problem("audit_unavailable"), 4, "unavailable: audit_unavailable: ", "; not to be asked again as it is"),
    (Problem("timed_out", retryable=True), 4, "unavailable: timed_out: ", "; may be asked again"),
    (Problem("http_error", retryable=False), 4, "unavailable: http_error: ", "; not to be asked again as it is"),
]


@pytest.mark.parametrize(("problem", "code", "start", "end"), PROBLEMS, ids=[one[0].code for one in PROBLEMS])
def test_each_problem_has_its_end(
    program: Program, tmp_path: Path, problem: Problem, code: int, start: str, end: str
) -> None:
    """A limit rejects, a question that is off is input, and a failure of the gateway or behind it is an outage."""
    ended = ask(program, tmp_path, rendered(problem))
    assert ended.code == code
    assert ended.line.startswith(start)
    assert ended.line.endswith(end if end.startswith(";") else "")


JSON = "application/json"
FOREIGN: dict[str, bytes] = {
    "a proxy's page": framed(502, "text/html", b"<h1>Bad Gateway</h1>"),
    "a portal's page": framed(200, "text/html", b"<h1>Log in</h1>"),
    "another server's 404": framed(404, "text/html", b"<h1>Not Found</h1>"),
    "another server's JSON 404": framed(404, JSON, b'{"outcome":"not_matched"}'),
    "a redirection": framed(302, "text/html", b"", "Location: https://localhost:9/"),
    "half a document": framed(200, JSON, b'{"outcome":"not_matched","hints":['),
    "nothing": framed(200, JSON, b""),
    "a list": framed(200, JSON, b'["not_matched"]'),
    "a text": framed(200, JSON, b'"not_matched"'),
    "an unknown outcome": framed(200, JSON, b'{"outcome":"not_found","reference":"r"}'),
    "no outcome": framed(200, JSON, b'{"hints":[]}'),
    "an outcome without its parts": framed(200, JSON, b'{"outcome":"found"}'),
    "endless nesting": framed(200, JSON, b"[" * 100_000),
    "a problem that is none": framed(503, "application/problem+json", b"[]"),
    "no HTTP": b"\x00\x01 no protocol\r\n\r\n",
    "a body that breaks off": framed(200, JSON, b'{"outcome":"not_matched","hints":[]}')[:-1],
}


@pytest.mark.parametrize("name", FOREIGN)
def test_an_answer_that_is_not_the_gateways_is_an_outage(program: Program, tmp_path: Path, name: str) -> None:
    """Whatever stands between ends with 4: it is never "no such citizen", nor a crash."""
    ended = ask(program, tmp_path, FOREIGN[name])
    assert ended.code == 4
    assert "; says nothing about the person; " in ended.line


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"]
)
def test_silence_ends_in_time(program: Program, tmp_path: Path, answer: bytes) -> None:
    """A server that falls silent before or within its answer is given up after the seconds asked for."""
    ended = ask(program, tmp_path, answer, "1", silent=True)
    assert ended.code == 4
    assert ended.line.startswith("unavailable: timed_out: no whole answer within 1 s")


def test_nobody_there(program: Program, tmp_path: Path) -> None:
    """A port that nobody listens on is an outage that may pass."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"https://localhost:{free.getsockname()[1]}/"
    ended = door(url, Authority.create(), tmp_path).ask(program, "lookup", {})
    assert (ended.code, ended.line.split(":")[1]) == (4, " connect_failed")
    assert ended.line.endswith("may be asked again")


def test_the_question_goes_out_as_it_came(program: Program, tmp_path: Path) -> None:
    """One POST with the key, the body byte for byte from standard input, and Vietnamese titles asked for."""
    authority = Authority.create()
    body = json.dumps({"subject": {"name": "Nguyễn Thị Mẫu"}}, ensure_ascii=False, indent=1).encode()
    with Stub(authority.issue_server(), tmp_path, FOREIGN["nothing"]) as stub:
        door(stub.url, authority, tmp_path).ask(program, "verify", body)
    (request,) = stub.requests
    head, _, sent = request.partition(b"\r\n\r\n")
    first, *headers = head.decode().lower().split("\r\n")
    assert (first, sent) == ("post /v1/verify http/1.1", body)
    assert {"authorization: bearer dancu_invented", "content-type: application/json", "accept-language: vi"} <= {
        *headers
    }


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("lookup",),
        ("prefill", "{url}", "{ca}", "{key}"),
        ("lookup", "{url}", "{key}", "{key}"),
        ("lookup", "{url}", "missing.pem", "{key}"),
        ("lookup", "{url}", "{ca}", "missing.txt"),
        ("lookup", "{url}", "{ca}", "{key}", "soon"),
        ("lookup", "{url}", "{ca}", "{key}", "1", "more"),
    ],
)
def test_a_call_that_is_off_sends_nothing(program: Program, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Missing, unreadable and surplus arguments end with 2 and one line."""
    authority = Authority.create()
    with Stub(authority.issue_server(), tmp_path, FOREIGN["nothing"]) as stub:
        way = door(stub.url, authority, tmp_path)
        given = [one.format(url=way.url, ca=way.authority, key=way.key) for one in arguments]
        ended = program.run(*given, stdin=b"{}")
    assert (ended.code, ended.line.split(":")[0], stub.requests) == (2, "usage", [])
