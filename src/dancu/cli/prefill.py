"""``dancu prefill PROCEDURE``: a form filled, as a table, for a portal, or as a document."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from dancu.cli.answering import UNAVAILABLE, leave, print_json
from dancu.cli.asking import ask_keys, ask_people, ask_purpose
from dancu.cli.form_lines import print_form
from dancu.cli.options import (
    Basis,
    BirthDate,
    Card,
    Dossier,
    FullName,
    Number,
    OfficerCode,
    ProfilePath,
    Session,
    Stdin,
    Unit,
    check_nothing_else,
)
from dancu.client import Client
from dancu.errors import InvalidInput
from dancu.prefilled import form_for

if TYPE_CHECKING:
    from dancu.prefill.forms import Form
    from dancu.prefill.record import Given
    from dancu.prefilled import Prefill

__all__ = ["prefill"]

_FORMATS = ("table", "json", "formio", "civil_status", "igate", "docx")


def prefill(
    context: typer.Context,
    procedure: Annotated[str, typer.Argument(help="Code of the procedure, id of a form, or a .toml file of yours.")],
    profile: ProfilePath = None,
    wanted: Annotated[str, typer.Option("--format", help=f"One of {', '.join(_FORMATS)}.")] = "table",
    out: Annotated[Path | None, typer.Option("--out", help="Write it there; required for docx.")] = None,
    role: Annotated[
        str | None, typer.Option("--role", help="Whose keys are given; by default the form's first person.")
    ] = None,
    people: Annotated[
        bool,
        typer.Option("--people", help='Read {"mother": {"number", "name", "birth_date"}, ...} from standard input.'),
    ] = False,
    stdin: Stdin = False,
    card: Card = None,
    number: Number = None,
    name: FullName = None,
    birth_date: BirthDate = None,
    unit: Unit = None,
    officer: OfficerCode = None,
    dossier: Dossier = None,
    session: Session = None,
    basis: Basis = None,
) -> None:
    """Fill the form of a procedure as far as the register knows / Điền trước biểu mẫu của thủ tục."""

    def fill() -> int:
        check_nothing_else(context)
        form = form_for(procedure, None)
        _check_format(wanted, out)
        purpose = ask_purpose(
            procedure=procedure if procedure in form.procedures else form.procedures[0],
            unit=unit,
            officer=officer,
            dossier=dossier,
            session=session,
            basis=basis,
        )
        given: dict[str, Given] = {}
        if people:
            given |= ask_people()
        else:
            keys = ask_keys(number=number, name=name, birth_date=birth_date, stdin=stdin, card=card)
            given[role or _first(form)] = keys.card or keys.subject
        with Client(profile) as dancu:
            filled = dancu.prefill(procedure, given, purpose=purpose, form=form)
        _put(filled, wanted, out)
        # The form came, and says what is missing; a script hears that the register was not there.
        return UNAVAILABLE if filled.proof() is not None else 0

    leave(fill, as_json=wanted not in {"table", "docx"})


def _check_format(wanted: str, out: Path | None) -> None:
    if wanted not in _FORMATS:
        raise InvalidInput("invalid_fields", field="--format", detail=f"one of {', '.join(_FORMATS)}")
    if wanted == "docx" and out is None:
        raise InvalidInput("invalid_fields", field="--out", detail="a document is written into a file")


def _first(form: Form) -> str:
    """The first person whom the register is asked about."""
    return next((role for role, part in form.roles.items() if part.from_register), next(iter(form.roles)))


def _put(filled: Prefill, wanted: str, out: Path | None) -> None:
    if wanted == "docx":
        content = filled.render("docx")
    elif wanted == "table":
        print_form(filled)
        return
    else:
        kind = cast("Literal['json', 'formio', 'civil_status', 'igate']", wanted)
        content = (json.dumps(filled.render(kind), ensure_ascii=False, indent=2) + "\n").encode()
    if out is None:
        print_json(content.decode().rstrip("\n"))
        return
    try:
        out.touch(mode=0o600)
        out.write_bytes(content)
    except OSError:
        raise InvalidInput("invalid_fields", field="--out", detail="the file cannot be written") from None
    print(f"dancu: {out}", file=sys.stderr)
