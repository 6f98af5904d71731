"""``dancu receipt``: check what a gateway has signed, offline; make its key, and print the public half."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dancu.cli.answering import complain, leave
from dancu.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["app"]

app = typer.Typer(help="Signed receipts of a gateway / Biên nhận có chữ ký số của cổng kết nối.", no_args_is_help=True)
KeyFile = Annotated[Path, typer.Argument(help="File of the private key.")]
_NOT_SIGNED = 1


@app.command()
def verify(
    public_key: Annotated[Path, typer.Option("--public-key", help="PEM, as `dancu receipt public-key` prints it.")],
    receipt: Annotated[str, typer.Argument(help="File of the receipt; - reads standard input.")] = "-",
) -> None:
    """Say whether a receipt is genuine, and what it says; needs no network and no gateway."""

    def work() -> int:
        from dancu.gateway.receipts import read_receipt

        try:
            claims = read_receipt(_text(receipt), _bytes(public_key))
        except InvalidInput as error:
            if error.field != "receipt":
                raise
            complain("Biên nhận không đúng hoặc đã bị sửa / the receipt is not genuine, or was changed")
            return _NOT_SIGNED
        print(json.dumps(claims, ensure_ascii=False, indent=2))
        return 0

    _leave(work)


@app.command()
def key(out: Annotated[Path, typer.Option("--out", help="A new file, of mode 600.")]) -> None:
    """Make a private key for a gateway's receipts."""

    def work() -> int:
        from dancu.gateway.receipts import make_key
        from dancu.runtime.private import write_private

        try:
            if out.exists():
                raise FileExistsError
            write_private(out, make_key().decode())
        except OSError:
            raise InvalidInput("invalid_fields", field="--out", detail="a new file that can be written") from None
        return 0

    _leave(work)


@app.command("public-key")
def print_public_key(key_file: KeyFile) -> None:
    """Print the public half; hand it to whoever is to check receipts."""

    def work() -> int:
        from dancu.gateway.receipts import public_key as public

        print(public(_bytes(key_file)).decode(), end="")
        return 0

    _leave(work)


def _leave(work: Callable[[], int]) -> NoReturn:
    def with_extra() -> int:
        try:
            return work()
        except ModuleNotFoundError:
            complain("receipts need the extra 'gateway': pip install 'dancu[cli,gateway]'")
            return 2

    leave(with_extra, as_json=False)


def _text(source: str) -> str:
    return sys.stdin.read() if source == "-" else _bytes(Path(source)).decode(errors="replace")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise InvalidInput("invalid_fields", field=str(path), detail="the file cannot be read") from None
