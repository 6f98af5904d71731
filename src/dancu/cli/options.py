"""The options that ``lookup``, ``confirm`` and ``verify`` share, as typer reads them.

All of them are plain text to the parser, and none is required of it: what is missing or
malformed is an error of ours, which never repeats what was typed.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dancu.errors import InvalidInput

__all__ = [
    "SETTINGS",
    "AsJson",
    "Basis",
    "BirthDate",
    "Card",
    "Dossier",
    "FullName",
    "Number",
    "OfficerCode",
    "Procedure",
    "ProfilePath",
    "QuietGroup",
    "Session",
    "Stdin",
    "Unit",
    "check_nothing_else",
]

_KEYS = "Keys / Thông tin người được tra cứu"
_PURPOSE = "Purpose / Mục đích"
_INVENTED = "Only with an invented number."

SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Typer's own complaints repeat the word complained about, so strange words come to `check_nothing_else`."""


class QuietGroup(TyperGroup):
    """A group that does not repeat a word that is none of its commands: it may be somebody's number."""

    ignore_unknown_options = True

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of a line, or a sentence and exit code 2."""
        if args and self.get_command(ctx, args[0]) is None:
            ctx.fail("There is no such command.")
        return super().resolve_command(ctx, args)


ProfilePath = Annotated[
    str | None, typer.Option("--profile", help="TOML profile of the platform; DANCU_PROFILE by default.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs: the outcome, or the error, in one line of JSON.")]
Stdin = Annotated[
    bool,
    typer.Option("--stdin", help='Read {"number", "name", "birth_date"} from standard input.', rich_help_panel=_KEYS),
]
Card = Annotated[
    str | None,
    typer.Option("--card", metavar="-", help="Read a card's QR text from standard input.", rich_help_panel=_KEYS),
]
Number = Annotated[str | None, typer.Option("--number", help=_INVENTED, rich_help_panel=_KEYS)]
FullName = Annotated[str | None, typer.Option("--name", help=_INVENTED, rich_help_panel=_KEYS)]
BirthDate = Annotated[str | None, typer.Option("--birth-date", help=_INVENTED, rich_help_panel=_KEYS)]
Procedure = Annotated[
    str | None, typer.Option("--procedure", help="Code of the procedure. Required.", rich_help_panel=_PURPOSE)
]
Unit = Annotated[
    str | None, typer.Option("--unit", help="Code of the asking unit. Required.", rich_help_panel=_PURPOSE)
]
OfficerCode = Annotated[
    str | None, typer.Option("--officer", help="Code of the asking officer. Required.", rich_help_panel=_PURPOSE)
]
Dossier = Annotated[
    str | None, typer.Option("--dossier", help="Dossier number; this or --session.", rich_help_panel=_PURPOSE)
]
Session = Annotated[
    str | None, typer.Option("--session", help="A draft's id, before there is a dossier.", rich_help_panel=_PURPOSE)
]
Basis = Annotated[str | None, typer.Option("--basis", help="Code of the legal basis.", rich_help_panel=_PURPOSE)]


def check_nothing_else(context: typer.Context) -> None:
    """Refuse words that are no option of the command, without repeating them.

    Raises:
        InvalidInput: ``invalid_subject`` naming ``arguments``.
    """
    if context.args:
        raise InvalidInput(
            "invalid_subject", field="arguments", detail="the command takes its own options and no other words"
        )
