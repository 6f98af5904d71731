"""What no file of the project may hold: people, keys, and words about one machine or one index."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dancu.domain.ids import is_synthetic

if TYPE_CHECKING:
    from collections.abc import Callable

    Rule = Callable[[dict[str, str]], list[str]]

NUMBER = re.compile(r"(?<![0-9A-Za-z.])[0-9]{12}(?![0-9A-Za-z])")
# The patterns are composed so that this file does not match them.
KEY = re.compile("-----BEGIN " + r"[A-Z ]*PRIVATE KEY")
INDEX = re.compile(
    "|".join(
        [
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "npm" + r"js\.(?:org|com)",
            "deb" + r"ian\.org",
            "--(?:extra-)?index" + "-url",
            "--find" + "-links",
        ]
    ),
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.$})-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+|op" + r"t/(?:wheels|py" + r"pi))\b")

# Lock files hold hashes; the tables hold codes of places, not numbers of people.
NO_NUMBERS_IN = ("requirements/", "tools/tables/", "src/dancu/domain/data/")


def foreign_numbers(files: dict[str, str]) -> list[str]:
    """12-digit numbers that a living person could bear; the number itself is not repeated."""
    return [
        f"{name}:{line}"
        for name, text in files.items()
        if not name.startswith(NO_NUMBERS_IN)
        for line, words in enumerate(text.splitlines(), 1)
        for number in NUMBER.findall(words)
        if not is_synthetic(number)
    ]


def private_keys(files: dict[str, str]) -> list[str]:
    """Headers of private keys."""
    return _lines_with(KEY, files)


def index_hosts(files: dict[str, str]) -> list[str]:
    """Hosts of package indexes, and options that name one."""
    return _lines_with(INDEX, files)


def machine_paths(files: dict[str, str]) -> list[str]:
    """Paths that exist on one machine only."""
    return _lines_with(MACHINE, files)


def _lines_with(pattern: re.Pattern[str], files: dict[str, str]) -> list[str]:
    return [
        f"{name}:{line}"
        for name, text in files.items()
        for line, words in enumerate(text.splitlines(), 1)
        if pattern.search(words)
    ]


RULES = [foreign_numbers, private_keys, index_hosts, machine_paths]


@pytest.mark.parametrize("rule", RULES)
def test_no_file_holds_it(rule: Rule, project_files: dict[str, str]) -> None:
    """No file under version control holds what the rule looks for."""
    assert "pyproject.toml" in project_files
    assert rule(project_files) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (foreign_numbers, "number = '0660" + "90000001'"),
        (foreign_numbers, "<SoDinhDanh>" + "001" + "190000001" + "</SoDinhDanh>"),
        (private_keys, "-----BEGIN " + "PRIVATE KEY-----"),
        (private_keys, "-----BEGIN " + "EC PRIVATE KEY-----"),
        (index_hosts, "curl https://py" + "pi.org/simple/"),
        (index_hosts, "--find" + "-links somewhere"),
        (index_hosts, "URIs: http://deb.deb" + "ian.org/"),
        (machine_paths, "see /wo" + "rk/main/x.py"),
        (machine_paths, "cd /wo" + "rk"),
        (machine_paths, "/ho" + "me/somebody/dancu"),
    ],
)
def test_a_planted_line_is_found(rule: Rule, text: str) -> None:
    """Each rule names the file and the line, and never repeats what it found."""
    assert rule({"docs/page.md": f"first line\n{text}\n"}) == ["docs/page.md:2"]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (foreign_numbers, "066790000001 000190000001 999190000001"),
        (foreign_numbers, "sha256:" + "a1" + "0" * 12 + "b2"),
        (private_keys, "-----BEGIN CERTIFICATE-----"),
        (index_hosts, "docker run debian:bookworm"),
        (machine_paths, "the net" + "work/root element of build/" + "work/x, https://example.test/home"),
    ],
)
def test_what_is_allowed_is_not_reported(rule: Rule, text: str) -> None:
    """Invented numbers, hashes, certificates and ordinary words pass."""
    assert rule({"docs/page.md": text}) == []
