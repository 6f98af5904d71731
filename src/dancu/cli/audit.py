"""``dancu audit``: whether a log of the audit is whole, and what it says about who looked at whom.

`verify` and `public-key` are here, the questions in `dancu.cli.audit_looks` and `dancu.cli.audit_findings`.

====  ==================================================================
code  meaning
====  ==================================================================
0     the log is whole, as far as it was compared
1     it is broken; the first place is told
2     it, a key or the checkpoints cannot be read; nothing is said of it
====  ==================================================================
"""

from __future__ import annotations

import datetime
import json
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dancu.cli import audit_findings, audit_looks
from dancu.cli.answering import leave, print_json
from dancu.cli.audit_options import Log, read_keys, readable
from dancu.cli.options import AsJson
from dancu.errors import ConfigurationError
from dancu.gateway.inspection.place import kept_at, proof_of
from dancu.gateway.retention import LEAST_MONTHS, prune
from dancu.gateway.store import is_store, stored_lines
from dancu.policy.chain import mac_key, public_key, signing_key
from dancu.policy.chain_reading import verify_chain
from dancu.profiles.audit_keys import signing_key_beside
from dancu.profiles.loader import read_secret
from dancu.profiles.parts import SecretSource
from dancu.runtime.chained import file_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dancu.policy.chain_breaks import BreakKind
    from dancu.policy.chain_reading import Break, Report

__all__ = ["app"]

app = typer.Typer(
    help="Who looked at whom, and whether the record of it is whole / Nhật ký truy vết.", no_args_is_help=True
)
for _name, _command in {**audit_looks.COMMANDS, **audit_findings.COMMANDS}.items():
    app.command(_name)(_command)

_WRONG: dict[BreakKind, tuple[str, str]] = {
    "changed": ("bản ghi đã bị sửa", "a record was changed"),
    "missing": ("có bản ghi bị xóa", "records are missing"),
    "inserted": ("có dòng được chèn thêm", "a line was inserted"),
    "swapped": ("thứ tự bản ghi bị đổi", "records were put in another order"),
    "duplicated": ("bản ghi bị lặp lại", "a record stands there twice"),
    "back_dated": ("bản ghi bị sửa thời gian lùi lại", "a record was back-dated"),
    "foreign": ("bản ghi hoặc cả tệp thuộc nhật ký khác", "a record, or the whole file, is another log's"),
    "wrong_mac": (
        "bản ghi không do hệ thống niêm phong, hoặc thiếu khóa của nó",
        "a record was not sealed with a key given here",
    ),
    "wrong_signature": ("điểm kiểm tra sai chữ ký", "a checkpoint has a wrong signature"),
    "rewritten": (
        "nhật ký đã bị viết lại so với điểm kiểm tra lưu riêng",
        "the log is not the one the checkpoints saw",
    ),
    "cut": ("phần cuối nhật ký đã bị cắt bỏ", "the log was cut after the last checkpoint kept elsewhere"),
    "no_chain": ("không có dòng nào được niêm phong", "not one line is chained"),
}


