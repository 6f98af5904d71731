from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from dancu.events import BreakerMoved, Event, IdentityEnding, Observer
from dancu.observe import log_event, tell_all

from .events import ALL, REFERENCE, attempted, ended


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (attempted(), logging.DEBUG),
        (ended("found"), logging.INFO),
        (ended("rejected", code="not_granted"), logging.INFO),
        (ended("unavailable", code="timed_out"), logging.WARNING),
        (ended("failed"), logging.WARNING),
        (BreakerMoved(state="open"), logging.WARNING),
        (BreakerMoved(state="closed"), logging.INFO),
        (IdentityEnding(days=7), logging.WARNING),
    ],
    ids=str,
)
def test_an_event_has_the_level_of_its_weight(event: Event, level: int, caplog: pytest.LogCaptureFixture) -> None:
    """Attempts are for debugging, ends are information, troubles and alarms are warnings."""
    caplog.set_level(logging.DEBUG, "dancu")
    log_event(event)
    assert [record.levelno for record in caplog.records] == [level]


def test_a_record_reads_and_is_data(caplog: pytest.LogCaptureFixture) -> None:
    """The message is the event and its attributes; a formatter finds them on the record."""
    caplog.set_level(logging.DEBUG, "dancu")
    log_event(ended("unavailable", code="timed_out"))
    (record,) = caplog.records
    assert record.getMessage() == (
        f"Ended reference={REFERENCE} operation=look_up result=unavailable code=timed_out source=upstream"
        " attempts=1 seconds=0.250"
    )
    assert vars(record)["dancu"]["seconds"] == 0.25


def test_a_program_without_logging_hears_nothing() -> None:
    """No event reaches standard error by logging's last resort."""
    program = "from dancu.observe import log_event; from dancu.events import *; log_event(IdentityEnding(days=7))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=30)
    assert (ended.stdout, ended.stderr) == (b"", b"")


def test_an_observer_that_raises_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The others are told, and the log names the type once and not what it said."""
    heard: list[Event] = []

    def broken(event: Event) -> None:
        raise LookupError(event)

    observers: list[Observer] = [broken, heard.append]
    tell = tell_all(observers)
    for event in ALL:
        tell(event)
    assert heard == list(ALL)
    assert [record.getMessage() for record in caplog.records] == ["an observer failed: LookupError"]
