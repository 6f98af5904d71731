"""The log as a collector gets it: every message is one of RFC 5424, and none is worth a call."""

from __future__ import annotations

import contextlib
import datetime
import logging
import re
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dancu.gateway.syslog import Rfc5424, SyslogHandler, SyslogPart, logged, severity

from .conftest import question, serving

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

# RFC 5424 §6: header, structured data with escaped values, and a message behind a space.
_MESSAGE = re.compile(
    r"<(?P<priority>[0-9]{1,3})>1 (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z) (?P<host>[!-~]{1,255}) "
    r"(?P<app>[!-~]{1,48}) (?P<process>[!-~]{1,128}) (?P<kind>[!-~]{1,32}) "
    r'(?P<data>-|\[[!-~]{1,32}(?: [!-<>-Z^-~]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*\])(?: (?P<text>.*))?',
    re.DOTALL,
)
CONTROLS = "".join(map(chr, (*range(32), 127)))
SETTINGS = '\n[syslog]\nto = "udp://{}"\n'
_PARAMETER = re.compile(r' (\w+)="((?:[^"\\\]]|\\["\\\]])*)"')


def parsed(message: str) -> dict[str, Any]:
    """A message by its parts, the structured data unescaped."""
    found = _MESSAGE.fullmatch(message)
    assert found is not None, message
    parameters = {name: re.sub(r'\\(["\\\]])', r"\1", value) for name, value in _PARAMETER.findall(found["data"])}
    return {**found.groupdict(), "parameters": parameters}


def part(to: str = "udp://127.0.0.1:514", **settings: Any) -> SyslogPart:
    """Settings."""
    return SyslogPart(to=to, **settings)


def record(text: str, *, level: int = logging.INFO, told: Mapping[str, object] | None = None) -> logging.LogRecord:
    """A log record, of an event where attributes are told."""
    made = logging.LogRecord("dancu", level, "", 0, text, (), None)
    if told is not None:
        made.dancu = told
    return made


@pytest.mark.parametrize(
    ("facility", "level", "priority"),
    [
        ("local0", logging.INFO, 134),
        ("local7", logging.WARNING, 188),
        ("daemon", logging.DEBUG, 31),
        ("auth", logging.ERROR, 35),
        ("local0", logging.CRITICAL, 130),
    ],
)
def test_the_priority_is_facility_and_severity(facility: Any, level: int, priority: int) -> None:
    """Facility times eight and the severity (§6.2.1)."""
    message = Rfc5424(part(facility=facility)).format(record("text", level=level))
    assert parsed(message)["priority"] == str(priority)
    assert severity(logging.INFO + 1) == 6


def test_an_event_keeps_its_attributes() -> None:
    """Its name is the message's id, and its attributes are structured data under the configured number."""
    told = {"reference": "01M84D9WHBH09B39QE0N2AXWKG", "operation": "look_up", "code": None, "seconds": 0.25}
    made = record("Ended reference=x", told=told)
    made.created = datetime.datetime(2026, 11, 23, 3, 0, 0, 120_000, datetime.UTC).timestamp()
    found = parsed(Rfc5424(part(enterprise=12345)).format(made))
    assert (found["time"], found["app"], found["kind"]) == ("2026-11-23T03:00:00.120000Z", "dancu-gateway", "Ended")
    assert found["data"].startswith("[dancu@12345 ") and found["text"] == "Ended reference=x"
    assert found["parameters"] == {name: str(value) for name, value in told.items()}


@given(
    value=st.text(st.characters(codec="utf-8", exclude_characters=CONTROLS)), text=st.text(st.characters(codec="utf-8"))
)
def test_whatever_is_said_it_is_one_message(value: str, text: str) -> None:
    """Quotation marks, brackets and backslashes come back as they were, and no control character stays in."""
    found = parsed(Rfc5424(part()).format(record("Event " + text.replace("%", ""), told={"state": value})))
    assert found["parameters"] == {"state": value}
    assert not re.search(r"[\x00-\x1f\x7f]", found["text"])


def test_other_letters_are_marked() -> None:
    """A message with Vietnamese in it begins with the mark of UTF-8 (§6.4), a plain one does not."""
    formatter = Rfc5424(part())
    assert parsed(formatter.format(record("Đắk Lắk")))["text"] == "\ufeffĐắk Lắk"
    assert parsed(formatter.format(record("plain")))["text"] == "plain"


def test_an_exception_is_told_by_its_type() -> None:
    """What it says may repeat what somebody sent."""
    made = record("Exception in ASGI application")
    error = ValueError("066790000001")
    made.exc_info = (ValueError, error, None)
    assert parsed(Rfc5424(part()).format(made))["text"] == "Exception in ASGI application (ValueError)"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "udp://",
        "udp://host",
        "tls://host:6514",
        "unix:",
        "unix:relative",
        "tcp://a b:1",
        "http://h:1",
        "udp://h:514/x",
    ],
)
def test_an_address_of_another_kind_is_refused(to: str) -> None:
    """Only udp and tcp with host and port, and an absolute path of a socket."""
    with pytest.raises(ValidationError):
        part(to)


@contextlib.contextmanager
def bound(kind: int) -> Generator[tuple[socket.socket, str]]:
    """A collector on the loopback and its host and port."""
    with socket.socket(socket.AF_INET, kind) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(5)
        yield made, f"127.0.0.1:{made.getsockname()[1]}"


