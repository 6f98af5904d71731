"""The command's tree: ``dancu mock ...``."""

from __future__ import annotations

import typer

from dancu.cli import mock

__all__ = ["app"]

app = typer.Typer(
    name="dancu",
    help="The door to the national population database / Cửa vào CSDLQG về dân cư.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(mock.app, name="mock")


@app.callback()
def root() -> None:
    """Keep ``mock`` a sub-command although it is the only one."""
