"""Planted numbers, names and keys go through every way a call can end, and are seen nowhere."""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING

import pytest

from dancu import Claim, Client, DancuError, MemorySink, Officer, Purpose, Subject, to_json
from dancu_mock import SCENARIOS, Mock, MockServer, MockSettings, Person, Place

from .conftest import Platform, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

PURPOSE = Purpose(procedure="1.004194", unit="H15.42", officer=Officer("can.bo.mau"), session="canary")


@pytest.fixture
def planted(request: pytest.FixtureRequest) -> ModuleType:
    """The planted values, as the run's watch knows them."""
    watch = request.config.pluginmanager.get_plugin("canary-watch")
    module: ModuleType = sys.modules[type(watch).__module__].canaries
    return module


@pytest.fixture(params=["sync", "async"])
def canary_platform(request: pytest.FixtureRequest, planted: ModuleType, tmp_path: Path) -> Iterator[Platform]:
    """A platform whose only citizen, secret and key are planted."""
    person = Person(
        planted.NUMBER,
        "HOANGYENCANARY",
        1984,
        5,
        6,
        name=planted.NAME,
        birth_place=Place("66", "", "22015", planted.NAME),
    )
    client = "DEMO/GOV/000/DEMO-APP"
    settings = MockSettings(
        secret=planted.SECRET, x_road_client=client, api_key=planted.OFFICER_SECRET, people=(person,)
    )
    with MockServer(Mock(settings)) as server:
        profile = profile_of(tmp_path, server.write_files(tmp_path))
        key = tmp_path / "api-key.txt"
        key.touch(mode=0o600)
        key.write_text(planted.OFFICER_SECRET, encoding="utf-8")
        profile["credential"] |= {"family": "xroad", "x_road_client": client, "api_key": {"file": str(key)}}
        yield Platform(server, server.mock, profile, request.param)


def everything_about(error: BaseException) -> str:
    """All that a log or a debugger could show of an error."""
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(error) + repr(vars(error))
    if isinstance(error, DancuError):
        shown += error.message("vi") + pickle.dumps(error).decode("latin-1")
    return shown + repr(error.__cause__) + repr(error.__context__) + repr(getattr(error, "__notes__", ""))


@pytest.mark.parametrize("scenario", [None, *sorted(set(SCENARIOS) - {"gzip_bomb"})])
def test_no_canary_is_seen(
    canary_platform: Platform, planted: ModuleType, caplog: pytest.LogCaptureFixture, scenario: str | None
) -> None:
    """Neither logs at DEBUG, nor errors, reprs or audit hold a planted value, however the call ends."""
    caplog.set_level(logging.DEBUG)
    subject = Subject(number=planted.NUMBER, name=planted.NAME, birth_date="1984-05-06")
    claim = Claim(name=planted.NAME, number=planted.NUMBER)
    shown: list[str] = [repr(subject), str(subject), repr(claim), repr(canary_platform.mock)]
    with canary_platform.mock.scenario(scenario):
        for question in (
            lambda dancu: dancu.look_up(subject, fields=["name", "number"], purpose=PURPOSE, deadline=0.2),
            lambda dancu: dancu.verify(subject, claim, purpose=PURPOSE, deadline=0.2),
        ):
            try:
                answer = canary_platform.ask(question)
            except DancuError as error:
                shown.append(everything_about(error))
            else:
                shown.append(repr(answer) + str(answer))
                if type(answer).__name__ == "Verified":
                    shown.append(to_json(answer))
    assert isinstance(canary_platform.sink, MemorySink)
    shown += [line.decode() for line in canary_platform.sink.lines]
    shown += [record.getMessage() + str(record.args) for record in caplog.records]
    shown.append(repr(canary_platform.mock.journal.calls))
    assert planted.hits("\n".join(shown)) == []
    assert len(canary_platform.sink.lines) == 4


def test_the_watch_sees_what_is_shown(planted: ModuleType) -> None:
    """The search is able to find: a text with a planted value is a hit, in any case."""
    assert planted.hits(f"... {planted.NUMBER} ...") != []
    assert planted.hits(planted.NAME.lower()) != []


def test_input_errors_hold_no_canary(planted: ModuleType) -> None:
    """A refused number, name, date, field or purpose is named and not quoted."""
    from dancu import InvalidInput

    bad = (
        lambda: Subject(number=planted.NUMBER + "0", name="A", birth_date="1990"),
        lambda: Subject(number=planted.NUMBER, name=planted.NAME + "1", birth_date="1990"),
        lambda: Subject(number=planted.NUMBER, name=planted.NAME, birth_date=planted.NUMBER),
        lambda: Purpose(procedure=planted.NAME * 9, unit="H15", officer=Officer("a"), session="s"),
        lambda: Claim(gender=object()),  # type: ignore[arg-type]  # what an untyped caller might pass
    )
    for make in bad:
        with pytest.raises(InvalidInput) as caught:
            make()
        assert planted.hits(everything_about(caught.value)) == []
        assert caught.value.field


def test_no_canary_in_a_command_line(canary_platform: Platform, planted: ModuleType, tmp_path: Path) -> None:
    """While a mock serves and a client asks, no process bears a planted value in its arguments."""
    command = [sys.executable, "-m", "dancu.cli", "mock", "serve", "--dir", str(tmp_path / "served"), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None and served.stdout.readline().startswith("{")
        subject = Subject(number=planted.NUMBER, name=planted.NAME, birth_date="1984-05-06")
        with Client(canary_platform.profile, audit=MemorySink()) as dancu:
            dancu.look_up(subject, fields=["name"], purpose=PURPOSE)
        seen = planted.process_hits()
        served.terminate()
        assert served.wait(timeout=10) == 0
    assert seen == []
