"""The conformance kit against every shipped profile, and against profiles that say something wrong."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from dancu.conformance import CASES, conform, conform_with
from dancu.profiles.loader import load_profile
from dancu.profiles.shipped import shipped_names, shipped_text
from dancu_mock import Mock

if TYPE_CHECKING:
    from pathlib import Path

PLATFORMS = [name for name in shipped_names() if name != "gateway"]


def profile(name: str, **wire: Any) -> dict[str, Any]:
    """A shipped profile as a mapping."""
    parts = tomllib.loads(shipped_text(name))
    parts["wire"] = parts.get("wire", {}) | wire
    return parts


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_shipped_profile_conforms(name: str, tmp_path: Path) -> None:
    """Against the mock that plays it all cases pass through both clients, faults included."""
    results = conform(load_profile(profile(name)), tmp_path)
    assert [one for one in results if not one.passed] == []
    assert len(results) >= 20


def test_the_shipped_profiles_make_three_hundred_cases(tmp_path: Path) -> None:
    """Together they are more than 300 questions for each client."""
    assert sum(len(conform(load_profile(profile(name)), tmp_path)) for name in PLATFORMS) >= 300


@pytest.mark.parametrize(
    ("change", "service"),
    [
        ({"operation": "TraCuuCongDan"}, "look_up"),
        ({"integration": "038"}, "look_up"),
        ({"fields_sent": ["MaYeuCau", "MaTichHop", "MaDVC", "MaCanBo", "SoDinhDanh", "HoVaTen"]}, "look_up"),
    ],
)
def test_a_profile_that_says_something_wrong_does_not_conform(
    change: dict[str, Any], service: str, tmp_path: Path
) -> None:
    """Another operation, code or order than the platform's is found by the cases of that service."""
    parts = profile("hash-basic")
    parts["services"][service] |= change
    results = conform(load_profile(parts), tmp_path)
    broken = {one.case.service for one in results if not one.passed}
    assert broken == {service}


def test_a_gateway_is_not_played(tmp_path: Path) -> None:
    """The mock plays platforms; a gateway's profile is told so."""
    with pytest.raises(ValueError, match="public families"):
        conform(load_profile(profile("gateway")), tmp_path)


def test_a_double_that_answers_wrongly_does_not_conform(tmp_path: Path) -> None:
    """The kit fails a double that turns a stranger's record into an answer, so it is worth passing."""
    mock = Mock()
    from dancu_mock import Authority
    from dancu_mock.files import write_files

    path = write_files(tmp_path, mock.settings, Authority.create(), url="https://platform.example/dancu/")
    with mock.scenario("empty_soap_body"):
        results = conform_with(load_profile(path), mock.transport, mock.async_transport)
    assert not any(one.passed for one in results if one.case.expected in {"found", "confirmed", "not_matched"})
    assert len(results) == len(CASES)
