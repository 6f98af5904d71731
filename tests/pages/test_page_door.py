"""Who may change something through the page: only the page itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from dancu.pages import HEADERS, STATIC, language_of, static
from dancu_mock import Mock, MockServer
from dancu_mock.control.page_words import WORDS
from dancu_mock.control.server import ControlServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAY = {"name": "throttled"}
OURS = {"X-Dancu-Page": "1"}


@pytest.fixture(scope="module")
def control() -> Iterator[ControlServer]:
    """A control port."""
    mock = Mock()
    with MockServer(mock) as server, ControlServer(mock, server) as made:
        yield made


@pytest.fixture
def reader(control: ControlServer) -> Iterator[httpx.Client]:
    """Whoever opened the page with the token."""
    with httpx.Client(base_url=control.url, trust_env=False, follow_redirects=True) as client:
        assert client.get("/", params={"token": control.token}).status_code == 200
        yield client


def test_the_page_itself_may(reader: httpx.Client) -> None:
    """With the cookie and the header a scenario plays, and ends."""
    assert reader.post("/page/play", data=PLAY, headers=OURS).status_code == 200
    assert reader.post("/page/end", data=PLAY, headers=OURS).status_code == 200


@pytest.mark.parametrize("path", ["play", "end", "forget", "clock", "certificate", "reset"])
def test_nobody_else_may(control: ControlServer, reader: httpx.Client, path: str) -> None:
    """Without the header, without the cookie, with a foreign origin: refused, whatever it is."""
    assert reader.post(f"/page/{path}", data=PLAY).status_code == 401
    assert (
        reader.post(f"/page/{path}", data=PLAY, headers={**OURS, "Origin": "https://evil.example"}).status_code == 403
    )
    assert httpx.post(f"{control.url}page/{path}", data=PLAY, headers=OURS, trust_env=False).status_code == 401


@pytest.mark.parametrize("part", ["scenarios", "people", "journal"])
def test_a_part_wants_the_cookie(control: ControlServer, reader: httpx.Client, part: str) -> None:
    """No part of the page is shown to a stranger."""
    assert reader.get(f"/page/{part}").status_code == 200
    assert httpx.get(f"{control.url}page/{part}", trust_env=False).status_code == 401


def test_the_cookie_is_not_the_token(control: ControlServer, reader: httpx.Client) -> None:
    """It is derived, hidden from scripts, of this site only, and named for its port."""
    (cookie,) = [one for one in reader.cookies.jar if one.name == f"dancu_mock_{control.port}"]
    assert control.token not in str(cookie.value)
    answer = httpx.get(control.url, params={"token": control.token}, trust_env=False)
    told = answer.headers["Set-Cookie"].lower()
    assert "httponly" in told and "samesite=strict" in told


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("play", {"name": "no_such"}),
        ("play", {"name": "throttled", "times": "-1"}),
        ("play", {"name": "throttled", "times": "many"}),
        ("end", {"id": "999999"}),
        ("clock", {"advance": "soon"}),
        ("certificate", {"kind": "golden"}),
        ("certificate", {}),
        ("play", {"name": "x" * 20_000}),
    ],
)
def test_nonsense_is_refused_with_a_sentence(reader: httpx.Client, path: str, data: dict[str, str]) -> None:
    """What cannot be done is 400 and words, never a failure of the mock."""
    answer = reader.post(f"/page/{path}", data=data, headers=OURS)
    assert answer.status_code == 400
    assert 10 < len(answer.text) < 4000


def test_every_answer_bears_the_headers(reader: httpx.Client) -> None:
    """No page may be kept, framed, or load anything from elsewhere; files may be kept for an hour."""
    for path in ("/", "/page/people", "/page/journal"):
        assert {name: reader.get(path).headers[name] for name in HEADERS} == dict(HEADERS)
    for name, kind in STATIC.items():
        answer = reader.get(f"/static/{name}")
        assert (answer.content, answer.headers["Content-Type"].partition(";")[0]) == (
            static(name),
            kind.partition(";")[0],
        )
    assert reader.get("/static/../base.html").status_code == 404
    with pytest.raises(KeyError):
        static("base.html")


@pytest.mark.parametrize(
    ("asked", "accepted", "shown"),
    [
        (None, None, "vi"),
        (None, "en-GB,en;q=0.9,vi;q=0.1", "en"),
        (None, "fr, vi;q=0.5", "vi"),
        (None, "fr", "vi"),
        ("en", "vi", "en"),
        ("vi", "en", "vi"),
        ("de", "en", "en"),
    ],
)
def test_the_language_is_the_readers(asked: str | None, accepted: str | None, shown: str) -> None:
    """What was chosen, else the first of the browser's that there is, else Vietnamese."""
    assert language_of(asked, accepted) == shown


def test_every_word_is_in_both_languages() -> None:
    """No word is empty, and only a few are the same."""
    assert all(vi.strip() and en.strip() and vi != en for vi, en in WORDS.values())
