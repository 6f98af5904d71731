"""What each kind of step does with a call, past the gate and at it, in this process and over a socket."""

from __future__ import annotations

import datetime
import json
import time
from typing import TYPE_CHECKING

import pytest

from dancu_mock.messages import Raw, Reply, Request
from dancu_mock.mock import Mock
from dancu_mock.scenario_files.refusals import REFUSALS
from dancu_mock.server import MockServer
from dancu_mock.settings import MockSettings

from .callers import FORM, GRANT, LONG, encoded, mock_of, posted, right
from .conftest import CONFIRM, LOOK_UP, Line, admitted, ask, confirm, credentials, enveloped, look_up

if TYPE_CHECKING:
    from pathlib import Path

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))


def playing(folder: Path, text: str, *, settings: MockSettings | None = None, now: float | None = None) -> Mock:
    """A mock that plays one scenario, whose steps and more are given."""
    head = 'name = "mine"\ntitle = { vi = "a", en = "b" }\n'
    (folder / "mine.toml").write_text(head + text, encoding="utf-8")
    mock = Mock(settings, scenarios=folder) if now is None else Mock(settings, scenarios=folder, now=lambda: now)
    mock.scenario("mine")
    return mock


def raw(mock: Mock) -> Raw:
    """The mock's answer to a look-up, as bytes."""
    headers = tuple(credentials(mock, LOOK_UP).items())
    reply = mock.handle(Request("POST", LOOK_UP, headers, enveloped(look_up("raw"))))
    assert isinstance(reply, Raw)
    return reply


def unsigned(mock: Mock, body: bytes = b"") -> Reply:
    """The answer to a call without a credential."""
    reply = mock.handle(Request("POST", LOOK_UP, (("Content-Type", "application/xml"),), body))
    assert isinstance(reply, Reply)
    return reply


def test_steps_follow_one_another(tmp_path: Path) -> None:
    """Each step is for its count of calls, and the last goes on."""
    steps = "[[steps]]\nstatus = 500\ncalls = 2\n[[steps]]\ngood = true\n[[steps]]\nstatus = 502\n"
    mock = playing(tmp_path, steps)
    assert [ask(mock, enveloped(look_up(f"s{turn}"))).status for turn in range(5)] == [500, 500, 200, 502, 502]


def test_an_http_answer_is_as_written(tmp_path: Path) -> None:
    """Status, type, headers, seconds to wait and body go out, with the mock's own header and the date."""
    written = '[[steps]]\nstatus = 418\ncontent_type = "text/html"\nbody = "<p>ấm</p>"\nretry_after = 9\n'
    reply = ask(playing(tmp_path, written + 'headers = { Via = "1.1 mock" }\n'), enveloped(look_up("h")))
    assert (reply.status, reply.body.decode()) == (418, "<p>ấm</p>")
    assert dict(reply.headers).items() >= {
        ("Content-Type", "text/html"),
        ("Via", "1.1 mock"),
        ("Retry-After", "9"),
        ("X-Dancu-Mock", "1"),
    }


def test_at_the_gate_no_credential_is_looked_at(tmp_path: Path) -> None:
    """A step of the gate answers a stranger; one of the register does not, and waits for who is let in."""
    assert unsigned(playing(tmp_path, '[[steps]]\nstatus = 503\nat = "gate"\n')).status == 503
    mock = playing(tmp_path, "[[steps]]\nstatus = 503\n")
    assert unsigned(mock).status == 401
    assert ask(mock, enveloped(look_up("r"))).status == 503


def test_a_malformed_question_is_a_fault_in_the_middle_of_a_scenario(tmp_path: Path) -> None:
    """What the service would not understand does not get as far as a step of the register."""
    mock = playing(tmp_path, "[[steps]]\nstatus = 503\n")
    assert ask(mock, b"no xml").status == 500
    assert mock.journal.calls[-1].scenario == ""


@pytest.mark.parametrize("name", list(REFUSALS))
def test_a_refusal_has_its_status_and_words(name: str, tmp_path: Path) -> None:
    """HTTP status and the members named by the refusal are in the answer."""
    reply = ask(playing(tmp_path, f'[[steps]]\nrefuse = "{name}"\n'), enveloped(look_up("w")))
    said = json.loads(reply.body)
    assert reply.status == (REFUSALS[name].status or 403)
    place, _blank, word = name.partition(" ")
    held = said.get("fault", said)
    expected = {"WSO2": ("code", word), "credential": ("message", "MOCK: refused")}.get(place, (place, word))
    assert str(held[expected[0]]).lower() == expected[1].lower()


