"""``dancu gateway upgrade`` and ``rollback``: to the tables of this version, and back to those of the one before.

====  ======================================================
code  meaning
====  ======================================================
0     done; with ``--check``: nothing would change
1     ``--check``: something would change, or is to be looked at
2     it cannot be done; nothing was changed
====  ======================================================
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dancu.cli.answering import leave, print_json
from dancu.cli.gateway_backup import read_public
from dancu.cli.options import AsJson
from dancu.errors import ConfigurationError

if TYPE_CHECKING:
    from dancu.gateway.keeping.upgrade import Finding

__all__ = ["rollback", "upgrade"]

Config = Annotated[Path, typer.Option("--config", help="gateway.toml")]


def upgrade(
    config: Config,
    check: Annotated[bool, typer.Option("--check", help="Say what would change; change nothing.")] = False,
    to: Annotated[Path | None, typer.Option("--to", help="Where the copy goes that is made first.")] = None,
    recipient: Annotated[Path | None, typer.Option("--recipient", help="As for `dancu gateway backup`.")] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the gateway, then take its audit to this version; stop the gateway first / Nâng cấp."""

    def work() -> int:
        from dancu.gateway.keeping.backup import back_up
        from dancu.gateway.keeping.upgrade import foresee, move
        from dancu.gateway.migrations import CURRENT

        now = datetime.datetime.now(datetime.UTC)
        findings = foresee(config, now=now)
        is_refused = any(one.level == "fault" for one in findings)
        if check or is_refused:
            _say(findings, as_json=as_json)
            return 2 if is_refused else int(bool(findings))
        if to is None:
            raise ConfigurationError("profile_invalid", field="--to", detail="say where the copy is to go")
        copy = back_up(config, to, recipient=read_public(recipient), now=now)
        before, sequence = move(config, to=CURRENT)
        _report(before, CURRENT, sequence, copy=copy.path, as_json=as_json)
        return 0

    leave(work, as_json=as_json)


def rollback(
    config: Config,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Of the tables; by default the one before.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take the audit back to the tables of an older version; no record goes / Quay lại phiên bản trước."""

    def work() -> int:
        from dancu.gateway.keeping.upgrade import move
        from dancu.gateway.migrations import CURRENT

        wanted = CURRENT - 1 if version is None else version
        if wanted > CURRENT:
            raise ConfigurationError("profile_invalid", field="--version", detail=f"1 to {CURRENT}")
        before, sequence = move(config, to=wanted)
        _report(before, wanted, sequence, copy=None, as_json=as_json)
        return 0

    leave(work, as_json=as_json)


def _report(before: int, after: int, sequence: int, *, copy: Path | None, as_json: bool) -> None:
    if as_json:
        told = {"before": before, "after": after, "sequence": sequence, "copy": None if copy is None else str(copy)}
        print_json(json.dumps(told))
        return
    if copy is not None:
        print(f"bản sao / copy: {copy}")
    print(f"bảng phiên bản / tables of version {before} → {after}; nhật ký nguyên vẹn / the log is whole: {sequence}")


def _say(findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        told = [{"level": one.level, "place": one.place, "vi": one.words.vi, "en": one.words.en} for one in findings]
        print_json(json.dumps(told, ensure_ascii=False))
        return
    for one in findings:
        print(f"{one.level} {one.place}: {one.words.vi} / {one.words.en}")
    if not findings:
        print("không có gì thay đổi / nothing would change")
