"""``dancu confirm``: whether such a person exists, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002  # typer reads the annotations

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

if TYPE_CHECKING:
    from dancu.domain.serial import Outcome

__all__ = ["confirm"]


def confirm(
    context: typer.Context,
    profile: ProfilePath = None,
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
    """Ask whether such a person exists; no data comes back / Xác nhận có công dân này hay không."""

    def ask() -> Outcome:
        check_nothing_else(context)
        purpose = ask_purpose(
            procedure=procedure, unit=unit, officer=officer, dossier=dossier, session=session, basis=basis
        )
        keys = ask_keys(number=number, name=name, birth_date=birth_date, stdin=stdin, card=card)
        with Client(profile) as dancu:
            return dancu.confirm(keys.subject, purpose=purpose)

    answer(ask, as_json=as_json)
