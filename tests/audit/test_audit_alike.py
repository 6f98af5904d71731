"""What tells whether a fact about a person is the officer's too, and nothing else."""

from __future__ import annotations

import pytest

from dancu import Secret
from dancu.policy.audit import Pseudonyms

HASHES = Pseudonyms(Secret("a secret of nobody"), "3")


@pytest.mark.parametrize("name", ["Đặng Thị Mẫu", "DANG VAN B", "đặng", "Đă\u0323ng Mẫu"])
def test_a_family_name_is_told_however_it_is_written(name: str) -> None:
    """The first word counts; accents, their order, capitals and what follows do not."""
    assert HASHES.family("can.bo.mau", name) == HASHES.family("can.bo.mau", "Đặng Văn Khác")


def test_two_officers_hashes_cannot_be_compared() -> None:
    """The same name, or house, is another hash for another officer, under another key, and as another kind of fact."""
    told = {
        HASHES.family("a", "Lê Mẫu"),
        HASHES.family("b", "Lê Mẫu"),
        Pseudonyms(Secret("another secret"), "3").family("a", "Lê Mẫu"),
        HASHES.home("a", "22015", "12 Lê Lợi"),
        HASHES.home("b", "22015", "12 Lê Lợi"),
        HASHES.home("a", "22015", "Lê"),
        HASHES.alike("a", "Lê"),
    }
    assert len(told) == 7
    assert all(one is not None and one.startswith("k3:") and len(one) == 19 for one in told)


@pytest.mark.parametrize(
    ("commune", "detail", "same"),
    [
        ("22015", "12 Lê Lợi, Phường Tuy Hòa, Đắk Lắk", True),
        ("22015", "12 LE LOI", True),
        ("22015", "12, Lê Lợi", False),
        ("22015", "2 Lê Lợi", False),
        ("22016", "12 Lê Lợi", False),
    ],
)
def test_a_home_is_a_house_in_a_commune(commune: str, detail: str, *, same: bool) -> None:
    """What stands before the first comma, and the commune's code."""
    assert (HASHES.home("a", commune, detail) == HASHES.home("a", "22015", "12 Lê Lợi")) is same


@pytest.mark.parametrize(("commune", "detail"), [(None, "12 Lê Lợi"), ("22015", None), ("22015", " , Tuy Hòa")])
def test_without_a_house_there_is_no_home(commune: str | None, detail: str | None) -> None:
    """A whole commune is nobody's home."""
    assert HASHES.home("a", commune, detail) is None
