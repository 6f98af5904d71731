from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dancu import Client, Confirmed
from dancu.profiles.credentials import FAMILIES as OWN_FAMILIES
from dancu.profiles.shipped import shipped_text
from dancu_mock import Mock, MockServer

from .matrix import FAMILIES, MAU, PURPOSE, QUESTIONS, SKINS, Province, answers, page, provinces

if TYPE_CHECKING:
    from dancu_mock.pki import Authority

PAGE = Path(__file__).parents[2] / "docs" / "provinces.md"


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_province_answers_alike(family: str, skin: str, tmp_path: Path, authority: Authority) -> None:
    """Each question has its outcome in each dialect, and both clients say the same to the letter."""
    for province in (one for one in provinces(family) if one.skin == skin):
        told = {face: answers(province, tmp_path, authority, face) for face in ("sync", "async")}
        assert told["sync"] == told["async"]
        expected = {one.name: one.outcome for one in province.questions()}
        assert {name: answer["outcome"] for name, answer in told["sync"].items()} == expected, province


def test_the_dialects_say_the_same_of_a_person(tmp_path: Path, authority: Authority) -> None:
    """Live and QCVN 109 differ in how they write a person and not in who it is."""
    live, other = (
        answers(Province("hash-basic", "soap", dialect), tmp_path, authority, "sync")["found"]["citizen"]
        for dialect in ("live", "qcvn109")
    )
    assert live.pop("ethnic_group") == {"code": "01", "label": "Kinh", "scheme": "1979"}
    assert other.pop("ethnic_group") == {"code": "01", "label": "Kinh", "scheme": "2008"}
    assert live == other
    assert live["father"]["name"] == "NGUYỄN VĂN CHA MẪU"


def test_the_matrix_is_whole() -> None:
    """Every family and skin of the schema is in it, and it asks at least 300 questions through each client."""
    assert {*FAMILIES, "gateway", "adapter"} == set(OWN_FAMILIES)
    assert sum(len(one.questions()) for family in FAMILIES for one in provinces(family)) >= 300
    assert {one.service for one in QUESTIONS} == {"look_up", "confirm", "relatives", "blood_group"}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_goes_over_real_mtls(family: str, tmp_path: Path) -> None:
    """Once over sockets for each family, in the skin of its shipped profile, with its tokens and logins."""
    skin = tomllib.loads(shipped_text(family))["wire"]["skin"]
    with (
        MockServer(Mock(Province(family, skin, "live").settings())) as server,
        Client(server.write_files(tmp_path)) as dancu,
    ):
        assert isinstance(dancu.confirm(MAU, purpose=PURPOSE), Confirmed)


def test_the_page_says_what_is_asked() -> None:
    """docs/provinces.md is generated from the matrix."""
    assert PAGE.read_text(encoding="utf-8") == page()
