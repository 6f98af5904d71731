"""Pack ``tools/tables/*.csv`` into the gzipped tables that ``dancu.domain.data`` reads.

Without options the packed files are written. With ``--check`` nothing is written, and the
exit status is 1 where a packed file differs from its table, is missing or is left over.
The contents are compared, not the bytes: deflate may differ between builds of zlib.
"""

from __future__ import annotations

import argparse
import csv
import functools
import gzip
import io
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    Row = tuple[str, ...]

TABLES = Path(__file__).parent / "tables"
PACKED = Path(__file__).parents[1] / "src" / "dancu" / "domain" / "data"
TYPE_WORDS = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã")
LAST_OLD_DAY = "2025-06-30"
CODE_LISTS = {
    "gender": "gender",
    "marital_status": "marital_status",
    "blood_group": "blood_group",
    "ethnic_group_1979": "ethnic_group_1979",
    "ethnic_group_2008": "ethnic_group_2008",
    "religion_2008": "religion",
    "countries": "nationality",
    "countries_alpha3": "nationality",
    "gender_aliases": "gender_aliases",
    "marital_status_aliases": "marital_status_aliases",
    "ethnic_group_aliases": "ethnic_group_aliases",
    "religion_aliases": "religion_aliases",
    "country_aliases": "nationality_aliases",
}


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of one CSV table by column name, in NFC."""
    text = (TABLES / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(unicodedata.normalize("NFC", text))))


def split_name(name: str) -> tuple[str, str]:
    """The type word in its one spelling, and the name without it.

    Raises:
        ValueError: the name begins with no known type word.
    """
    for word in TYPE_WORDS:
        if name.casefold().startswith(f"{word} ".casefold()):
            return word, name[len(word) + 1 :]
    raise ValueError(f"no type word in {name!r}")


@functools.cache
def successors() -> dict[str, str]:
    """The new communes of each old commune, and of each island district without communes, by its code.

    The codes stand in one text; the one that took the whole population comes first and bears a ``*``.
    """
    found: dict[str, list[tuple[bool, str]]] = {}
    for row in read_table("commune_conversion_20250701"):
        part = row["whole_population"] != "1"
        found.setdefault(row["old_code"] or row["old_district"], []).append((part, row["new_code"]))
    return {old: " ".join(code if part else f"{code}*" for part, code in sorted(new)) for old, new in found.items()}


def new_provinces() -> Iterator[Row]:
    """Provinces since 2025-07-01, one row a period."""
    for row in read_table("provinces_new"):
        yield row["code"], row["code"], "", *split_name(row["name"]), row["valid_from"], row["valid_to"]


def old_provinces() -> Iterator[Row]:
    """Provinces until 2025-06-30."""
    for row in read_table("provinces_old"):
        yield row["code"], row["code"], "", *split_name(row["name"]), "", LAST_OLD_DAY, row["new_code"]


def old_districts() -> Iterator[Row]:
    """Districts until 2025-06-30, read off their communes, and those without communes."""
    for row in read_table("communes_old_20250630"):
        code = row["district_code"]
        parents, name = (row["province_code"], code), split_name(row["district_name"])
        yield code, *parents, *name, "", LAST_OLD_DAY, successors().get(code, "")


def new_communes() -> Iterator[Row]:
    """Communes since 2025-07-01, one row a period."""
    for row in read_table("communes_new"):
        yield row["code"], row["province_code"], "", *split_name(row["name"]), row["valid_from"], row["valid_to"]


def old_communes() -> Iterator[Row]:
    """Communes until 2025-06-30."""
    for row in read_table("communes_old_20250630"):
        if row["code"]:
            parents = row["province_code"], row["district_code"]
            yield row["code"], *parents, *split_name(row["name"]), "", LAST_OLD_DAY, successors()[row["code"]]


def code_labels() -> Iterator[Row]:
    """List, code and Vietnamese label, without the labels that are themselves unsure."""
    for table, listing in CODE_LISTS.items():
        for row in read_table(table):
            if not row["confidence"].startswith("low"):
                yield listing, row["code"], row["name_vi"]


SOURCES = {
    "provinces_new": new_provinces,
    "provinces_old": old_provinces,
    "districts_old": old_districts,
    "communes_new": new_communes,
    "communes_old": old_communes,
    "codes": code_labels,
}


def render(table: str) -> bytes:
    """One packed table before compression: distinct rows, sorted, for units by code and then by period."""
    rows = set(SOURCES[table]())
    units = table != "codes"
    ordered = sorted(rows, key=lambda row: (row[0], row[5]) if units else (row[0], row[1]))
    return "".join("\t".join(row) + "\n" for row in ordered).encode()


def compress(content: bytes) -> bytes:
    """Gzip without a name or a time, so that the same content gives the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as packed:
        packed.write(content)
    return buffer.getvalue()


def differences(directory: Path) -> list[str]:
    """The names of packed files that differ, are missing or are left over."""
    expected = {f"{table}.tsv.gz": render(table) for table in SOURCES}
    present = {path.name: path for path in directory.glob("*.gz")}
    different = [
        name
        for name, content in expected.items()
        if name not in present or gzip.decompress(present[name].read_bytes()) != content
    ]
    return sorted({*different, *(present.keys() - expected.keys())})


def main(arguments: list[str] | None = None) -> int:
    """Pack or check; the exit status."""
    parser = argparse.ArgumentParser(description="Pack the tables of places and codes.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where packed files differ")
    parser.add_argument("--to", type=Path, default=PACKED, help="the directory of the packed files")
    options = parser.parse_args(arguments)
    if not options.check:
        for table in SOURCES:
            (options.to / f"{table}.tsv.gz").write_bytes(compress(render(table)))
    different = differences(options.to)
    for name in different:
        sys.stderr.write(f"{name} differs from its table; run tools/pack_tables.py\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
