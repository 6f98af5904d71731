"""The files that a ``gateway.toml`` names, by itself and through its profiles; which of them hold a secret."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from dancu.gateway.config import load_config
from dancu.profiles.audit_keys import key_beside, signing_key_beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["NamedFile", "named_files", "names_in"]

_PUBLIC = frozenset({"ca", "certificate", "callers_ca", "crl", "jwks", "table", "profile"})
_SECRET = frozenset({"key", "bundle", "file"})


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that a setting names.

    Attributes:
        setting: dotted.
        path: absolute.
        is_secret: whether it holds a key or a password, as its setting or its content says.
    """

    setting: str
    path: Path
    is_secret: bool


def named_files(path: Path) -> list[NamedFile]:
    """``gateway.toml`` and all that it names, the audit's database left out; each once, also where it is missing.

    Raises:
        ConfigurationError: the configuration cannot be used.
    """
    config = load_config(path)
    found = {path.resolve(): NamedFile("gateway", path.resolve(), is_secret=False)}
    log = config.directory / config.audit.database
    for beside in (key_beside(log), signing_key_beside(log)):
        if beside.exists():
            _take(found, NamedFile("audit.key", beside.absolute(), is_secret=True))
    for one in names_in(path):
        _take(found, one)
        if one.setting.rpartition(".")[2] == "profile" and one.path.is_file():
            for inner in (*names_in(one.path), *_person_key(one.path)):
                _take(found, inner)
    return list(found.values())


def _take(found: dict[Path, NamedFile], one: NamedFile) -> None:
    found.setdefault(one.path, one)


def names_in(path: Path) -> Iterator[NamedFile]:
    """The files that one TOML file names, relative to itself; of a file that is no TOML none."""
    try:
        parts = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    for setting, text in _texts(parts, ""):
        name = setting.rpartition(".")[2]
        if name in _PUBLIC | _SECRET:
            named = (path.resolve().parent / text).absolute()
            yield NamedFile(setting, named, is_secret=name in _SECRET or _holds_key(named))


def _texts(value: Any, setting: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield from _texts(inner, f"{setting}.{name}" if setting else name)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            if isinstance(inner, dict):
                yield from _texts(inner, setting)
    elif isinstance(value, str):
        yield setting, value


def _holds_key(path: Path) -> bool:
    try:
        return b"PRIVATE KEY-----" in path.read_bytes()
    except OSError:
        return False


def _person_key(profile: Path) -> Iterator[NamedFile]:
    """The key under which persons are hashed, where the profile names none and one lies beside its log."""
    parts = tomllib.loads(profile.read_text(encoding="utf-8"))
    sink = parts.get("audit", {}).get("sink", "")
    beside = key_beside(profile.resolve().parent / str(sink).removeprefix("file:"))
    if str(sink).startswith("file:") and beside.exists():
        yield NamedFile("audit.key", beside.absolute(), is_secret=True)
