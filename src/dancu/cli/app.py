"""The command's tree: ``dancu lookup``, ``dancu mock ...``, ``dancu gateway ...``."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from dancu.cli import audit, cert, forms, gateway, mock, profile, receipt
from dancu.cli.confirm import confirm
from dancu.cli.doctor import doctor
from dancu.cli.lookup import lookup
from dancu.cli.options import SETTINGS, QuietGroup
from dancu.cli.prefill import prefill
from dancu.cli.sandbox import sandbox
from dancu.cli.verify import verify

__all__ = ["app"]

app = typer.Typer(
    name="dancu",
    cls=QuietGroup,
    help="The door to the national population database / Cửa vào CSDLQG về dân cư.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _say_version(is_asked: object) -> None:
    if is_asked:
        print(f"dancu {version('dancu')}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which dancu this is.")
    ] = False,
) -> None:
    """Take what stands before a command."""


app.command(context_settings=SETTINGS)(lookup)
app.command(context_settings=SETTINGS)(confirm)
app.command(context_settings=SETTINGS)(verify)
app.command(context_settings=SETTINGS)(prefill)
app.command(context_settings=SETTINGS)(doctor)
app.command()(sandbox)
app.add_typer(audit.app, name="audit")
app.add_typer(cert.app, name="cert")
app.add_typer(forms.app, name="forms")
app.add_typer(mock.app, name="mock")
app.add_typer(gateway.app, name="gateway")
app.add_typer(profile.app, name="profile")
app.add_typer(receipt.app, name="receipt")
