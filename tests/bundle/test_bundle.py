"""What is in the bundle, and what is not."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

from .conftest import NEXT, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PYTHONS = ("cp311", "cp312", "cp313", "cp314")


def test_there_is_no_mock_in_it(bundle: Path, tree: Path) -> None:
    """Neither as a file nor inside of a wheel; the check would see one."""
    with tarfile.open(bundle) as tar:
        assert not [name for name in tar.getnames() if "dancu_mock" in name]
    names = [name for path in (tree / "wheels").glob("*.whl") for name in zipfile.ZipFile(path).namelist()]
    assert "dancu/gateway/serve.py" in names
    assert not [name for name in names if "dancu_mock" in name]


def test_every_python_has_a_wheel_of_every_distribution(tree: Path) -> None:
    """What is compiled is there for each Python, what is not is there once; the lock's versions, and no other."""
    lock = dict(re.findall(r"(?m)^([a-z0-9.-]+)==(\S+)", (tree / "requirements.txt").read_text("utf-8")))
    found: dict[str, list[str]] = {}
    for path in (tree / "wheels").glob("*.whl"):
        name, version, rest = path.name.split("-", 2)
        if name != "dancu":
            assert lock[name.replace("_", "-").lower()] == version
        found.setdefault(name.replace("_", "-").lower(), []).append(rest)
    assert found.keys() == {*lock, "dancu"}
    for name, tags in found.items():
        is_for_all = any(tag.startswith(("py3-none", "py2.py3-none")) or "abi3" in tag for tag in tags)
        assert is_for_all or sorted(tag[:5] for tag in tags) == sorted(PYTHONS), name


def test_the_sums_are_of_everything(tree: Path) -> None:
    """Each file but the list itself, by its content."""
    told = {line[66:]: line[:64] for line in (tree / "SHA256SUMS").read_text("utf-8").splitlines()}
    files = {path.relative_to(tree).as_posix(): path for path in tree.rglob("*") if path.is_file()}
    assert told.keys() == files.keys() - {"SHA256SUMS"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == told[name] for name in told)


def test_the_sbom_names_every_wheel(tree: Path) -> None:
    """CycloneDX: each distribution once, with a licence, and the sums of its wheels."""
    told = json.loads((tree / "sbom.cdx.json").read_text("utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    parts = [*told["components"], told["metadata"]["component"]]
    references = [one["bom-ref"] for one in parts]
    assert len(set(references)) == len(references)
    assert {one for part in told["dependencies"] for one in part["dependsOn"]} < set(references)
    sums = {one["name"].removeprefix("sha256:"): one["value"] for part in parts for one in part["properties"]}
    wheels = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tree / "wheels").glob("*.whl")}
    assert sums == wheels
    assert all(part["licenses"][0]["license"]["name"] not in {"", "not stated"} for part in parts)


def test_the_same_tree_makes_the_same_bytes(tree: Path, next_bundle: Path, tmp_path: Path) -> None:
    """Twice the same archive; and no path of the machine that built it, nor an address of an index, is in its texts."""
    command = [sys.executable, str(ROOT / "tools" / "bundle.py"), "--out", str(tmp_path), "--version", NEXT]
    subprocess.run([*command, "--wheels", str(tree / "wheels")], check=True, capture_output=True, timeout=240)
    assert (tmp_path / next_bundle.name).read_bytes() == next_bundle.read_bytes()
    for name in ("requirements.txt", "SHA256SUMS", "sbom.cdx.json", "install.sh"):
        assert str(ROOT) not in (tree / name).read_text("utf-8")
        assert "index-url" not in (tree / name).read_text("utf-8")


def test_a_changed_bundle_installs_nothing(tree: Path, tmp_path: Path) -> None:
    """One byte of one wheel: the installer says so in both languages before it makes anything."""
    changed = tmp_path / "changed"
    shutil.copytree(tree, changed)
    wheel = next((changed / "wheels").glob("idna-*.whl"))
    wheel.write_bytes(wheel.read_bytes()[:-1] + b"x")
    command = ["sh", str(changed / "install.sh"), "--prefix", str(tmp_path / "opt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "nothing is installed" in done.stderr and "chưa cài gì" in done.stderr
    assert not (tmp_path / "opt").exists()


def test_a_machine_without_a_fitting_python_is_told(tree: Path, tmp_path: Path) -> None:
    """One sentence that names the option, exit code 2, and nothing made."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "sed", "sha256sum", "dirname", "readlink", "ln", "mv", "mkdir", "touch", "rm"):
        (tools / name).symlink_to(shutil.which(name) or name)
    command = [str(tools / "sh"), str(tree / "install.sh"), "--prefix", str(tmp_path / "opt")]
    environment = {"PATH": str(tools)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert (done.returncode, "--python" in done.stderr) == (2, True)
    assert not (tmp_path / "opt").exists()
