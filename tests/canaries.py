"""Planted values that must never be seen: the suite's own output is searched for them."""

from __future__ import annotations

from pathlib import Path

__all__ = ["NAME", "NUMBER", "OFFICER_SECRET", "PLANTED", "SECRET", "hits", "process_hits"]

NUMBER = "000684573921"
NAME = "HOÀNG YẾN CANARY"
SECRET = "canary-secret-5e1d0b7a"
OFFICER_SECRET = "canary-key-88c1f3"
PLANTED = (NUMBER, "684573921", NAME, "Hoàng Yến Canary", "HOANGYENCANARY", SECRET, OFFICER_SECRET)


def hits(text: str) -> list[str]:
    """Which planted values stand in a text, whatever their case."""
    folded = text.casefold()
    return [value for value in PLANTED if value.casefold() in folded]


def process_hits() -> list[str]:
    """Which planted values stand in the command line of any process on this machine."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += hits(path.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return found