def test_a_refused_licence_has_the_status_of_the_settings(tmp_path: Path) -> None:
    """``refusal_status`` holds for a scenario, too."""
    mock = playing(tmp_path, '[[steps]]\nrefuse = "errorCode 004"\n', settings=MockSettings(refusal_status=200))
    assert ask(mock, enveloped(look_up("l"))).status == 200


def test_other_people_answer(tmp_path: Path) -> None:
    """Nobody, two personas, and somebody written out are what look-up and confirmation are answered with."""
    for people, records, there in (
        ("people = []", 0, b"false"),
        ('people = ["homonym", "other_homonym"]', 2, b"true"),
        ('people = [{ asked_number = "066790000077", key = "LEMAU", year = 1990 }]', 1, b"true"),
    ):
        mock = playing(tmp_path, f"[[steps]]\n{people}\n")
        assert ask(mock, enveloped(look_up("p"))).body.count(b"<ns1:CongDan>") == records
        answer = ask(mock, enveloped(confirm("q"), "XacThucThongTinCongDan"), CONFIRM).body
        assert there in answer.replace(b"True", b"true").replace(b"False", b"false")


def test_chunks_go_out_as_bytes(tmp_path: Path) -> None:
    """Texts, how often each stands there, delays, the end and the encoding are those of the file."""
    text = '[[steps]]\nchunks = ["a", "\\u00ff"]\nrepeats = [3]\ndelays = [0.1]\nend = "reset"\nencoding = "latin-1"\n'
    mock = playing(tmp_path, text)
    assert raw(mock) == Raw((b"aaa", b"\xff"), (0.1,), "reset")
    assert (mock.journal.calls[-1].outcome, mock.journal.calls[-1].status) == ("mine", 0)


def test_a_late_answer_is_whole(tmp_path: Path) -> None:
    """Its bytes are those of the answer on time, its date and the mock's header among them, after the delay."""
    for step, line in (("good = true", b"200 OK"), ("status = 599", b"599 "), ('refuse = "code 429"', b"200 OK")):
        mock = playing(tmp_path, f"[[steps]]\n{step}\ndelay = 0.5\n")
        late = raw(mock)
        head, _blank, body = late.chunks[0].partition(b"\r\n\r\n")
        assert (late.delays, late.end, head.splitlines()[0]) == ((0.5,), "keep", b"HTTP/1.1 " + line)
        assert b"X-Dancu-Mock: 1" in head and b"Date: " in head
        assert f"Content-Length: {len(body)}".encode() in head


def test_a_delay_is_waited_over_a_socket(tmp_path: Path) -> None:
    """An answer comes whole after its delay, and the connection serves on."""
    mock = playing(tmp_path, "[[steps]]\ngood = true\ndelay = 0.2\n[[steps]]\ngood = true\n")
    with MockServer(mock) as server:
        server.write_files(tmp_path)
        line = Line(server, mock, admitted(tmp_path), tmp_path)
        connection = line.connect()
        connection.connect()
        started = time.monotonic()
        first = line.post(connection, "late")
        assert time.monotonic() - started >= 0.2
        assert first[0] == 200 and b"CongDan" in first[1]
        assert line.post(connection, "soon")[0] == 200
        connection.close()
    assert mock.journal.handshakes == 1


def test_a_scenario_is_for_a_certificate(tmp_path: Path) -> None:
    """Over a socket the caller is whom the client's certificate names."""
    mock = playing(tmp_path, 'when = { caller = "demo-app" }\n[[steps]]\nstatus = 503\n')
    assert ask(mock, enveloped(look_up("here"))).status == 200
    with MockServer(mock) as server:
        server.write_files(tmp_path)
        line = Line(server, mock, admitted(tmp_path), tmp_path)
        connection = line.connect()
        assert line.post(connection, "there")[0] == 503
        connection.close()
    assert mock.journal.calls[-1].caller == "demo-app"


