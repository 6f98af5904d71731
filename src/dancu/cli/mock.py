"""``dancu mock serve``: the mock platform for any client in any language."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="A mock platform with invented citizens / Nền tảng giả lập.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep ``serve`` a sub-command although it is the only one."""


@app.command()
def serve(
    directory: Annotated[Path, typer.Option("--dir", help="Where certificates, secret and profile are written.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Say where it listens in one line of JSON.")] = False,
) -> None:
    """Serve over mTLS on the loopback until interrupted; writes all that a client needs into --dir."""
    from dancu_mock import Mock, MockServer

    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _number, _frame: ended.set())
    directory.mkdir(parents=True, exist_ok=True)
    with MockServer(Mock(), port=port) as server:
        profile = server.write_files(directory)
        said = {"url": server.url, "port": server.port, "dir": str(directory), "profile": str(profile)}
        if as_json:
            print(json.dumps(said), flush=True)
        else:
            print(f"Nền tảng giả lập đang chạy / mock platform at {server.url}")
            print(f"Cấu hình / profile: {profile}", flush=True)
        ended.wait()
