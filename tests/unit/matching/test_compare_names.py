from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.names import clean_name, fold_name, tone_key
from dancu.matching.names import compare_names

VERDICTS = {
    "exact": "match",
    "same_after_cleaning": "match",
    "tone_placement": "match",
    "spelling_variant": "match_with_notice",
    "accents_missing": "compatible",
    "order_or_missing_part": "undecidable",
    "different": "mismatch",
}
names = st.lists(
    st.sampled_from(
        ["Nguyễn", "Hòa", "Hoà", "hoa", "Thị", "Mẫu", "Lý", "Lí", "H'Hen", "H Hen", "Niê", "tay", "tai", "Đức"]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


@pytest.mark.parametrize(
    ("rule", "claimed", "held"),
    [
        ("exact", "Nguyễn Thị Mẫu", "Nguyễn Thị Mẫu"),
        ("same_after_cleaning", "nguyễn thị mẫu", "NGUYỄN THỊ MẪU"),
        ("same_after_cleaning", " Nguyễn\u00a0 Thị\u200b Mẫu ", "Nguyễn Thị Mẫu"),
        ("same_after_cleaning", unicodedata.normalize("NFD", "Nguyễn Thị Mẫu"), "Nguyễn Thị Mẫu"),
        ("same_after_cleaning", "\u00d0ặng Văn Mẫu", "Đặng Văn Mẫu"),
        ("same_after_cleaning", "\u0189ặng Văn Mẫu", "Đặng Văn Mẫu"),
        ("same_after_cleaning", "H\u2019Hen Niê", "H'Hen Niê"),
        ("tone_placement", "Trần Hòa", "TRẦN HOÀ"),
        ("tone_placement", "Lê Thúy", "Lê Thuý"),
        ("tone_placement", "Khỏe", "Khoẻ"),
        ("tone_placement", "Huỳnh Thủy", "Huỳnh Thuỷ"),
        ("spelling_variant", "Trần Quý", "Trần Quí"),
        ("spelling_variant", "Lê Mỹ Lý", "Lê Mĩ Lí"),
        ("spelling_variant", "Bru-Vân Kiều", "Bru Vân Kiều"),
        ("spelling_variant", "Ng. Thị Mẫu", "Ng Thị Mẫu"),
        ("spelling_variant", "HHen Niê", "H'Hen Niê"),
        ("spelling_variant", "H Hen Niê", "H'Hen Niê"),
        ("spelling_variant", "Nguyễn ThịMẫu", "Nguyễn Thị Mẫu"),
        ("spelling_variant", "Thu-Thuỷ", "Thu Thủy"),
        ("accents_missing", "NGUYEN THI MAU", "Nguyễn Thị Mẫu"),
        ("accents_missing", "NGUYENTHIMAU", "Nguyễn Thị Mẫu"),
        ("accents_missing", "Trần Hoà", "tran hoa"),
        ("accents_missing", "hòa", "hoa"),
        ("accents_missing", "H'Blak", "H'Ƀlăk"),
        ("accents_missing", "Dang Van Duc", "Đặng Văn Đức"),
        ("order_or_missing_part", "Thị Mẫu Nguyễn", "Nguyễn Thị Mẫu"),
        ("order_or_missing_part", "Nguyễn Mẫu", "Nguyễn Thị Mẫu"),
        ("order_or_missing_part", "Y Moan", "Y Moan Ênuôl"),
        ("different", "Mẫu", "Nguyễn Thị Mẫu"),
        ("different", "Nguyễn Thị Mâu", "Nguyễn Thị Mẫu"),
        ("different", "tay", "tai"),
        ("different", "Thúy", "Thúi"),
        ("different", "Hòa", "Hỏa"),
        ("different", "Trần Hoà", "Trần Hoa"),
        ("different", "Y Moan", "I Moan"),
        ("different", "Nguyễn Nguyễn", "Nguyễn Mẫu"),
    ],
)
def test_the_first_step_that_fits_decides(rule: str, claimed: str, held: str) -> None:
    """Names are compared by a ladder of exact steps, the same from either side."""
    for result in (compare_names(claimed, held), compare_names(held, claimed)):
        assert (result.rule, result.verdict) == (rule, VERDICTS[rule])


@pytest.mark.parametrize("held", [None, ""])
def test_an_absent_name_is_not_compared(held: str | None) -> None:
    """Where the register holds no name there is no verdict against anybody."""
    result = compare_names("Nguyễn Thị Mẫu", held)
    assert (result.rule, result.verdict) == ("not_registered", "not_registered")


@given(names, names)
def test_a_match_is_never_a_guess(claimed: str, held: str) -> None:
    """Comparing is mutual; a match has one folded form, and a plain one the same tones on the same syllables."""
    result, reverse = compare_names(claimed, held), compare_names(held, claimed)
    assert result == reverse
    if result.verdict.startswith("match"):
        folded, other = (fold_name(name, "folded").replace("Y", "I") for name in (claimed, held))
        assert folded == other
    if result.verdict == "match":
        assert tone_key(clean_name(claimed)) == tone_key(clean_name(held))


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_two_texts_have_a_verdict(claimed: str, held: str) -> None:
    """The register may hold anything at all as a name; comparing it does not fail."""
    assert compare_names(claimed, held).rule in {*VERDICTS, "not_registered"}
    assert compare_names(claimed, claimed or "x").rule in {"exact", "different"}
