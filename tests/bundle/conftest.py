"""The bundle that `make bundle` built, and a second one of the same wheels under a higher version."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLES = Path(os.environ.get("BUNDLES", ROOT / "build" / "bundle"))
NEXT = "99.0.0"


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The newest archive there; it is built by `make bundle`."""
    found = sorted(BUNDLES.glob("dancu-*.tar.gz"), key=lambda one: one.stat().st_mtime)
    assert found, "make bundle builds it"
    return found[-1]


def unpacked(archive: Path, to: Path) -> Path:
    """The directory of an archive."""
    with tarfile.open(archive) as tar:
        tar.extractall(to, filter="data")
    (directory,) = (one for one in to.iterdir() if one.is_dir())
    return directory


@pytest.fixture(scope="session")
def tree(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, unpacked."""
    return unpacked(bundle, tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="session")
def next_bundle(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of a higher version."""
    out = tmp_path_factory.mktemp("next")
    command = [sys.executable, str(ROOT / "tools" / "bundle.py"), "--out", str(out), "--version", NEXT]
    subprocess.run([*command, "--wheels", str(tree / "wheels")], check=True, capture_output=True, timeout=240)
    return out / f"dancu-{NEXT}-linux-x86_64.tar.gz"
