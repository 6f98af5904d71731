"""``dancu mock serve``: the mock platform for any client in any language."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

__all__ = ["app"]

app = typer.Typer(help="A mock platform with invented citizens / Nền tảng giả lập.", no_args_is_help=True)


_FAMILIES = (
    "How callers are let in: hash-basic, xroad, esb, lgsp-token, header-key, client-credentials, jwt-login, "
    "portal-session."
)
_SKINS = (
    "How answers are wrapped: soap, json-message, json-string, json-flag, json-tree, result-object, coded-response."
)


@app.callback()
def group() -> None:
    """Keep ``serve`` a sub-command although it is the only one."""


@app.command()
def serve(
    directory: Annotated[Path, typer.Option("--dir", help="Where certificates, secret and profile are written.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    family: Annotated[str, typer.Option(help=_FAMILIES)] = "hash-basic",
    skin: Annotated[str, typer.Option(help=_SKINS)] = "soap",
    dialect: Annotated[str, typer.Option(help="Of the records: live or qcvn109.")] = "live",
    request: Annotated[
        str | None, typer.Option(help="Form of requests: soap or json; by default the one of skin and family.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say where it listens in one line of JSON.")] = False,
) -> None:
    """Serve over mTLS on the loopback until interrupted; writes all that a client needs into --dir."""
    try:
        from dancu_mock import Mock, MockServer, MockSettings
    except ModuleNotFoundError:
        _give_up("the mock needs the extra 'mock': pip install 'dancu[cli,mock]'", code=2)
    try:
        settings = MockSettings.named(family=family, skin=skin, dialect=dialect, request=request)
    except ValueError as error:
        _give_up(str(error), code=2)
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _number, _frame: ended.set())
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with MockServer(Mock(settings), port=port) as server:
            profile = server.write_files(directory)
            said = {"url": server.url, "port": server.port, "dir": str(directory), "profile": str(profile)}
            _say(json.dumps(said) if as_json else _friendly(said))
            # Windows delivers Ctrl-C only between waits.
            while not ended.wait(0.5):
                pass
    except OSError as error:
        _give_up(f"{error.filename or f'port {port}'}: {error.strerror}", code=1)


def _friendly(said: Mapping[str, object]) -> str:
    return (
        f"Nền tảng giả lập đang chạy / mock platform at {said['url']}\n"
        f"Cấu hình / profile: {said['profile']}\n"
        "Ctrl-C để dừng / to stop"
    )


def _say(text: str) -> None:
    """Print at once, also where the console lacks Vietnamese letters."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    print(text, flush=True)


def _give_up(reason: str, *, code: int) -> NoReturn:
    print(f"dancu: {reason}", file=sys.stderr)
    raise typer.Exit(code)
