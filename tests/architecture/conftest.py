"""The project as text: what the architecture tests read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MADE = {".git", ".venv", ".venv-run", ".venv-desk", "__pycache__", "build", "dist", ".hypothesis"}
"""What the tools make, as .gitignore lists it; ``.git`` is a file in a second work tree."""


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def project_files() -> dict[str, str]:
    """Every text file of the project: path from the root -> text."""
    return {name: text for name in _listed() if (text := _text(ROOT / name)) is not None}


@pytest.fixture(scope="session")
def sdk_modules() -> dict[str, str]:
    """The modules of ``src/dancu``: dotted name -> source."""
    return _modules(ROOT / "src", "dancu")


@pytest.fixture(scope="session")
def mock_modules() -> dict[str, str]:
    """The modules of ``mock_server/dancu_mock``: dotted name -> source."""
    return _modules(ROOT / "mock_server", "dancu_mock")


def _listed() -> list[str]:
    """By walking, not by asking git: a fresh machine has Python and make and nothing else."""
    found: list[str] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in MADE and not name.endswith("_cache"))
        found += [(Path(folder) / name).relative_to(ROOT).as_posix() for name in sorted(names) if name not in MADE]
    return found


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return None


def _modules(base: Path, package: str) -> dict[str, str]:
    paths = sorted((base / package).rglob("*.py"))
    return {".".join(path.relative_to(base).with_suffix("").parts): path.read_text(encoding="utf-8") for path in paths}
