"""Where a setting stands in a TOML file; tomllib itself does not tell."""

from __future__ import annotations

import re
import tomllib

__all__ = ["broken_line", "line_of"]

_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?")
_SETTING = re.compile(r"\s*([A-Za-z0-9_.\"' -]+?)\s*=")
_AT = re.compile(r"\(at line ([0-9]+),")


def line_of(text: str, setting: str) -> int | None:
    """The line (from 1) of a dotted setting, else of the innermost table above it that the text has."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.fullmatch(line):
            table = _plain(head.group(1))
            found.setdefault(table, number)
        elif key := _SETTING.match(line):
            found.setdefault(".".join(filter(None, (table, _plain(key.group(1))))), number)
    while setting and setting not in found:
        setting = setting.rpartition(".")[0]
    return found.get(setting)


def broken_line(text: str) -> int | None:
    """The line at which a text stops being TOML; None where it is TOML, or broken at its very end."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        return int(at.group(1)) if at else text.count("\n") + 1
    return None


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
