"""The command over planted stores, in this process."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dancu.cli.app import app

from .planted import FIRST, SECOND, plant, write_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .planted import Question

WHO = ("--inspector", "thanh.tra.mau", "--reason", "Đơn của công dân số 12")


@dataclass(frozen=True)
class Inspected:
    """A planted store, and the command over it.

    Attributes:
        log: the database.
        references: of the planted questions, in order.
        keys: options with the keys of the hashes of persons.
    """

    log: Path
    references: list[str]
    keys: tuple[str, ...]

    def run(self, question: str, *arguments: object, who: tuple[str, ...] = WHO, stdin: str = "") -> Any:
        """A question by a named inspector."""
        return CliRunner().invoke(app, ["audit", question, str(self.log), *map(str, arguments), *who], input=stdin)

    def json(self, question: str, *arguments: object, stdin: str = "") -> Any:
        """Its answer for programs."""
        ended = self.run(question, *arguments, "--json", stdin=stdin)
        assert ended.exit_code == 0, ended.stderr
        return json.loads(ended.stdout)

    def found(self, question: str, *arguments: object, stdin: str = "") -> list[str]:
        """References of the looks that it tells."""
        return [look["reference"] for look in self.json(question, *arguments, stdin=stdin)["looks"]]

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Records of a kind in the log itself."""
        with closing(sqlite3.connect(self.log)) as database:
            rows = database.execute("SELECT line FROM log WHERE kind = ? ORDER BY sequence", (kind,)).fetchall()
        return [json.loads(line) for (line,) in rows]


class Planting:
    """Makes stores in one place."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def __call__(self, questions: Iterable[Question]) -> Inspected:
        """A store of these questions."""
        log = self.directory / "audit.sqlite"
        references = plant(log, questions)
        first, second = (
            write_key(self.directory / f"{version}.key", secret) for version, secret in ((1, FIRST), (2, SECOND))
        )
        return Inspected(log, references, ("--key", f"1={first}", "--key", f"2={second}"))


@pytest.fixture
def planting(tmp_path: Path) -> Planting:
    """Plants a store of given questions."""
    return Planting(tmp_path)
