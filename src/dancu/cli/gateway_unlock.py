"""``dancu gateway unlock``: a supervisor ends the lock on a person, on record first."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dancu.cli.answering import leave
from dancu.cli.asking import prompt
from dancu.domain.ids import parse_number

__all__ = ["unlock"]


def unlock(
    config: Annotated[Path, typer.Option("--config", help="gateway.toml")],
    application: Annotated[str, typer.Option("--application", help="For which the person is locked.")],
    supervisor: Annotated[str, typer.Option("--supervisor", help="Who ends the lock; stands in the audit.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, 3 to 500 characters; stands in the audit.")],
) -> None:
    """End the lock on a person for one application; asks for the number / Mở khóa tra cứu về một người."""

    def work() -> int:
        from dancu.gateway.unlocking import unlock as run

        number = parse_number(prompt("Số định danh / Number"))
        forgotten = run(config, application=application, supervisor=supervisor, reason=reason, number=number)
        print(f"Đã mở khóa / unlocked ({forgotten})", file=sys.stderr)
        return 0

    leave(work, as_json=False)
