"""A gateway's first files: configuration with comments, profile, the audit's keys, and one application's key."""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.errors import ConfigurationError
from dancu.gateway.applications import hash_key, new_key
from dancu.gateway.config import load_config
from dancu.gateway.keeping.files import names_in
from dancu.gateway.store_keys import store_keys
from dancu.profiles.loader import load_profile
from dancu.profiles.shipped import shipped_names, shipped_text
from dancu.runtime.private import write_private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Begun", "begin"]

_TEXT = """\
# Cổng kết nối dancu / the dancu gateway. Kiểm tra / check: dancu gateway check --config gateway.toml

[listen]                                # nơi ứng dụng kết nối tới / where applications connect
host = {host}
port = {port}
{listening}

[upstream]                              # nền tảng của tỉnh / the province's platform
profile = "profile.toml"

[audit]                                 # nhật ký truy vết / the audit; its keys lie beside it
database = "audit.sqlite"
# checkpoints = "file:/mnt/khac/checkpoints.jsonl"   # nơi thứ hai, máy khác / a second place, another machine's disk
keep_months = 60

[[application]]                         # ứng dụng được hỏi; khóa không nằm ở đây / may ask; its key is not kept here
name = {application}
key_sha256 = "{key}"
units = {units}

{grants}"""
_PLAIN = """\
plain = true                            # chỉ trong máy này / this machine only, until there is a certificate:
# certificate = "gateway.pem"           # dancu cert import FILE.p12 --config gateway.toml --listen
# key = "gateway.key\""""
_TLS = 'certificate = "gateway.pem"\nkey = "gateway.key"'
_GRANT = """\
[[grant]]                               # được hỏi gì, trong thủ tục nào / what it may ask, in which procedure
application = {application}
procedure = {procedure}
service = "look_up"
fields = ["number", "name", "birth_date", "gender", "permanent_address"]
# permission = {{ reference = "...", until = 2027-12-31 }}   # văn bản cho phép khai thác / what it rests on

[[grant]]
application = {application}
procedure = {procedure}
service = "confirm"
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was written.

    Attributes:
        config: ``gateway.toml``.
        key: of the application, kept nowhere.
        named: files that the profile names and that are still to come.
    """

    config: Path
    key: str
    named: tuple[Path, ...]


def begin(
    directory: Path,
    *,
    units: Sequence[str],
    application: str,
    procedure: str,
    family: str | None = None,
    profile: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8443,
) -> Begun:
    """Write a gateway's files into an empty directory, mode 700, each of mode 600.

    Args:
        directory: empty, or not there.
        units: codes of the units for which the application asks.
        application: its name.
        procedure: the first one for which it may ask.
        family: a shipped profile to be filled in; this or ``profile``.
        profile: one that is filled in; the files that it names beside itself come along.
        host: other than the loopback, the gateway listens with TLS only.
        port: 0 takes a free one.

    Raises:
        ConfigurationError: naming the option; nothing is left behind.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise _refused("DIR", "a directory that is empty, or a new one")
    text = _profile_text(family, profile)
    key = new_key()
    is_local = host in {"127.0.0.1", "::1", "localhost"}
    words = {"application": json.dumps(application), "procedure": json.dumps(procedure)}
    written = _TEXT.format(
        host=json.dumps(host),
        port=port,
        listening=_PLAIN if is_local else _TLS,
        key=hash_key(key),
        units=json.dumps(list(units)),
        grants=_GRANT.format(**words),
        application=words["application"],
    )
    was_there = directory.is_dir()
    try:
        return _write(directory, written, text, profile, key)
    except (ConfigurationError, OSError) as error:
        shutil.rmtree(directory, ignore_errors=True)
        if was_there:
            directory.mkdir(mode=0o700)
        if isinstance(error, OSError):
            raise _refused("DIR", "cannot be written") from None
        raise


def _write(directory: Path, written: str, text: str, profile: Path | None, key: str) -> Begun:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    config, own = directory / "gateway.toml", directory / "profile.toml"
    write_private(config, written)
    write_private(own, text)
    if profile is not None:
        _bring(profile.resolve(), directory)
    load_profile(own)
    store_keys(load_config(config))
    return Begun(config, key, tuple(one.path for one in names_in(own) if not one.path.exists()))


def _bring(profile: Path, directory: Path) -> None:
    """The files that a profile names beside itself, where they are."""
    for one in names_in(profile):
        if one.path.parent == profile.parent and one.path.is_file():
            content = one.path.read_bytes()
            target = directory / one.path.name
            target.touch(mode=0o600)
            target.write_bytes(content)


def _profile_text(family: str | None, profile: Path | None) -> str:
    if (family is None) == (profile is None):
        raise _refused("--family", "a family, or a --profile that is filled in")
    if profile is not None:
        try:
            text = profile.read_text(encoding="utf-8")
            tomllib.loads(text)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            raise _refused("--profile", "not a readable TOML file") from None
        return text
    if family not in shipped_names():
        raise _refused("--family", f"one of {', '.join(shipped_names())}")
    return shipped_text(family)


def _refused(field: str, detail: str) -> ConfigurationError:
    return ConfigurationError("profile_invalid", field=field, detail=detail)
