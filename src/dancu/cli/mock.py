"""``dancu mock``: the mock platform for any client in any language, its people and its scenarios."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dancu.cli.mock_options import (
    Control,
    ControlHost,
    ControlPort,
    ControlTokenFile,
    Dialect,
    Directory,
    Expose,
    Family,
    Host,
    Names,
    Population,
    Port,
    RequestForm,
    ScenarioFolder,
    Seed,
    Skin,
)
from dancu.cli.mock_people import people
from dancu.cli.mock_scenarios import scenarios as scenario_commands
from dancu.runtime.private import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dancu_mock.control.server import ControlServer
    from dancu_mock.server import MockServer

__all__ = ["app"]

app = typer.Typer(help="A mock platform with invented citizens / Nền tảng giả lập.", no_args_is_help=True)
app.command()(people)
app.add_typer(scenario_commands, name="scenarios")


@app.command()
def serve(
    directory: Directory,
    port: Port = 0,
    family: Family = "hash-basic",
    skin: Skin = "soap",
    dialect: Dialect = "live",
    request: RequestForm = None,
    population: Population = 1_000_000,
    seed: Seed = 1,
    scenarios: ScenarioFolder = None,
    host: Host = "127.0.0.1",
    name: Names = None,
    expose: Expose = False,
    control: Control = True,
    control_host: ControlHost = "127.0.0.1",
    control_port: ControlPort = 0,
    control_token_file: ControlTokenFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say where it listens in one line of JSON.")] = False,
) -> None:
    """Serve over mTLS on the loopback until interrupted; writes all that a client needs into --dir."""
    try:
        from dancu_mock.control.server import ControlServer
        from dancu_mock.mock import Mock
        from dancu_mock.server import MockServer
        from dancu_mock.settings import MockSettings
    except ModuleNotFoundError:
        _give_up("the mock needs the extra 'mock': pip install 'dancu[cli,mock]'", code=2)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    names = tuple(name or ())
    with contextlib.ExitStack() as opened:
        try:
            settings = MockSettings.named(family=family, skin=skin, dialect=dialect, request=request)
            mock = Mock(dataclasses.replace(settings, population=population, seed=seed), scenarios=scenarios)
            server = MockServer(mock, host=host, port=port, names=names, expose=expose)
            opened.callback(server.close)
            token = None if control_token_file is None else control_token_file.read_text(encoding="utf-8").strip()
            mover = ControlServer(
                mock, server, token=token, host=control_host, port=control_port, names=names, expose=expose
            )
            directory.mkdir(parents=True, exist_ok=True)
            _listen(opened, server, port)
            profile = server.write_files(directory)
            said = {"url": server.url, "port": server.port, "dir": str(directory), "profile": str(profile)}
            if control:
                _listen(opened, mover, control_port)
                said |= {"control": mover.url, "token_file": _token_file(control_token_file, directory, mover.token)}
        except ValueError as error:
            _give_up(str(error), code=2)
        except OSError as error:
            _give_up(f"{error.filename}: {error.strerror}", code=1)
        _say(json.dumps(said) if as_json else _friendly(said, mover.token))
        # Windows delivers Ctrl-C only between waits.
        while not ended.wait(0.5):
            pass


def _token_file(given: Path | None, directory: Path, token: str) -> str:
    """Where the token stands: where it was read, or else in a file of mode 600 that is written now."""
    if given is None:
        given = directory / "control.txt"
        write_private(given, token)
    return str(given)


def _listen(stack: contextlib.ExitStack, server: MockServer | ControlServer, port: int) -> None:
    try:
        stack.enter_context(server)
    except OSError as error:
        _give_up(f"port {port}: {error.strerror}", code=1)


def _friendly(said: Mapping[str, object], token: str) -> str:
    lines = [
        f"Nền tảng giả lập đang chạy / mock platform at {said['url']}",
        f"Cấu hình / profile: {said['profile']}",
    ]
    if "control" in said:
        lines.append(f"Điều khiển / control: {said['control']} (token: {said['token_file']})")
        lines.append(f"Mở trang / open the page: {said['control']}?token={token}")
    return "\n".join([*lines, "Ctrl-C để dừng / to stop"])


def _say(text: str) -> None:
    """Print at once, also where the console lacks Vietnamese letters."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    print(text, flush=True)


def _give_up(reason: str, *, code: int) -> NoReturn:
    print(f"dancu: {reason}", file=sys.stderr)
    raise typer.Exit(code)
