"""The wheel as strangers get it: built, installed beside the bare SDK's locked dependencies and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

INSTALL = ("-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet")


def run(*command: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command that ends within three minutes, its output as text."""
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0 or not check, done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the installed hatchling."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-I", "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=root)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def stranger(root: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of a virtual environment with the wheel and requirements/sdk.txt."""
    folder = tmp_path_factory.mktemp("stranger")
    run(sys.executable, "-I", "-m", "venv", folder / "venv", cwd=folder)
    bin_folder = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    python = bin_folder / "python"
    locked = ("--only-binary", ":all:", "--require-hashes", "-r", root / "requirements" / "sdk.txt")
    run(python, "-I", *INSTALL, *locked, cwd=folder)
    run(python, "-I", *INSTALL, "--no-deps", wheel, cwd=folder)
    return bin_folder


def test_the_wheel_carries_both_packages_and_no_test(wheel: Path) -> None:
    """The wheel holds ``dancu`` and ``dancu_mock`` with their type markers, the licence, and nothing else on top."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"dancu", "dancu_mock"}
    assert {"dancu/py.typed", "dancu_mock/py.typed"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_bare_sdk_has_at_most_seven_dependencies(root: Path) -> None:
    """pyproject.toml names seven direct dependencies at most, and an extra ``all`` with each other extra."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert len(project["dependencies"]) <= 7
    extras = sorted(project["optional-dependencies"].keys() - {"all"})
    assert project["optional-dependencies"]["all"] == [f"dancu[{','.join(extras)}]"]


def test_the_wheel_works_with_its_own_dependencies_alone(stranger: Path, tmp_path: Path) -> None:
    """No dependency is missing, ``import dancu`` works, and each exported name can be had."""
    run(stranger / "python", "-I", "-m", "pip", "check", "--disable-pip-version-check", cwd=tmp_path)
    code = "import dancu; print(len([getattr(dancu, name) for name in dancu.__all__]))"
    assert int(run(stranger / "python", "-I", "-W", "error", "-c", code, cwd=tmp_path).stdout) > 10


def test_the_command_without_its_extra_says_one_sentence(stranger: Path, tmp_path: Path) -> None:
    """``dancu mock serve`` without the extra ``cli`` names the extra in one line, without a traceback."""
    done = run(stranger / "dancu", "mock", "serve", cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "cli" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_locks_agree(root: Path) -> None:
    """A package has the same versions in every lock that names it, so that one environment can hold them all."""
    folder = root / "requirements"
    locks = {path.name: _pins(path.read_text(encoding="utf-8")) for path in folder.glob("*.txt")}
    assert set(locks) == {
        "sdk.txt",
        "run.txt",
        "dev.txt",
        "docs.txt",
        "build.txt",
        "clients.txt",
        "sandbox.txt",
        "bundle.txt",
    }
    assert locks["sdk.txt"] <= locks["run.txt"] <= locks["dev.txt"]
    merged = set[str]().union(*locks.values())
    shared = {pin.partition("==")[0] for pin in locks["dev.txt"]}
    assert {pin for pin in merged if pin.partition("==")[0] in shared} == locks["dev.txt"]


def _pins(lock: str) -> set[str]:
    return {line.removesuffix(" \\").strip() for line in lock.splitlines() if "==" in line}
