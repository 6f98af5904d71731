from __future__ import annotations

import csv
import datetime
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.conversion import Conversion, convert, convert_district, convert_province
from dancu.domain.units import find_commune, find_province, unit_codes

TABLES = Path(__file__).parents[3] / "tools" / "tables"
OLD_DAY = datetime.date(2025, 6, 30)
NEW_DAY = datetime.date(2025, 7, 1)
BEFORE_RENAMING = datetime.date(2026, 4, 29)
RENAMED = datetime.date(2026, 4, 30)


def table(name: str) -> list[dict[str, str]]:
    """The rows of one source table, read without the code under test."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes(conversion: Conversion) -> set[str]:
    """The codes of every unit that an answer names."""
    return {unit.code for unit in (conversion.unit, *conversion.candidates) if unit is not None}


def test_every_old_commune_converts_as_the_table_says() -> None:
    """All 10,035 old communes have the outcome, the targets and the chosen unit of the table, row by row."""
    pairs = defaultdict(list)
    for row in table("commune_conversion_20250701"):
        if row["old_code"]:
            pairs[row["old_province"], row["old_district"], row["old_code"]].append(row)
    outcomes: Counter[str] = Counter()
    for (province, district, code), rows in pairs.items():
        converted = convert(code, province=province, district=district)
        chosen = [row["new_code"] for row in rows if row["whole_population"] == "1"]
        expected = "unique" if len(rows) == 1 else "by_population" if chosen else "ambiguous"
        answer = [rows[0]["new_code"]] if len(rows) == 1 else chosen
        assert (converted.outcome, codes(converted)) == (expected, {row["new_code"] for row in rows}), code
        assert ([converted.unit.code] if converted.unit else []) == answer, code
        assert {unit.province for unit in converted.candidates} <= {row["new_province"] for row in rows}, code
        outcomes[converted.outcome] += 1
    assert outcomes == {"unique": 9595, "by_population": 57, "ambiguous": 383}


def test_every_new_commune_converts_to_itself() -> None:
    """On a day of the new list every code that lies in its province is itself, as it is today."""
    rows = [row for row in table("communes_new") if not row["valid_to"]]
    assert len(rows) == 3321
    for row in rows:
        converted = convert(row["code"], province=row["province_code"], as_of=NEW_DAY)
        assert (converted.outcome, codes(converted)) == ("unique", {row["code"]})
        assert converted.unit is not None
        assert converted.unit.name.casefold() == row["name"].casefold()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("22015", ["Phường Tuy Hòa"]),
        ("22018", ["Phường Tuy Hòa"]),
        ("22030", ["Phường Tuy Hòa"]),
        ("22033", ["Phường Tuy Hòa"]),
        ("22036", ["Phường Tuy Hòa"]),
        ("22024", ["Phường Bình Kiến", "Phường Tuy Hòa"]),
        ("22042", ["Phường Bình Kiến"]),
        ("22045", ["Phường Bình Kiến"]),
        ("22162", ["Phường Bình Kiến"]),
        ("22040", ["Phường Phú Yên"]),
        ("22041", ["Phường Phú Yên"]),
        ("22240", ["Phường Phú Yên"]),
        ("22312", ["22015", "22303"]),
        ("22315", ["22015", "22319"]),
        ("22246", ["22240", "22261"]),
        ("22252", ["22240", "22255"]),
        ("22225", ["22225", "22237"]),
        ("22228", ["22207", "22222"]),
    ],
)
def test_known_cases_of_phu_yen(old: str, new: list[str]) -> None:
    """The communes of old Phú Yên convert as its officers know them."""
    converted = convert(old, province="54")
    units = {unit for unit in (converted.unit, *converted.candidates) if unit is not None}
    names = [unit.code if unit.code in new else unit.name for unit in units]
    assert sorted(names) == sorted(new)
    assert converted.outcome in ({"unique"} if len(new) == 1 else {"ambiguous", "by_population"})


def test_known_case_of_ha_noi() -> None:
    """Phúc Xá of Ba Đình is Hồng Hà."""
    converted = convert("00001")
    assert converted.unit is not None
    assert (converted.outcome, converted.unit.code, converted.unit.name) == ("unique", "00097", "Phường Hồng Hà")


@pytest.mark.parametrize(
    ("old", "name", "successor"),
    [
        ("00556", "Xã Đặng Xá", "Xã Thuận An"),
        ("01651", "Xã Mỹ Hưng", "Xã Phục Hòa"),
        ("02482", "Xã Phú Thịnh", "Xã Thái Bình"),
    ],
)
def test_the_three_corrected_rows_lead_on(old: str, name: str, successor: str) -> None:
    """Three communes that the office's table files under another code are found under their own."""
    unit = find_commune(old, vintage="old")
    assert unit is not None
    assert unit.name == name
    converted = convert(old, as_of=OLD_DAY)
    assert successor in {one.name for one in (converted.unit, *converted.candidates) if one}


