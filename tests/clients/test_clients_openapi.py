"""A generator makes a Java client of the published OpenAPI 3.0.3 document; it compiles unedited, and it works."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from .conftest import ROOT, compile_java

if TYPE_CHECKING:
    from .conftest import Door

GENERATOR = ROOT / "build/openapi-generator/openapi_generator_cli/openapi-generator.jar"
ANNOTATIONS = Path("/usr/share/java/geronimo-annotation-1.3-spec.jar")
OPTIONS = "openApiNullable=false,hideGenerationTimestamp=true"


def generate(folder: Path) -> list[Path]:
    """The sources that the generator makes for `java.net.http` and Jackson."""
    assert GENERATOR.exists(), "make test-clients installs the generator"
    document = ROOT / "docs/openapi/dancu-gateway-3.0.3.json"
    what = ["generate", "-g", "java", "--library", "native", "--additional-properties", OPTIONS]
    command = ["java", "-jar", str(GENERATOR), *what, "-i", str(document), "-o", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return sorted((folder / "src/main/java").rglob("*.java"))


def test_the_generated_client_compiles_unedited_and_asks(sandbox: Door, tmp_path: Path) -> None:
    """Look-up, verification and a refused confirmation come back in the generated types.

    The Jackson that it is compiled with is the one that the generator carries.
    """
    sources = generate(tmp_path / "generated")
    classpath = f"{GENERATOR}:{ANNOTATIONS}"
    classes = tmp_path / "classes"
    compile_java(classes, *sources, Path(__file__).parent / "java/GeneratedLookUp.java", classpath=classpath)
    command = ["java", "-cp", f"{classpath}:{classes}", "GeneratedLookUp"]
    ended = subprocess.run(
        [*command, sandbox.url, str(sandbox.authority), str(sandbox.key)],
        input=(sandbox.key.parent / "question.json").read_bytes(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    assert ended.stdout.decode().splitlines() == ["found 2", "verified match", "403 not_granted"]
