from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.domain.codes import Coded, CodeList, EthnicScheme, by_label, canonical_ethnic_name, ethnic_group, nationality
from dancu.domain.data import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTS: tuple[CodeList, ...] = get_args(CodeList)
SCHEMES: tuple[EthnicScheme, ...] = get_args(EthnicScheme)
GROUPS = [str(ethnic_group(f"{number:02}")) for number in range(1, 55)]


def entries() -> Iterator[tuple[CodeList, str, str]]:
    """(list, what is written, label) of every label and every other spelling in the packed table."""
    for table, code, label in read_rows("codes"):
        listing: CodeList = next(name for name in LISTS if table.startswith(name))
        yield listing, code if table.endswith("_aliases") else label, label


ENTRIES = sorted(set(entries()))


def bare(text: str) -> str:
    """A text without its accents."""
    plain = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return plain.replace("đ", "d").replace("Đ", "D")


@pytest.mark.parametrize(
    ("listing", "text", "code"),
    [
        ("gender", "Nam", "1"),
        ("gender", " nữ ", "2"),
        ("gender", "NU", "2"),
        ("gender", "male", "1"),
        ("gender", "Female", "2"),
        ("marital_status", "Chưa kết hôn", "1"),
        ("marital_status", "chua ket hon", "1"),
        ("marital_status", "Đang có vợ", "2"),
        ("marital_status", "đã kết hôn", "2"),
        ("marital_status", "Goá chồng", "3"),
        ("blood_group", "ab", "03"),
        ("blood_group", "O", "04"),
        ("blood_group", "O+", "04"),
        ("religion", "Công giáo", "02"),
        ("religion", "Phật giáo Hòa Hảo", "03"),
        ("religion", "đạo Cao Đài", "05"),
        ("religion", "Tứ Ân Hiếu Nghĩa", "10"),
        ("religion", "Bà-la-môn", "13"),
        ("nationality", "Việt Nam", "VN"),
        ("nationality", "vietnam", "VN"),
        ("nationality", "Hàn Quốc", "KR"),
        ("nationality", "Mỹ", "US"),
        ("nationality", "MỸ", "US"),
        ("nationality", "Nga", "RU"),
        ("nationality", "Anh", "GB"),
        ("nationality", "Cam-pu-chia", "KH"),
        ("nationality", "Thuỵ Sỹ", "CH"),
        ("nationality", "Cote d'Ivoire", "CI"),
        ("ethnic_group", "Kinh", "01"),
        ("ethnic_group", "Kinh (Việt)", "01"),
        ("ethnic_group", "khmer", "05"),
        ("ethnic_group", "Khơ Me", "05"),
        ("ethnic_group", "H\u2019Mông", "08"),
        ("ethnic_group", "mông", "08"),
        ("ethnic_group", "Jrai", "10"),
        ("ethnic_group", "Gia Rai", "10"),
        ("ethnic_group", "Ê đê", "12"),
        ("ethnic_group", "Êđê", "12"),
        ("ethnic_group", "E-de", "12"),
        ("ethnic_group", "\u00ca \u0110\u00ca", "12"),
        ("ethnic_group", "\u00ca-\u00d0\u00ea", "12"),
        ("ethnic_group", "Ra-đê", "12"),
        ("ethnic_group", "Bana", "13"),
        ("ethnic_group", "Bahnar", "13"),
        ("ethnic_group", "Xơ Đăng", "14"),
        ("ethnic_group", "Sán Chay (Cao Lan - Sán Chỉ)", "15"),
        ("ethnic_group", "K'Ho", "16"),
        ("ethnic_group", "M'Nông", "20"),
        ("ethnic_group", "S'tiêng", "22"),
        ("ethnic_group", "Bru - Vân Kiều", "23"),
        ("ethnic_group", "Thô", "24"),
        ("ethnic_group", "Giẻ Triêng", "27"),
        ("ethnic_group", "Tà Ôi", "31"),
    ],
)
def test_what_people_write_has_its_code(listing: CodeList, text: str, code: str) -> None:
    """Case, spaces, hyphens, apostrophes and missing accents do not keep an entry from being found."""
    coded = by_label(listing, text)
    assert coded is not None
    assert coded.code == code


