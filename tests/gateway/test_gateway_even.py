"""What a guesser could read off the size or the time of a verification is not there (security.md T12)."""

from __future__ import annotations

import itertools
import os
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dancu.gateway.evenness import EVEN_BYTES, even_size

from .conftest import Served, question, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLOOR = 0.06
SAMPLES = int(os.environ.get("EVEN_SAMPLES", "25"))
FAR = 0.3
"""How far from a coin's toss the best guess may be for so few samples; `EVEN_SAMPLES=10000` holds it to 0.05."""
OPEN = "per_subject = 1000000\nper_officer = 1000000\nper_application = 1000000\n"


@pytest.fixture(scope="module")
def even(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway that keeps answers, with a floor above what the mock takes."""
    with serving(tmp_path_factory.mktemp("even"), protection=f"{OPEN}floor = {FLOOR}") as made:
        yield made


def verification(gender: str, year: int = 1990) -> dict[str, Any]:
    """A claim about her; of another year nobody fits."""
    subject = {"number": "066790000001", "name": "Nguyễn Thị Mẫu", "birth_date": f"{year}-01-02"}
    return question(subject=subject, claim={"gender": gender})


CASES = {
    "match": verification("Nữ"),
    "mismatch": verification("Nam"),
    "nobody": verification("Nữ", 1991),
}


def measured(even: Served) -> dict[str, list[tuple[float, int]]]:
    """Seconds and bytes of answers, one case after the other in turn."""
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in CASES}
    headers = {"Authorization": f"Bearer {even.key}"}
    with httpx.Client(verify=even.trust(), trust_env=False, timeout=10, headers=headers) as client:
        client.post(even.url + "v1/verify", json=CASES["match"])
        for _ in range(SAMPLES):
            for name, body in CASES.items():
                started = time.perf_counter()
                answer = client.post(even.url + "v1/verify", json=body)
                found[name].append((time.perf_counter() - started, len(answer.content)))
                assert answer.status_code == 200
    return found


def auc(ones: list[float], others: list[float]) -> float:
    """How often one of the first is longer than one of the second: 0.5 tells nothing."""
    return sum((one > other) + (one == other) / 2 for one in ones for other in others) / (len(ones) * len(others))


def test_answers_have_one_size_and_take_their_time(even: Served) -> None:
    """Match, mismatch and nobody: each 8 KiB, none before the floor, and no time tells one from another."""
    found = measured(even)
    assert {size for samples in found.values() for _time, size in samples} == {EVEN_BYTES}
    assert min(seconds for samples in found.values() for seconds, _size in samples) >= FLOOR
    far = 0.05 if SAMPLES >= 10_000 else FAR
    for one, other in itertools.combinations(found, 2):
        told = auc([seconds for seconds, _ in found[one]], [seconds for seconds, _ in found[other]])
        assert abs(told - 0.5) <= far, (one, other, told)


def test_a_confirmation_is_even_too(even: Served) -> None:
    """The smallest answer of all has the same size, and is JSON."""
    answer = even.post("v1/confirm", question())
    assert (len(answer.content), answer.json()["outcome"]) == (EVEN_BYTES, "confirmed")


def test_without_a_floor_time_would_tell(tmp_path: Path) -> None:
    """The measure can fail: an answer that waits for the platform and one that does not are told apart."""
    protection = f"{OPEN}floor = 0"
    with serving(tmp_path, protection=protection) as made:
        quick, slow = [], []
        for _ in range(3):
            started = time.perf_counter()
            made.post("v1/verify", CASES["match"])
            quick.append(time.perf_counter() - started)
            with made.mock.scenario("slow"):
                started = time.perf_counter()
                made.post("v1/verify", CASES["match"])
                slow.append(time.perf_counter() - started)
        assert auc(slow, quick) > 0.9


@pytest.mark.parametrize(("size", "even_bytes"), [(1, 8192), (8192, 8192), (8193, 16384)])
def test_a_longer_answer_is_made_a_multiple(size: int, even_bytes: int) -> None:
    """White space behind it, and nothing cut."""
    text = "x" * size
    assert even_size(text).decode().rstrip(" ") == text
    assert len(even_size(text)) == even_bytes
