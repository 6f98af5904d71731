"""``dancu gateway``: run the gateway, make keys for its applications, and print its OpenAPI document."""

from __future__ import annotations

import enum
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from dancu.cli.gateway_backup import backup, recipient, restore
from dancu.cli.gateway_check import check
from dancu.cli.gateway_init import init
from dancu.cli.gateway_status import status
from dancu.cli.gateway_unlock import unlock
from dancu.cli.gateway_upgrade import rollback, upgrade
from dancu.errors import DancuError

__all__ = ["app"]


class OpenApiVersion(enum.StrEnum):
    """Versions of OpenAPI in which the gateway describes itself."""

    FOR_GENERATORS = "3.0.3"
    NEWER = "3.1.0"


app = typer.Typer(help="The gateway for other applications / Cổng kết nối cho ứng dụng khác.", no_args_is_help=True)
app.command()(init)
app.command()(status)
app.command()(check)
app.command()(unlock)
app.command()(backup)
app.command()(restore)
app.command()(recipient)
app.command()(upgrade)
app.command()(rollback)


@app.command()
def serve(
    config: Annotated[Path, typer.Option("--config", help="gateway.toml")],
    as_json: Annotated[bool, typer.Option("--json", help="Say where it listens in one line of JSON.")] = False,
) -> None:
    """Serve until interrupted; calls in flight are finished first."""
    try:
        from dancu.gateway.serve import serve as run
    except ModuleNotFoundError:
        raise _missing() from None
    try:
        run(config, say=lambda url: _say(url, as_json=as_json))
    except DancuError as error:
        print(f"dancu: {error.message('vi')} / {error}", file=sys.stderr)
        raise typer.Exit(2) from None


def _missing() -> typer.Exit:
    print("dancu: the gateway needs the extra 'gateway': pip install 'dancu[gateway]'", file=sys.stderr)
    return typer.Exit(2)


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


@app.command()
def openapi(
    version: Annotated[
        OpenApiVersion, typer.Option("--openapi", help="Of which OpenAPI version.")
    ] = OpenApiVersion.FOR_GENERATORS,
    out: Annotated[Path | None, typer.Option("--out", help="A file to write instead of standard output.")] = None,
) -> None:
    """Print the document that the gateway serves at /openapi.json and /openapi-3.1.json."""
    try:
        from dancu.gateway.openapi import openapi_json
    except ModuleNotFoundError:
        raise _missing() from None
    text = openapi_json(version.value)
    if out is None:
        sys.stdout.buffer.write(text.encode())
        return
    try:
        out.write_bytes(text.encode())
    except OSError:
        print(f"dancu: không ghi được tệp / the file cannot be written: {out}", file=sys.stderr)
        raise typer.Exit(2) from None