@pytest.mark.parametrize(("what", "again"), [("tokens", 200), ("everything", 401)])
def test_tokens_are_revoked(what: str, again: int, tmp_path: Path) -> None:
    """From that call on every token fails; a refresh token outlives it unless everything is revoked."""
    mock = playing(
        tmp_path,
        f'[[steps]]\nrevoke = "{what}"\n',
        settings=MockSettings(family="jwt-login", secret="synthetic-secret"),
    )
    account = b'{"username":"demo-app","password":"synthetic-secret"}'
    json_type = {"Content-Type": "application/json"}
    given = json.loads(posted(mock, "/login", json_type, account).body)
    headers = {"Authorization": f"Bearer {given['token']}", "Content-Type": "application/xml"}
    assert posted(mock, LOOK_UP, headers, enveloped(look_up("t"))).status == 401
    assert (mock.journal.calls[-1].outcome, mock.journal.calls[-1].scenario) == ("refused", "mine")
    refresh = json.dumps({"refreshToken": given["refreshToken"]}).encode()
    assert posted(mock, "/login/refresh", json_type, refresh).status == again


def test_a_revoked_call_takes_one_step(tmp_path: Path) -> None:
    """Where no token is needed, the call after which tokens fail is answered as usual, and the next step is next."""
    mock = playing(tmp_path, '[[steps]]\nrevoke = "tokens"\n[[steps]]\nstatus = 503\n')
    assert [ask(mock, enveloped(look_up(f"v{turn}"))).status for turn in range(2)] == [200, 503]


@pytest.mark.parametrize(
    ("step", "status"),
    [("status = 503", 503), ('refuse = "credential"', 401), ('fault = "html_502"', 502), ("good = true", 200)],
)
def test_a_token_door_is_played(step: str, status: int, tmp_path: Path) -> None:
    """Named as the service, the place where tokens are had answers with the step; calls of services do not."""
    mock = playing(
        tmp_path,
        f'when = {{ service = "token" }}\n[[steps]]\n{step}\n',
        settings=MockSettings(family="lgsp-token", secret="synthetic-secret"),
    )
    reply = posted(mock, "/token", {**FORM, "lgspaccesstoken": encoded(LONG)}, GRANT)
    assert (reply.status, mock.journal.calls[-1].service, mock.journal.calls[-1].scenario) == (status, "token", "mine")


@pytest.mark.parametrize("family", ["xroad", "esb", "header-key", "client-credentials", "portal-session"])
def test_every_family_meets_a_scenario(family: str) -> None:
    """Tokens and sessions are had in the middle of one, and the call itself meets it."""
    mock = mock_of(family)
    mock.scenario("html_502")
    headers, body = right(mock)
    assert posted(mock, LOOK_UP, headers, body).status == 502


@pytest.mark.parametrize(
    ("hour", "minute", "status", "ends_in"),
    [(21, 59, 200, None), (22, 0, 503, "25200"), (0, 0, 503, "18000"), (4, 59, 503, "60"), (5, 0, 200, None)],
)
def test_a_window_is_open_by_the_clock_of_vietnam(hour: int, minute: int, status: int, ends_in: str | None) -> None:
    """Over midnight, from its first minute to before its last, with the seconds that are left."""
    moment = datetime.datetime(2026, 11, 23, hour, minute, tzinfo=VIETNAM).timestamp()
    mock = Mock(now=lambda: moment)
    mock.scenario("maintenance_window")
    headers = tuple(credentials(mock, LOOK_UP, now=moment).items())
    reply = mock.handle(Request("POST", LOOK_UP, headers, enveloped(look_up("w"))))
    assert isinstance(reply, Reply)
    assert (reply.status, dict(reply.headers).get("Retry-After")) == (status, ends_in)


def test_the_clock_is_moved_through_a_window() -> None:
    """The platform is down once the mock's clock says so, and back when it says that."""
    start = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=VIETNAM).timestamp()
    mock = Mock(now=lambda: start)
    mock.scenario("maintenance_window_silent")
    seen: list[int] = []
    for hours in (0, 11, 8):
        mock.clock.advance(hours * 3600)
        headers = tuple(credentials(mock, LOOK_UP, now=mock.clock()).items())
        reply = mock.handle(Request("POST", LOOK_UP, headers, enveloped(look_up(f"m{hours}"))))
        assert isinstance(reply, Reply)
        seen.append(reply.status)
    assert seen == [200, 503, 200]


def test_within_a_day_a_window_does_not_wrap(tmp_path: Path) -> None:
    """A window from morning to noon is closed before and after."""
    seen: list[int] = []
    for hour in (7, 8, 11, 12):
        moment = datetime.datetime(2026, 11, 23, hour, 0, tzinfo=VIETNAM).timestamp()
        text = 'daily = { begins = "08:00", ends = "12:00" }\n[[steps]]\nstatus = 503\nat = "gate"\n'
        seen.append(unsigned(playing(tmp_path, text, now=moment)).status)
    assert seen == [401, 503, 503, 401]
