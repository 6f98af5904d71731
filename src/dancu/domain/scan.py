"""Whether the text of a card was changed between the scanner and us: refused whole, never half-read.

A scanner that acts as a keyboard types what it read. On the way a Vietnamese input method, a
keyboard layout, the capital lock or a wrong encoding may change the text, and what is left
often still has seven fields. So each such change is recognised by a rule that holds or does
not, and a sound card breaks none of them: foreign and ethnic names without accents, hamlets
spelt in Latin letters only and digits behind vowels (``Số A12/3``) stay as they are.

::

    Nuwx, Phuwowfng     the scanner types Telex keys, and nothing makes letters of them
    Nu74, Phu7o72ng     the same with VNI
    Ea Kả, Số À/3       it types letters, and an input method takes some of the keys away
    Nguyá»…n, Nguy?n    bytes of one encoding read as another
    nGUYỄN, nAM         capital lock
    ~, }, : for |       another keyboard layout

Where a changed text is itself a sound card (``Buôn Tả`` for ``Buôn Tar``), nothing here can know.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from dancu.domain.input_methods import is_syllable, typed_with
from dancu.domain.names import clean_name, tone_key
from dancu.domain.scan_places import place_fault
from dancu.domain.scan_shape import FIELDS, GENDER_WORDS, shape_fault
from dancu.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dancu.domain.input_methods import InputMethod, Keyed

__all__ = ["SCAN_FAULTS", "ScanFault", "scan_fault"]

ScanFault = Literal[
    "telex_keys",
    "vni_keys",
    "method_on",
    "encoding",
    "accents_lost",
    "caps_lock",
    "separator",
    "layout",
    "gender",
    "line_end",
    "cut_short",
    "two_scans",
]

SCAN_FAULTS: Mapping[ScanFault, Phrase] = MappingProxyType(
    {
        "telex_keys": Phrase(
            "the scanner typed Telex keys instead of letters: set it to send Unicode text, then scan again",
            "máy quét gõ phím Telex thay cho chữ có dấu: đặt máy quét ở chế độ Unicode rồi quét lại",
        ),
        "vni_keys": Phrase(
            "the scanner typed VNI keys instead of letters: set it to send Unicode text, then scan again",
            "máy quét gõ phím VNI thay cho chữ có dấu: đặt máy quét ở chế độ Unicode rồi quét lại",
        ),
        "method_on": Phrase(
            "a Vietnamese input method changed the text: turn it off (English mode), then scan again",
            "bộ gõ tiếng Việt đã làm đổi nội dung: tắt bộ gõ (chế độ tiếng Anh) rồi quét lại",
        ),
        "encoding": Phrase(
            "letters arrived in another encoding: set scanner and program to Unicode (UTF-8), then scan again",
            "chữ bị lỗi bảng mã: đặt máy quét và phần mềm ở Unicode (UTF-8) rồi quét lại",
        ),
        "accents_lost": Phrase(
            "letters arrived without their accents: set the scanner to send Unicode text, then scan again",
            "chữ bị mất dấu: đặt máy quét ở chế độ Unicode rồi quét lại",
        ),
        "caps_lock": Phrase(
            "capital and small letters are turned round: switch Caps Lock off, then scan again",
            "chữ hoa và chữ thường bị đảo: tắt phím Caps Lock rồi quét lại",
        ),
        "separator": Phrase(
            "the sign between the fields arrived as another one: set scanner and computer to the same "
            "keyboard layout (US), then scan again",
            "dấu ngăn giữa các trường bị đổi: đặt máy quét và máy tính cùng một bàn phím (US) rồi quét lại",
        ),
        "layout": Phrase(
            "the number arrived as other signs: set scanner and computer to the same keyboard layout (US), "
            "then scan again",
            "số bị gõ thành ký tự khác: đặt máy quét và máy tính cùng một bàn phím (US) rồi quét lại",
        ),
        "gender": Phrase(
            "the gender is no word of a card: turn the input method off, check the keyboard layout, then scan again",
            "giới tính không phải từ in trên thẻ: tắt bộ gõ, kiểm tra bàn phím rồi quét lại",
        ),
        "line_end": Phrase(
            "a line end or tab inside the text: set the scanner to end a scan with Enter only, "
            "then scan one card again",
            "có dấu xuống dòng hoặc Tab giữa nội dung: đặt máy quét chỉ thêm Enter ở cuối rồi quét lại từng thẻ",
        ),
        "cut_short": Phrase(
            "the scan was cut short: scan the card again",
            "nội dung quét bị thiếu: quét lại thẻ",
        ),
        "two_scans": Phrase(
            "two scans ran together: empty the field, then scan one card again",
            "hai lần quét dính vào nhau: xóa ô rồi quét lại từng thẻ",
        ),
    }
)
"""Every way in which a scan may be changed: what happened and what to do."""

_LETTERS = re.compile(r"[^\W\d_]+")
_LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")
_WORDS: Mapping[InputMethod, re.Pattern[str]] = MappingProxyType({"telex": _LETTERS, "vni": _LETTERS_AND_DIGITS})
_FAULT_OF_KEYS: Mapping[InputMethod, ScanFault] = MappingProxyType({"telex": "telex_keys", "vni": "vni_keys"})
_ALSO_NAMES = frozenset("sraeo12345")
_WOMAN = tone_key("nữ")
_PLACE_WORDS = frozenset(
    map(
        tone_key,
        (
            *("phường", "xã", "thị", "trấn", "quận", "huyện", "tỉnh", "thành", "phố", "thôn", "ấp", "bản", "xóm"),
            *("tổ", "làng", "buôn", "số", "đường", "ngõ", "ngách", "hẻm", "khối", "lô"),
        ),
    )
)
# Names of Central Highlands families that an input method changes, as it leaves them.
_OVERTYPED = frozenset(typed_with("telex", name).key for name in ("ksor", "hwing", "arul", "adrơng"))
# Letters with a tone and nothing else: what VNI makes of ``A1``; behind or before a figure, or where a number stands.
_TONED = "[áàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ]"
_EATEN_DIGIT = re.compile(
    rf"(?<=[0-9]){_TONED}(?!\w)"
    rf"|(?<![^\W]){_TONED}(?=[0-9]|/|-[0-9])"
    rf"|(?<=[0-9][/-]){_TONED}(?=\s*(?:[,/-]|$))"
    rf"|(?<!\w)(?:số|số nhà|lô|dãy|căn|căn hộ|phòng|kiốt) {_TONED}(?!\w)"
    rf"|(?<!\w)(?:khu|nhà|tòa|toà|block|tổ|ngõ|hẻm|kiệt|đường) {_TONED}(?=\s*(?:[,/-]|$))"
)


def scan_fault(text: str) -> Phrase | None:
    """What changed the text of a card on its way, as words of `SCAN_FAULTS`; None where nothing is seen.

    None does not say that the text is a card's: `dancu.domain.card.parse_card` reads the fields.
    """
    fault = _fault(text.strip().removeprefix("\ufeff").strip())
    return None if fault is None else SCAN_FAULTS[fault]


def _fault(scan: str) -> ScanFault | None:
    fields = [clean_name(field) for field in scan.split("|")]
    fault = shape_fault(scan, fields)
    if fault is not None or len(fields) < FIELDS:
        return fault
    _number, _old, name, _born, gender, address, _issued, *trailing = fields
    names = [name, *(field for field in trailing if not any(map(str.isdecimal, field)))]
    return (
        _case_fault(names, gender)
        or _gender_fault(gender)
        or _names_fault(names)
        or _address_fault(address.casefold())
        or _plain_fault([*names, address], gender)
        or place_fault(address)
    )


def _case_fault(names: list[str], gender: str) -> ScanFault | None:
    """Capital lock turns ``Nam`` into ``nAM`` or, on a card in capitals, into ``nam``."""
    turned = gender not in GENDER_WORDS and (gender.swapcase() in GENDER_WORDS or gender in {"nữ", "nam"})
    words = (word for name in names for word in _LETTERS.findall(name))
    return "caps_lock" if turned or any(word[0].islower() and word[1:2].isupper() for word in words) else None


def _gender_fault(gender: str) -> ScanFault | None:
    if not gender or gender in GENDER_WORDS:
        return None
    return _fault_of_keys(gender.casefold(), frozenset({_WOMAN})) or "gender"


def _names_fault(names: list[str]) -> ScanFault | None:
    for name in map(str.casefold, names):
        if any(tone_key(word) in _OVERTYPED for word in _LETTERS.findall(name)):
            return "method_on"
        if any(map(str.isdecimal, name)) and any(_residues("vni", name)):
            return "vni_keys"
    return None


def _address_fault(address: str) -> ScanFault | None:
    if _EATEN_DIGIT.search(address):
        return "method_on"
    return _fault_of_keys(address, _PLACE_WORDS)


def _fault_of_keys(text: str, words: frozenset[str]) -> ScanFault | None:
    """Whether keys stand in the text that would make one of these words."""
    for method, fault in _FAULT_OF_KEYS.items():
        if any(key in words for key, _eaten in _residues(method, text)):
            return fault
    return None


def _plain_fault(texts: list[str], gender: str) -> ScanFault | None:
    """Keys of syllables on a card on which no word of two letters bears an accent.

    A single tone on ``s``, ``r`` or a digit, or a doubled vowel, may as well be a name or a
    number (``Tor``, ``Lee``, ``Khu3``), and is left alone.
    """
    folded = [text.casefold() for text in texts]
    if not gender.isascii() or any(
        len(word) > 1 for text in folded for word in _LETTERS.findall(text) if not word.isascii()
    ):
        return None
    for method, fault in _FAULT_OF_KEYS.items():
        eaten = (keys for text in folded for _key, keys in _residues(method, text))
        if any(len(keys) > 1 or keys not in _ALSO_NAMES for keys in eaten):
            return fault
    return None


def _residues(method: InputMethod, text: str) -> Iterator[Keyed]:
    """What the method makes of the words without accents in which it eats keys and leaves a syllable of two letters."""
    for word in _WORDS[method].findall(text):
        if word.isascii():
            typed = typed_with(method, word)
            if typed.eaten and len(typed.key) > 2 and is_syllable(typed.key):
                yield typed
