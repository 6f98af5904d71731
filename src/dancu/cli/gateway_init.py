"""``dancu gateway init``: the first files of a gateway, and the commands that come next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dancu.cli.answering import leave

__all__ = ["init"]


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Empty, or not there yet.")],
    units: Annotated[list[str], typer.Option("--unit", help="Code of a unit that asks. Repeatable.")],
    procedure: Annotated[str, typer.Option("--procedure", help="The first one for which may be asked.")],
    application: Annotated[str, typer.Option("--application", help="Name of the first application.")] = "mot-cua",
    family: Annotated[
        str | None, typer.Option("--family", help="Credential family: a profile of `dancu profile list` to fill in.")
    ] = None,
    profile: Annotated[
        Path | None, typer.Option("--profile", help="Or a filled-in profile; files beside it come along.")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Where to listen; beyond this machine with TLS only.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8443,
) -> None:
    """Write a commented gateway.toml, a profile and keys; show the application's key once / Tạo cấu hình ban đầu."""

    def work() -> int:
        from dancu.gateway.initial import begin

        begun = begin(
            directory,
            units=units,
            application=application,
            procedure=procedure,
            family=family,
            profile=profile,
            host=host,
            port=port,
        )
        print(f"key: {begun.key}")
        print("khóa của ứng dụng, chỉ hiện một lần / the application's key, shown this once\n")
        for path in begun.named:
            print(f"chưa có / still to come: {path}")
        print(f"dancu cert import FILE.p12 --ca CA.pem --config {begun.config}")
        print(f"dancu gateway check --config {begun.config}")
        print(f"dancu gateway serve --config {begun.config}")
        return 0

    leave(work, as_json=False)
