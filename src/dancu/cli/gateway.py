"""``dancu gateway``: run the gateway, and make keys for its applications."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from dancu.errors import DancuError

__all__ = ["app"]

app = typer.Typer(help="The gateway for other applications / Cổng kết nối cho ứng dụng khác.", no_args_is_help=True)


@app.command()
def serve(
    config: Annotated[Path, typer.Option("--config", help="gateway.toml")],
    as_json: Annotated[bool, typer.Option("--json", help="Say where it listens in one line of JSON.")] = False,
) -> None:
    """Serve until interrupted; calls in flight are finished first."""
    try:
        from dancu.gateway.serve import serve as run
    except ModuleNotFoundError:
        print("dancu: the gateway needs the extra 'gateway': pip install 'dancu[gateway]'", file=sys.stderr)
        raise typer.Exit(2) from None
    try:
        run(config, say=lambda url: _say(url, as_json=as_json))
    except DancuError as error:
        print(f"dancu: {error.message('vi')} / {error}", file=sys.stderr)
        raise typer.Exit(2) from None


def _say(url: str, *, as_json: bool) -> None:
    print(json.dumps({"url": url}) if as_json else f"Cổng kết nối / gateway at {url}", flush=True)


@app.command()
def key(
    application: Annotated[str, typer.Option("--application", help="Name of the application in gateway.toml.")],
) -> None:
    """Make a key for an application: shown once, here; the configuration holds its hash."""
    from dancu.gateway.applications import hash_key, new_key

    made = new_key()
    print(f"key: {made}")
    print(f'[[application]]\nname = "{application}"\nkey_sha256 = "{hash_key(made)}"')
