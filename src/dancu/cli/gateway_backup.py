"""``dancu gateway backup``, ``restore`` and ``recipient``: a copy while it runs, and a gateway made of it elsewhere."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dancu.cli.answering import leave, print_json
from dancu.cli.options import AsJson
from dancu.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    from dancu.gateway.keeping.restore import Restored

    Half = TypeVar("Half")

__all__ = ["backup", "read_public", "recipient", "restore"]


def backup(
    config: Annotated[Path, typer.Option("--config", help="gateway.toml")],
    to: Annotated[Path, typer.Option("--to", help="A directory, or a new file.")],
    recipient_file: Annotated[
        Path | None,
        typer.Option("--recipient", help="recipient.pub: who can open the keys; without it they are left out."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy a gateway into one file while it runs; the audit's chain is verified / Sao lưu cổng kết nối."""

    def work() -> int:
        from dancu.gateway.keeping.backup import back_up

        taken = back_up(config, to, recipient=read_public(recipient_file), now=datetime.datetime.now(datetime.UTC))
        made, head = taken.manifest, taken.manifest.head
        if as_json:
            told = {"file": str(taken.path), "log": head.log, "sequence": head.sequence, "records": head.records}
            print_json(json.dumps({**told, "sealed": made.sealed, "missing": list(taken.missing)}))
            return 0
        print(f"đã sao lưu / copied: {taken.path}")
        print(f"nhật ký nguyên vẹn đến dòng / the log is whole up to line {head.sequence} ({head.records})")
        if not made.sealed:
            print("KHÔNG có khóa trong bản sao / NO keys in the copy: --recipient recipient.pub")
        for setting in taken.missing:
            print(f"không có tệp / no such file: {setting}")
        return 0

    leave(work, as_json=as_json)


def restore(
    copy: Annotated[Path, typer.Argument(help="What `dancu gateway backup` made.")],
    to: Annotated[Path, typer.Option("--to", help="An empty directory, or a new one.")],
    identity_file: Annotated[
        Path | None, typer.Option("--identity", help="recipient.identity, which is kept offline: opens the keys.")
    ] = None,
    checkpoints: Annotated[
        Path | None, typer.Option("--checkpoints", help="Checkpoints kept elsewhere: how many records came after.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a gateway of a copy; each file and the whole chain are verified first / Phục hồi từ bản sao."""

    def work() -> int:
        from dancu.gateway.keeping.envelope import read_identity
        from dancu.gateway.keeping.restore import restore as run

        identity = None if identity_file is None else _half(identity_file, "--identity", read_identity, private=True)
        done = run(copy, to, identity=identity, checkpoints=checkpoints)
        if as_json:
            told = {"config": str(done.config), "log": done.head.log, "sequence": done.head.sequence}
            lists = {"without": list(done.without), "outside": list(done.outside)}
            print_json(json.dumps({**told, "lost": done.lost, "macs_checked": done.head.macs_checked, **lists}))
        else:
            _say(done)
        return 0

    leave(work, as_json=as_json)


def _say(done: Restored) -> None:
    print(f"đã phục hồi / restored: {done.config}")
    print(f"nhật ký nguyên vẹn, ghi tiếp từ dòng / the log is whole and goes on at line {done.head.sequence + 1}")
    if not done.head.macs_checked:
        print("chưa kiểm tra MAC vì không có khóa / no key: MACs were not checked")
    if done.lost:
        print(f"sau bản sao còn {done.lost} dòng đã mất / {done.lost} lines after the copy are not in it")
    if done.without:
        print(f"thiếu khóa, chưa chạy được / keys are missing, do not start it yet: {', '.join(done.without)}")
    for place in done.outside:
        print(f"đặt lại vào chỗ cũ / to be put where it was: {place}")
    print(f"dancu gateway check --config {done.config}")


def recipient(
    out: Annotated[Path, typer.Option("--out", help="A directory; the identity in it goes to an offline place.")],
) -> None:
    """Make a key pair for copies: recipient.identity goes to a safe / Tạo cặp khóa sao lưu."""

    def work() -> int:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        from dancu.gateway.keeping.envelope import identity_text, public_text
        from dancu.runtime.private import write_private

        public, private = out / "recipient.pub", out / "recipient.identity"
        if public.exists() or private.exists():
            raise ConfigurationError("profile_invalid", field="--out", detail="there is a pair already")
        made = X25519PrivateKey.generate()
        try:
            out.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(private, identity_text(made))
            public.write_text(public_text(made), encoding="ascii")
        except OSError:
            raise ConfigurationError("profile_invalid", field="--out", detail="cannot be written") from None
        print(f"{public}: để lại máy này / stays here")
        print(f"{private}: cất ngoài máy, xóa ở đây / to a safe place offline, then delete it here")
        return 0

    leave(work, as_json=False)


def read_public(path: Path | None) -> X25519PublicKey | None:
    """Who can open the keys of a copy.

    Raises:
        ConfigurationError: naming ``--recipient``.
    """
    from dancu.gateway.keeping.envelope import read_recipient

    return None if path is None else _half(path, "--recipient", read_recipient)


def _half(path: Path, field: str, read: Callable[[str], Half], *, private: bool = False) -> Half:
    from dancu.runtime.private import read_private

    try:
        text = read_private(path, field) if private else path.read_bytes()
        return read(text.decode("ascii"))
    except (OSError, ValueError):
        detail = "not a file of `dancu gateway recipient`"
        raise ConfigurationError("profile_invalid", field=field, detail=detail) from None