@pytest.mark.parametrize(
    ("wrong", "successor"), [("00553", "Xã Thuận An"), ("01615", "Xã Phục Hòa"), ("02485", "Xã Thái Bình")]
)
def test_the_wrong_codes_do_not(wrong: str, successor: str) -> None:
    """The communes whose codes those rows bear by mistake gain no second candidate from them."""
    misfiled = {"00553": "00562", "01615": "01648", "02485": "02494"}[wrong]
    unit = find_commune(misfiled, vintage="new")
    assert unit is not None
    assert unit.name == successor
    assert misfiled not in codes(convert(wrong, as_of=OLD_DAY))


def test_ba_che_is_06970() -> None:
    """The statistics office's code of Xã Ba Chẽ is the one in the list; the dissenting one is unknown."""
    unit = find_commune("06970", vintage="new")
    assert unit is not None
    assert unit.name == "Xã Ba Chẽ"
    assert find_commune("06978", vintage="new") is None


def test_a_code_of_both_lists_needs_its_day_or_place() -> None:
    """24133 leads to Phường Buôn Ma Thuột either way; 22225 was split and gives both readings."""
    sure = convert("24133")
    assert sure.unit is not None
    assert (sure.outcome, sure.unit.name) == ("unique", "Phường Buôn Ma Thuột")
    unsure = [code for code in ("22024", "22045", "22225", "22228") if convert(code).outcome == "vintage_unknown"]
    assert unsure == ["22225"]
    split = convert("22225")
    assert (split.unit, split.candidates) == (None, ())
    assert split.as_new is not None
    assert split.as_new.code == "22225"
    assert split.as_old == convert("22225", district="561") == convert("22225", as_of=OLD_DAY)
    assert convert("22225", as_of=NEW_DAY).unit == convert("22225", province="66").unit == split.as_new


def test_only_splits_leave_the_list_open() -> None:
    """Of the 3,316 codes that both lists have, 138 need a day or a place: those that were split."""
    shared = unit_codes("commune", vintage="old") & unit_codes("commune", vintage="new")
    found = {code: convert(code) for code in shared}
    unsure = [one.as_old.outcome for one in found.values() if one.as_old is not None]
    assert (len(shared), len(unsure)) == (3316, 138)
    assert set(unsure) == {"ambiguous", "by_population"}
    assert all(one.unit and one.unit.code == code for code, one in found.items() if one.as_old is None)


def test_22015_is_one_place_in_both_lists() -> None:
    """Old Phường 1 went whole into new Phường Tuy Hòa under the same code, so no day is needed."""
    unit = find_commune("22015", vintage="new")
    for converted in (convert("22015"), convert("22015", province="54"), convert("22015", province="66")):
        assert (converted.outcome, converted.unit) == ("unique", unit)


@pytest.mark.parametrize(
    ("province", "district", "as_of", "outcome"),
    [
        ("54", None, NEW_DAY, "ambiguous"),
        (None, "561", NEW_DAY, "ambiguous"),
        (None, None, OLD_DAY, "ambiguous"),
        (None, None, NEW_DAY, "unique"),
        ("66", None, OLD_DAY, "unique"),
        (None, None, None, "vintage_unknown"),
        ("66", "561", None, "unknown"),
        ("54", "555", None, "unknown"),
        ("1", None, None, "unknown"),
        ("98", None, OLD_DAY, "unknown"),
        ("", " ", None, "vintage_unknown"),
    ],
)
def test_which_list_a_code_is_of(
    province: str | None, district: str | None, as_of: datetime.date | None, outcome: str
) -> None:
    """District, vanished province, a place that only one list has it in, the day: the first that speaks decides."""
    assert convert("22225", province=province, district=district, as_of=as_of).outcome == outcome