@app.command()
def verify(
    log: Log,
    checkpoints: Annotated[
        Path | None, typer.Option("--checkpoints", help="Checkpoints that were kept elsewhere: finds what was cut off.")
    ] = None,
    public_keys: Annotated[
        list[str] | None,
        typer.Option("--public-key", metavar="HEX", help="Who may sign; without it, whom the log names. Repeatable."),
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option(
            "--key",
            metavar="[VERSION=]FILE",
            help="The audit's key, besides LOG.key or that of gateway.toml. Repeatable.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a whole log and say whether anything was changed, moved, added or cut off."""
    try:
        proof = proof_of(log)
        second = checkpoints or proof.checkpoints
        report = verify_chain(
            stored_lines(proof.log) if is_store(proof.log) else file_lines(proof.log),
            keys={version: mac_key(key) for version, key in {**proof.keys, **dict(read_keys(keys or []))}.items()},
            public_keys=frozenset(one.lower() for one in public_keys or []),
            exported=None if second is None else file_lines(second),
        )
    except OSError as error:
        _give_up(f"không đọc được tệp / a file cannot be read: {error.filename}")
    except sqlite3.Error:
        _give_up("không đọc được cơ sở dữ liệu / the database cannot be read, or is older than this version")
    except ConfigurationError as error:
        _give_up(f"{error.field}: {error.detail}")
    if as_json:
        print(json.dumps(_told(report), ensure_ascii=False))
    else:
        _say(report)
    if report.broken is not None:
        raise typer.Exit(1)


@app.command("prune")
def prune_store(
    log: Log,
    keep_months: Annotated[
        int | None,
        typer.Option("--keep-months", min=LEAST_MONTHS, help="Instead of `keep_months` of gateway.toml, or 60."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let go what is older than must be kept; the log stays whole and says so / Xóa bản ghi hết hạn lưu."""

    def work() -> int:
        with readable():
            kept = kept_at(log, keep_months)
            gone = prune(kept.log, keys=kept.keys, months=kept.months, now=datetime.datetime.now(datetime.UTC))
        if as_json:
            told = {"lines": gone.lines, "first": gone.first, "before": gone.before.isoformat(timespec="seconds")}
            print_json(json.dumps(told))
        else:
            print(f"đã xóa {gone.lines} dòng trước {gone.before:%d/%m/%Y} / {gone.lines} lines let go")
        return 0

    leave(work, as_json=as_json)


@app.command("public-key")
def print_public_key(
    log: Log,
    signing_key_file: Annotated[
        Path | None, typer.Option("--signing-key", help="Where a profile names one; LOG.signing.key otherwise.")
    ] = None,
) -> None:
    """Print the key for `--public-key`; hand it to whoever is to check the log."""
    try:
        named = proof_of(log).signing if signing_key_file is None else SecretSource(file=str(signing_key_file))
        print(public_key(signing_key(read_secret(named, Path(), "audit.signing_key"))))
    except (ConfigurationError, ValueError):
        _give_up(f"không đọc được khóa / the key cannot be read: {signing_key_file or signing_key_beside(log)}")


def _told(report: Report) -> dict[str, object]:
    told: dict[str, object] = {"whole": report.broken is None, **asdict(report)}
    if report.broken is not None:
        vietnamese, english = _WRONG[report.broken.kind]
        told["broken"] = {**asdict(report.broken), "reason_vi": vietnamese, "reason_en": english}
    return told


def _say(report: Report) -> None:
    """The inspector's sentence first, then what it rests on."""
    if report.broken is None:
        print(f"NGUYÊN VẸN: {report.records} bản ghi liên tục, không bị sửa, xóa hay chèn.")
        print(f"WHOLE: {report.records} records in order, none changed, missing or added.")
    else:
        _say_broken(report, report.broken)
    print(f"log {report.log or '-'} · {report.node or '-'} · {report.started or '-'}")
    for line in _remarks(report):
        print(line)


def _say_broken(report: Report, broken: Break) -> None:
    vietnamese, english = _WRONG[broken.kind]
    at_vi = "" if broken.line is None else f" tại dòng {broken.line} (số thứ tự {broken.sequence})"
    at_en = "" if broken.line is None else f" at line {broken.line} (sequence {broken.sequence})"
    print(f"KHÔNG NGUYÊN VẸN{at_vi}: {vietnamese}.")
    print(f"BROKEN{at_en}: {english}.")
    print(f"{report.records} bản ghi trước đó liên tục / records before it are in order; {report.unproven} sau / after")


def _remarks(report: Report) -> Iterator[str]:
    """What the verdict does not cover, and what an inspector should know."""
    if report.pruned:
        yield f"{report.pruned} dòng đã hết hạn lưu và được xóa / lines were let go, their time being over"
    if report.unchained:
        yield f"{report.unchained} dòng cũ chưa niêm phong / older lines are not chained: nothing is said of them"
    if not report.macs_checked:
        yield "không có khóa: chưa kiểm tra MAC / no key: MACs were not checked"
    if report.last_checkpoint is None:
        yield "chưa có điểm kiểm tra / there is no checkpoint yet"
    else:
        yield f"checkpoints {report.checkpoints}, last {report.last_checkpoint} at {report.last_checkpoint_time}"
        yield f"{report.after_checkpoint} bản ghi sau điểm kiểm tra cuối / records after the last checkpoint"
    if report.exported:
        yield f"{report.exported} điểm kiểm tra lưu riêng khớp / checkpoints kept elsewhere agree"
    if report.torn:
        yield f"{report.torn} dòng dở dang do mất điện / lines cut short by a crash, told apart from edits"
    if report.clock_back:
        yield f"{report.clock_back} bản ghi có giờ lùi quá 5 phút / records whose clock went back 5 minutes or more"


def _give_up(reason: str) -> NoReturn:
    print(f"dancu: {reason}", file=sys.stderr)
    raise typer.Exit(2)
