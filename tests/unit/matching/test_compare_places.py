from __future__ import annotations

import dataclasses
import datetime

import pytest

from dancu.domain.address_text import ParsedAddress, parse_address
from dancu.domain.places import Address
from dancu.matching.places import compare_addresses

NEW = Address(province="66", commune="22015", detail="1 Trần Phú")
OLD = Address(province="54", district="555", commune="22015", detail="1 Trần Phú")
SPLIT = Address(province="54", district="555", commune="22024")
BEFORE = datetime.date(2025, 6, 30)


@pytest.mark.parametrize(
    ("rule", "claimed", "held"),
    [
        ("same_unit", NEW, NEW),
        ("same_unit", dataclasses.replace(NEW, detail=None), NEW),
        ("same_unit", dataclasses.replace(NEW, detail="1 TRẦN PHÚ"), NEW),
        ("detail_differs", dataclasses.replace(NEW, detail="2 Trần Phú"), NEW),
        ("detail_differs", dataclasses.replace(OLD, detail="2 Trần Phú"), NEW),
        ("same_unit_after_conversion", OLD, NEW),
        ("same_unit", OLD, OLD),
        ("same_unit", SPLIT, SPLIT),
        ("same_unit_after_conversion", dataclasses.replace(OLD, commune="22018"), NEW),
        ("split_unit", SPLIT, NEW),
        ("split_unit", SPLIT, Address(province="66", commune="22045")),
        ("split_unit", SPLIT, OLD),
        ("different", SPLIT, Address(province="66", commune="22240")),
        ("different", Address(province="66", commune="22045"), NEW),
        ("different", Address(province="01", commune="00097"), NEW),
        ("different", Address(province="01"), NEW),
        ("same_province", Address(province="66"), NEW),
        ("same_province", Address(province="54"), NEW),
        ("same_province", Address(province="66"), Address(province="54")),
        ("same_province", SPLIT, Address(province="66")),
        ("place_unknown", Address(province="66", commune="99999"), NEW),
    ],
)
def test_places_are_compared_as_they_are_today(rule: str, claimed: Address, held: Address) -> None:
    """Old codes are converted, a split fits each of its parts, and a side that knows less is no mismatch."""
    assert compare_addresses(claimed, held).rule == compare_addresses(held, claimed).rule == rule


@pytest.mark.parametrize("held", [None, Address(), Address(detail="1 Trần Phú")])
def test_a_place_that_the_register_lacks_is_not_registered(held: Address | None) -> None:
    """Without any code there is no place to compare with, whatever the detail says."""
    assert compare_addresses(NEW, held).verdict == "not_registered"


def test_a_whole_population_is_a_match_with_a_notice() -> None:
    """Of a split whose people all went to one commune, that commune matches and every other does not."""
    by_population = next(
        address
        for address in (Address(province=None, commune=f"{code:05}", as_of=BEFORE) for code in range(1, 33_000))
        if address.converted().outcome == "by_population"
    )
    chosen, *others = by_population.converted().candidates
    assert compare_addresses(by_population, chosen).rule == "same_unit_by_population"
    assert {compare_addresses(by_population, one).verdict for one in others} == {"mismatch"}


@pytest.mark.parametrize(
    ("rule", "claimed", "held"),
    [
        ("same_country", Address(country="KR", detail="Busan"), Address(country="KR", detail="Seoul")),
        ("different", Address(country="KR"), Address(country="JP")),
        ("different", Address(country="KR"), NEW),
        ("different", NEW, Address(country="KR")),
        ("same_unit", dataclasses.replace(NEW, country="VN"), NEW),
    ],
)
def test_another_country_is_a_mismatch(rule: str, claimed: Address, held: Address) -> None:
    """A country decides before any code; Vietnam is what an address without one means."""
    assert compare_addresses(claimed, held).rule == rule


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("same_unit", "1 Trần Phú, Phường Tuy Hòa, tỉnh Đắk Lắk"),
        ("same_unit", "phuong tuy hoa, dak lak"),
        ("detail_differs", "12 Lê Lợi, P. Tuy Hòa, Đắk Lắk"),
        ("same_unit_after_conversion", "Phường 1, TP Tuy Hòa, tỉnh Phú Yên"),
        ("split_unit", "Phường 9, TP Tuy Hòa, Phú Yên"),
        ("different", "Phường Bình Kiến, tỉnh Đắk Lắk"),
        ("same_province", "tỉnh Đắk Lắk"),
        ("place_unknown", "nhà bà ngoại"),
    ],
)
def test_an_address_may_be_claimed_as_it_is_written(rule: str, text: str) -> None:
    """Text is read into places first; what cannot be read is undecidable and never a mismatch."""
    assert compare_addresses(parse_address(text), NEW).rule == rule


@pytest.mark.parametrize("held", [NEW, OLD, Address(country="US", detail="1 Main St")])
@pytest.mark.parametrize("text", ["so 1 ngo nao do", "Phường 9", "12 Lê Lợi, California, Hoa Kỳ", "Xã An Phú"])
def test_a_text_without_a_place_agrees_with_nothing(text: str, held: Address) -> None:
    """What cannot be read never matches, and tells nothing of where the register says somebody lives."""
    assert compare_addresses(parse_address(text), held).verdict in {"undecidable", "mismatch"}
    assert compare_addresses(Address(detail=text), held).rule == "place_unknown"


def test_a_text_that_fits_several_places_is_compatible_with_each() -> None:
    """Which of them was meant is the officer's to say; a place outside them is a mismatch."""
    text = ParsedAddress("ambiguous", candidates=(NEW, Address(province="66", commune="22045")), text="?")
    assert compare_addresses(text, NEW).rule == "split_unit"
    assert compare_addresses(text, Address(province="66", commune="22240")).verdict == "mismatch"


def test_a_code_of_both_lists_is_compared_under_both() -> None:
    """Without a day, 138 codes may be of either list; one reading that agrees makes them compatible."""
    either = next(
        address
        for address in (Address(commune=f"{code:05}") for code in range(1, 33_000))
        if address.converted().outcome == "vintage_unknown"
    )
    for candidate in either.converted().candidates:
        assert compare_addresses(either, candidate).rule == "vintage_unknown"
    assert compare_addresses(either, NEW).verdict in {"mismatch", "compatible"}
