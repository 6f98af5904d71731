"""The packed tables of places and code lists, read from the package on first use.

A table is a gzipped file of tab-separated UTF-8 lines without a header, sorted, written by
``tools/pack_tables.py``. The places are data under the MIT licence; see ``NOTICE.txt``.
"""

from __future__ import annotations

import gzip
import sys
from importlib import resources

__all__ = ["read_rows"]


def read_rows(table: str) -> tuple[tuple[str, ...], ...]:
    """All rows of one table, in the order of the file; equal texts are one object, nothing else is kept.

    Raises:
        FileNotFoundError: the package bears no such table.
    """
    packed = resources.files(__name__).joinpath(f"{table}.tsv.gz").read_bytes()
    lines = gzip.decompress(packed).decode().removesuffix("\n").split("\n")
    return tuple(tuple(map(sys.intern, line.split("\t"))) for line in lines)
