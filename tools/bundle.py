"""Build the bundle for machines without internet: wheels with their hashes, the installer, documents, an SBOM.

::

    dancu-VERSION-linux-x86_64.tar.gz
        install.sh             checks SHA256SUMS, makes an environment, links it
        SHA256SUMS             of everything else
        requirements.txt       the lock, with hashes
        wheels/                for CPython 3.11 to 3.14 on Linux x86-64 with glibc 2.28 or newer; dancu without its mock
        sbom.cdx.json          CycloneDX 1.5: each distribution with version, licence and SHA-256
        docs/                  the documents, built
        packaging/             nginx, Prometheus, Grafana

The same tree makes the same bytes: names are sorted, times are the commit's. The machine that builds reaches the
package index; nothing in here is run by the one that installs but ``install.sh`` and the wheels.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "any")
PACKAGING = ("nginx", "prometheus", "grafana")
LOCK = ROOT / "requirements" / "bundle.txt"


def main() -> int:
    """Build it, and print where it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bundle")
    parser.add_argument("--version", help="another version than pyproject.toml's, for trying an upgrade")
    parser.add_argument("--wheels", type=Path, help="wheels that were downloaded before, for a second bundle")
    given = parser.parse_args()
    version = given.version or _project()["version"]
    name = f"dancu-{version}-linux-x86_64"
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dancu-bundle-") as work:
        tree = Path(work) / name
        _fill(tree, version, given.wheels)
        archive = given.out / f"{name}.tar.gz"
        _pack(tree, archive, time=_time())
    print(archive)
    return 0


def _project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def _fill(tree: Path, version: str, wheels: Path | None) -> None:
    (tree / "wheels").mkdir(parents=True)
    lock = "".join(_without_markers(LOCK.read_text(encoding="utf-8").splitlines(keepends=True)))
    (tree / "requirements.txt").write_text(LOCK.read_text(encoding="utf-8"), encoding="utf-8")
    if wheels is None:
        _download(lock, tree / "wheels")
    else:
        for one in wheels.glob("*.whl"):
            if not one.name.startswith("dancu-"):
                shutil.copy(one, tree / "wheels")
    _own_wheel(tree / "wheels", version)
    for place in PACKAGING:
        shutil.copytree(ROOT / "packaging" / place, tree / "packaging" / place)
    shutil.copy(ROOT / "packaging" / "bundle" / "install.sh", tree)
    shutil.copy(ROOT / "LICENSE", tree)
    _documents(tree / "docs")
    (tree / "sbom.cdx.json").write_text(_sbom(tree / "wheels", version), encoding="utf-8")
    sums = [f"{_digest(path)}  {path.relative_to(tree).as_posix()}\n" for path in _files(tree)]
    (tree / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def _without_markers(lines: list[str]) -> Iterator[str]:
    """Every line for every system: what one Python does not need another may, such as 3.11.2."""
    for line in lines:
        yield re.sub(r" ; [^\\]*", " ", line)


def _download(lock: str, to: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="dancu-lock-") as work:
        path = Path(work) / "lock.txt"
        path.write_text(lock, encoding="utf-8")
        for python in PYTHONS:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            command += ["--only-binary", ":all:", "--require-hashes", "-r", str(path), "-d", str(to)]
            command += ["--python-version", python, "--implementation", "cp"]
            command += [f"--abi={abi}" for abi in (f"cp{python.replace('.', '')}", "abi3", "none")]
            subprocess.run([*command, *(f"--platform={one}" for one in PLATFORMS)], check=True)


def _own_wheel(to: Path, version: str) -> None:
    """dancu from this tree, without its mock: it has no place where real questions are asked."""
    with tempfile.TemporaryDirectory(prefix="dancu-wheel-") as work:
        source = Path(work)
        shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("README.md", "LICENSE"):
            shutil.copy(ROOT / name, source)
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        text = text.replace('packages = ["src/dancu", "mock_server/dancu_mock"]', 'packages = ["src/dancu"]')
        text = re.sub(r'(?m)^version = ".*"$', f'version = "{version}"', text, count=1)
        (source / "pyproject.toml").write_text(text, encoding="utf-8")
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(_time())}
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(to.resolve())]
        subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)


def _documents(to: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(ROOT / "docs"), str(to)]
    subprocess.run([*command, "-d", f"{to}-doctrees"], check=True)
    shutil.rmtree(f"{to}-doctrees")
    (to / ".buildinfo").unlink(missing_ok=True)


def _sbom(wheels: Path, version: str) -> str:
    """CycloneDX 1.5, one component a distribution, its wheels' sums in it."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path in sorted(wheels.glob("*.whl")):
        told = _metadata(path)
        component = found.setdefault(
            (str(told["Name"]), str(told["Version"])),
            {
                "type": "library",
                "bom-ref": f"pkg:pypi/{str(told['Name']).lower()}@{told['Version']}",
                "name": told["Name"],
                "version": told["Version"],
                "purl": f"pkg:pypi/{str(told['Name']).lower()}@{told['Version']}",
                "licenses": [{"license": {"name": _licence(told)}}],
                "properties": [],
            },
        )
        component["properties"].append({"name": f"sha256:{path.name}", "value": _digest(path)})
    own = next(one for (name, _version), one in found.items() if name == "dancu")
    others = [one for one in found.values() if one is not own]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {**own, "type": "application", "version": version}},
        "components": others,
        "dependencies": [{"ref": own["bom-ref"], "dependsOn": [one["bom-ref"] for one in others]}],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _metadata(path: Path) -> Any:
    with zipfile.ZipFile(path) as wheel:
        name = next(one for one in wheel.namelist() if one.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(wheel.read(name).decode())


def _licence(told: Any) -> str:
    """As short as the distribution says it itself."""
    expression = told["License-Expression"] or told["License"] or ""
    classifiers = [one.rpartition(":: ")[2] for one in told.get_all("Classifier", []) if one.startswith("License ::")]
    return str(expression.splitlines()[0] if expression else "; ".join(classifiers) or "not stated")[:200]


def _files(tree: Path) -> list[Path]:
    return sorted(path for path in tree.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _time() -> int:
    """Of the commit; of 1980 where there is none, since no zip file knows an earlier one."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    git = shutil.which("git")
    command = [git or "git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    done = None if git is None else subprocess.run(command, capture_output=True, text=True, check=False)
    return 315_532_800 if done is None or done.returncode else int(done.stdout)


def _pack(tree: Path, archive: Path, *, time: int) -> None:
    with archive.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=time) as packed:  # noqa: SIM117  # a line each
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in _files(tree):
                member = tarfile.TarInfo(path.relative_to(tree.parent).as_posix())
                member.size, member.mtime = path.stat().st_size, time
                member.mode = 0o755 if path.suffix == ".sh" else 0o644
                with path.open("rb") as content:
                    tar.addfile(member, content)


if __name__ == "__main__":
    sys.exit(main())
