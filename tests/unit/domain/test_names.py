from __future__ import annotations

import unicodedata
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dancu.domain.names import Name, NameStyle, clean_name, fold_name, parse_name, tone_key
from dancu.errors import InvalidInput

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
HIGHLAND = "ƀčĭŏŭñfjwz"
TYPED = "'’.-– \u00a0\u200b\u200d\u00adÐƉð0?\ufffdßæøłпж\u0302\u0301\u0308"
names = st.text(st.sampled_from(VIETNAMESE + VIETNAMESE.upper() + HIGHLAND + TYPED), max_size=40)
any_name = names | st.text(max_size=30)
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Nguyễn \t Thị\u00a0\u00a0Mẫu\n", "Nguyễn Thị Mẫu"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Mẫu"), "Nguyễn Thị Mẫu"),
        ("\u00d0ặng Văn \u0189ịnh", "Đặng Văn Định"),
        ("\u00f0ặng văn \u0256ịnh", "đặng văn định"),
        ("H\u2019Hen Niê", "H'Hen Niê"),
        ("H\u02bcHen \u00b4Y\u2032 `A\uff07", "H'Hen 'Y' 'A'"),
        ("Bru\u2013Vân\u2011Kiều", "Bru-Vân-Kiều"),
        ("Nguyễn\u200b Thị\u200d Mẫu\ufeff", "Nguyễn Thị Mẫu"),
        ("o\u200d\u0302", "ô"),
        ("", ""),
    ],
)
def test_cleaning_undoes_keyboards_and_fonts(typed: str, cleaned: str) -> None:
    """Decomposed letters, look-alikes of Đ, curly apostrophes, dashes, invisible characters and runs of space go."""
    assert clean_name(typed) == cleaned


@given(any_name)
@example("o\u200d\u0302")
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    """A cleaned name is composed, trimmed and its own cleaned form."""
    cleaned = clean_name(text)
    assert clean_name(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip() and "  " not in cleaned


@pytest.mark.parametrize(
    ("name", "folded", "spaced"),
    [
        ("Nguyễn Thị Mẫu", "NGUYENTHIMAU", "NGUYEN THI MAU"),
        ("Đặng Văn Đức", "DANGVANDUC", "DANG VAN DUC"),
        ("\u00d0ặng văn đức", "DANGVANDUC", "DANG VAN DUC"),
        ("H'Hen Niê", "HHENNIE", "HHEN NIE"),
        ("H'Ƀlăk Niê", "HBLAKNIE", "HBLAK NIE"),
        ("y ƀhim đắk", "YBHIMDAK", "Y BHIM DAK"),
        ("Y Moan Ênuôl", "YMOANENUOL", "Y MOAN ENUOL"),
        ("Č Ñĭ Ŏ Ŭ", "CNIOU", "C NI O U"),
        ("Bru-Vân Kiều", "BRUVANKIEU", "BRUVAN KIEU"),
        ("Ng. T. Mẫu", "NGTMAU", "NG T MAU"),
        ("A - Biu", "ABIU", "A BIU"),
    ],
)
def test_a_name_is_folded_for_the_wire(name: str, folded: str, spaced: str) -> None:
    """The wire form is unaccented and upper-case without spaces; ``spaced`` keeps single ones, ``raw`` keeps all."""
    assert fold_name(name, "folded") == folded
    assert fold_name(name, "spaced") == spaced
    assert fold_name(name, "raw") == clean_name(name)
    assert fold_name(unicodedata.normalize("NFD", name), "folded") == folded


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn 2",
        "Nguy?n",
        "Nguy\ufffdn",
        "NguyÃªn",
        "Müller",
        "Łukasz",
        "Straße",
        "Иван",
        "阮",
        "A_B",
        "A\x00B",
        "\u0302A",
        "A \u0301",
        "A\ud800",
    ],
)
@pytest.mark.parametrize("style", get_args(NameStyle))
def test_what_cannot_be_folded_is_refused_in_every_style(name: str, style: NameStyle) -> None:
    """A digit, a question mark, mojibake or a foreign letter is an error on ``name``; nothing is dropped."""
    with pytest.raises(InvalidInput) as caught:
        fold_name(name, style)
    assert (caught.value.code, caught.value.field) == ("invalid_subject", "name")


