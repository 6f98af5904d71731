"""``dancu cert``: ask for a certificate, take in what came, look at it, and change it while everything runs."""

from __future__ import annotations

import datetime
import enum
import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dancu.cli.answering import leave, print_json
from dancu.cli.cert_places import named_at, place_at, refused
from dancu.cli.options import AsJson
from dancu.privacy import Secret
from dancu.runtime.certificates import checked, facts_of, new_key, put_back, read_given, request_for, text_of
from dancu.runtime.key_pairs import read_certificates
from dancu.runtime.private import read_private, write_private

if TYPE_CHECKING:
    from dancu.cli.cert_places import Place
    from dancu.runtime.key_pairs import KeyPair

__all__ = ["app"]

app = typer.Typer(help="Certificates and their keys / Chứng thư số và khóa.", no_args_is_help=True)


class KeyKind(enum.StrEnum):
    """Kinds of keys."""

    EC = "ec"
    RSA = "rsa"


Given = Annotated[Path, typer.Argument(help="PKCS #12 (.p12, .pfx) or PEM.")]
Profile = Annotated[Path | None, typer.Option("--profile", help="Where its [tls] says; our certificate there.")]
Config = Annotated[
    Path | None, typer.Option("--config", help="gateway.toml: its upstream's profile, or with --listen its own.")
]
Listen = Annotated[bool, typer.Option("--listen", help="The certificate under which the gateway itself listens.")]
KeyFile = Annotated[Path | None, typer.Option("--key", help="The key in PEM, where it is not in FILE.")]
Password = Annotated[
    Path | None, typer.Option("--password-file", help="Of mode 600; without it the password is asked for.")
]
Ca = Annotated[Path | None, typer.Option("--ca", help="The platform's CA, PEM, to be put in place as well.")]


@app.command()
def csr(
    out: Annotated[Path, typer.Option("--out", help="A directory for client.key (mode 600) and client.csr.")],
    name: Annotated[str, typer.Option("--name", help="CN, as the platform registers it.")],
    organisation: Annotated[str, typer.Option("--organisation", help="O.")] = "",
    dns: Annotated[list[str] | None, typer.Option("--dns", help="A DNS name for the SAN. Repeatable.")] = None,
    kind: Annotated[KeyKind, typer.Option("--kind", help="P-256, or RSA of 3072 bits.")] = KeyKind.EC,
) -> None:
    """Make a key, which stays here, and a request for the CA / Tạo khóa và yêu cầu cấp chứng thư."""

    def work() -> int:
        key_file, request_file = out / "client.key", out / "client.csr"
        if key_file.exists() or request_file.exists():
            raise refused("--out", "there is a key or a request already")
        key = new_key(kind.value)
        try:
            text = request_for(key, name=name, organisation=organisation, names=dns or ())
            out.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(key_file, text_of(key).decode())
            request_file.write_bytes(text)
        except ValueError:
            raise refused("--name", "CN and O have 1 to 64 characters, a DNS name is ASCII") from None
        print(f"{request_file}: gửi cho CA / for the CA\n{key_file}: giữ lại đây / stays here")
        return 0

    leave(work, as_json=False)


@app.command("import")
def import_file(
    file: Given,
    profile: Profile = None,
    config: Config = None,
    listen: Listen = False,
    key: KeyFile = None,
    password_file: Password = None,
    ca: Ca = None,
) -> None:
    """Check what a CA sent and put it where the profile says, as PEM; a running gateway takes it over."""

    def work() -> int:
        place = place_at(profile, config, listen=listen)
        pair = _tried(file, key, password_file, place)
        place.take(pair, None if ca is None else _bytes(ca))
        _say(pair)
        return 0

    leave(work, as_json=False)


@app.command()
def stage(
    file: Annotated[Path | None, typer.Argument(help="As for `dancu cert import`.")] = None,
    profile: Profile = None,
    config: Config = None,
    listen: Listen = False,
    key: KeyFile = None,
    password_file: Password = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Try the new files; replace nothing.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put the files back that were replaced last.")] = False,
) -> None:
    """Try a new certificate, then replace the old one, which is kept for --undo / Thay chứng thư."""

    def work() -> int:
        place = place_at(profile, config, listen=listen)
        if undo:
            if not put_back([place.key, place.certificate]):
                raise refused("--undo", "nothing was kept")
            print("đã đưa chứng thư cũ trở lại / the certificate before is back")
            return 0
        if file is None:
            raise refused("FILE", "a new certificate, or --undo")
        pair = _tried(file, key, password_file, place)
        if not dry:
            place.take(pair, None)
        _say(pair)
        return 0

    leave(work, as_json=False)


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="A certificate in PEM, a profile, or gateway.toml.")],
    as_json: AsJson = False,
) -> None:
    """Say whose a certificate is, from whom, until when, and its thumbprint / Xem chứng thư."""

    def work() -> int:
        now = datetime.datetime.now(datetime.UTC)
        told: list[dict[str, object]] = []
        for setting, path in named_at(file):
            for certificate in read_certificates(_bytes(path), setting)[:1]:
                facts = facts_of(certificate)
                left = (facts.not_after - now).days
                parts = {**asdict(facts), "not_after": facts.not_after.isoformat(), "usages": list(facts.usages)}
                told.append({"setting": setting, **parts, "days_left": left})
        if as_json:
            print_json(json.dumps(told, ensure_ascii=False))
        else:
            print("\n\n".join("\n".join(f"{name}: {value}" for name, value in one.items()) for one in told))
        return 0

    leave(work, as_json=as_json)


def _tried(file: Path, key: Path | None, password_file: Path | None, place: Place) -> KeyPair:
    content = _bytes(file)
    password = _password(content, password_file)
    beside = None if key is None and not place.key.exists() else key or place.key
    own = None if b"PRIVATE KEY-----" in content or beside is None else read_private(beside, "--key")
    pair = read_given(content, key=own, password=password)
    return checked(pair, now=datetime.datetime.now(datetime.UTC), usage=place.usage)


def _password(content: bytes, file: Path | None) -> Secret | None:
    """From a private file, or a terminal; PEM that is not encrypted needs none."""
    if file is not None:
        return Secret(read_private(file, "--password-file").decode(errors="replace").strip())
    if b"-----BEGIN " in content and b"ENCRYPTED" not in content:
        return None
    print("Mật khẩu tệp chứng thư / password of the file: ", end="", file=sys.stderr, flush=True)
    typed = getpass.getpass("") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    return Secret(typed) if typed else None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise refused(str(path), "the file cannot be read") from None


def _say(pair: KeyPair) -> None:
    facts = facts_of(pair.certificate)
    print(f"{facts.subject}: {facts.not_after:%d/%m/%Y} ({len(pair.chain)} chứng thư trung gian / intermediate)")