def test_an_old_code_in_a_record_of_today_is_still_old() -> None:
    """A code that only the old list has converts on any day, and one that only the new list has stays."""
    assert convert("22024", as_of=NEW_DAY) == convert("22024", as_of=OLD_DAY) == convert("22024")
    assert convert("11948", as_of=OLD_DAY).outcome == "unique"


def test_codes_that_lost_their_zeros_are_understood() -> None:
    """A code, a province and a district read by a spreadsheet mean the same."""
    assert convert("1", province="1", district="1") == convert("00001", province="01", district="001")
    assert convert(" 00001 ").outcome == "unique"


@pytest.mark.parametrize("code", ["", "x", "99999", "220150", "2201\t5", "٢٢٠١٥", "22015\x00", "\ud800"])
def test_a_malformed_code_is_unknown(code: str) -> None:
    """Text that is no code of any list has no answer."""
    assert convert(code) == Conversion("unknown")


def test_the_unit_is_the_one_of_today() -> None:
    """A commune renamed on 30 April 2026 is given as it is now, with its validity; the day chooses names elsewhere."""
    for day in (NEW_DAY, BEFORE_RENAMING, RENAMED):
        unit = convert("26368", as_of=day, province="75").unit
        assert unit is not None
        assert (unit.name, unit.valid_from, unit.valid_to) == ("Phường Long Thành", RENAMED, None)
    names = [find_commune("26368", vintage="new", as_of=day) for day in (BEFORE_RENAMING, RENAMED)]
    assert [unit.name for unit in names if unit] == ["Xã Long Thành", "Phường Long Thành"]


def test_by_population_names_the_chosen_first() -> None:
    """Every split settled by its population gives all parts, and the chosen one is the first."""
    chosen = {row["old_code"] for row in table("commune_conversion_20250701") if row["whole_population"] == "1"}
    assert len(chosen) == 57
    for code in chosen:
        converted = convert(code, as_of=OLD_DAY)
        assert converted.outcome == "by_population"
        assert converted.unit == converted.candidates[0]
        assert len(converted.candidates) > 1


def test_all_63_provinces_lead_to_the_34() -> None:
    """Each old province lies in one new one, and each new one in itself."""
    for row in table("provinces_old"):
        unit = find_province(row["new_code"], vintage="new")
        assert convert_province(row["code"]) == Conversion("unique", unit)
    for row in table("provinces_new"):
        assert codes(convert_province(row["code"])) == {row["code"]}
    assert convert_province("98") == Conversion("unknown")


@pytest.mark.parametrize(
    ("district", "name"),
    [
        ("318", "Đặc khu Bạch Long Vĩ"),
        ("471", "Đặc khu Cồn Cỏ"),
        ("498", "Đặc khu Hoàng Sa"),
        ("536", "Đặc khu Lý Sơn"),
        ("755", "Đặc khu Côn Đảo"),
    ],
)
def test_island_districts_became_special_zones(district: str, name: str) -> None:
    """A district that had no communes is one commune now."""
    unit = convert_district(district).unit
    assert unit is not None
    assert unit.name == name


def test_every_district_leads_to_the_communes_of_its_communes() -> None:
    """A district gives the union of what its communes went into, in the order of the codes."""
    inside = defaultdict(set)
    for row in table("commune_conversion_20250701"):
        inside[row["old_province"], row["old_district"]].add(row["new_code"])
    assert len(inside) == 696
    for (province, district), expected in inside.items():
        converted = convert_district(district, province=province)
        assert codes(converted) == expected
        assert converted.outcome == ("unique" if len(expected) == 1 else "ambiguous")
    assert convert_district("555", province="66") == convert_district("999") == Conversion("unknown")


ANY = st.none() | st.text(max_size=8) | st.sampled_from(["1", "54", "66", "555", "22015", "22225"])


@given(st.text(max_size=8) | st.sampled_from(["1", "22015", "22225"]), ANY, ANY, st.none() | st.dates())
def test_conversion_never_raises(
    code: str, province: str | None, district: str | None, as_of: datetime.date | None
) -> None:
    """Whatever the codes are, the parts of the answer agree with its outcome."""
    converted = convert(code, province=province, district=district, as_of=as_of)
    assert (converted.unit is not None) == (converted.outcome in {"unique", "by_population"})
    assert bool(converted.candidates) == (converted.outcome in {"ambiguous", "by_population"})
    assert (converted.as_old is not None) == (converted.as_new is not None) == (converted.outcome == "vintage_unknown")
