from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from dancu.domain.data import read_rows
from dancu.domain.units import AS_OF, NEW_SINCE, UnitRow

ROOT = Path(__file__).parents[3]
PACKED = ROOT / "src" / "dancu" / "domain" / "data"
UNIT_TABLES = ["provinces_new", "provinces_old", "districts_old", "communes_new", "communes_old"]


def units(table: str) -> list[UnitRow]:
    """The rows of one packed table of places."""
    return [UnitRow(*row) for row in read_rows(table)]


def check(directory: Path) -> subprocess.CompletedProcess[str]:
    """Run the check of the packing script on a directory of packed files."""
    command = [sys.executable, "-I", str(ROOT / "tools" / "pack_tables.py"), "--check", "--to", str(directory)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_packed_files_equal_their_tables() -> None:
    """What ships is what the tables say."""
    result = check(PACKED)
    assert result.returncode == 0, result.stderr


def test_check_names_every_file_that_differs(tmp_path: Path) -> None:
    """A changed label, a missing file and a left-over file each fail the check by name."""
    for path in PACKED.glob("*.gz"):
        shutil.copy(path, tmp_path)
    changed = gzip.decompress((tmp_path / "codes.tsv.gz").read_bytes()).replace("Nữ".encode(), b"Nam")
    (tmp_path / "codes.tsv.gz").write_bytes(gzip.compress(changed))
    (tmp_path / "provinces_old.tsv.gz").unlink()
    (tmp_path / "stray.tsv.gz").write_bytes(b"")
    result = check(tmp_path)
    assert result.returncode == 1
    assert [line.split()[0] for line in result.stderr.splitlines()] == [
        "codes.tsv.gz",
        "provinces_old.tsv.gz",
        "stray.tsv.gz",
    ]


def test_packing_is_deterministic(tmp_path: Path) -> None:
    """Packing twice gives the same bytes, without a time or a file name in them."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        command = [sys.executable, "-I", str(ROOT / "tools" / "pack_tables.py"), "--to", str(tmp_path / name)]
        subprocess.run(command, timeout=30, check=True)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert {content[3:8] for content in one.values()} == {b"\0\0\0\0\0"}


def test_packed_data_is_small_and_bears_its_licence() -> None:
    """All packed files together stay below 150 kB, and the notice of the source goes with them."""
    assert sum(path.stat().st_size for path in PACKED.glob("*.gz")) < 150_000
    notice = (PACKED / "NOTICE.txt").read_text(encoding="utf-8")
    assert "MIT License" in notice
    assert "Copyright (c) 2025 Tran Ngoc Minh Hieu" in notice


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("provinces_new", 34),
        ("provinces_old", 63),
        ("districts_old", 696),
        ("communes_new", 3321),
        ("communes_old", 10035),
    ],
)
def test_counts_are_the_official_ones(table: str, count: int) -> None:
    """Each list has as many units as the law that made it."""
    assert len({row.code for row in units(table)}) == count


def test_types_of_the_new_communes_are_the_official_ones() -> None:
    """On their first day there are 2,621 xã, 687 phường and 13 đặc khu."""
    first_day = [row for row in units("communes_new") if row.lasts_on(NEW_SINCE)]
    assert Counter(row.type_word for row in first_day) == {"Xã": 2621, "Phường": 687, "Đặc khu": 13}


@pytest.mark.parametrize("table", UNIT_TABLES)
def test_every_row_is_well_formed(table: str) -> None:
    """Codes have their width, names are clean NFC text, and dates run in order."""
    width = {"p": 2, "d": 3, "c": 5}[table[0]]
    for row in units(table):
        assert len(row.code) == width
        assert len(row.province) == 2
        assert len(row.district) == (3 if table in {"districts_old", "communes_old"} else 0)
        assert f"{row.code}{row.province}{row.district}".isdigit()
        assert row.short_name == " ".join(unicodedata.normalize("NFC", row.short_name).split())
        assert row.valid_from <= (row.valid_to or AS_OF.isoformat())


@pytest.mark.parametrize("table", UNIT_TABLES)
def test_every_unit_lies_in_a_listed_one(table: str) -> None:
    """Provinces and districts named by a row are in their own lists of the same vintage."""
    vintage = table.split("_")[1]
    provinces = {row.code for row in units(f"provinces_{vintage}")}
    districts = {(row.code, row.province) for row in units("districts_old")}
    for row in units(table):
        assert row.province in provinces
        assert not row.district or (row.district, row.province) in districts


def test_periods_of_a_unit_follow_each_other() -> None:
    """Only Đồng Nai and ten of its communes have two periods, which meet at 30 April 2026."""
    rows = [*units("provinces_new"), *units("communes_new")]
    twice = {code for code, count in Counter(row.code for row in rows).items() if count > 1}
    assert len(twice) == 11
    for code in twice:
        before, after = (row for row in rows if row.code == code)
        assert (before.valid_to, after.valid_from, after.valid_to) == ("2026-04-29", "2026-04-30", "")
        assert before.short_name == after.short_name


def test_new_commune_names_are_unique_within_a_province() -> None:
    """No two communes of one province bear the same whole name at the same time."""
    current = [row for row in units("communes_new") if not row.valid_to]
    assert len(current) == 3321
    assert len({(row.province, row.type_word, row.short_name) for row in current}) == 3321


def test_nearly_every_new_code_was_an_old_code() -> None:
    """3,316 of the 3,321 codes stand in both lists, which is why a code needs its vintage."""
    old = {row.code for row in units("communes_old")}
    assert len({row.code for row in units("communes_new")} & old) == 3316
