"""``dancu lookup``: the fields asked for of one citizen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dancu.cli.answering import answer
from dancu.cli.asking import ask_keys, ask_purpose
from dancu.cli.options import (
    AsJson,
    Basis,
    BirthDate,
    Card,
    Dossier,
    FullName,
    Number,
    OfficerCode,
    Procedure,
    ProfilePath,
    Session,
    Stdin,
    Unit,
    check_nothing_else,
)
from dancu.client import Client
from dancu.domain.fields import parse_fields

if TYPE_CHECKING:
    from dancu.domain.serial import Outcome

__all__ = ["lookup"]


def lookup(
    context: typer.Context,
    profile: ProfilePath = None,
    field: Annotated[
        list[str] | None, typer.Option("--field", help='A field needed; once for each, there is no "all". Required.')
    ] = None,
    stdin: Stdin = False,
    card: Card = None,
    number: Number = None,
    name: FullName = None,
    birth_date: BirthDate = None,
    procedure: Procedure = None,
    unit: Unit = None,
    officer: OfficerCode = None,
    dossier: Dossier = None,
    session: Session = None,
    basis: Basis = None,
    as_json: AsJson = False,
) -> None:
    """Look up the fields asked for of one citizen / Tra cứu các trường cần thiết của một công dân."""

    def ask() -> Outcome:
        check_nothing_else(context)
        fields = parse_fields(field)
        purpose = ask_purpose(
            procedure=procedure, unit=unit, officer=officer, dossier=dossier, session=session, basis=basis
        )
        keys = ask_keys(number=number, name=name, birth_date=birth_date, stdin=stdin, card=card)
        with Client(profile) as dancu:
            return dancu.look_up(keys.subject, fields=fields, purpose=purpose)

    answer(ask, as_json=as_json)