def test_over_udp_a_datagram_is_a_message() -> None:
    """One each, without framing."""
    with (
        bound(socket.SOCK_DGRAM) as (collector, place),
        contextlib.closing(SyslogHandler(part(f"udp://{place}"))) as handler,
    ):
        for text in ("one", "two"):
            handler.emit(record(text))
            assert parsed(collector.recv(65536).decode())["text"] == text


def test_over_a_unix_socket_a_datagram_is_a_message(tmp_path: Path) -> None:
    """As a local collector takes it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as collector:
        collector.bind(str(tmp_path / "log"))
        collector.settimeout(5)
        with contextlib.closing(SyslogHandler(part(f"unix:{tmp_path}/log"))) as handler:
            handler.emit(record("local"))
            assert parsed(collector.recv(65536).decode())["text"] == "local"


def counted(stream: bytes) -> list[str]:
    """Messages of a stream by octet counting (RFC 6587 §3.4.1)."""
    found = []
    while stream:
        length, _space, stream = stream.partition(b" ")
        found.append(stream[: int(length)].decode())
        assert len(stream) >= int(length)
        stream = stream[int(length) :]
    return found


def test_over_tcp_messages_are_counted_and_a_lost_connection_is_made_anew() -> None:
    """After the collector hung up, messages arrive again over a new connection."""
    with (
        bound(socket.SOCK_STREAM) as (collector, place),
        contextlib.closing(SyslogHandler(part(f"tcp://{place}"))) as handler,
    ):
        collector.listen()
        handler.emit(record("Đắk"))
        handler.emit(record("two"))
        first, _peer = collector.accept()
        first.settimeout(5)
        received = b""
        while len(found := counted(received) if received.endswith(b"two") else []) < 2:
            received += first.recv(65536)
        assert [parsed(one)["text"] for one in found] == ["\ufeffĐắk", "two"]
        first.close()
        collector.settimeout(0.2)
        second = None
        while second is None:
            handler._again = float("-inf")
            handler.emit(record("again"))
            with contextlib.suppress(TimeoutError):
                second, _peer = collector.accept()
        with second:
            assert parsed(counted(second.recv(65536))[0])["text"] == "again"


def test_where_nobody_listens_nothing_is_raised() -> None:
    """Lines are left out, and at most one attempt to connect is made in two seconds."""
    with bound(socket.SOCK_STREAM) as (_unheard, place):
        pass
    handler = SyslogHandler(part(f"tcp://{place}"))
    began = time.monotonic()
    for _ in range(2000):
        handler.emit(record("lost"))
    assert time.monotonic() - began < 2
    handler.close()


def test_a_collector_that_hangs_holds_nobody() -> None:
    """20,000 lines are handed over at once while nobody reads; those that do not fit are counted in a line."""
    release, emptied = threading.Event(), threading.Event()

    class Hanging(SyslogHandler):
        """Sends nothing until it may."""

        lines: list[str] = []  # noqa: RUF012  # read by the test

        def emit(self, record: logging.LogRecord) -> None:
            release.wait(20)
            self.lines.append(self.format(record))
            if len(self.lines) == 10_000:
                emptied.set()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dancu.gateway.syslog.SyslogHandler", Hanging)
        with logged(part()):
            logger, began = logging.getLogger("dancu.audit"), time.monotonic()
            for place in range(20_000):
                logger.info("line %d", place)
            took = time.monotonic() - began
            release.set()
            assert emptied.wait(10)
            logger.warning("last")
    assert took < 5
    assert "records of the log were left out" in Hanging.lines[-2] and Hanging.lines[-1].endswith("last")
    assert len(Hanging.lines) < 10_010


def test_a_gateway_that_ends_does_not_wait_for_a_collector() -> None:
    """With thousands of lines before a collector that reads nothing, the end comes within seconds."""
    with bound(socket.SOCK_STREAM) as (collector, place):
        collector.listen()
        with logged(part(f"tcp://{place}")):
            for _ in range(15_000):
                logging.getLogger("dancu").info("%s", "x" * 500)
            began = time.monotonic()
        assert time.monotonic() - began < 6


def test_the_loggers_are_as_before() -> None:
    """Behind the block no handler stays, and the levels are as they were."""
    loggers = [logging.getLogger(name) for name in ("dancu", "uvicorn.error")]
    before = [(one.level, list(one.handlers)) for one in loggers]
    with logged(None):
        assert [(one.level, list(one.handlers)) for one in loggers] == before
    with logged(part(level="warning")):
        assert [one.level for one in loggers] == [logging.WARNING] * 2
    assert [(one.level, list(one.handlers)) for one in loggers] == before


def test_a_gateway_tells_a_call_by_its_reference(tmp_path: Path) -> None:
    """The reference of the answer is in the line, and nobody who was asked about."""
    with bound(socket.SOCK_DGRAM) as (collector, place), serving(tmp_path, granting=SETTINGS.format(place)) as made:
        reference = made.post("v1/lookup", question(fields=["name"])).json()["reference"]
        lines = [parsed(collector.recv(65536).decode())]
        while lines[-1]["parameters"].get("reference") != reference:
            lines.append(parsed(collector.recv(65536).decode()))
    assert lines[-1]["kind"] == "Ended" and lines[-1]["parameters"]["result"] == "found"
    assert not [one for one in lines if "066790000001" in str(one) or "Mẫu" in str(one)]
