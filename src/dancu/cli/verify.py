"""``dancu verify``: a claim against the record, a verdict for each field and no value of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dancu.cli.answering import answer
from dancu.cli.asking import ask_keys, ask_purpose
from dancu.cli.claiming import ask_claim
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

__all__ = ["verify"]


def verify(
    context: typer.Context,
    profile: ProfilePath = None,
    claim: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            metavar="FIELD[=VALUE]",
            help="A claimed field; its value is read from the card or asked for."
            " FIELD=VALUE only with an invented number.",
        ),
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
    """Compare what an applicant claims with the record / Đối chiếu nội dung khai với hồ sơ."""

    def ask() -> Outcome:
        check_nothing_else(context)
        purpose = ask_purpose(
            procedure=procedure, unit=unit, officer=officer, dossier=dossier, session=session, basis=basis
        )
        keys = ask_keys(number=number, name=name, birth_date=birth_date, stdin=stdin, card=card, claims=True)
        claimed = ask_claim(keys, claim)
        with Client(profile) as dancu:
            return dancu.verify(keys.subject, claimed, purpose=purpose)

    answer(ask, as_json=as_json)