def _folded(text: str, style: NameStyle, field: str = "name") -> tuple[str, InvalidInput | None]:
    try:
        return fold_name(text, style, field=field), None
    except InvalidInput as error:
        return "", error


@given(any_name)
@example("H'Ƀlăk Niê")
@example("\u0130stanbul \u0131")
def test_no_letter_is_ever_dropped(text: str) -> None:
    """Each letter of a name stands in its folded form as itself without marks, or the name is refused."""
    folded, refused = _folded(text, "folded")
    if refused:
        assert refused.field == "name"
        return
    decomposed = unicodedata.normalize("NFD", clean_name(text))
    letters = [char for char in decomposed if unicodedata.category(char).startswith("L")]
    assert len(folded) == len(letters)
    assert folded.isascii() and (folded.isalpha() or not folded)
    strokes = {"Đ": "D", "Ƀ": "B"}
    assert folded == "".join(strokes.get(char.upper(), char.upper()) for char in letters)


@given(st.text(max_size=30), st.sampled_from(get_args(NameStyle)))
def test_folding_raises_nothing_else(text: str, style: NameStyle) -> None:
    """Any text folds or is refused as an invalid name; the error never repeats the text."""
    folded, refused = _folded(f"CANARY {text}", style, field="mother.name")
    assert refused is None or refused.field == "mother.name"
    assert "CANARY" not in f"{refused} {refused!r}"
    assert folded.startswith("CANARY") is (refused is None)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "empty"),
        (" \u200b ", "empty"),
        (".", "empty"),
        ("...", "full stops in a row: a part may be cut off"),
        ("a" * 101, "longer than 100 characters"),
        ("Nguyễn 2", "a character that cannot be folded"),
        (None, "a name is text"),
        (b"Nguyen", "a name is text"),
    ],
)
def test_a_name_that_cannot_be_sent_is_refused(typed: str, why: str) -> None:
    """An empty, overlong, unfoldable or non-text name is an error that names the field and the reason."""
    with pytest.raises(InvalidInput) as caught:
        parse_name(typed, field="spouse")
    assert (caught.value.code, caught.value.field, caught.value.detail) == ("invalid_subject", "spouse", why)


def test_a_name_is_kept_whole_and_cleaned() -> None:
    """A parsed name is a `Name` of at most 100 characters, composed and neither split nor reordered."""
    assert parse_name(" Y  Moan Ênuôl ") == Name("Y Moan Ênuôl")
    assert len(parse_name("ế" * 100)) == 100
    assert type(parse_name("A Biu")) is Name


@given(
    st.sampled_from(["", "h", "th", "kh", "ng", "đ", "b"]),
    st.sampled_from(["oa", "oe", "uy", "uya", "oăn", "uê", "uơ", "iên", "ươn", "oang", "uyt", "oai", "uôi", "yêu"]),
    st.sampled_from(TONES),
    st.data(),
)
def test_the_tone_may_stand_on_either_vowel(onset: str, rhyme: str, tone: str, data: st.DataObject) -> None:
    """Two spellings that differ only in which vowel bears the tone mark have one key; without the tone another one."""

    def placed(index: int) -> str:
        return unicodedata.normalize("NFC", onset + rhyme[: index + 1] + tone + rhyme[index + 1 :])

    places = st.sampled_from([index for index, letter in enumerate(rhyme) if letter not in "ngt"])
    one, other = placed(data.draw(places)), placed(data.draw(places))
    assert tone_key(one) == tone_key(other)
    assert (tone_key(one) == tone_key(onset + rhyme)) is (tone == "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hỏa"),
        ("thúy", "thúi"),
        ("an", "ân"),
        ("ñi", "ni"),
        ("ñi", "nĩ"),
        ("hoa an", "hoàn"),
        ("đa", "da"),
        ("lan anh", "la nanh"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    """Another tone, vowel, stroke, tilde or syllable border is another key."""
    assert tone_key(one) != tone_key(other)


def test_the_key_ignores_case() -> None:
    """Capitals make no other name."""
    assert tone_key("NGUYỄN HOÀ") == tone_key("nguyễn hòa")
