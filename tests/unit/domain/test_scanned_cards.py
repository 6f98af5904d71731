"""Cards as scanners type them: sound ones are read whole, changed ones are refused."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dancu.domain.card import parse_card
from dancu.domain.scan import SCAN_FAULTS, scan_fault
from dancu.domain.units import find_province, unit_codes
from dancu.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = Path(__file__).parents[2] / "data" / "names"
SEED = 20261123
CARDS = 600
ETHNIC = ("KSOR H'NUÊN", "Y MOAN ÊNUÔL", "RMAH H'BIUH", "A BIU", "H'HEN NIÊ", "KPĂ Y THANH", "Ksor Lạ", "Lee Min Mẫu")
PLACES = ("Buôn Kuop", "Số A12/3 Đường Mẫu", "Tổ 5", "Thôn Ea Kar", "12/7B Lê Lợi", "")
TELEX = {
    "\u0302": None,
    "\u0306": "w",
    "\u031b": "w",
    "\u0301": "s",
    "\u0300": "f",
    "\u0309": "r",
    "\u0303": "x",
    "\u0323": "j",
}
VNI = {
    "\u0302": "6",
    "\u0306": "8",
    "\u031b": "7",
    "\u0301": "1",
    "\u0300": "2",
    "\u0309": "3",
    "\u0303": "4",
    "\u0323": "5",
}


def lines(name: str) -> list[str]:
    """A corpus."""
    return (NAMES / name).read_text(encoding="utf-8").split("\n")[:-1]


def cards() -> list[str]:
    """Invented cards of both layouts, from the same seed each time."""
    chance = random.Random(SEED)
    surnames, given = lines("surnames.txt"), lines("given_names.txt")
    provinces = sorted(unit_codes("province", vintage="new"))
    made: list[str] = []
    for index in range(CARDS):
        name = chance.choice(ETHNIC) if index % 10 == 0 else f"{chance.choice(surnames)} {chance.choice(given)}"
        province = find_province(chance.choice(provinces), vintage="new")
        assert province is not None
        place = f"{chance.choice(PLACES)}, Phường Mẫu, {province.short_name}".removeprefix(", ")
        born = f"{chance.randint(1, 28):02}{chance.randint(1, 12):02}{chance.randint(1940, 2008)}"
        number, old = f"0666{born[6:]}{index:06}", f"000{index:06}" if index % 3 else ""
        parts = [number, old, name if index % 2 else name.upper(), born, ("Nam", "Nữ")[index % 2], place, "15082021"]
        if index % 4 == 0:
            parts += ["", f"{chance.choice(surnames)} {chance.choice(given)}", ""]
        made.append("|".join(parts))
    return made


def keyed(text: str, keys: dict[str, str | None], stroke: str) -> str:
    """The keys that a scanner types for a text: marks behind their letter, the tone at the end of its word."""
    words: list[str] = []
    for word in unicodedata.normalize("NFD", text).replace("đ", f"d{stroke}").replace("Đ", f"D{stroke}").split(" "):
        typed, tone = "", ""
        for char in word:
            if char not in keys:
                typed += tone + char if char == "|" else char
                tone = "" if char == "|" else tone
            elif keys[char] is None:
                typed += typed[-1]
            elif char in "\u0301\u0300\u0309\u0303\u0323":
                tone = str(keys[char])
            else:
                typed += str(keys[char])
        words.append(typed + tone)
    return " ".join(words)


WAYS: dict[str, Callable[[str], str]] = {
    "telex keys": lambda text: keyed(text, TELEX, "d"),
    "vni keys": lambda text: keyed(text, dict(VNI), "9"),
    "utf-8 as latin-1": lambda text: text.encode().decode("latin-1"),
    "utf-8 as cp1258": lambda text: text.encode().decode("cp1258", errors="replace"),
    "lost letters": lambda text: text.encode("ascii", errors="replace").decode(),
    "replaced letters": lambda text: text.replace("ữ", "\ufffd").replace("ẫ", "\ufffd"),
    "capital lock": str.swapcase,
    "another layout": lambda text: text.replace("|", "~"),
    "cut short": lambda text: "|".join(text.split("|")[:4]),
    "two scans": lambda text: text + text,
    "a tab within": lambda text: text.replace("|", "\t", 1),
}


def test_a_sound_card_is_read_whole() -> None:
    """Names of all peoples, capitals, digits behind vowels and hamlets in Latin letters are nobody's mistake."""
    for text in cards():
        number, _old, name, _born, gender, address, _issued, *rest = text.split("|")
        card = parse_card(f"{text}\r\n")
        assert (card.number, card.name, str(card.gender), card.address) == (number, name, gender, address), text
        assert [str(part) for part in card.trailing] == rest
        assert card.layout == ("2024" if rest else "2016")


@pytest.mark.parametrize("way", WAYS)
def test_a_changed_scan_is_refused_and_never_half_read(way: str) -> None:
    """Whatever changed the text, it is refused with what to do, or it is equal to what the card says."""
    refused = 0
    for text in cards():
        changed = WAYS[way](text)
        if changed == text:
            continue
        with pytest.raises(InvalidInput) as caught:
            parse_card(changed)
        refused += 1
        number, name = text.split("|")[0], text.split("|")[2]
        assert number not in f"{caught.value} {caught.value!r}" and name not in str(caught.value)
    assert refused > CARDS // 2


def test_the_officer_reads_what_to_do() -> None:
    """The refusal names the field and says, in the fault's own words, what happened."""
    text = keyed(cards()[1], TELEX, "d")
    assert scan_fault(text) in SCAN_FAULTS.values()
    with pytest.raises(InvalidInput) as caught:
        parse_card(text)
    assert caught.value.field == "card"


@pytest.mark.parametrize("fault", SCAN_FAULTS)
def test_every_fault_has_both_languages(fault: str) -> None:
    """What happened and what to do, in Vietnamese and English."""
    phrase = SCAN_FAULTS[fault]  # type: ignore[index]  # a key of the table itself
    assert phrase.en and phrase.vi and phrase.en != phrase.vi
