"""The packed tables of places and code lists, read from the package on first use.

A table is a gzipped file of tab-separated UTF-8 lines without a header, sorted, written by
``tools/pack_tables.py``. The places are data under the MIT licence; see ``NOTICE.txt``.
"""

from __future__ import annotations

import bisect
import gzip
import pkgutil
import sys

__all__ = ["find_lines", "read_lines", "read_rows"]


def read_lines(table: str) -> tuple[bytes, ...]:
    """All lines of one table as they are packed, in the order of the file; nothing is kept.

    Raises:
        FileNotFoundError: the package bears no such table.
    """
    packed = pkgutil.get_data(__name__, f"{table}.tsv.gz") or b""
    return tuple(gzip.decompress(packed).removesuffix(b"\n").split(b"\n"))


def read_rows(table: str) -> tuple[tuple[str, ...], ...]:
    """All rows of one table, in the order of the file; equal texts are one object, nothing else is kept.

    Raises:
        FileNotFoundError: the package bears no such table.
    """
    return tuple(tuple(map(sys.intern, line.decode().split("\t"))) for line in read_lines(table))


def find_lines(lines: tuple[bytes, ...], key: str) -> tuple[bytes, ...]:
    """The lines whose first field is ``key``; the lines are sorted by it."""
    if "\t" in key:
        return ()
    start = key.encode(errors="replace") + b"\t"
    first = bisect.bisect_left(lines, start)
    last = first
    while last < len(lines) and lines[last].startswith(start):
        last += 1
    return lines[first:last]
