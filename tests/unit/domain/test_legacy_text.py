"""TCVN3 and VNI against charts written here by code, letter by letter, in the order of the alphabet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.legacy_text import from_tcvn3, from_vni, is_tcvn3, is_vni
from dancu.errors import InvalidInput

# The code of each letter as files hold it, in hexadecimal: by the letter's place in VSCII-3.
TCVN3_CODES = """
ă A8 â A9 ê AA ô AB ơ AC ư AD đ AE
à B5 ả B6 ã B7 á B8 ạ B9 ằ BB ẳ BC ẵ BD ắ BE ặ C6 ầ C7 ẩ C8 ẫ C9 ấ CA ậ CB
è CC ẻ CE ẽ CF é D0 ẹ D1 ề D2 ể D3 ễ D4 ế D5 ệ D6 ì D7 ỉ D8 ĩ DC í DD ị DE
ò DF ỏ E1 õ E2 ó E3 ọ E4 ồ E5 ổ E6 ỗ E7 ố E8 ộ E9 ờ EA ở EB ỡ EC ớ ED ợ EE
ù EF ủ F1 ũ F2 ú F3 ụ F4 ừ F5 ử F6 ữ F7 ứ F8 ự F9 ỳ FA ỷ FB ỹ FC ý FD ỵ FE
Ă A1 Â A2 Ê A3 Ô A4 Ơ A5 Ư A6 Đ A7
"""
# VNI: what a mark alone is, by the name of the mark; capitals lie 0x20 lower.
VNI_TONES = {"\u0300": 0xF8, "\u0301": 0xF9, "\u0309": 0xFB, "\u0303": 0xF5, "\u0323": 0xEF, "": None}
VNI_CIRCUMFLEX = {"": 0xE2, "\u0300": 0xE0, "\u0301": 0xE1, "\u0309": 0xE5, "\u0303": 0xE3, "\u0323": 0xE4}
VNI_BREVE = {"": 0xEA, "\u0300": 0xE8, "\u0301": 0xE9, "\u0309": 0xFA, "\u0303": 0xFC, "\u0323": 0xEB}
VNI_WHOLE = {"ơ": 0xF4, "ư": 0xF6, "đ": 0xF1, "ỵ": 0xEE, "ì": 0xEC, "í": 0xED, "ỉ": 0xE6, "ĩ": 0xF3, "ị": 0xF2}

TONES = tuple(VNI_TONES)
VOWELS = "aăâeêioôơuưy"
TONED = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES]
LETTERS = [letter for letter in [*TONED, "đ"] if not letter.isascii()]

_codes = TCVN3_CODES.split()
TCVN3 = {letter: chr(int(code, 16)) for letter, code in zip(_codes[::2], _codes[1::2], strict=True)}


def in_tcvn3(text: str) -> str:
    """The text as a file in TCVN3 reads in Windows-1252."""
    return "".join(TCVN3.get(char, char) for char in text)


def in_vni(text: str) -> str:
    """The text as a file in VNI reads in Windows-1252."""
    return "".join(map(_letter_in_vni, text))


def _letter_in_vni(char: str) -> str:
    if char.isupper():
        return _letter_in_vni(char.lower()).upper()
    if char in VNI_WHOLE:
        return chr(VNI_WHOLE[char])
    decomposed = unicodedata.normalize("NFD", char)
    tone = next((mark for mark in decomposed if mark in VNI_TONES), "")
    letter = unicodedata.normalize("NFC", decomposed.replace(tone, "")) if tone else char
    if letter in "âêô":
        return decomposed[0] + chr(VNI_CIRCUMFLEX[tone])
    if letter == "ă":
        return decomposed[0] + chr(VNI_BREVE[tone])
    mark = VNI_TONES[tone]
    return (chr(VNI_WHOLE[letter]) if letter in VNI_WHOLE else letter) + (chr(mark) if mark else "")


def test_the_charts_cover_the_alphabet() -> None:
    """67 letters are no ASCII, 134 with their capitals; TCVN3 has those and seven capitals."""
    assert len(LETTERS) == 67
    assert set(TCVN3) == {*LETTERS, *"ĂÂĐÊÔƠƯ"}


@pytest.mark.parametrize("letter", LETTERS)
def test_each_letter_comes_back(letter: str) -> None:
    """Each of the 134 letters is read from what the chart says stands for it."""
    assert from_tcvn3(in_tcvn3(letter)) == letter
    assert from_tcvn3(in_tcvn3(letter), upper=True) == letter.upper()
    assert from_vni(in_vni(letter)) == letter
    assert from_vni(in_vni(letter.upper())) == letter.upper()


words = st.text(
    st.sampled_from([*LETTERS, *"abcdeghiklmnopqrstuvxyABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789.,-'"]), max_size=30
)


@given(words)
def test_each_text_comes_back(text: str) -> None:
    """Letters, digits and punctuation next to one another are read as they were written."""
    assert from_tcvn3(in_tcvn3(text)) == text
    assert from_vni(in_vni(text)) == text
    assert from_vni(in_vni(text.upper())) == text.upper()


def test_names_as_old_files_hold_them() -> None:
    """Whole names, as Windows-1252 shows them."""
    assert from_tcvn3("NguyÔn ThÞ MÉu, ®\u00adêng Lª Lîi") == "Nguyễn Thị Mẫu, đường Lê Lợi"
    assert from_tcvn3("nguyÔn thÞ mÉu", upper=True) == "NGUYỄN THỊ MẪU"
    assert from_tcvn3("§¨k L¨k") == "Đăk Lăk"
    assert from_vni("Nguyeãn Thò Maãu, ñöôøng Leâ Lôïi") == "Nguyễn Thị Mẫu, đường Lê Lợi"
    assert from_vni("NGUYEÃN THÒ MAÃU") == "NGUYỄN THỊ MẪU"
    assert from_vni("Ñaêk Laêk") == "Đăk Lăk"


@pytest.mark.parametrize("text", ["Nguyễn", "Nguy?\ufffd", "Á", "\u0081", "€", "\u00e0"])
def test_a_character_of_no_tcvn3_font_is_refused(text: str) -> None:
    """What TCVN3 does not have is an error on the field, and no letter is dropped."""
    assert not is_tcvn3(text)
    with pytest.raises(InvalidInput) as caught:
        from_tcvn3(text, field="HO_TEN")
    assert (caught.value.code, caught.value.field) == ("invalid_subject", "HO_TEN")


@pytest.mark.parametrize("text", ["Nguyễn", "bø", "ø", "eé", "iù", "aÙ", "Aù", "\ufffd", "µ"])
def test_a_mark_that_does_not_belong_is_refused(text: str) -> None:
    """What VNI does not have, and a mark behind a letter that never bears it, is an error on the field."""
    assert not is_vni(text)
    with pytest.raises(InvalidInput) as caught:
        from_vni(text, field="HO_TEN")
    assert (caught.value.code, caught.value.field) == ("invalid_subject", "HO_TEN")


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else is raised, and what is read is composed."""
    for read, knows in ((from_tcvn3, is_tcvn3), (from_vni, is_vni)):
        if knows(text):
            assert unicodedata.is_normalized("NFC", read(text))
        else:
            with pytest.raises(InvalidInput):
                read(text)