@pytest.mark.parametrize(
    ("listing", "text"),
    [
        ("gender", ""),
        ("gender", "Khác"),
        ("gender", "1"),
        ("marital_status", "độc thân"),
        ("blood_group", "0"),
        ("blood_group", "không rõ"),
        ("religion", "không"),
        ("religion", "Thiên Chúa giáo"),
        ("nationality", "VN"),
        ("nationality", "Guine"),
        ("nationality", "My"),
        ("nationality", "BI"),
        ("nationality", "ao"),
        ("ethnic_group", "Khác"),
        ("ethnic_group", "Mã"),
        ("ethnic_group", "Hoà"),
        ("ethnic_group", "Cớ-ho"),
        ("ethnic_group", "Phú Là"),
        ("ethnic_group", "Ê"),
        ("ethnic_group", "Kinh Tày"),
        ("ethnic_group", "-"),
    ],
)
def test_what_is_unsure_has_no_code(listing: CodeList, text: str) -> None:
    """Another word, a word that fits more than one entry and an accent that contradicts are nobody's code."""
    assert by_label(listing, text) is None


@pytest.mark.parametrize("listing", LISTS)
def test_every_entry_is_found_by_its_spellings(listing: CodeList) -> None:
    """Each label and other spelling leads to its own entry: as it stands, in capitals, decomposed, joined, bare.

    But for three names that without accents are another country's code: Áo, Bỉ, Mỹ.
    """
    mine = [(text, label) for name, text, label in ENTRIES if name == listing]
    spellings = [
        (written, label)
        for text, label in mine
        for written in (text, text.upper(), unicodedata.normalize("NFD", text), text.replace(" ", ""), bare(text))
    ]
    found = {written: by_label(listing, written) for written, _label in spellings}
    other = {written for written, label in spellings if str(found[written]) != label}
    assert mine
    assert other == ({"Ao", "Bi", "My"} if listing == "nationality" else set())
    assert {found[written] for written in other} <= {None}


@pytest.mark.parametrize("listing", LISTS)
@given(text=st.text(max_size=12))
def test_a_code_comes_from_the_list_or_not_at_all(listing: CodeList, text: str) -> None:
    """Any text is an entry of the list or nothing; there is no default."""
    found = by_label(listing, text)
    assert found is None or (listing, found.label, found.label) in ENTRIES


def test_a_nationality_is_given_by_two_letters() -> None:
    """Of the two codes of a country the one of the regulation is given."""
    assert by_label("nationality", "Lào") == Coded("LA", "Lào")


def test_no_code_of_three_letters_names_another_country() -> None:
    """A country's name in capitals is never read as the alpha-3 code of another one."""
    names = {bare(text).upper(): label for listing, text, label in ENTRIES if listing == "nationality"}
    codes = [code for table, code, _label in read_rows("codes") if table == "nationality" and len(code) == 3]
    assert len(codes) == 248
    assert {code for code in codes if names.get(code, str(nationality(code))) != str(nationality(code))} == set()
    assert by_label("nationality", "NGA") == nationality("RU")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_group_is_given_in_the_order_asked_for(scheme: EthnicScheme) -> None:
    """Each of the 54 names leads to the code that has this name in the order asked for."""
    for name in GROUPS:
        coded = by_label("ethnic_group", name, scheme=scheme)
        assert coded is not None
        assert coded == ethnic_group(coded.code, scheme=scheme)
        assert (coded.label, coded.scheme) == (name, scheme)


def test_groups_are_told_apart_and_found_again_across_the_orders() -> None:
    """Two codes of either order bear one canonical name exactly where they mean one group."""
    coded = [ethnic_group(f"{number:02}", scheme=scheme) for scheme in SCHEMES for number in range(1, 55)]
    for one, other in itertools.combinations(coded, 2):
        same = canonical_ethnic_name(one) == canonical_ethnic_name(other)
        assert same is (one.label == other.label)
    assert [canonical_ethnic_name(one) for one in coded] == [one.label for one in coded]
    assert len({canonical_ethnic_name(one) for one in coded}) == 54


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Êđê", "Ê-đê"),
        (Coded("12", "E De"), "Ê-đê"),
        (Coded("77", "M'Nông", "2008"), "Mnông"),
        (Coded("12", None, "1979"), None),
        (Coded("55", "Người nước ngoài"), None),
        ("", None),
        ("Khác", None),
    ],
)
def test_a_group_counts_by_its_name(value: str | Coded, name: str | None) -> None:
    """The canonical name is that of the label, whatever code stands beside it; without one there is none."""
    assert canonical_ethnic_name(value) == name
