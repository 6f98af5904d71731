"""The gateway's log for a collector: syslog of RFC 5424, over UDP (RFC 5426), TCP (RFC 6587) or a Unix socket.

::

    <134>1 2026-11-23T03:00:00.123456Z may-chu-1 dancu-gateway 812 Ended [dancu@32473 operation="look_up" ...] Ended ...
    └PRI┘                                                          MSGID └ the event's attributes            ┘ MSG

It is the log of `dancu.observe.log`: typed events, in which no person can be. It is no audit: while the collector is
away or slow, lines are left out and counted, and no call waits for it.
"""

from __future__ import annotations

import contextlib
import datetime
import logging
import os
import queue
import re
import socket
import threading
import time
from logging.handlers import QueueHandler
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

__all__ = ["Rfc5424", "SyslogHandler", "SyslogPart", "logged"]

Facility = Literal["daemon", "auth", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"]
_FACILITIES: Mapping[str, int] = {"daemon": 3, "auth": 4, **{f"local{place}": 16 + place for place in range(8)}}
_SEVERITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_DEBUG = 7
_APPLICATION = "dancu-gateway"
_LOGGERS = ("dancu", "uvicorn.error")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f]+")
_NOT_IN_A_NAME = re.compile(r"[^!-~]")
_TO_ESCAPE = re.compile(r'(["\\\]])')
_ESCAPED = r"\\\1"
_MOST_WAITING = 10_000
_SECONDS = 2.0


class SyslogPart(BaseModel):
    """Where the log goes.

    Attributes:
        to: ``udp://host:port``, ``tcp://host:port`` or ``unix:/dev/log``.
        level: from which on.
        facility: of syslog.
        enterprise: private enterprise number of the structured data (RFC 5424 §7.2.2); 32473 is the one for examples.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    to: Annotated[str, StringConstraints(pattern=r"^(?:(?:udp|tcp)://[A-Za-z0-9.:\[\]-]+:[0-9]{1,5}|unix:/[!-~]+)$")]
    level: Literal["debug", "info", "warning"] = "info"
    facility: Facility = "local0"
    enterprise: Annotated[int, Field(ge=1, le=2**31)] = 32473


class Rfc5424(logging.Formatter):
    """A log record as one message; an exception is told by its type, for its words may repeat what somebody sent."""

    def __init__(self, part: SyslogPart) -> None:
        super().__init__()
        self._facility = _FACILITIES[part.facility]
        self._id = f"dancu@{part.enterprise}"
        self._host = _NOT_IN_A_NAME.sub("", socket.gethostname())[:255] or "-"

    def format(self, record: logging.LogRecord) -> str:
        """The message without framing."""
        priority = self._facility * 8 + severity(record.levelno)
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="microseconds")
        told: Mapping[str, object] = getattr(record, "dancu", {})
        text = _printed(record.getMessage())
        if record.exc_info and record.exc_info[0]:
            text = f"{text} ({record.exc_info[0].__name__})"
        kind = text.partition(" ")[0] if told else "-"
        mark = "" if text.isascii() else "\ufeff"
        head = f"<{priority}>1 {moment.removesuffix('+00:00')}Z {self._host} {_APPLICATION} {os.getpid()}"
        return f"{head} {kind[:32]} {self._structured(told)} {mark}{text}"

    def _structured(self, told: Mapping[str, object]) -> str:
        parts = [f' {name}="{_TO_ESCAPE.sub(_ESCAPED, _printed(value))}"' for name, value in told.items()]
        return f"[{self._id}{''.join(parts)}]" if parts else "-"


def _printed(value: object) -> str:
    return _UNPRINTED.sub(" ", str(value))


def severity(level: int) -> int:
    """Syslog's severity of a level of logging: 2 critical to 7 debug."""
    return next((found for least, found in _SEVERITIES if level >= least), _DEBUG)


