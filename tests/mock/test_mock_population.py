"""The population: invented for certain, the same everywhere, and of one mind about itself."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from dancu.domain.ids import PersonNumber, is_synthetic, read_number
from dancu.domain.names import fold_name
from dancu.domain.units import find_commune
from dancu_mock.population import Population
from dancu_mock.population.ages import PYRAMID, YEAR
from dancu_mock.population.households import BLOCK, BLOCKS, KINDS, SHARES

if TYPE_CHECKING:
    from dancu_mock.person import Kin, Person

SAMPLE = 20_000
TWENTY = [
    (
        "054679000000||HOÀNG VĂN HÙNG MẪU|1979-10-31|01|22156|22147|THÔN MẪU 16|HOÀNG VĂN KHOA|TRẦN THỊ LIÊN|"
        "NGUYỄN THANH MAI"
    ),
    "054793050021||LÊ PHƯƠNG TRINH|1993-4-11|01|22168|22192|THÔN MẪU 1|LÊ VĂN HIẾU|PHẠM THỊ THỦY|VÕ ĐỨC HUY MẪU",
    "066811100042||PHẠM VĂN TÀI|2011-9-13|01|24175|24121|21 ĐƯỜNG MẪU 22|PHẠM ĐỨC HÙNG MẪU|TRẦN MỸ HOA|",
    "066808150063||TRẦN GIA HUY|2008-4-26|01|24169|24154|117 ĐƯỜNG MẪU 12|TRẦN HOÀNG VŨ MẪU|HUỲNH PHƯƠNG HUYỀN|",
    "042772200084||HUỲNH THỊ HẠNH|1972-10-30|01|18490|24544|THÔN MẪU 13|HUỲNH VĂN KHOA|PHẠM THỊ QUYÊN|",
    "066775250105|000250105|H'MƠK ÊBAN|1975-11-7|12|24184|24193|BUÔN MẪU 9|Y DJŬ MLÔ|H'ČUN ÊBAN|Y KRĂH NIÊ",
    "040699300126||PHẠM BẢO LÂM MẪU|1999-4-3|01|17134|22261|88 ĐƯỜNG MẪU 21|PHẠM VĂN VINH|PHẠM THỊ THẢO|LÊ THU TRANG",
    "054813350147||LÊ VĂN QUÝ|2013-1-7|01|22120|22120|THÔN MẪU 10|LÊ VĂN VINH MẪU|HUỲNH NGỌC ĐÀO|",
    (
        "066693400168||NGUYỄN ĐỨC BÌNH MẪU|1993-8-19|01|24226|24211|THÔN MẪU 17|NGUYỄN VĂN LÂM|NGUYỄN THỊ ĐÀO|"
        "NGUYỄN THỊ HẠNH"
    ),
    "051784450189||NGUYỄN THU MAI|1984-12-16|01|21424|24607|THÔN MẪU 17|NGUYỄN VĂN HÙNG|ĐẶNG THỊ TRINH|PHAN VĂN VŨ MẪU",
    "064686500210||TRẦN VĂN NAM MẪU|1986-1-2|01|23731|24214|THÔN MẪU 18|TRẦN VĂN AN|NGUYỄN THỊ HIỀN|TRẦN DIỄM CHI",
    (
        "054690550231||NGUYỄN VĂN SƠN MẪU|1990-11-9|01|22261|22261|176 ĐƯỜNG MẪU 35|NGUYỄN VĂN TRUNG|LÊ THỊ HOA|"
        "TRẦN HỒNG HƯƠNG"
    ),
    "066913600252||NGUYỄN THỊ NHUNG|2013-1-28|01|24361|24346|THÔN MẪU 9|NGUYỄN VĂN VINH MẪU|NGUYỄN DIỄM LIÊN|",
    "066789650273||H'SIM ÊBAN|1989-12-21|12|24529|24496|BUÔN MẪU 2|Y YƠH MLÔ|H'LŬN ÊBAN|Y LIĂNG NIÊ KDĂM MẪU",
    "066789700294||LÊ BẢO XUÂN|1989-9-4|01|24412|24444|THÔN MẪU 1|LÊ VĂN VINH|NGUYỄN THỊ HUYỀN|NGUYỄN TUẤN CƯỜNG MẪU",
    "066910750315||NGUYỄN THỊ THƯ|2010-12-19|01|24262|24259|THÔN MẪU 11|NGUYỄN CÔNG GIANG MẪU|NGUYỄN THỊ VÂN|",
    "066916800336||PHAN HỒNG DUNG|2016-11-9|01|24328|24305|103 ĐƯỜNG MẪU 3||PHAN DIỄM LAN MẪU|",
    "054665850357|000850357|Y NGŬN KNUL MẪU|1965-11-30|12|22321|22319|BUÔN MẪU 6|Y KHĂM ÊNUÔL|H'LŬN KNUL|H'TƠL ÊBAN",
    "034676900378||DƯƠNG VĂN HUY MẪU|1976-10-20|01|12937|24502|THÔN MẪU 16|DƯƠNG VĂN HÒA|NGUYỄN THỊ VÂN|",
    "066697950399||NGUYỄN VĂN TÀI MẪU|1997-12-12|01|24502|24502|THÔN MẪU 1|NGUYỄN VĂN VŨ|TRẦN THỊ XUÂN|",
]
"""Number, old number, name, birth, group, communes of birth and home, address, parents, spouse."""


@pytest.fixture(scope="module")
def people() -> dict[str, Person]:
    """The first twenty thousand of the default seed, by number."""
    return {person.asked_number: person for person in Population(size=SAMPLE)}


def living_could_bear(number: str) -> bool:
    """Written anew here: three digits of a province, and a birth before 2200."""
    return len(number) != 12 or not number.isdigit() or number[3] not in "6789"


def test_nobody_alive_could_bear_any_of_a_million_numbers() -> None:
    """All numbers of the default population are invented ones and differ; old ones begin with 000."""
    numbers: set[str] = set()
    for home in Population().households():
        for member in home.members:
            assert not living_could_bear(member.number)
            assert member.old_number in {"", f"000{member.index:06}"}
            numbers.add(member.number)
    assert len(numbers) == 1_000_000


def test_a_seed_and_an_index_are_a_person_in_every_version_of_python() -> None:
    """Twenty people of seed 1 are those of the release that introduced them."""
    assert [_line(Population().at(index)) for index in range(0, 1_000_000, 50_021)] == TWENTY


def _line(one: Person) -> str:
    kin = [relative.name if relative else "" for relative in (one.father, one.mother, one.spouse)]
    born = f"{one.year}-{one.month}-{one.day}"
    places = (one.birth_place.commune, one.permanent.commune, one.permanent.detail)
    return "|".join([one.asked_number, one.old_number, str(one.name), born, one.ethnic_group, *places, *kin])


def test_another_seed_has_other_people() -> None:
    """Hardly a number of one seed is found in another."""
    other = Population(2)
    assert sum(other.find(person.asked_number) is not None for person in Population(size=200)) < 5


def test_a_number_finds_its_bearer_alone() -> None:
    """A number of 12 or 9 digits gives the person back; another with the same index gives nobody."""
    population = Population()
    for index in range(0, 1_000_000, 9_973):
        person = population.at(index)
        assert population.find(person.asked_number) == person
        assert population.find(f"999{person.asked_number[3:]}") is None
        if person.old_number:
            assert population.find(person.old_number) == person


def test_a_population_ends_at_its_size() -> None:
    """Indexes and numbers beyond the size are nobody's; a size has bounds."""
    whole, small = Population(), Population(size=100)
    assert len(list(small)) == len(small) == 100
    assert list(small) == [whole.at(index) for index in range(100)]
    assert small.find(whole.at(100).asked_number) is None
    with pytest.raises(IndexError):
        small.at(100)
    with pytest.raises(ValueError, match="0 to 1000000"):
        Population(size=1_000_001)
    assert small.find("") is None
    assert len(list(Population(size=99))) == 99


