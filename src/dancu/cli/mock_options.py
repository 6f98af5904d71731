"""The options of ``dancu mock serve``, as typer reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Control",
    "ControlHost",
    "ControlPort",
    "ControlTokenFile",
    "Dialect",
    "Directory",
    "Expose",
    "Family",
    "Host",
    "Names",
    "Population",
    "Port",
    "RequestForm",
    "ScenarioFolder",
    "Seed",
    "Skin",
]

_PLATFORM = "Platform / Nền tảng"
_NETWORK = "Network / Mạng"
_CONTROL = "Control / Điều khiển"
_FAMILIES = (
    "How callers are let in: hash-basic, xroad, esb, lgsp-token, header-key, client-credentials, jwt-login, "
    "portal-session."
)
_SKINS = (
    "How answers are wrapped: soap, json-message, json-string, json-flag, json-tree, result-object, coded-response."
)
_FORMS = "Form of requests: soap or json; by default the one of skin and family."

Directory = Annotated[Path, typer.Option("--dir", help="Where certificates, secrets and profile are written.")]
Family = Annotated[str, typer.Option(help=_FAMILIES, rich_help_panel=_PLATFORM)]
Skin = Annotated[str, typer.Option(help=_SKINS, rich_help_panel=_PLATFORM)]
Dialect = Annotated[str, typer.Option(help="Of the records: live or qcvn109.", rich_help_panel=_PLATFORM)]
RequestForm = Annotated[str | None, typer.Option(help=_FORMS, rich_help_panel=_PLATFORM)]
Population = Annotated[
    int, typer.Option(min=0, max=1_000_000, help="People next to the personas.", rich_help_panel=_PLATFORM)
]
Seed = Annotated[int, typer.Option(min=0, help="Another seed, other people.", rich_help_panel=_PLATFORM)]
ScenarioFolder = Annotated[
    Path | None,
    typer.Option("--scenarios", help="A folder of scenarios of your own, in TOML.", rich_help_panel=_PLATFORM),
]
Host = Annotated[str, typer.Option(help="Where the platform listens.", rich_help_panel=_NETWORK)]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.", rich_help_panel=_NETWORK)]
Names = Annotated[
    list[str] | None,
    typer.Option("--name", help="A host name by which clients know it; may be repeated.", rich_help_panel=_NETWORK),
]
Expose = Annotated[
    bool,
    typer.Option("--expose", help="Let --host and --control-host leave the loopback.", rich_help_panel=_NETWORK),
]
Control = Annotated[
    bool,
    typer.Option("--control/--no-control", help="Whether it can be moved while it runs.", rich_help_panel=_CONTROL),
]
ControlHost = Annotated[str, typer.Option(help="Where the control port listens.", rich_help_panel=_CONTROL)]
ControlPort = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.", rich_help_panel=_CONTROL)]
ControlTokenFile = Annotated[
    Path | None,
    typer.Option(help="A file with the token to use, mode 600; else a random one is made.", rich_help_panel=_CONTROL),
]