class SyslogHandler(logging.Handler):
    """Sends messages; a lost connection is made anew, and what cannot be sent is left out."""

    def __init__(self, part: SyslogPart) -> None:
        super().__init__()
        self._to = part.to
        self._socket: socket.socket | None = None
        self._again = float("-inf")
        self._until = float("inf")
        self.setFormatter(Rfc5424(part))

    def emit(self, record: logging.LogRecord) -> None:
        """Send one; within 2 s, and at most one attempt to connect in 2 s."""
        if time.monotonic() > self._until:
            return
        message = self.format(record).encode()
        if self._to.startswith("tcp:"):
            # Octet counting (RFC 6587 §3.4.1): a message may hold anything.
            message = b"%d %s" % (len(message), message)
        try:
            if self._socket is None:
                self._socket = self._connected()
            self._socket.sendall(message)
        except OSError:
            self._let_go()

    def hurry(self) -> None:
        """The gateway ends: what cannot be sent within 2 s is left out."""
        self._until = time.monotonic() + _SECONDS

    def _connected(self) -> socket.socket:
        if time.monotonic() < self._again:
            raise OSError("a moment ago nobody was there")
        self._again = time.monotonic() + _SECONDS
        scheme, _colon, rest = self._to.partition(":")
        if scheme == "unix":
            return _connect(socket.AF_UNIX, socket.SOCK_DGRAM, rest)
        place = urlsplit(self._to)
        kind = socket.SOCK_DGRAM if scheme == "udp" else socket.SOCK_STREAM
        family, _kind, _protocol, _name, address = socket.getaddrinfo(place.hostname, place.port, type=kind)[0]
        return _connect(family, kind, address)

    def _let_go(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def close(self) -> None:
        """Hang up."""
        self._let_go()
        super().close()


def _connect(family: int, kind: int, address: object) -> socket.socket:
    made = socket.socket(family, kind)
    try:
        made.settimeout(_SECONDS)
        made.connect(address)  # type: ignore[arg-type]  # of the family's shape: getaddrinfo's, or a path
    except OSError:
        made.close()
        raise
    return made


class _Waiting(QueueHandler):
    """Hands records to a thread; beyond so many they are left out, and the next one says how many."""

    def __init__(self) -> None:
        self.records: queue.Queue[logging.LogRecord | None] = queue.Queue(_MOST_WAITING)
        super().__init__(self.records)
        self._left_out = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """As it is: the thread is of this process."""
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Without waiting."""
        try:
            if self._left_out:
                text = "%d records of the log were left out"
                self.records.put_nowait(
                    logging.LogRecord("dancu", logging.WARNING, "", 0, text, (self._left_out,), None)
                )
                self._left_out = 0
            self.records.put_nowait(record)
        except queue.Full:
            self._left_out += 1


class _Sender(threading.Thread):
    """Sends what waits."""

    def __init__(self, records: queue.Queue[logging.LogRecord | None], handler: SyslogHandler) -> None:
        super().__init__(name="dancu-syslog", daemon=True)
        self._records = records
        self._handler = handler

    def run(self) -> None:
        """Until it is ended."""
        while (record := self._records.get()) is not None:
            self._handler.handle(record)

    def end(self) -> None:
        """Send the rest, for some seconds at most."""
        self._handler.hurry()
        self._records.put(None)
        self.join(2 * _SECONDS)


@contextlib.contextmanager
def logged(part: SyslogPart | None) -> Generator[None]:
    """The log goes to a collector for as long as the block runs; nowhere where ``gateway.toml`` names none."""
    if part is None:
        yield
        return
    handler, waiting = SyslogHandler(part), _Waiting()
    sender = _Sender(waiting.records, handler)
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [one.level for one in loggers]
    sender.start()
    for one in loggers:
        one.addHandler(waiting)
        one.setLevel(part.level.upper())
    try:
        yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.removeHandler(waiting)
            one.setLevel(level)
        sender.end()
        handler.close()