def test_blocks_are_whole_households() -> None:
    """Each way to fill a block has exactly its people, and every kind of household occurs."""
    assert {sum(len(KINDS[kind]) for kind in block) for block in BLOCKS} == {BLOCK}
    assert {kind for block in BLOCKS for kind in block} == set(KINDS)


def test_relatives_with_a_number_are_the_very_people(people: dict[str, Person]) -> None:
    """A relative's number leads to a person of that name and old number, in the same household."""
    seen: Counter[str] = Counter()
    for person in people.values():
        for role in ("father", "mother", "spouse", "representative", "head"):
            kin: Kin | None = getattr(person, role)
            if kin is None or not kin.number:
                continue
            other = people[kin.number]
            assert (kin.name, kin.old_number) == (other.name, other.old_number)
            assert other.household_book == person.household_book
            seen[role] += 1
    assert min(seen[role] for role in ("father", "mother", "spouse", "representative", "head")) > 100


def test_a_household_agrees(people: dict[str, Person]) -> None:
    """Members share the book, the head, the address and the group; the head alone is marked and told as such."""
    books: dict[str, list[Person]] = {}
    for person in people.values():
        books.setdefault(person.household_book, []).append(person)
    for members in books.values():
        assert len({(one.permanent, one.ethnic_group, one.head and one.head.number) for one in members}) == 1
        assert [str(one.name).endswith(" MẪU") for one in members] == [True] + [False] * (len(members) - 1)
        assert [one.head and one.head.relation for one in members] == ["CH01"] + [""] * (len(members) - 1)


