from __future__ import annotations

import csv
import datetime
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.search import find_places

if TYPE_CHECKING:
    from dancu.domain.units import Level, UnitVintage

TABLES = Path(__file__).parents[3] / "tools" / "tables"
WIDTHS = {"province": 2, "district": 3, "commune": 5}
TYPES = ("Phường ", "Xã ", "Đặc khu ")


def rows() -> list[dict[str, str]]:
    """Today's communes, read without the code under test; ``short`` is the name without its type word."""
    with (TABLES / "communes_new.csv").open(encoding="utf-8", newline="") as file:
        current = [row for row in csv.DictReader(file) if not row["valid_to"]]
    for row in current:
        row["short"] = next(row["name"][len(word) :] for word in TYPES if row["name"].startswith(word))
    return current


def plain(name: str) -> str:
    """A name as typed without accents, in lower case."""
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(char for char in letters if not unicodedata.combining(char))


def test_every_commune_is_found_by_its_name() -> None:
    """Each of the 3,321 names leads with accents and without, whole and short, to its commune in its province.

    Where its short name without accents is unique in the province, it is the first; so it
    always is where the name is whole and accented.
    """
    found = rows()
    assert len(found) == 3321
    alike = Counter((row["province_code"], plain(row["short"])) for row in found)
    for row in found:
        province, code = row["province_code"], row["code"]
        for text in (row["name"], row["short"], plain(row["name"]), plain(row["short"])):
            units = [unit.code for unit in find_places(text, level="commune", province=province)]
            assert code in units, text
            if alike[province, plain(row["short"])] == 1:
                assert units[0] == code, text
        assert find_places(row["name"], level="commune", province=province)[0].code == code


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("tuy hoa", "22015"),
        ("p tuy hoa", "22015"),
        ("P. Tuy Hoà", "22015"),
        ("Phuong Tuy Hoa", "22015"),
        ("PHƯỜNG TUY HÒA", "22015"),
        ("tuy h", "22015"),
        ("tuy hoa, dak lak", "22015"),
        ("tuy hoa, tinh dak", "22015"),
        ("tuy hoa dak lak", "22015"),
        ("Tuy Hóa", "22015"),
        ("buon ma", "24133"),
        ("thuot, đắk lắk", "24133"),
        ("dak lak", "66"),
        ("TP Ho Chi Minh", "79"),
        ("dk ly son", "21548"),
        ("ly son", "21548"),
    ],
)
def test_what_people_type_finds_the_place(text: str, first: str) -> None:
    """Accents, type word, tone placement and the rest of the last word may be missing; a province may follow."""
    assert find_places(text)[0].code == first


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("phường 9, tuy hòa, phú yên", ["22024"]),
        ("P9, TP Tuy Hoa, Phu Yen", ["22024"]),
        ("p 9 phu yen", ["22024"]),
        ("TP Tuy Hòa", ["555"]),
        ("Côn Đảo", ["755"]),
        ("tuy hoa, dak lak", []),
        ("phường 9, tuy hòa, tuy hòa, phú yên", []),
    ],
)
def test_the_old_list_is_searched_apart(text: str, codes: list[str]) -> None:
    """Old units, with their district where it is given, are found in the old list alone."""
    assert [unit.code for unit in find_places(text, vintage="old")] == codes


@pytest.mark.parametrize("text", ["", " ", ",", "sai gon gia dinh", "TP HCM", "tuy hoa, nowhere", "hòa tuy", "\x00\n"])
def test_nothing_is_invented(text: str) -> None:
    """A name that the list does not have, a popular alias among them, finds nothing."""
    assert find_places(text) == ()


def test_better_matches_come_first() -> None:
    """Whole names with all accents lead, then whole names, beginnings, later words, and other accents last."""
    names = [unit.short_name for unit in find_places("Tân Hòa", vintage="old", level="commune", limit=10_000)]
    kinds = [
        0 if name == "Tân Hòa" else 2 if name.startswith("Tân Hòa") else 3 if " Tân Hòa" in name else 4
        for name in names
    ]
    assert kinds == sorted(kinds)
    assert {0, 2, 4} <= set(kinds)
    later = [unit.short_name for unit in find_places("Hưng", level="commune", limit=10_000)]
    assert later.index("Hưng Nguyên") < later.index("Vĩnh Hưng") < later.index("Hùng An")
    assert all("Hưng" not in name for name in later[later.index("Hùng An") :])
    unaccented = [unit.short_name for unit in find_places("tan hoa", vintage="old", level="commune", limit=10)]
    assert set(unaccented) == {"Tân Hòa", "Tân Hoa", "Tân Hóa"}


def test_equals_are_in_a_stable_order() -> None:
    """Provinces come before districts, districts before communes, and codes ascend."""
    units = [unit for unit in find_places("hòa bình", vintage="old", limit=1000) if unit.short_name == "Hòa Bình"]
    found = [(len(unit.code), unit.code) for unit in units]
    assert found == sorted(found)
    assert {length for length, _code in found} == {2, 3, 5}
    assert find_places("hòa bình", vintage="old", limit=3) == find_places("hòa bình", vintage="old", limit=1000)[:3]


@pytest.mark.parametrize(
    ("as_of", "name"),
    [
        (datetime.date(2026, 4, 29), "Xã Long Thành"),
        (datetime.date(2026, 4, 30), "Phường Long Thành"),
        (None, "Phường Long Thành"),
    ],
)
def test_the_day_names_the_unit(as_of: datetime.date | None, name: str) -> None:
    """A unit is found under either type and given as on the day that is asked for."""
    assert [unit.name for unit in find_places("long thành, đồng nai", as_of=as_of)] == [name]


@given(
    st.text(max_size=20) | st.lists(st.sampled_from(["p", "tuy", "hoa", ",", "dak lak", "9", "TX."])).map(" ".join),
    st.sampled_from([None, "province", "district", "commune"]),
    st.sampled_from([None, "66", "54", "x"]),
    st.sampled_from(["new", "old"]),
    st.integers(-1, 5),
)
def test_every_text_may_be_searched(
    text: str, level: Level | None, province: str | None, vintage: UnitVintage, limit: int
) -> None:
    """Whatever is typed, at most ``limit`` units are found, each once, of that level and in that province."""
    found = find_places(text, level=level, province=province, vintage=vintage, limit=limit)
    assert len(found) <= max(limit, 0)
    assert len({unit.code for unit in found}) == len(found)
    assert {unit.province for unit in found} <= ({province} if province else {unit.province for unit in found})
    assert {len(unit.code) for unit in found} <= ({2, 3, 5} if level is None else {WIDTHS[level]})
