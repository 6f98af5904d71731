"""The key of names over every new commune: one key for one name of a province, whatever the place of a tone."""

from __future__ import annotations

from collections import defaultdict

from dancu.domain.names import clean_name, tone_key
from dancu.domain.syllables import one_syllable
from dancu.domain.units import all_rows


def test_communes_of_a_province_have_keys_of_their_own() -> None:
    """Two names of one province never share a key, and cleaning changes none of them."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in all_rows("commune", vintage="new"):
        names[row.province].add(row.unit().name)
    assert sum(map(len, names.values())) >= 3321
    for province, own in names.items():
        assert {clean_name(name) for name in own} == own
        assert len({tone_key(name) for name in own}) == len(own), province


def test_names_of_places_are_syllables() -> None:
    """Nearly every word of a commune's name is one syllable; the others are of the peoples of the highlands."""
    names = (row.unit().name.casefold() for row in all_rows("commune", vintage="new"))
    words = {word for name in names for word in name.split() if word.isalpha()}
    others = {word for word in words if not one_syllable(word)}
    assert len(words) > 1000
    assert len(others) < len(words) / 10, sorted(others)
    assert words - others >= {"phường", "nguyễn", "xuyên", "hoài"}


def test_consonants_of_the_highlands_carry_one_tone() -> None:
    """Where a rhyme of Vietnamese follows consonants that it does not have, the place of the tone does not matter."""
    assert tone_key("knuếc") == tone_key("knúêc") == "knuêc1"
    assert tone_key("thìan") != tone_key("thiàn")
