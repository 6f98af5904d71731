"""``dancu audit``: what an inspector is told of a log, and what a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from dancu import FileSink
from dancu.cli.app import app
from dancu.gateway.store import SqliteSink
from dancu.privacy import Secret
from dancu.profiles.audit_keys import audit_key, chain_keys

from ..unit.policy.chain_edits import record  # noqa: TID252  # one set of records for all tests

if TYPE_CHECKING:
    from pathlib import Path

    from dancu.policy.chain import ChainKeys

LIMIT = 5.0


def run(*arguments: object) -> Any:
    """The command in this process."""
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


def keys_beside(log: Path, *, version: int = 1, key: Secret | None = None) -> ChainKeys:
    """The keys that lie beside a log; they are made when they are missing."""
    made = key or audit_key(None, log=log, directory=log.parent, setting="log")
    return chain_keys(made, version=version, signing=None, log=log, directory=log.parent, setting="log")


def write(log: Path, count: int, *, keys: ChainKeys) -> None:
    """Append records, each closed into its own part of the log by a checkpoint."""
    second = log.with_name("second.jsonl")
    kind = SqliteSink if log.suffix == ".sqlite" else FileSink
    for number in range(count):
        sink = kind(log, keys=keys, checkpoints=second)
        sink.append(record(number)).result(LIMIT)
        sink.close()


@pytest.fixture(params=["audit.jsonl", "audit.sqlite"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A log of three records and three checkpoints, of the SDK or of the gateway."""
    path = tmp_path / str(request.param)
    write(path, 3, keys=keys_beside(path))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The SDK's."""
    path = tmp_path / "audit.jsonl"
    write(path, 3, keys=keys_beside(path))
    return path


def test_a_whole_log_is_said_to_be(log: Path) -> None:
    """The first line is for an inspector; then come the log, its last checkpoint and what lies elsewhere."""
    ended = run("verify", log, "--checkpoints", log.with_name("second.jsonl"))
    assert ended.exit_code == 0
    assert ended.stdout.startswith(
        "NGUYÊN VẸN: 7 bản ghi liên tục, không bị sửa, xóa hay chèn.\nWHOLE: 7 records in order"
    )
    assert "checkpoints 3, last 6 at 20" in ended.stdout
    assert "3 điểm kiểm tra lưu riêng khớp" in ended.stdout


def test_json_is_for_programs(log: Path) -> None:
    """One object with all that was found."""
    told = json.loads(run("verify", log, "--json").stdout)
    assert (told["whole"], told["broken"], told["records"], told["macs_checked"]) == (True, None, 7, True)


def test_a_broken_log_names_the_place(file: Path) -> None:
    """Line, number and what is wrong, in both languages, with exit code 1."""
    file.write_bytes(file.read_bytes().replace(b'"R1"', b'"R9"'))
    ended = run("verify", file)
    assert ended.exit_code == 1
    vietnamese, english, *_rest = ended.stdout.splitlines()
    assert vietnamese == "KHÔNG NGUYÊN VẸN tại dòng 4 (số thứ tự 3): bản ghi đã bị sửa."
    assert english == "BROKEN at line 4 (sequence 3): a record was changed."
    told = json.loads(run("verify", file, "--json").stdout)
    assert told["whole"] is False and told["unproven"] == 4
    assert told["broken"] == {
        "kind": "changed",
        "line": 4,
        "sequence": 3,
        "reason_vi": "bản ghi đã bị sửa",
        "reason_en": "a record was changed",
    }


def test_a_cut_is_found_with_the_checkpoints_only(file: Path) -> None:
    """Without them a shorter log looks whole; with them it was cut, which is about no line."""
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:4]))
    assert run("verify", file).exit_code == 0
    ended = run("verify", file, "--checkpoints", file.with_name("second.jsonl"))
    assert ended.exit_code == 1
    assert ended.stdout.startswith("KHÔNG NGUYÊN VẸN: phần cuối nhật ký đã bị cắt bỏ.")


def test_the_public_key_is_printed_for_others(file: Path, tmp_path: Path) -> None:
    """With it a log is whole; a log signed by somebody else is not."""
    public = run("public-key", file).stdout.strip()
    assert len(public) == 64 and public == json.loads(file.read_bytes().splitlines()[0])["public_key"]
    assert run("public-key", "x", "--signing-key", file.with_name("audit.jsonl.signing.key")).stdout.strip() == public
    assert run("verify", file, "--public-key", public.upper()).exit_code == 0
    other = tmp_path / "other.jsonl"
    keys_beside(other)
    assert run("verify", file, "--public-key", run("public-key", other).stdout.strip()).exit_code == 1


def test_without_the_key_it_says_what_was_not_checked(file: Path) -> None:
    """Hashes and signatures alone are enough for exit code 0, and the missing MAC is told."""
    file.with_name("audit.jsonl.key").unlink()
    ended = run("verify", file)
    assert ended.exit_code == 0
    assert "chưa kiểm tra MAC" in ended.stdout


def test_keys_of_several_versions_are_named(file: Path, tmp_path: Path) -> None:
    """``--key 2=FILE`` beside the first; without it records under the second key prove nothing."""
    newer = tmp_path / "new.key"
    newer.write_text("a new secret of nobody\n", encoding="ascii")
    newer.chmod(0o600)
    write(file, 1, keys=keys_beside(file, version=2, key=Secret("a new secret of nobody")))
    first = tmp_path / "audit.jsonl.key"
    assert run("verify", file, "--key", first, "--key", f"2={newer}").exit_code == 0
    ended = run("verify", file)
    assert ended.exit_code == 1 and "khóa" in ended.stdout


def test_an_older_log_says_what_is_not_chained(tmp_path: Path) -> None:
    """Lines before the chain are counted; a log without any chain is not called whole."""
    path = tmp_path / "audit.jsonl"
    path.write_bytes(record(1) + b"\n" + record(2) + b"\n")
    assert run("verify", path).exit_code == 1
    write(path, 1, keys=keys_beside(path))
    ended = run("verify", path)
    assert ended.exit_code == 0
    assert "2 dòng cũ chưa niêm phong" in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "absent.jsonl"],
        ["verify", "audit.jsonl", "--checkpoints", "absent.jsonl"],
        ["verify", "audit.jsonl", "--key", "absent.key"],
        ["verify", "empty.sqlite"],
        ["public-key", "absent.jsonl"],
    ],
)
def test_what_cannot_be_read_is_one_sentence(file: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """Exit code 2, a sentence on standard error, nothing on standard output: nothing is said of the log."""
    monkeypatch.chdir(file.parent)
    (file.parent / "empty.sqlite").write_bytes(b"SQLite format 3\0")
    ended = run(*arguments)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("dancu: ") and ended.stderr.count("\n") == 1


@pytest.mark.parametrize("others", [0o640, 0o604])
def test_a_key_that_others_can_read_is_refused(file: Path, others: int) -> None:
    """It proves nothing."""
    file.with_name("audit.jsonl.key").chmod(others)
    ended = run("verify", file)
    assert ended.exit_code == 2 and "chmod 600" in ended.stderr
