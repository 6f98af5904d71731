"""``dancu audit``: whether a log of the audit is whole, and the key with which others can check that.

====  ==================================================================
code  meaning
====  ==================================================================
0     the log is whole, as far as it was compared
1     it is broken; the first place is told
2     it, a key or the checkpoints cannot be read; nothing is said of it
====  ==================================================================
"""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dancu.cli.options import AsJson
from dancu.errors import ConfigurationError
from dancu.gateway.store import is_store, stored_lines
from dancu.policy.chain import mac_key, public_key, signing_key
from dancu.policy.chain_reading import verify_chain
from dancu.profiles.audit_keys import key_beside, signing_key_beside
from dancu.profiles.loader import read_secret
from dancu.profiles.parts import SecretSource
from dancu.runtime.chained import file_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dancu.policy.chain_breaks import BreakKind
    from dancu.policy.chain_reading import Break, Report
    from dancu.privacy import Secret

__all__ = ["app"]

app = typer.Typer(help="The audit's own proof / Kiểm chứng nhật ký truy vết.", no_args_is_help=True)

Log = Annotated[Path, typer.Argument(help="A log of the SDK, or a database of the gateway.")]

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
        typer.Option("--key", metavar="[VERSION=]FILE", help="The audit's key; LOG.key where it exists. Repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a whole log and say whether anything was changed, moved, added or cut off."""
    try:
        report = verify_chain(
            stored_lines(log) if is_store(log) else file_lines(log),
            keys={version: mac_key(key) for version, key in _keys(log, keys or [])},
            public_keys=frozenset(one.lower() for one in public_keys or []),
            exported=None if checkpoints is None else file_lines(checkpoints),
        )
    except OSError as error:
        _give_up(f"không đọc được tệp / a file cannot be read: {error.filename}")
    except sqlite3.Error:
        _give_up("không đọc được cơ sở dữ liệu / the database cannot be read, or is older than this version")
    except ConfigurationError as error:
        _give_up(f"--key: {error.detail}")
    if as_json:
        print(json.dumps(_told(report), ensure_ascii=False))
    else:
        _say(report)
    if report.broken is not None:
        raise typer.Exit(1)


@app.command("public-key")
def print_public_key(
    log: Log,
    signing_key_file: Annotated[
        Path | None, typer.Option("--signing-key", help="Where a profile names one; LOG.signing.key otherwise.")
    ] = None,
) -> None:
    """Print the key for `--public-key`; hand it to whoever is to check the log."""
    path = signing_key_file or signing_key_beside(log)
    try:
        print(public_key(signing_key(_secret(path))))
    except (ConfigurationError, ValueError):
        _give_up(f"không đọc được khóa / the key cannot be read: {path}")


def _keys(log: Path, given: list[str]) -> Iterator[tuple[int, Secret]]:
    if not given and key_beside(log).exists():
        yield 1, _secret(key_beside(log))
    for one in given:
        version, equals, path = one.partition("=")
        yield (int(version), _secret(Path(path))) if equals and version.isdecimal() else (1, _secret(Path(one)))


def _secret(path: Path) -> Secret:
    return read_secret(SecretSource(file=str(path)), Path(), "audit.key")


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