def test_spouses_name_each_other(people: dict[str, Person]) -> None:
    """Who has a spouse is married, and is the spouse's; nobody else is married."""
    for person in people.values():
        assert (person.spouse is not None) == (person.marital_status == "2")
        if person.spouse is not None:
            other = people[person.spouse.number]
            assert other.spouse is not None
            assert other.spouse.number == person.asked_number
            assert {person.gender, other.gender} == {"1", "2"}


def test_parents_are_older_and_of_the_right_gender(people: dict[str, Person]) -> None:
    """Fathers are men, mothers women, both at least 16 years older than the child."""
    for person in people.values():
        for kin, gender in ((person.father, "1"), (person.mother, "2")):
            if kin is not None and kin.number:
                assert people[kin.number].gender == gender
                assert people[kin.number].year + 16 <= person.year


def test_a_child_bears_the_fathers_name_or_the_mothers_clan(people: dict[str, Person]) -> None:
    """A Kinh child has the father's surname; an Ê-đê child the mother's clan, which is not the father's."""
    clans = 0
    for person in people.values():
        if person.father is None or person.mother is None or not person.father.number:
            continue
        name, father, mother = (
            str(one).removesuffix(" MẪU") for one in (person.name, person.father.name, person.mother.name)
        )
        if person.ethnic_group == "01":
            assert name.split()[0] == father.split()[0]
        if person.ethnic_group == "12":
            clan = mother.split(maxsplit=1)[1]
            assert name.endswith(f" {clan}")
            assert father.split(maxsplit=2)[2] != clan
            clans += 1
    assert clans > 100


def test_the_sdk_folds_every_name_to_the_same_key(people: dict[str, Person]) -> None:
    """Two foldings written apart agree on every name, letters outside Vietnamese included."""
    for person in people.values():
        assert fold_name(str(person.name), "folded") == person.key
    assert any("Ƀ" in str(person.name) for person in people.values())


def test_a_number_tells_the_birth_and_the_gender(people: dict[str, Person]) -> None:
    """Read as the person it imitates, a number gives the record's province of birth, year and gender."""
    for person in people.values():
        reading = read_number(PersonNumber(person.asked_number))
        assert reading is not None
        assert (reading.prefix, reading.year) == (f"0{person.birth_place.province}", person.year)
        assert (reading.gender == "male") == (person.gender == "1")
        assert is_synthetic(person.asked_number)


def test_places_are_of_their_time(people: dict[str, Person]) -> None:
    """Homes have codes of today in Đắk Lắk; births have those of the day, Phú Yên's among the old."""
    provinces: Counter[str] = Counter()
    for person in people.values():
        new = (person.year, person.month or 1) >= (2025, 7)
        place = person.birth_place
        assert find_commune(place.commune, vintage="new" if new else "old") is not None
        assert (place.district == "") == new
        provinces[place.province] += 1
        assert person.permanent.province == "66"
        assert find_commune(person.permanent.commune, vintage="new") is not None
    assert provinces["54"] > SAMPLE // 5
    assert provinces["66"] > SAMPLE // 3
    assert len(provinces) == 12


def test_ages_are_near_the_pyramid(people: dict[str, Person]) -> None:
    """No five years of age are further than four in a hundred from the pyramid."""
    bands = Counter(min((YEAR - person.year) // 5 * 5, max(PYRAMID)) for person in people.values())
    far = {
        band: bands[band] * 1000 // SAMPLE
        for band, share in PYRAMID.items()
        if abs(bands[band] * 1000 / SAMPLE - share) > 40
    }
    assert not far


def test_groups_are_near_their_shares() -> None:
    """In each half of the province households of a group are as many as its row says, to four in a hundred."""
    heads = list(islice(Population().households(), 6_000))
    for half, row in SHARES.items():
        codes = Counter(home.group.code for home in heads if home.home.province == half)
        assert set(codes) == set(row)
        assert all(abs(100 * codes[code] / codes.total() - share) < 4 for code, share in row.items())
